import { createHash } from 'node:crypto';
import { bn254 } from '@noble/curves/bn254.js';
import { describe, expect, it } from 'vitest';
import { type Check, digestOf, failedChecks, type Json, type JsonObject } from '#canonical';
import { strayPoint } from './attack-table.fixture.js';
import { equationsHold, vkXOf, type WeightedEquation } from './equation.js';
import {
  expectationFor,
  honest,
  key,
  other,
  proofWith,
  reasons,
  signals,
  signalsWith,
} from './groth16-case.fixture.js';
import { encodeManifest } from './manifest.js';
import { sumOfMultiples } from './multiples.js';
import { parseProof } from './proof.js';
import { sampleManifest } from './sample-manifest.js';
import { g1Json, proveByTrapdoor } from './trapdoor.js';
import { parseVerificationKey } from './verification-key.js';
import { type Groth16Claim, verifyGroth16Batch } from './verify-batch.js';
import { verifyGroth16 } from './verify-groth16.js';

const manifest = encodeManifest(honest.manifest);
const otherManifest = encodeManifest(sampleManifest(other.vkey, { name: 'other' }));
const policy = { manifests: [digestOf(manifest), digestOf(otherManifest)], allowDev: true };

describe('verifyGroth16Batch', () => {
  it.each([0, 2, 4])('names the one bad proof of five, at place %i', (bad) => {
    const proof = proofWith({ pi_c: g1Json(bn254.G1.Point.BASE) });
    const claims = Array.from({ length: 5 }, (_, at) => (at === bad ? claim({ proof }) : claim({})));
    const found = judge(claims);
    expect(found.map((checks) => failed(checks))).toEqual(
      claims.map((_, at) => (at === bad ? ['PROOF_INVALID'] : [])),
    );
  });

  it('names every bad proof where all are bad, and none where there are none', () => {
    const proof = proofWith({ pi_c: g1Json(bn254.G1.Point.BASE) });
    expect(judge([claim({ proof }), claim({ proof }), claim({ proof })]).map(failed)).toEqual(
      Array.from({ length: 3 }, () => ['PROOF_INVALID']),
    );
    expect(judge([claim({}), claim({})]).map(failed)).toEqual([[], []]);
    expect(judge([])).toEqual([]);
  });

  it('refuses two false proofs whose errors cancel out', () => {
    const [left, right] = cancelling();
    expect(equationsHold([left, right].map(unweighted))).toBe(true);
    expect(judge([claim({ proof: left }), claim({ proof: right })]).map(failed)).toEqual([
      ['PROOF_INVALID'],
      ['PROOF_INVALID'],
    ]);
  });

  it.each([
    ['repeats itself', (count: number) => new Uint8Array(count).fill(1)],
    ['gives zeros', (count: number) => new Uint8Array(count)],
    ['gives fewer bytes than asked', () => new Uint8Array(1).fill(1)],
  ])('judges proofs one by one under a source of randomness that %s', (_name, random) => {
    const [left, right] = cancelling();
    const claims = [claim({ proof: left }), claim({}), claim({ proof: right })];
    expect(verifyGroth16Batch(claims, policy, random).map(failed)).toEqual([
      ['PROOF_INVALID'],
      [],
      ['PROOF_INVALID'],
    ]);
  });

  it('takes 16 bytes of randomness a proof', () => {
    const asked: number[] = [];
    const random = seeded('asked');
    verifyGroth16Batch([claim({}), claim({})], policy, (count) => {
      asked.push(count);
      return random(count);
    });
    expect(asked).toEqual([16, 16]);
  });

  it('looks for the subgroup in every proof, not in their sum', () => {
    const proof = proofWith({ pi_b: strayPoint() });
    expect(judge([claim({}), claim({ proof }), claim({})]).map(failed)).toEqual([[], ['POINT_INVALID'], []]);
  });

  it('tells proofs of several keys apart, and ties each to its own run', () => {
    const foreign = { vkey: other.vkey, manifest: otherManifest, proof: proveByTrapdoor(other, signals) };
    const swapped = { ...foreign, proof: honest.proof };
    const elsewhere = { ...claim({}), expectation: expectationFor('approve', 98n) };
    const found = judge([claim({}), claim(foreign), claim(swapped), elsewhere]);
    expect(found.map(failed)).toEqual([[], [], ['PROOF_INVALID'], ['CONTEXT_MISMATCH']]);
  });

  it('gives each proof the checks that it gets alone', () => {
    const claims = [
      claim({}),
      claim({ publicSignals: signalsWith(2, '1') }),
      claim({ proof: null }),
      claim({ vkey: new Uint8Array(3) }),
    ];
    const alone = claims.map(({ evidence, expectation }) => verifyGroth16(evidence, expectation, policy));
    expect(judge(claims)).toEqual(alone);
  });
});

