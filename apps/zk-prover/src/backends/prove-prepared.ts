// SPDX-License-Identifier: GPL-3.0
/**
 * The Groth16 prover over snarkjs' own curve, for keys that fit into memory twice.
 *
 * The mathematics is that of snarkjs (`groth16_prove.js`); what differs is the way there. snarkjs evaluates the
 * matrices in JavaScript, one call into WASM for each entry, of which a circuit of Poseidon hashes has tens of
 * thousands, and it hands the points of the key to a thread once for each window of a multi-exponentiation. Here the
 * matrices and transforms are one task in WASM, the windows of a sum are one task a thread, and the sums that need the
 * witness alone do not wait for the others. Nothing that comes out is believed: see `prover-pool`.
 */
import type { Curve, CurveGroup, CurveTask } from 'snarkjs';
import type { RawProof } from './backend.js';
import { FixedSum } from './fixed-sum.js';
import type { PreparedKey } from './prepared-key.js';

const FIELD = 32;
const SCALAR_BITS = 256;
/** Above it a window's table costs more than it saves. */
const WINDOW_BITS_MAX = 14;

/** Sums over the points of one key; null where they are not worth their memory. */
export interface KeyTables {
  readonly a: FixedSum;
  readonly b1: FixedSum;
  /** Null where threads do that sum beside the others. */
  readonly b2: FixedSum | null;
  readonly c: FixedSum;
  readonly h: FixedSum;
}

/** Makes the tables of a key: about as much work as five proofs. */
export function tablesOf(curve: Curve, key: PreparedKey): KeyTables {
  return {
    a: new FixedSum(curve, 'G1', key.a),
    b1: new FixedSum(curve, 'G1', key.b1),
    b2: curve.tm.concurrency > 1 ? null : new FixedSum(curve, 'G2', key.b2),
    c: new FixedSum(curve, 'G1', key.c),
    h: new FixedSum(curve, 'G1', key.h),
  };
}

/** Bytes that `tablesOf` keeps. */
export function tableBytes({ wires, publics, domainSize }: PreparedKey): number {
  const g1 = [wires, wires, wires - publics - 1, domainSize].map((count) => FixedSum.bytes('G1', count));
  return g1.reduce((sum, bytes) => sum + bytes, FixedSum.bytes('G2', wires));
}

/** @param witness values of all wires, little-endian; the caller zeroes them */
export async function provePrepared(
  curve: Curve,
  key: PreparedKey,
  witness: Uint8Array,
  tables: KeyTables | null = null,
): Promise<RawProof> {
  const { G1, G2, Fr } = curve;
  const secret = witness.slice((key.publics + 1) * FIELD);
  try {
    // What threads do begins first; tables are added up here meanwhile.
    const quotient = quotientOf(curve, key, witness);
    const sums = [
      tables?.b2?.sum(witness) ?? sumOf(curve, 'G2', key.b2, witness),
      tables?.a.sum(witness) ?? sumOf(curve, 'G1', key.a, witness),
      tables?.b1.sum(witness) ?? sumOf(curve, 'G1', key.b1, witness),
      tables?.c.sum(secret) ?? sumOf(curve, 'G1', key.c, secret),
      quotient.then((values) => tables?.h.sum(values) ?? sumOf(curve, 'G1', key.h, values)),
    ] as const;
    const [b2, a, b1, c, h] = await Promise.all(sums);
    const r = Fr.random();
    const s = Fr.random();
    const blinded = (
      group: CurveGroup,
      sum: Uint8Array,
      by: Uint8Array,
      delta: Uint8Array,
      blind: Uint8Array,
    ) => group.add(group.add(sum, by), group.timesFr(delta, blind));
    const piA = blinded(G1, a, key.alpha1, key.delta1, r);
    const piB = blinded(G2, b2, key.beta2, key.delta2, s);
    const piB1 = blinded(G1, b1, key.beta1, key.delta1, s);
    const piC = [
      h,
      G1.timesFr(piA, s),
      G1.timesFr(piB1, r),
      G1.timesFr(key.delta1, Fr.neg(Fr.mul(r, s))),
    ].reduce((sum, point) => G1.add(sum, point), c);
    const proof = {
      pi_a: texts(G1.toObject(G1.toAffine(piA))),
      pi_b: texts(G2.toObject(G2.toAffine(piB))),
      pi_c: texts(G1.toObject(G1.toAffine(piC))),
      protocol: 'groth16',
      curve: 'bn128',
    };
    return { proof: JSON.stringify(proof), publicSignals: publicSignals(witness, key.publics) };
  } finally {
    secret.fill(0);
  }
}

