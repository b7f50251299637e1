// Builds the console, dist/console/: the page of people who read evidence, the page that verifies a file without any
// connection, and that page once more as one file, dist/verifier/sealflow-verify.html, which works from a disk. Equal
// sources give equal bytes. `--quiet` prints nothing; without it sizes and the digest of the single file are printed.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { browserConditions, forBrowsers, treeshakeFor } from './for-browsers.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { quiet: { type: 'boolean' } } });
const home = join(root, 'apps/console');
const half = join(root, `dist/console.${process.pid}`);
const out = join(root, 'dist/console');
const single = join(root, 'dist/verifier/sealflow-verify.html');

const modules = new Set();
const plugin = {
  ...forBrowsers(root),
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle))
      for (const id of Object.keys(chunk.modules ?? {})) modules.add(id);
  },
};
const treeshake = treeshakeFor(/\.css$|\/(main|verify-page)\.tsx|(?:verifier|ledger)\/[a-z-]*worker\.ts/);
const shared = {
  root: home,
  configFile: false,
  envDir: false,
  logLevel: 'error',
  resolve: { conditions: browserConditions },
};
const options = {
  target: 'es2023',
  reportCompressedSize: false,
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
};

await build({
  ...shared,
  base: '/console/',
  plugins: [plugin, react()],
  worker: { format: 'es', plugins: () => [plugin], rolldownOptions: { treeshake } },
  build: {
    ...options,
    outDir: half,
    emptyOutDir: true,
    rolldownOptions: {
      checks: { pluginTimings: false },
      treeshake,
      input: { index: join(home, 'index.html'), verify: join(home, 'verify.html') },
    },
  },
});

const thread = await codeOf('src/verifier/worker.ts', []);
const page = await codeOf('src/verify-page.tsx', [inlineThread(), react()]);
const html = singleFile(thread.code, page.code, page.css);
writeFileSync(join(half, 'sealflow-verify.html'), html);
writeFileSync(join(half, 'licences.txt'), licences());
// For `sha256sum -c`, and on the page that gives the file away: nothing that this page shows is fetched.
writeFileSync(join(half, 'sealflow-verify.sha256.txt'), `${digest(html)}  sealflow-verify.html\n`);
const verifyPage = join(half, 'verify.html');
const named = readFileSync(verifyPage, 'utf8').replace('sha256:of-the-build', `sha256:${digest(html)}`);
if (!named.includes(digest(html)))
  throw new Error('verify.html has no place for the digest of the single file');
writeFileSync(verifyPage, named);
for (const file of readdirSync(half, { recursive: true, withFileTypes: true })) {
  if (!file.isFile()) continue;
  const path = join(file.parentPath, file.name);
  const bytes = readFileSync(path);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(bytes));
}
mkdirSync(dirname(single), { recursive: true });
writeFileSync(`${single}.${process.pid}`, html);
renameSync(`${single}.${process.pid}`, single);
rmSync(out, { recursive: true, force: true });
renameSync(half, out);

if (values.quiet !== true) {
  for (const name of readdirSync(join(out, 'assets')).sort()) {
    if (/\.(br|gz)$/.test(name)) continue;
    const bytes = readFileSync(join(out, 'assets', name));
    console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes).length} compressed`);
  }
  console.log(`sealflow-verify.html: ${html.length} characters, sha256:${digest(html)}`);
}

/** One script without imports, and the styles it brings. */
async function codeOf(entry, plugins) {
  const built = await build({
    ...shared,
    plugins: [plugin, ...plugins],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      ...options,
      write: false,
      lib: { entry: join(home, entry), formats: ['iife'], name: 'sealflow', cssFileName: 'style' },
      rolldownOptions: { treeshake },
    },
  });
  const files = [built].flat().flatMap(({ output }) => output);
  const chunks = files.filter(({ type }) => type === 'chunk');
  if (chunks.length !== 1) throw new Error(`expected one file of ${entry}, got ${chunks.length}`);
  const css = files.find(({ fileName }) => fileName.endsWith('.css'))?.source ?? '';
  return { code: chunks[0].code, css: String(css) };
}

function inlineThread() {
  return {
    name: 'inline-thread',
    enforce: 'pre',
    resolveId: (name) => (name === './thread.js' ? join(home, 'src/verifier/thread-inline.ts') : null),
  };
}

/** The policy names the digests of the script and the styles: nothing else runs, and nothing is fetched. */
function singleFile(threadCode, code, css) {
  const script = inElement(code);
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hashOf(script)}' blob:`,
    'worker-src blob:',
    `style-src 'sha256-${hashOf(css)}'`,
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">\n`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
    '<meta name="color-scheme" content="light dark">\n<title>Verify evidence</title>\n',
    `<style>${css}</style>\n</head>\n<body>\n<div id="root"></div>\n`,
    `<script type="text/plain" id="verifier">${inElement(threadCode)}</script>\n`,
    `<script>${script}</script>\n<!--\n${licences().replaceAll('--', '- -')}\n-->\n</body>\n</html>\n`,
  ].join('');
}

/** A script ends at the first `</script`, and `<!--` begins a comment in it, also within a text. */
function inElement(code) {
  return code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--').trim();
}

function hashOf(content) {
  return createHash('sha256').update(content).digest('base64');
}

function digest(content) {
  return createHash('sha256').update(content).digest('hex');
}

/** Licences ask that their text goes with every copy. */
function licences() {
  const folders = [...modules].flatMap(
    (id) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? [],
  );
  return [...new Set(folders)].sort().map(licence).join('\n\n');
}

function licence(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(un)?licen[cs]e/i.test(entry));
  const body = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version} (${license})\n\n${body}`;
}
