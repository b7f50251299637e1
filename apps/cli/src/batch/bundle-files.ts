import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode, UsageError } from '../output/failure.js';

/** More than anybody keeps in one folder by hand; beyond it a list is a mistake. */
const FILES_MAX = 1_000_000;
const bundleName = /\.evidence\.json(\.gz)?$/;

/** The bundles that arguments mean: files as they are, folders with everything below them that is named as a bundle. */
export function bundleFiles(places: readonly string[]): string[] {
  const files: string[] = [];
  for (const place of places) {
    const kind = place === '-' ? null : (statSync(place, { throwIfNoEntry: false }) ?? null);
    if (kind?.isDirectory() !== true) files.push(place);
    else files.push(...below(place));
    if (files.length > FILES_MAX) throw new UsageError(`expected at most ${FILES_MAX} bundles, got more`);
  }
  if (files.length === 0) {
    throw new UsageError(
      `${places.join(' ')}: expected bundles named *.evidence.json or *.evidence.json.gz, found none`,
      exitCode.malformed,
    );
  }
  return files;
}

function below(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && bundleName.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
