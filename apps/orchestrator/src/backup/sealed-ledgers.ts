import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { forgetPins, pinFile } from './pinned-file.js';

/** Folder of a backup that has the sealed records of the key enclave, as the home folder has them. */
const LEDGERS = 'ledgers';
const filePattern = /^ledger\.sealed\.[0-9a-f]{32}$/;

/**
 * The records of the key enclave as they belong to one state of the database.
 *
 * A record that has seen a later head than the database refuses it for ever, and one that misses a reservation which the
 * database knows keeps that money set aside for ever. The enclave writes a reservation down before anybody hears of it,
 * and learns heads from the database alone. So a record is right that is read after the state of the database was taken
 * and before the head of a ledger can move again. Records are replaced as a whole, and sealed to the measured code.
 */
export class PinnedLedgers {
  private constructor(
    private readonly pins: string,
    private readonly files: readonly string[],
  ) {}

  /** While no head can move. @param home of the installation whose key enclave it is */
  static pin(home: string): PinnedLedgers {
    const pins = join(home, `backup-${randomBytes(8).toString('hex')}`);
    const files = sealedFiles(home);
    if (files.length > 0) {
      forgetPins(home);
      mkdirSync(pins, { mode: 0o700 });
    }
    return new PinnedLedgers(
      pins,
      files.filter((file) => pinFile(join(home, file), join(pins, file))),
    );
  }

  /** @param out the backup */
  copyTo(out: string): void {
    if (this.files.length > 0) mkdirSync(join(out, LEDGERS), { recursive: true, mode: 0o700 });
    for (const file of this.files) copyFileSync(join(this.pins, file), join(out, LEDGERS, file));
  }

  release(): void {
    rmSync(this.pins, { recursive: true, force: true });
  }
}

/**
 * Puts the records of a backup into the home folder. What was there is moved aside.
 *
 * @param keep whether records that are there stay: the database goes on to where they are
 * @returns how many were put there
 */
export function restoreLedgers(backup: string, home: string, keep: boolean): number {
  const from = join(backup, LEDGERS);
  let count = 0;
  for (const file of sealedFiles(from)) {
    const target = join(home, file);
    if (existsSync(target)) {
      if (keep) continue;
      renameSync(target, `${target}.before-restore-${Date.now()}`);
    }
    mkdirSync(home, { recursive: true, mode: 0o700 });
    copyFileSync(join(from, file), `${target}.new`);
    renameSync(`${target}.new`, target);
    count += 1;
  }
  return count;
}

function sealedFiles(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => filePattern.test(name)) : [];
}
