import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isJsonObject, parseJsonStrict } from '#canonical';
import { BackupError } from './backup-error.js';

const MANIFEST = 'manifest.json';
const MANIFEST_BYTES_MAX = 64 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/** What a backup consists of: every file with its digest, and when it was complete. */
export interface Manifest {
  readonly v: 'sealflow/backup/v1';
  readonly startedAt: string;
  readonly completedAt: string;
  /** Position in the journal that a restore has to reach. */
  readonly stopLsn: string;
  readonly files: Readonly<Record<string, string>>;
}

export function writeManifest(folder: string, facts: Omit<Manifest, 'v' | 'files'>): Manifest {
  const files = Object.fromEntries(filesOf(folder).map((name) => [name, digestOfFile(join(folder, name))]));
  const manifest: Manifest = { v: 'sealflow/backup/v1', ...facts, files };
  writeFileSync(join(folder, MANIFEST), JSON.stringify(manifest), { mode: 0o600, flush: true });
  return manifest;
}

/** Reads every byte again. */
export function verifyBackup(folder: string): Manifest {
  const manifest = readManifest(folder);
  const names = filesOf(folder);
  const missing = Object.keys(manifest.files).filter((name) => !names.includes(name));
  const strange = names.filter((name) => manifest.files[name] === undefined);
  const changed = names.filter(
    (name) => manifest.files[name] !== undefined && manifest.files[name] !== digestOfFile(join(folder, name)),
  );
  const [first] = [...missing, ...strange, ...changed];
  if (first !== undefined) {
    throw new BackupError(
      'BACKUP_DAMAGED',
      `${folder}: expected the ${Object.keys(manifest.files).length} files that were written, got ${missing.length} missing, ` +
        `${changed.length} changed, ${strange.length} more, e.g. ${first}: take another backup`,
    );
  }
  return manifest;
}

function readManifest(folder: string): Manifest {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, MANIFEST));
  } catch {
    throw new BackupError(
      'BACKUP_DAMAGED',
      `${folder}: expected a ${MANIFEST}, got none: this is no backup, or one that was never complete`,
    );
  }
  const parsed = bytes.length > MANIFEST_BYTES_MAX ? null : parseJsonStrict(bytes);
  if (
    !isJsonObject(parsed) ||
    parsed['v'] !== 'sealflow/backup/v1' ||
    !isJsonObject(parsed['files'] ?? null)
  ) {
    throw new BackupError('BACKUP_DAMAGED', `${folder}/${MANIFEST}: expected sealflow/backup/v1`);
  }
  return parsed as unknown as Manifest;
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((name) => name !== MANIFEST)
    .sort();
}

function digestOfFile(path: string): string {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  try {
    for (;;) {
      const read = readSync(file, chunk, 0, CHUNK_BYTES, null);
      if (read === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}
