import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/*
 * Files of an image, laid out so that the same sources give the same bytes: sorted, modes of two kinds, one time.
 */

/** What no program reads at run time: types, maps, papers. Licences stay. */
const useless = /\.(d\.[cm]?ts|map|tsbuildinfo|md|markdown)$/;
/** Binaries of other machines, in the packages that bring all of them. */
const foreign = /(^|\/)(darwin|win32|android|freebsd)(-[^/]*)?(\/|$)/;

export interface StagingRules {
  /** As Node names it, e.g. `x64`. */
  readonly cpu: string;
}

export function wanted(path: string, { cpu }: StagingRules): boolean {
  if (useless.test(path) && !/^(licen[cs]e|notice|copying)/i.test(basename(path))) return false;
  if (foreign.test(path)) return false;
  const other = /(?:^|\/)linux\/(x64|arm64)(?:\/|$)/.exec(path)?.[1];
  return other === undefined || other === cpu;
}

/**
 * Copies a folder: all of it, or, under rules, what a package needs without what lies in a `node_modules` of its own,
 * since those are packages with places of their own.
 *
 * @throws Error for a link: what it names would be another file in the image
 */
export function stageFolder(from: string, to: string, rules: StagingRules | null, root = from): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    const place = relative(root, source);
    if (rules !== null && (entry.name === 'node_modules' || !wanted(place, rules))) continue;
    if (entry.isDirectory()) stageFolder(source, target, rules, root);
    else if (entry.isFile()) stageFile(source, target);
    else throw new Error(`${source}: expected a file or a folder, got a link`);
  }
}

export function stageFile(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
}

export function stageText(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Gives everything below one time and one of two modes. COPY makes root the owner: the program cannot write there. */
export function settle(folder: string, seconds: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      settle(path, seconds);
      continue;
    }
    chmodSync(path, (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
    utimesSync(path, seconds, seconds);
  }
  chmodSync(folder, 0o755);
  utimesSync(folder, seconds, seconds);
}
