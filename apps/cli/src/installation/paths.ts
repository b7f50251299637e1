import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the checkout or image: holds `dist`, models and artifacts. */
export const projectRoot = folderWithPackage(dirname(fileURLToPath(import.meta.url)));

/**
 * Where an installation keeps keys, state and logs: SEALFLOW_HOME, or `.sealflow` in the checkout, so that two
 * checkouts never share keys.
 */
export function homeFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['SEALFLOW_HOME'] ?? join(projectRoot, '.sealflow');
}

/** The trust file of an installation that accepts no simulated hardware: what commands believe unless told otherwise. */
export function productionTrustPath(home: string): string {
  return join(home, 'trust-production.json');
}

/** Compiled code lies one folder deeper than its sources, which tests run. */
function folderWithPackage(folder: string): string {
  const parent = dirname(folder);
  if (existsSync(join(folder, 'package.json'))) return folder;
  if (parent === folder) throw new Error('no package.json above the command line program');
  return folderWithPackage(parent);
}
