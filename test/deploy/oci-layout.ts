import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digestOf } from './registry.js';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** An OCI layout of images with an empty layer and a label each, in place of a build. Gives their digests. */
export function writeLayout(folder: string, names: readonly string[]): ReadonlyMap<string, string> {
  const blobs = join(folder, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const put = (bytes: Buffer) => {
    const digest = digestOf(bytes);
    writeFileSync(join(blobs, digest.slice('sha256:'.length)), bytes);
    return { digest, size: bytes.length };
  };
  const json = (value: object) => put(Buffer.from(JSON.stringify(value)));
  const tar = Buffer.alloc(1_024);
  const layer = put(gzipSync(tar));
  const manifests = names.map((name) => {
    const config = json({
      ...{ architecture: 'amd64', os: 'linux', config: { Labels: { name } } },
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    });
    const manifest = json({
      ...{ schemaVersion: 2, mediaType: MANIFEST },
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer }],
    });
    const annotations = { 'org.opencontainers.image.ref.name': name };
    return { mediaType: MANIFEST, ...manifest, annotations };
  });
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return new Map(
    manifests.map(({ digest, annotations }) => [annotations['org.opencontainers.image.ref.name'], digest]),
  );
}
