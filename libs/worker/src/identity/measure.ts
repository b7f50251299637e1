import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Digest, parseDigest } from '#canonical';

/**
 * Digest of the code a simulated machine would boot: SHA-256 over `path NUL SHA-256(content)` of every file, in path
 * order. On real hardware the launch measurement takes this place; here it makes a change of code visible, so that
 * reference values mean something in simulation too.
 */
export function measureTree(root: string, folders: readonly string[]): Digest {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && !entry.name.endsWith('.tsbuildinfo'))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        // What a link points to would run and not be measured.
        if (!entry.isFile()) throw new Error(`${path}: expected a file or a folder, links are not measured`);
        return path;
      }),
  );
  return measureFiles(
    files.map((file) => [relative(root, file), createHash('sha256').update(readFileSync(file)).digest()]),
  );
}

/** The same of files that lie elsewhere, e.g. in an image: each path, relative to the root, with SHA-256 of the content. */
export function measureFiles(files: readonly (readonly [path: string, sha256: Uint8Array])[]): Digest {
  const hash = createHash('sha256');
  for (const [path, sha256] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(path);
    hash.update('\0');
    hash.update(sha256);
  }
  return parseDigest(`sha256:${hash.digest('hex')}`);
}

/** Stand-in for MRTD in simulation: 48 bytes made from the image digest. */
export function simulatedMrtd(imageDigest: Digest): string {
  return createHash('sha384').update(`sealflow/simulated-mrtd/v1\0${imageDigest}`).digest('hex');
}
