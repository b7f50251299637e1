import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a program says of itself, for people who compare installations. No verdict rests on it: that is what evidence is for. */
export interface Release {
  readonly program: string;
  readonly release: string;
  /** Commit of the sources; null in a checkout, which may hold anything. */
  readonly commit: string | null;
  readonly node: string;
}

/** Written into an image beside package.json; a checkout has none. */
export const RELEASE_FILE = 'release.json';

export function readRelease(program: string, start = import.meta.dirname): Release {
  const folder = folderWithPackage(start);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const file = join(folder, RELEASE_FILE);
  const commit = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { commit: string | null }).commit
    : null;
  return { program, release: version, commit, node: process.versions.node };
}

/** Answers `--version` in place of the service: one line of JSON on standard output. True when it did. */
export function answersVersion(program: string, more: object = {}): boolean {
  if (process.argv[2] !== '--version') return false;
  process.stdout.write(`${JSON.stringify({ ...readRelease(program), ...more })}\n`);
  return true;
}

function folderWithPackage(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json above ${start}`);
  }
}
