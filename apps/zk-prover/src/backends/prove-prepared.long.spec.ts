// SPDX-License-Identifier: GPL-3.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as snarkjs from 'snarkjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { FIELD_MODULUS } from '#canonical';
import { type Circuit, loadCircuit, shippedArtifacts } from '../circuit/circuit.js';
import { ProverPool } from '../pool/prover-pool.js';
import { ownerOf } from '../transfer/evaluate.js';
import { transferWitness } from '../transfer/runtime.js';
import { failuresOf } from '../verify/check-proof.js';
import { WitnessProgram } from '../witness/witness-program.js';
import { FixedSum } from './fixed-sum.js';
import { type PreparedKey, prepareKey, witnessValues } from './prepared-key.js';
import { type KeyTables, provePrepared, tableBytes, tablesOf } from './prove-prepared.js';

const folder = shippedArtifacts('transfer');
const bytes = new Uint8Array(readFileSync(join(folder, 'circuit.zkey')));
let curve: snarkjs.Curve;
let circuit: Circuit;
let program: WitnessProgram;
let key: PreparedKey;
let tables: KeyTables;

beforeAll(async () => {
  curve = await snarkjs.curves.getCurveFromName('bn128', { singleThread: true });
  circuit = loadCircuit(folder);
  program = await WitnessProgram.compile(new Uint8Array(readFileSync(join(folder, 'circuit.wasm'))));
  key = prepareKey(bytes);
  tables = tablesOf(curve, key);
});

/** The witness file of a payment from a balance. */
function witness(balance: bigint, amount: bigint): Promise<Uint8Array> {
  const [asset, spendKey] = [840n, 12_345n];
  const note = { asset, amount: balance, owner: ownerOf(spendKey) };
  const order = { asset, amount, recipient: 6_789n, spendKey };
  const salts = { balance: 1n, order: FIELD_MODULUS - 1n, rest: 3n, payment: 4n };
  return program.calculate(transferWitness(note, order, salts, 5n));
}

async function failuresWith(values: Uint8Array, with_: KeyTables | null): Promise<readonly string[]> {
  const made = await provePrepared(curve, key, values, with_);
  return failuresOf({ circuit, ...made, expectation: null });
}

const ways = [
  ['without tables', () => null],
  ['with tables', () => tables],
] as const;

describe.each(ways)('a proof from a prepared key, %s,', (_, chosen) => {
  it.each([
    ['a payment', 100_000n, 72_500n],
    ['an order above the balance', 1n, 2n],
    ['the widest amounts', 2n ** 64n - 1n, 2n ** 64n - 1n],
    ['an empty balance', 0n, 1n],
  ])('is accepted by the strict verifier: %s', async (_what, balance, amount) => {
    expect(await failuresWith(witnessValues(await witness(balance, amount), key.wires), chosen())).toEqual(
      [],
    );
  });

  it('of a witness with one changed wire is one that does not hold', async () => {
    const values = witnessValues(await witness(100n, 60n), key.wires);
    // Behind the public wires: the signals stay as they were.
    values[(key.publics + 40) * 32] = (values[(key.publics + 40) * 32] ?? 0) ^ 1;
    expect(await failuresWith(values, chosen())).toEqual([expect.stringContaining('PROOF_INVALID')]);
  });

  it('is another one each time, as zero knowledge asks', async () => {
    const values = witnessValues(await witness(100n, 60n), key.wires);
    const [first, second] = [
      await provePrepared(curve, key, values, chosen()),
      await provePrepared(curve, key, values, chosen()),
    ];
    expect(first.proof).not.toBe(second.proof);
    expect(first.publicSignals).toEqual(second.publicSignals);
  });
});

describe('a pool with a thread a core', () => {
  it('makes proofs that hold before and behind the tables', async () => {
    await using pool = new ProverPool({ backend: { name: 'groth16-snarkjs', threads: 'each-core' } });
    const [asset, spendKey] = [840n, 12_345n];
    const note = { asset, amount: 9n, owner: ownerOf(spendKey) };
    const order = { asset, amount: 4n, recipient: 1n, spendKey };
    const input = transferWitness(note, order, { balance: 1n, order: 2n, rest: 3n, payment: 4n }, 5n);
    for (let count = 0; count < 4; count += 1) {
      // The pool gives nothing out that the strict verifier does not accept.
      const { backend } = await pool.prove(circuit, input, new AbortController().signal);
      expect(backend).toBe('groth16-snarkjs');
    }
  });
});

describe('a prepared key', () => {
  it('has the signals of snarkjs itself', async () => {
    const file = await witness(100n, 60n);
    Object.assign(globalThis, { curve_bn128: curve });
    const bare = await snarkjs.groth16.prove(bytes, file);
    const ours = await provePrepared(curve, key, witnessValues(file, key.wires), tables);
    expect(ours.publicSignals).toEqual(bare.publicSignals);
  });

  it.each([
    ['no key', new Uint8Array(100)],
    ['a key that was cut', bytes.slice(0, -64)],
    ['a key of another format', Uint8Array.from(bytes, (byte, at) => (at === 4 ? 2 : byte))],
  ])('is not made of %s', (_, wrong) => {
    expect(() => prepareKey(wrong)).toThrow();
  });

  it('takes no witness of another length, and none that is no witness', async () => {
    const file = await witness(100n, 60n);
    expect(() => witnessValues(file, key.wires + 1)).toThrow(/witness: expected/);
    expect(() => witnessValues(file.slice(1), key.wires)).toThrow();
  });

  it('says what its tables keep, which is what a child bounds', () => {
    expect(tableBytes(key) / 2 ** 20).toBeGreaterThan(8);
    expect(tableBytes(key) / 2 ** 20).toBeLessThan(32);
  });
});

describe('a sum over points that stay', () => {
  const scalars = [
    0n,
    1n,
    2n,
    2n ** 64n - 1n,
    FIELD_MODULUS - 1n,
    12_345_678_901_234_567_890n ** 3n % FIELD_MODULUS,
  ];

  it.each(['G1', 'G2'] as const)('is that of the multiples, one by one, in %s', (name) => {
    const group = curve[name];
    const size = name === 'G1' ? 64 : 128;
    const points = new Uint8Array(scalars.length * size);
    scalars.forEach((_, index) => {
      // The fourth place has no point, as wires that a matrix does not name.
      if (index !== 3)
        points.set(group.toAffine(group.timesScalar(group.g, BigInt(index) + 7n)), index * size);
    });
    const packed = new Uint8Array(scalars.length * 32);
    scalars.forEach((scalar, index) => {
      for (let byte = 0; byte < 32; byte += 1)
        packed[index * 32 + byte] = Number((scalar >> BigInt(8 * byte)) & 0xffn);
    });
    const expected = scalars.reduce(
      (sum, scalar, index) => (index === 3 ? sum : (sum + scalar * (BigInt(index) + 7n)) % FIELD_MODULUS),
      0n,
    );
    const sum = new FixedSum(curve, name, points).sum(packed);
    expect(group.toAffine(sum)).toEqual(group.toAffine(group.timesScalar(group.g, expected)));
  });
});
