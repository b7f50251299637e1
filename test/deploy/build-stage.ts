import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface BuildStage {
  /** Checkout: what an engine is given as its context. */
  readonly root: string;
  /** Folder in place of the image's files; must not be there. */
  readonly folder: string;
  /** Of ARG, in place of what stands there. */
  readonly args: Readonly<Record<string, string>>;
}

/**
 * Does what the stage `build` of the Containerfile says, in a folder of its own: the same lines, the files that
 * .dockerignore lets through, and of the surroundings only what is on the PATH.
 *
 * @throws Error for an instruction that this does not know, or a command that failed
 */
export function runBuildStage({ root, folder, args }: BuildStage): void {
  const isIgnored = ignoredBy(readFileSync(join(root, '.dockerignore'), 'utf8'));
  const env: Record<string, string> = {};
  let work = folder;
  for (const [instruction, text] of stageLines(
    readFileSync(join(root, 'deploy/images/Containerfile'), 'utf8'),
  )) {
    if (instruction === 'ARG') {
      const [name = '', value = ''] = text.split('=');
      env[name] = args[name] ?? value;
    } else if (instruction === 'WORKDIR') {
      work = join(folder, text);
      mkdirSync(work, { recursive: true });
    } else if (instruction === 'COPY') {
      const sources = text.split(' ').slice(0, -1);
      for (const source of sources)
        cpSync(join(root, source), join(work, source), {
          recursive: true,
          filter: (path) => !isIgnored(relative(root, path)),
        });
    } else if (instruction === 'RUN') {
      const { PATH = '', HOME = '' } = process.env;
      const run = { cwd: work, env: { PATH, HOME, ...env }, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
      const { status, stdout, stderr } = spawnSync('sh', ['-c', text], run);
      if (status !== 0)
        throw new Error(`RUN ${text}: ended with ${status}: ${(stdout + stderr).slice(-4_000)}`);
    } else throw new Error(`Containerfile: ${instruction} is not known here`);
  }
}

function stageLines(containerfile: string): readonly (readonly [string, string])[] {
  const [, stage = ''] = /^FROM \S+ AS build\n([\s\S]*?)^FROM /m.exec(containerfile) ?? [];
  const lines = stage.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw new Error('Containerfile: expected a stage build');
  return lines.map((line) => {
    const [, instruction = '', text = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    return [instruction, text];
  });
}

/** Names at the top, and `**` with a name anywhere: all that is written there. */
function ignoredBy(text: string): (path: string) => boolean {
  const patterns = text.split('\n').filter((line) => line !== '');
  const everywhere = patterns.filter((line) => line.startsWith('**/')).map((line) => line.slice(3));
  const atTop = patterns.filter((line) => !line.startsWith('**/'));
  const wild = [...everywhere, ...atTop].find((name) => /[*?!/]/.test(name));
  if (wild !== undefined) throw new Error(`.dockerignore: ${wild} is not known here`);
  return (path) => {
    const parts = path.split('/');
    return atTop.includes(parts[0] ?? '') || parts.some((part) => everywhere.includes(part));
  };
}