/** (A B - C) on the odd coset: what the points of H are multiplied with. */
async function quotientOf({ Fr, tm }: Curve, key: PreparedKey, witness: Uint8Array): Promise<Uint8Array> {
  const { domainSize, coefficients, coefficientCount, wires } = key;
  const bytes = domainSize * FIELD;
  const power = Math.log2(domainSize);
  const shift = Fr.w[power + 1];
  if (shift === undefined || !Number.isInteger(power)) throw new RangeError('no such domain');
  const [matrix, values, a, b, c, first, by] = [0, 1, 2, 3, 4, 5, 6].map((index) => ({ var: index })) as [
    Ref,
    Ref,
    Ref,
    Ref,
    Ref,
    Ref,
    Ref,
  ];
  const count = { val: domainSize };
  const toOddCoset = (row: Ref): CurveTask[] => [
    { cmd: 'CALL', fnName: 'frm_ifft', params: [row, count] },
    { cmd: 'CALL', fnName: 'frm_batchApplyKey', params: [row, count, first, by, row] },
    { cmd: 'CALL', fnName: 'frm_fft', params: [row, count] },
  ];
  const [quotient] = await tm.queueAction([
    { cmd: 'ALLOCSET', ...matrix, buff: coefficients },
    { cmd: 'ALLOCSET', ...values, buff: witness },
    ...[a, b, c].map((row): CurveTask => ({ cmd: 'ALLOC', ...row, len: bytes })),
    { cmd: 'ALLOCSET', ...first, buff: Fr.one },
    { cmd: 'ALLOCSET', ...by, buff: shift },
    {
      cmd: 'CALL',
      fnName: 'qap_buildABC',
      params: [
        matrix,
        { val: coefficientCount },
        values,
        a,
        b,
        c,
        { val: 0 },
        count,
        { val: 0 },
        { val: wires },
      ],
    },
    ...[a, b, c].flatMap(toOddCoset),
    { cmd: 'CALL', fnName: 'qap_joinABC', params: [a, b, c, count, a] },
    { cmd: 'CALL', fnName: 'frm_batchFromMontgomery', params: [a, count, a] },
    { cmd: 'GET', out: 0, ...a, len: bytes },
  ]);
  if (quotient === undefined) throw new RangeError('no quotient');
  return quotient;
}

interface Ref {
  readonly var: number;
}

/** Sum of scalar times point, the windows of the scalars shared out among the threads. */
async function sumOf(
  curve: Curve,
  name: 'G1' | 'G2',
  points: Uint8Array,
  scalars: Uint8Array,
): Promise<Uint8Array> {
  const group = curve[name];
  const count = scalars.length / FIELD;
  if (count === 0) return group.zero;
  const bits = windowBits(count);
  const windows = Math.ceil(SCALAR_BITS / bits);
  const each = Math.ceil(windows / curve.tm.concurrency);
  const fnName = `${name.toLowerCase()}m_multiexpAffine_chunk`;
  const size = group.F.n8 * 3;
  const parts = Array.from({ length: Math.ceil(windows / each) }, (_, part) =>
    Array.from({ length: Math.min(each, windows - part * each) }, (__, index) => part * each + index),
  );
  const sums = await Promise.all(
    parts.map((part) =>
      curve.tm.queueAction([
        { cmd: 'ALLOCSET', var: 0, buff: points },
        { cmd: 'ALLOCSET', var: 1, buff: scalars },
        { cmd: 'ALLOC', var: 2, len: size },
        ...part.flatMap((window, out): CurveTask[] => [
          {
            cmd: 'CALL',
            fnName,
            params: [
              { var: 0 },
              { var: 1 },
              { val: FIELD },
              { val: count },
              { val: window * bits },
              { val: Math.min(bits, SCALAR_BITS - window * bits) },
              { var: 2 },
            ],
          },
          { cmd: 'GET', out, var: 2, len: size },
        ]),
      ]),
    ),
  );
  // Horner from the highest window down.
  return sums.flat().reduceRight((sum, window) => {
    let shifted = sum;
    if (!group.isZero(sum)) for (let bit = 0; bit < bits; bit += 1) shifted = group.double(shifted);
    return group.add(shifted, window);
  }, group.zero);
}

/** About log2(n) - 3: a window costs an addition a point and two a place of its table. */
function windowBits(count: number): number {
  return Math.min(WINDOW_BITS_MAX, Math.max(2, Math.floor(Math.log2(count)) - 3));
}

function publicSignals(witness: Uint8Array, publics: number): readonly string[] {
  const view = new DataView(witness.buffer, witness.byteOffset, witness.byteLength);
  return Array.from({ length: publics }, (_, index) => {
    const words = [3, 2, 1, 0].map((word) => view.getBigUint64((index + 1) * FIELD + 8 * word, true));
    return words.reduce((value, word) => (value << 64n) + word, 0n).toString();
  });
}

/** Coordinates as snarkjs writes them. */
function texts(value: unknown): unknown {
  return Array.isArray(value) ? value.map(texts) : String(value);
}
