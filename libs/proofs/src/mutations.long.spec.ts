import { createHash } from 'node:crypto';
import { bn254 } from '@noble/curves/bn254.js';
import { describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  digestOf,
  FIELD_MODULUS,
  failedChecks,
  isJsonObject,
  type Json,
  parseJsonStrict,
} from '#canonical';
import { expectationFor, honest, key, proofWith, signals } from './groth16-case.fixture.js';
import { encodeManifest } from './manifest.js';
import { BASE_MODULUS } from './points.js';
import { g1Json, g2Json, proveByTrapdoor } from './trapdoor.js';
import { type Groth16Claim, verifyGroth16Batch } from './verify-batch.js';
import { verifyGroth16 } from './verify-groth16.js';

const manifest = encodeManifest(honest.manifest);
const policy = { manifests: [digestOf(manifest)], allowDev: true };

type Evidence = Groth16Claim['evidence'];
type Path = readonly (string | number)[];

/** Other values of a leaf: neighbours, second spellings, other types, and what some readers take for the same. */
const changes: readonly ((text: string) => Json)[] = [
  (text) => `${number(text) + 1n}`,
  (text) => `${number(text) - 1n}`,
  (text) => `${BASE_MODULUS - number(text)}`,
  (text) => `${number(text) + BASE_MODULUS}`,
  (text) => `${number(text) + FIELD_MODULUS}`,
  (text) => `-${text}`,
  (text) => `0${text}`,
  (text) => `${text} `,
  (text) => `${text}.0`,
  (text) => `0x${number(text).toString(16)}`,
  (text) => [text],
  (text) => ({ toString: text }),
  () => null,
  () => true,
  () => 1,
  () => '',
  () => '0',
];

describe('every leaf changed in every way', () => {
  it('of a proof: none is accepted, and each keeps its one spelling', () => {
    expect(accepted('proof')).toEqual([]);
  });

  it('of the public signals: none is accepted', () => {
    expect(accepted('publicSignals')).toEqual([]);
  });

  it('of the verification key: none is accepted under the manifest of the key', () => {
    const vkey = parseJsonStrict(key.vkey);
    const found = leaves(vkey).flatMap((path) =>
      changes.slice(0, 6).flatMap((change) => {
        const bytes = canonicalBytes(changed(vkey, path, change));
        return holds({ ...evidence({}), vkey: bytes }) ? [path.join('.')] : [];
      }),
    );
    expect(found).toEqual([]);
  });

  it('of a manifest: none is accepted, since its digest is what the policy lists', () => {
    const json = parseJsonStrict(manifest);
    const found = leaves(json).filter((path) =>
      holds({ ...evidence({}), manifest: canonicalBytes(changed(json, path, (text) => `${text}x`)) }),
    );
    expect(found).toEqual([]);
  });
});

describe('properties', () => {
  it('a batch agrees with the single verifier on random mixes of true and false proofs', () => {
    const random = seeded('mix');
    for (let round = 0; round < 12; round += 1) {
      const count = 1 + ((random(1)[0] ?? 0) % 9);
      const claims = Array.from({ length: count }, () => mixed(random));
      const alone = claims.map((one) => verifyGroth16(one.evidence, one.expectation, policy));
      expect(verifyGroth16Batch(claims, policy, random)).toEqual(alone);
    }
  });

  it('every re-randomised proof is accepted alone and in a batch, and no other combination is', () => {
    const { G1, G2, fields } = bn254;
    const [a, b] = [12345n, 67890n];
    const again = [2n, 3n, FIELD_MODULUS - 1n].map((factor) =>
      proofWith({
        pi_a: g1Json(G1.Point.BASE.multiply(fields.Fr.mul(a, factor))),
        pi_b: g2Json(G2.Point.BASE.multiply(fields.Fr.div(b, factor))),
      }),
    );
    const halves = [2n, 3n].map((factor) =>
      proofWith({ pi_a: g1Json(G1.Point.BASE.multiply(fields.Fr.mul(a, factor))) }),
    );
    const claims = [...again, ...halves].map((proof) => claim({ proof }));
    const failed = verifyGroth16Batch(claims, policy, seeded('weights')).map((checks) =>
      failedChecks(checks).map(({ reason }) => reason),
    );
    expect(failed).toEqual([[], [], [], ['PROOF_INVALID'], ['PROOF_INVALID']]);
  });
});

function evidence(members: Partial<Evidence>): Evidence {
  return { manifest, vkey: key.vkey, proof: honest.proof, publicSignals: honest.publicSignals, ...members };
}

function claim(members: Partial<Evidence>): Groth16Claim {
  return { evidence: evidence(members), expectation: honest.expectation };
}

function holds(one: Evidence): boolean {
  return failedChecks(verifyGroth16(one, honest.expectation, policy)).length === 0;
}

function accepted(part: 'proof' | 'publicSignals'): readonly string[] {
  const whole = honest[part];
  return leaves(whole).flatMap((path) =>
    changes.flatMap((change, index) =>
      holds(evidence({ [part]: changed(whole, path, change) })) ? [`${path.join('.')} by ${index}`] : [],
    ),
  );
}

function leaves(value: Json, path: Path = []): readonly Path[] {
  if (Array.isArray(value)) return value.flatMap((item: Json, index) => leaves(item, [...path, index]));
  if (isJsonObject(value))
    return Object.entries(value).flatMap(([name, item]) => leaves(item, [...path, name]));
  return [path];
}

function changed(value: Json, [head, ...rest]: Path, change: (text: string) => Json): Json {
  if (head === undefined) {
    const made = change(String(value));
    // A text that the change gives back is the original; of it another value is asked.
    return made === value ? `${value}x` : made;
  }
  if (Array.isArray(value))
    return value.map((item: Json, index) => (index === head ? changed(item, rest, change) : item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, name === head ? changed(item, rest, change) : item]),
  );
}

/** Texts such as `groth16` count as 0. */
function number(text: string): bigint {
  return /^[0-9]+$/.test(text) ? BigInt(text) : 0n;
}

function mixed(random: (count: number) => Uint8Array): Groth16Claim {
  const [kind = 0, value = 0] = random(2);
  const context = BigInt(value);
  const own = [...signals.slice(0, 4), context];
  const expectation = expectationFor('approve', context);
  const proof = proveByTrapdoor(key, kind % 3 === 0 ? [...own.slice(0, 4), context + 1n] : own);
  return { evidence: evidence({ proof, publicSignals: own.map(String) }), expectation };
}

function seeded(name: string): (count: number) => Uint8Array {
  let counter = 0;
  return (count) => {
    counter += 1;
    return new Uint8Array(createHash('sha256').update(`${name} ${counter}`).digest()).subarray(0, count);
  };
}
