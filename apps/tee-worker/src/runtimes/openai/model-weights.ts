import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalBytes, type Digest, digestOf, parseDigest } from '#canonical';
import { UpstreamError } from './upstream-error.js';

const filesMax = 4096;

/**
 * Identity of a model: the SHA-256 of its file; of a folder, the digest of the canonical list of its files with theirs,
 * ordered by name, which covers tokenizer and chat template too. Links inside a folder are followed, as servers do.
 *
 * @throws UpstreamError `MODEL_UNAVAILABLE`, which names no path
 */
export async function weightsDigest(path: string): Promise<Digest> {
  try {
    if ((await stat(path)).isFile()) return await fileDigest(path);
    const names = (await readdir(path, { recursive: true })).sort();
    const files: { name: string; digest: Digest }[] = [];
    for (const name of names) {
      const file = join(path, name);
      if (!(await stat(file)).isFile()) continue;
      if (files.length >= filesMax) throw unavailable(`the folder has more than ${filesMax} files`);
      files.push({ name, digest: await fileDigest(file) });
    }
    if (files.length === 0) throw unavailable('the folder is empty');
    return digestOf(canonicalBytes(files));
  } catch (error) {
    if (error instanceof UpstreamError) throw error;
    throw unavailable('they cannot be read');
  }
}

async function fileDigest(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    hash.update(piece as Uint8Array);
  return parseDigest(`sha256:${hash.digest('hex')}`);
}

function unavailable(why: string): UpstreamError {
  return new UpstreamError('MODEL_UNAVAILABLE', `weights in SEALFLOW_MODEL_WEIGHTS: ${why}`);
}
