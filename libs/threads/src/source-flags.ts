/**
 * Lets Node run a child or a thread from sources (tests): it strips the types itself, but needs the condition that
 * leads `#lib` to sources, and a hook, because sources import each other under the `.js` name that they have once
 * compiled.
 */
const sourceHook =
  "import{registerHooks}from'node:module';registerHooks({resolve:(s,c,n)=>" +
  "n(/^[.]/.test(s)&&/[.]ts$/.test(c.parentURL??'')?s.replace(/[.]js$/,'.ts'):s,c)})";

const flags = [
  '--conditions=sealflow-source',
  '--experimental-transform-types',
  '--disable-warning=ExperimentalWarning',
  `--import=data:text/javascript,${encodeURIComponent(sourceHook)}`,
];

/** Flags for a script beside the module at `url`; none where that is compiled. */
export function sourceFlags(url: string): readonly string[] {
  return url.endsWith('.ts') ? flags : [];
}

/** The script `name` beside the module at `url`: source where that is source. */
export function scriptBeside(url: string, name: string): URL {
  return new URL(`./${name}.${url.endsWith('.ts') ? 'ts' : 'js'}`, url);
}
