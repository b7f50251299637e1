import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Buildah } from './buildah.js';
import { debianBase } from './debian-base.js';
import { serviceImages } from './service-images.js';
import { stageImages } from './stage-images.js';

export interface ImagesRequest {
  readonly root: string;
  /** Scratch folder of this build. */
  readonly work: string;
  readonly commit: string | null;
  readonly seconds: number;
  readonly version: string;
  /** Reference by digest of the base; null packs one from Debian's packages. */
  readonly base: string | null;
}

export interface BuiltImage {
  readonly name: string;
  readonly tag: string;
  readonly id: string;
}

const DEBIAN_BASE = 'localhost/debian-base';

/** Builds every image from a checkout whose `dist` is built. The same request gives the same digests. */
export function buildImages(engine: Buildah, request: ImagesRequest): readonly BuiltImage[] {
  const { root, work, commit, seconds, version, base } = request;
  mkdirSync(work, { recursive: true });
  if (base === null) {
    const folder = join(work, 'base');
    rmSync(folder, { recursive: true, force: true });
    debianBase(folder, seconds);
    engine.pack(folder, DEBIAN_BASE, seconds);
  }
  const staged = join(work, 'staged');
  stageImages({ root, target: staged, commit, seconds, cpu: process.arch });
  return serviceImages.map(({ name, license }) => {
    const tag = `localhost/sealflow/${name}:${version}`;
    engine.build({
      containerfile: join(root, 'deploy/images/Containerfile'),
      target: name,
      tag,
      staged,
      base: base ?? DEBIAN_BASE,
      seconds,
      labels: {
        'org.opencontainers.image.title': `sealflow/${name}`,
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.licenses': license,
        ...(commit === null ? {} : { 'org.opencontainers.image.revision': commit }),
        'sealflow.dev/base':
          base ?? 'packages of Debian, for tests; a release is built on the pinned distroless base',
      },
    });
    return { name, tag, id: engine.id(tag) };
  });
}

/** What a release publishes beside the layout: the digests that values of charts pin. */
export function writeDigests(file: string, version: string, digests: ReadonlyMap<string, string>): void {
  const images = Object.fromEntries([...digests].map(([name, digest]) => [name, { digest }]));
  writeFileSync(file, `${JSON.stringify({ v: 'sealflow/images/v1', version, images }, null, 2)}\n`);
}
