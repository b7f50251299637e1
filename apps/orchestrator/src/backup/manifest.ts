import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isJsonObject, parseJsonStrict } from '#canonical';
import { BackupError } from './backup-error.js';
import { digestOfFile, toDisk } from './file-digest.js';

const MANIFEST = 'manifest.json';
const MANIFEST_BYTES_MAX = 64 * 1024 * 1024;
/** The file system puts many on the disk as quickly as one. */
const FLUSHED_AT_ONCE = 64;
/** Files that a refusal names. */
const NAMED_MAX = 10;

/** What a backup consists of: every file with its digest, and when it was complete. */
export interface Manifest {
  readonly v: 'sealflow/backup/v1';
  readonly startedAt: string;
  readonly completedAt: string;
  /** Position in the journal that a restore has to reach. */
  readonly stopLsn: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What it names is on the disk before it is: a backup that was said to be there outlives a power cut. */
export async function writeManifest(folder: string, facts: Omit<Manifest, 'v' | 'files'>): Promise<Manifest> {
  const names = filesOf(folder);
  for (let at = 0; at < names.length; at += FLUSHED_AT_ONCE) {
    await Promise.all(names.slice(at, at + FLUSHED_AT_ONCE).map((name) => toDisk(join(folder, name))));
  }
  const files = Object.fromEntries(names.map((name) => [name, digestOfFile(join(folder, name))]));
  const manifest: Manifest = { v: 'sealflow/backup/v1', ...facts, files };
  writeFileSync(join(folder, MANIFEST), JSON.stringify(manifest), { mode: 0o600, flush: true });
  return manifest;
}

/** Reads every byte again. */
export function verifyBackup(folder: string): Manifest {
  const manifest = readManifest(folder);
  const names = new Set(filesOf(folder));
  const wrong: string[] = [];
  for (const [name, digest] of Object.entries(manifest.files)) {
    if (!names.has(name)) wrong.push(`missing ${name}`);
    else if (digestOfFile(join(folder, name)) !== digest) wrong.push(`changed ${name}`);
  }
  for (const name of names) if (!Object.hasOwn(manifest.files, name)) wrong.push(`not of it ${name}`);
  if (wrong.length > 0) {
    const more = wrong.length > NAMED_MAX ? ` and ${wrong.length - NAMED_MAX} more` : '';
    throw new BackupError(
      'BACKUP_DAMAGED',
      `${folder}: expected the ${Object.keys(manifest.files).length} files that were written, got ` +
        `${wrong.length} that differ: ${wrong.slice(0, NAMED_MAX).join(', ')}${more}: restore from another backup`,
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
