import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseTrustFile, type TrustFile } from '#evidence';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';

/** A bundle that an earlier version of this product wrote, and what it was worth then. */
export interface GoldenBundle {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly trust: TrustFile;
  readonly expected: GoldenVerdict;
}

export interface GoldenVerdict {
  readonly exitCode: number;
  readonly outcome: string;
  readonly reason: string | null;
  readonly status: string;
  readonly steps: readonly {
    readonly stepId: string;
    readonly integrity: string;
    readonly confidentiality: string;
  }[];
}

export const goldenFolder = join(projectRoot, 'test/golden');

/** All golden bundles, of every version of the format that was ever released. */
export function goldenBundles(): GoldenBundle[] {
  return readdirSync(goldenFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => goldenOf(join(goldenFolder, entry.name), entry.name));
}

/** One of them. A name that does not exist is a broken test. */
export function goldenBundle(name: string): GoldenBundle {
  const found = goldenBundles().find((golden) => golden.name === name);
  if (found === undefined) throw new RangeError(`no golden bundle ${name}`);
  return found;
}

function goldenOf(path: string, version: string): GoldenBundle[] {
  if (!existsSync(join(path, 'expected.json'))) return [];
  const trust = parseTrustFile(readFileSync(join(path, 'trust.json')));
  const expected: Readonly<Record<string, GoldenVerdict>> = JSON.parse(
    readFileSync(join(path, 'expected.json'), 'utf8'),
  );
  return Object.entries(expected).map(([name, verdict]) => ({
    name: `${version}/${name}`,
    bytes: new Uint8Array(gunzipSync(readFileSync(join(path, `${name}.evidence.json.gz`)))),
    trust,
    expected: verdict,
  }));
}
