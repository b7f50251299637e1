import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseTrustFile, type TrustFile, type VerifyOptions } from '#evidence';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import type { Answer, GoldenVerdict } from './golden-verdict.js';

/** A bundle that an earlier version of this product wrote, and what it was worth then. */
export interface GoldenBundle {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly trust: TrustFile;
  readonly expected: GoldenVerdict;
  /** Every question that was put to the verifier about it, with the answer; the first is the plain one. */
  readonly calls: readonly GoldenCall[];
}

/** One way in which somebody calls the verifier. */
export interface GoldenCall {
  /** Files beside the bundle. */
  readonly trustFile: string;
  readonly trustUpdateFile: string | null;
  readonly acceptWithheld: boolean;
  readonly answer: Answer;
}

/** What the manifest says of a call: how it differs from the plain one, and its answer. */
export type OtherCall = Answer & {
  readonly trust?: string;
  readonly trustUpdate?: string;
  readonly acceptWithheld?: boolean;
};

/** Entry of the manifest `expected.json` of a version. */
export type GoldenEntry = GoldenVerdict & { readonly also?: readonly OtherCall[] };

export const goldenFolder = join(projectRoot, 'test/golden');
export const plainTrustFile = 'trust.json';

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

export function goldenTrustFile(golden: Pick<GoldenBundle, 'name'>, file: string): string {
  return join(goldenFolder, golden.name.split('/')[0] ?? '', file);
}

/** A call as options of the verifier that every program has. */
export function judgement(
  golden: Pick<GoldenBundle, 'name'>,
  call: GoldenCall,
): { readonly trust: TrustFile; readonly options: VerifyOptions } {
  const read = (file: string): TrustFile => parseTrustFile(readFileSync(goldenTrustFile(golden, file)));
  const hindsight = call.trustUpdateFile === null ? {} : { hindsight: read(call.trustUpdateFile) };
  return {
    trust: read(call.trustFile),
    options: { at: null, acceptWithheld: call.acceptWithheld, ...hindsight },
  };
}

function goldenOf(path: string, version: string): GoldenBundle[] {
  if (!existsSync(join(path, 'expected.json'))) return [];
  const trust = parseTrustFile(readFileSync(join(path, plainTrustFile)));
  const manifest: Readonly<Record<string, GoldenEntry>> = JSON.parse(
    readFileSync(join(path, 'expected.json'), 'utf8'),
  );
  return Object.entries(manifest).map(([name, { also = [], ...expected }]) => ({
    name: `${version}/${name}`,
    bytes: new Uint8Array(gunzipSync(readFileSync(join(path, `${name}.evidence.json.gz`)))),
    trust,
    expected,
    calls: [expected, ...also].map(callOf),
  }));
}

function callOf({ trust, trustUpdate, acceptWithheld, exitCode, outcome, reason }: OtherCall): GoldenCall {
  return {
    trustFile: trust ?? plainTrustFile,
    trustUpdateFile: trustUpdate ?? null,
    acceptWithheld: acceptWithheld === true,
    answer: { exitCode, outcome, reason },
  };
}
