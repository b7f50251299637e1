// SPDX-License-Identifier: GPL-3.0
import { blake2b } from '@noble/hashes/blake2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ChaCha } from 'ffjavascript';
import type { Curve } from 'snarkjs';
import { concatBytes, utf8 } from '#canonical';

/** One factor of delta with its proof of knowledge, as snarkjs records it (section 10 of a key file). */
export interface Contribution {
  readonly name: string;
  readonly secret: bigint;
  readonly deltaAfter: Uint8Array;
  readonly s: Uint8Array;
  readonly sx: Uint8Array;
  readonly spx: Uint8Array;
  readonly transcript: Uint8Array;
  /** blake2b-512 over all of it: what a manifest lists. */
  readonly hash: Uint8Array;
  readonly beacon: Beacon | null;
}

export interface Beacon {
  readonly value: Uint8Array;
  readonly iterationsExp: number;
}

/**
 * Draws the contributions of a key whose delta begins at 1. Equal to what `snarkjs zkey contribute` and `zkey beacon`
 * write one after the other, without the pass over all points that each of them takes.
 */
export function drawContributions(
  curve: Curve,
  circuitHash: Uint8Array,
  names: readonly string[],
  beacon: Beacon & { readonly name: string },
  random: (byteCount: number) => Uint8Array,
): readonly Contribution[] {
  const made: Contribution[] = [];
  for (const name of names) made.push(contribute(curve, circuitHash, made, name, seedOf(random(32)), null));
  let hash = beacon.value;
  for (let round = 0; round < 2 ** beacon.iterationsExp; round += 1) hash = sha256(hash);
  const { value, iterationsExp } = beacon;
  made.push(contribute(curve, circuitHash, made, beacon.name, seedOf(hash), { value, iterationsExp }));
  return made;
}

/** Section 10: the hash of the circuit, then each contribution. */
export function encodeContributions(circuitHash: Uint8Array, made: readonly Contribution[]): Uint8Array {
  return concatBytes(
    circuitHash,
    u32(made.length),
    ...made.flatMap(({ name, deltaAfter, s, sx, spx, transcript, beacon }) => {
      const label = utf8(name);
      const parameters = concatBytes(
        Uint8Array.of(1, label.length),
        label,
        ...(beacon === null
          ? []
          : [Uint8Array.of(2, beacon.iterationsExp, 3, beacon.value.length), beacon.value]),
      );
      const type = u32(beacon === null ? 0 : 1);
      return [deltaAfter, s, sx, spx, transcript, type, u32(parameters.length), parameters];
    }),
  );
}

function contribute(
  curve: Curve,
  circuitHash: Uint8Array,
  before: readonly Contribution[],
  name: string,
  seed: readonly number[],
  beacon: Beacon | null,
): Contribution {
  const { G1, G2, Fr } = curve;
  const source = new ChaCha(seed);
  const secret = Fr.toObject(Fr.fromRng(source));
  const s = G1.toAffine(G1.fromRng(source));
  const sx = G1.toAffine(G1.timesScalar(s, secret));
  const transcript = blake2b(
    concatBytes(
      circuitHash,
      ...before.map((earlier) => publicKey(curve, earlier)),
      G1.toUncompressed(s),
      G1.toUncompressed(sx),
    ),
    { dkLen: 64 },
  );
  const sp = G2.fromRng(new ChaCha(seedOf(transcript)));
  const delta = [...before.map((earlier) => earlier.secret), secret].reduce(
    (product, one) => times(product, one),
    1n,
  );
  const made = {
    name,
    secret,
    deltaAfter: G1.toAffine(G1.timesScalar(G1.g, delta)),
    s,
    sx,
    spx: G2.toAffine(G2.timesScalar(sp, secret)),
    transcript,
    beacon,
  };
  return { ...made, hash: blake2b(publicKey(curve, made), { dkLen: 64 }) };
}

function publicKey(
  { G1, G2 }: Curve,
  { deltaAfter, s, sx, spx, transcript }: Omit<Contribution, 'hash'>,
): Uint8Array {
  return concatBytes(
    ...[deltaAfter, s, sx].map((point) => G1.toUncompressed(point)),
    G2.toUncompressed(spx),
    transcript,
  );
}

const r = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

function times(a: bigint, b: bigint): bigint {
  return (a * b) % r;
}

/** Eight big-endian words: how snarkjs seeds the stream from a hash. */
function seedOf(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: 8 }, (_, word) => view.getUint32(4 * word));
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
