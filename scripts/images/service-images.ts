import { workerImages } from '#worker';

/** One image: a program of `dist/apps`, and what lies beside it. */
export interface ServiceImage {
  readonly name: string;
  /** Copied as they are, relative to the folder that holds `dist`; those of a worker are what it measures of itself. */
  readonly folders: readonly string[];
  /** Licence of the whole, as an SPDX expression. */
  readonly license: string;
}

/** Read at run time by whoever speaks gRPC. */
const shared = ['proto'];

export const serviceImages: readonly ServiceImage[] = [
  {
    name: 'orchestrator',
    folders: ['dist/apps/orchestrator', 'dist/libs', 'apps/orchestrator/drizzle', ...shared],
    license: 'Apache-2.0',
  },
  ...workerImages.map(({ name, folders }) => ({
    name,
    folders: [...folders, ...shared],
    license: name === 'zk-prover' ? 'GPL-3.0-only AND Apache-2.0' : 'Apache-2.0',
  })),
];

export function serviceImage(name: string): ServiceImage {
  const image = serviceImages.find((candidate) => candidate.name === name);
  if (image === undefined) {
    const names = serviceImages.map((candidate) => candidate.name).join(', ');
    throw new RangeError(`image: got ${name.slice(0, 40)}, expected one of ${names}`);
  }
  return image;
}
