import { describe, expect, it } from 'vitest';
import { type Check, digestOf, failedChecks } from '#canonical';
import { attacks } from './attack-table.fixture.js';
import { type Change, honest, reasons } from './groth16-case.fixture.js';
import { encodeManifest } from './manifest.js';
import { verifyGroth16Batch } from './verify-batch.js';

describe('the attack table', () => {
  it.each(attacks.filter(({ reason }) => reason !== null))('$name is refused', ({ files, reason }) => {
    expect(reasons(files)).toEqual([reason]);
  });

  it.each(attacks.filter(({ reason }) => reason === null))(
    '$name is accepted: bytes of a proof identify nothing',
    ({ files }) => {
      expect(reasons(files)).toEqual([]);
    },
  );

  it('gives the same reasons in one batch with an honest proof, which stays accepted', () => {
    let counter = 0;
    const random = (count: number): Uint8Array => {
      counter += 1;
      return new Uint8Array(count).fill(counter);
    };
    const all: readonly Change[] = [honest, ...attacks.map(({ files }) => files)];
    const claims = all.map((files) => {
      const { manifest, expectation, ...rest } = { ...honest, ...files };
      return { evidence: { ...rest, manifest: encodeManifest(manifest) }, expectation };
    });
    const manifests = claims.map(({ evidence }) => digestOf(evidence.manifest));
    const found = verifyGroth16Batch(claims, { manifests, allowDev: true }, random).map(failedReasons);
    expect(found).toEqual([[], ...attacks.map(({ reason }) => (reason === null ? [] : [reason]))]);
  });
});

function failedReasons(checks: readonly Check[]): readonly (string | null)[] {
  return [...new Set(failedChecks(checks).map(({ reason }) => reason))];
}