describe('a revoked manifest', () => {
  it('is refused although the policy lists it', () => {
    expect(reasons({ policy: { revoked: [digestOf(manifest)] } })).toEqual(['MANIFEST_REVOKED']);
  });

  it('is refused although it says that it is active', () => {
    const active = sampleManifest(key.vkey, { state: 'active' });
    const revoked = [digestOf(encodeManifest(active))];
    expect(reasons({ manifest: active, policy: { revoked } })).toEqual(['MANIFEST_REVOKED']);
  });
});

describe('sumOfMultiples', () => {
  it('agrees with multiplying one by one', () => {
    const base = bn254.G1.Point.BASE;
    const random = seeded('points');
    for (let count = 0; count < 6; count += 1) {
      const scalars = Array.from({ length: count }, () =>
        BigInt(`0x${Buffer.from(random(16)).toString('hex')}`),
      );
      const points = scalars.map((_, index) => base.multiply(BigInt(index * 7 + 1)));
      const expected = points.reduce(
        (sum, point, index) => sum.add(point.multiplyUnsafe(scalars[index] ?? 0n)),
        bn254.G1.Point.ZERO,
      );
      expect(sumOfMultiples(points, scalars, 128).equals(expected)).toBe(true);
    }
  });

  it('is infinite for no points, for zeros and for points that cancel out', () => {
    const base = bn254.G1.Point.BASE;
    expect(sumOfMultiples([], [], 128).is0()).toBe(true);
    expect(sumOfMultiples([base], [0n], 128).is0()).toBe(true);
    expect(sumOfMultiples([base, base.negate()], [5n, 5n], 128).is0()).toBe(true);
  });
});

function claim(evidence: Partial<Groth16Claim['evidence']>): Groth16Claim {
  const { vkey, proof, publicSignals, expectation } = honest;
  return { evidence: { manifest, vkey, proof, publicSignals, ...evidence }, expectation };
}

function judge(claims: readonly Groth16Claim[]): readonly (readonly Check[])[] {
  return verifyGroth16Batch(claims, policy, seeded('weights'));
}

function failed(checks: readonly Check[]): readonly (string | null)[] {
  return failedChecks(checks).map(({ reason }) => reason);
}

/** What a batch without weights would compute. */
function unweighted(proof: Json): WeightedEquation {
  const equation = { vkey: parseVerificationKey(key.vkey), proof: parseProof(proof), signals };
  return { ...equation, weight: 1n, vkX: vkXOf(equation) ?? bn254.G1.Point.ZERO };
}

/** C + P and C - P: under equal weights the product of the two equations still holds. */
function cancelling(): readonly [Json, Json] {
  const [x, y] = (honest.proof as { pi_c: string[] }).pi_c.map((text) => BigInt(text));
  const c = bn254.G1.Point.fromAffine({ x: x ?? 0n, y: y ?? 0n });
  const error = bn254.G1.Point.BASE.multiply(424242n);
  const shifted = (by: typeof error): JsonObject => ({ pi_c: g1Json(c.add(by)) });
  return [proofWith(shifted(error)), proofWith(shifted(error.negate()))];
}

function seeded(name: string): (count: number) => Uint8Array {
  let counter = 0;
  return (count) => {
    counter += 1;
    return new Uint8Array(createHash('sha256').update(`${name} ${counter}`).digest()).subarray(0, count);
  };
}
