/**
 * One secret document in one file on a disk that the host owns: AES-256-GCM under a key of the platform.
 *
 * The host can delete the file or put an older one back; it can neither read nor change it. What an older file
 * would allow is for the owner of the content to bound.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { concatBytes, utf8 } from '#canonical';
import { refusal } from './ledger-error.js';

const magic = utf8('SLF1');
const nonceBytes = 12;
const tagBytes = 16;

export interface SealedFileOptions {
  readonly path: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** What the content is about; a file sealed for something else does not open. */
  readonly context: string;
}

/** null when there is no file. Refuses with `SEALED_STATE_UNREADABLE` when it does not open under the key. */
export async function readSealedFile({ path, key, context }: SealedFileOptions): Promise<Uint8Array | null> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (bytes === null) return null;
  try {
    const nonce = bytes.subarray(magic.length, magic.length + nonceBytes);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce);
    decipher.setAAD(concatBytes(magic, utf8(context)));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const sealed = bytes.subarray(magic.length + nonceBytes, -tagBytes);
    return concatBytes(decipher.update(sealed), decipher.final());
  } catch {
    throw refusal(
      'SEALED_STATE_UNREADABLE',
      `the sealed file of ${context} does not open: it was changed, or the sealing key is not the one it was written under`,
    );
  }
}

/** Replaces the file as a whole: after a crash there is the old content or the new one, never a mixture. */
export async function writeSealedFile(
  { path, key, context }: SealedFileOptions,
  content: Uint8Array,
  nonce: Uint8Array,
): Promise<void> {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(concatBytes(magic, utf8(context)));
  const sealed = [cipher.update(content), cipher.final(), cipher.getAuthTag()];
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(concatBytes(magic, nonce, ...sealed));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** The rename itself is durable only once the folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
