// SPDX-License-Identifier: GPL-3.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as snarkjs from 'snarkjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Commitment, canonicalBytes, commitmentField, commitPoseidon, digestOf } from '#canonical';
import { evaluateNetwork, inputFields, networkCommitment } from '#inference';
import { seededRandom } from '#samples';
import { circuitsFolder, loadCircuit } from '../circuit/circuit.js';
import { ProverPool } from '../pool/prover-pool.js';
import { buildNetwork, compileSource, networkSource } from './build-network.js';
import type { CompiledCircuit } from './circom.js';
import { compileBatch } from './compile-batch.js';
import { batchWitness } from './network-witness.js';
import { tinyArgmax } from './tiny-networks.fixture.js';

const SIZE = 4;
const source = networkSource(tinyArgmax, 'model-committed', circuitsFolder(), SIZE);
const { network } = source;
const home = mkdtempSync(join(tmpdir(), 'sealflow-batch-'));
const secrets = { inputSalts: [5n, 6n, 7n, 8n], modelSalt: 22n };
const context = 99n;
let honest: CompiledCircuit;

beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  honest = await compileSource(source);
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

function drawItems(seed: string): readonly (readonly number[])[] {
  const draw = seededRandom(seed);
  return Array.from({ length: SIZE }, () => Array.from({ length: 3 }, () => draw.integer(-8, 100)));
}

function commitmentsOf(items: readonly (readonly number[])[]): readonly Commitment[] {
  return items.map((inputs, item) =>
    commitPoseidon(inputFields(network, inputs), secrets.inputSalts[item] ?? 0n),
  );
}

async function publicSignals(
  wasm: Uint8Array,
  items: readonly (readonly number[])[],
): Promise<readonly bigint[]> {
  const out: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
  await snarkjs.wtns.calculate(batchWitness(network, items, secrets, context), wasm, out, { memorySize: 1 });
  return (await snarkjs.wtns.exportJson(out)).slice(1, 2 * SIZE + 3);
}

describe('a batch under one model commitment', () => {
  it('is refused where no proof could hold it, or nothing would be saved', () => {
    expect(() => compileBatch(network, 32)).toThrow(/batch: expected 2 to 31 items, got 32/);
    expect(() => networkSource(tinyArgmax, 'model-in-vkey', circuitsFolder(), 4)).toThrow(/constant weights/);
  });

  it('gives the labels of the evaluator, item by item', async () => {
    for (let round = 0; round < 25; round += 1) {
      const items = drawItems(`batch/${round}`);
      expect(await publicSignals(honest.wasm, items)).toEqual([
        ...commitmentsOf(items).map(commitmentField),
        commitmentField(networkCommitment(network.layers, secrets.modelSalt)),
        ...items.map((inputs) => BigInt(evaluateNetwork(network, inputs).index)),
        context,
      ]);
    }
  });

  it.each([
    [
      'one sum of the first layer',
      'sum0[b][i] <-- total;',
      'sum0[b][i] <-- total + (b == 1 && i == 2 ? 1 : 0);',
    ],
    [
      'two sums that cancel each other out',
      'sum1[b][i] <-- total;',
      'sum1[b][i] <-- total + (i == 0 ? 1 : 0) * (b == 0 ? 1 : (b == 1 ? -1 : 0));',
    ],
  ])('has no witness for a prover who changes %s', async (_, hint, changed) => {
    expect(source.circom).toContain(hint);
    const cheat = await compileSource({ ...source, circom: source.circom.replace(hint, changed) });
    // The same circuit: it is the witness program that lies.
    expect(digestOf(cheat.r1cs)).toBe(digestOf(honest.r1cs));
    await expect(publicSignals(cheat.wasm, drawItems('batch/cheat'))).rejects.toThrow();
  });

  it('is proved, and the proof verifies with each item bound to its own edge', async () => {
    await using pool = new ProverPool({ processes: 1 });
    await buildNetwork(source, home);
    const circuit = loadCircuit(home);
    const items = drawItems('batch/proved');
    const labels = items.map((inputs) => evaluateNetwork(network, inputs).label);
    const numbered = <T>(name: string, values: readonly T[]): Record<string, T> =>
      Object.fromEntries(values.map((value, index) => [`${name}${index + 1}`, value]));
    const expectation = {
      context,
      inputs: numbered('features', commitmentsOf(items)),
      outputs: numbered(
        'decision',
        labels.map((label) => digestOf(canonicalBytes(label))),
      ),
      public: {
        ...numbered('decision', labels),
        modelCommitment: networkCommitment(network.layers, secrets.modelSalt),
      },
    };
    const input = batchWitness(network, items, secrets, context);
    const { signal } = new AbortController();
    const made = await pool.prove(circuit, input, signal, { expectation });
    expect(made.publicSignals).toHaveLength(2 * SIZE + 2);
    const swapped = { ...expectation, inputs: numbered('features', [...commitmentsOf(items)].reverse()) };
    await expect(pool.prove(circuit, input, signal, { expectation: swapped })).rejects.toThrow();
  });
});
