/** A proving key file around a trapdoor key: everything that its head says, and nothing to prove with. */

import { bn254 } from '@noble/curves/bn254.js';
import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes, FIELD_MODULUS, fromHex, toHex, utf8 } from '#canonical';
import { type CircuitManifest } from './manifest.js';
import { BASE_MODULUS, type G1, type G2 } from './points.js';
import type { TrapdoorKey } from './trapdoor.js';

export interface MadeZkey {
  readonly bytes: Uint8Array;
  readonly setup: Pick<CircuitManifest['setup'], 'contributions' | 'beacon'>;
}

const SCALE = 2n ** 256n;
const BEACON = '33'.repeat(32);
const ITERATIONS_EXP = 10;

/** @param names contributors, in order; a beacon by the name `beacon` follows them. */
export function zkeyOf({ trapdoor }: TrapdoorKey, names: readonly string[]): MadeZkey {
  const { G1, G2 } = bn254;
  const g1 = (scalar: bigint): G1 => G1.Point.BASE.multiply(scalar);
  const g2 = (scalar: bigint): G2 => G2.Point.BASE.multiply(scalar);
  const { alpha, beta, gamma, delta, ic } = trapdoor;
  const header = concatBytes(
    u32(32),
    little(BASE_MODULUS),
    u32(32),
    little(FIELD_MODULUS),
    ...[20, ic.length - 1, 32].map(u32),
    ...[storedG1(g1(alpha)), storedG1(g1(beta)), storedG2(g2(beta)), storedG2(g2(gamma))],
    ...[storedG1(g1(delta)), storedG2(g2(delta))],
  );
  const circuitHash = new Uint8Array(64).fill(7);
  const history = [circuitHash];
  const all = [...names, 'beacon'];
  const entries = all.map((name, index) => {
    // The last contribution leaves the key's delta; what stood before it nobody can tell from the file.
    const deltaAfter = g1(index === all.length - 1 ? delta : delta + BigInt(all.length - index));
    const [s, sx, spx] = [g1(BigInt(index + 2)), g1(BigInt(index + 3)), g2(BigInt(index + 4))];
    const transcript = blake2b(concatBytes(...history, shownG1(s), shownG1(sx)));
    const shown = concatBytes(shownG1(deltaAfter), shownG1(s), shownG1(sx), shownG2(spx), transcript);
    history.push(shown);
    const beacon = index === all.length - 1;
    const parameters = concatBytes(
      Uint8Array.of(1, name.length),
      utf8(name),
      beacon ? concatBytes(Uint8Array.of(2, ITERATIONS_EXP, 3, 32), fromHex(BEACON)) : new Uint8Array(),
    );
    const stored = [storedG1(deltaAfter), storedG1(s), storedG1(sx), storedG2(spx), transcript];
    const bytes = concatBytes(...stored, u32(beacon ? 1 : 0), u32(parameters.length), parameters);
    return { name, bytes, hash: toHex(blake2b(shown)) };
  });
  const record = concatBytes(circuitHash, u32(entries.length), ...entries.map(({ bytes }) => bytes));
  const sections: readonly (readonly [number, Uint8Array])[] = [
    [1, u32(1)],
    [2, header],
    [4, new Uint8Array(1000)],
    [3, concatBytes(...ic.map((point) => storedG1(g1(point))))],
    [10, record],
  ];
  const body = sections.flatMap(([type, bytes]) => [u32(type), u32(bytes.length), u32(0), bytes]);
  return {
    bytes: concatBytes(utf8('zkey'), u32(1), u32(sections.length), ...body),
    setup: {
      contributions: entries.slice(0, -1).map(({ name, hash }) => ({ name, hash })),
      beacon: { value: BEACON, iterationsExp: ITERATIONS_EXP, hash: entries.at(-1)?.hash ?? '' },
    },
  };
}

export function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24);
}

function little(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0')).reverse();
}

function big(value: bigint): Uint8Array {
  return little(value).reverse();
}

const stored = (value: bigint): Uint8Array => little((value * SCALE) % BASE_MODULUS);

function storedG1(point: G1): Uint8Array {
  const { x, y } = point.toAffine();
  return concatBytes(stored(x), stored(y));
}

function storedG2(point: G2): Uint8Array {
  const { x, y } = point.toAffine();
  return concatBytes(stored(x.c0), stored(x.c1), stored(y.c0), stored(y.c1));
}

function shownG1(point: G1): Uint8Array {
  const { x, y } = point.toAffine();
  return concatBytes(big(x), big(y));
}

function shownG2(point: G2): Uint8Array {
  const { x, y } = point.toAffine();
  return concatBytes(big(x.c1), big(x.c0), big(y.c1), big(y.c0));
}
