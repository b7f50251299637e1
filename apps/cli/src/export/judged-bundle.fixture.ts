import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type BundleVerdict,
  type Fact,
  factsOf,
  parseTrustFile,
  type TrustFile,
  verifyBundle,
} from '#evidence';
import { projectRoot } from '../installation/paths.js';

/** A golden bundle with what the verifier says of it: what every export starts from. */
export interface JudgedBundle {
  readonly bundle: Uint8Array;
  readonly trust: TrustFile;
  readonly verdict: BundleVerdict;
  readonly facts: readonly Fact[];
}

export const madeAtMs = Date.UTC(2026, 10, 21, 8);

/** @param change makes another text of the bundle, to see what is written about a bad one */
export async function judgedBundle(change: (text: string) => string = (text) => text): Promise<JudgedBundle> {
  const folder = join(projectRoot, 'test/golden/v1');
  const trust = parseTrustFile(readFileSync(join(folder, 'trust.json')));
  const text = gunzipSync(readFileSync(join(folder, 'approved.evidence.json.gz'))).toString('utf8');
  const bundle = new TextEncoder().encode(change(text));
  const verdict = await verifyBundle(bundle, trust, { at: null });
  return { bundle, trust, verdict, facts: factsOf(bundle, verdict) };
}

/** One salt of the step tree replaced: a forgery. */
export function forged(text: string): string {
  return text.replace(/"leafSalt":"(.)/, (_all, first) => `"leafSalt":"${first === 'A' ? 'B' : 'A'}`);
}
