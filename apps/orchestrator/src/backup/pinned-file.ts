import { copyFileSync, existsSync, linkSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const PINS = /^backup-[0-9a-f]{16}$/;

/**
 * A second link to a file, which keeps it from going while it is copied. On a file system without links it is copied at
 * once, and whoever waits for the backup's locks waits for that.
 *
 * @returns whether the file is there
 */
export function pinFile(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'EMLINK') throw error;
    copyFileSync(from, to);
    return true;
  }
}

/** Those of a backup that was killed. */
export function forgetPins(folder: string): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (PINS.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
