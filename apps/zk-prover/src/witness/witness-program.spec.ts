// SPDX-License-Identifier: GPL-3.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as snarkjs from 'snarkjs';
import { describe, expect, it } from 'vitest';
import { FIELD_MODULUS } from '#canonical';
import { shippedArtifacts } from '../circuit/circuit.js';
import type { CircuitInput } from '../pool/messages.js';
import { goldenRows } from '../scorecard/golden-rows.fixture.js';
import { parseModel } from '../scorecard/model.js';
import { buildWitness } from '../scorecard/witness.js';
import { publicWires, WitnessProgram, WitnessRefusal } from './witness-program.js';

const folder = shippedArtifacts('scorecard');
const wasm = new Uint8Array(readFileSync(join(folder, 'circuit.wasm')));
const model = parseModel(readFileSync(join(folder, 'model.json')));
const inputs = goldenRows.map(({ attributes }) =>
  buildWitness(attributes, model, { featuresSalt: 424_242n, limitSalt: 7n }, 777n),
);
const program = await WitnessProgram.compile(wasm);
const [input = {}] = inputs;

async function refusal(bad: CircuitInput): Promise<WitnessRefusal> {
  const error: unknown = await program.calculate(bad).catch((thrown: unknown) => thrown);
  if (error instanceof WitnessRefusal) return error;
  throw new Error('expected a refusal');
}

describe('WitnessProgram', () => {
  it('gives the bytes that snarkjs gives, from one compiled module', async () => {
    for (const each of inputs) {
      const out: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
      await snarkjs.wtns.calculate(each, wasm, out, { memorySize: 1 });
      expect(Buffer.compare(await program.calculate(each), out.data ?? new Uint8Array())).toBe(0);
    }
  });

  it('shows the public wires in their order, and no more wires than there are', async () => {
    const wtns = await program.calculate(input);
    expect(publicWires(wtns, 5)?.[4]).toBe('777');
    expect(publicWires(wtns, 1e6)).toBeNull();
  });

  const bad: readonly [string, CircuitInput, string, string][] = [
    ['a signal that the circuit has not', { ...input, surprise: 1n }, 'SIGNAL_UNKNOWN', 'surprise'],
    [
      'a signal too few',
      (({ context: _, ...rest }) => rest)(input as { context: bigint }),
      'SIGNAL_MISSING',
      'expected 49 values, got 48',
    ],
    [
      'an array too short',
      { ...input, weights: [1n] },
      'SIGNAL_LENGTH',
      'weights: expected 33 values, got 1',
    ],
    [
      'an array for a number',
      { ...input, base: [1n, 2n] },
      'SIGNAL_LENGTH',
      'base: expected 1 values, got 2',
    ],
    ['the order of the field', { ...input, featuresSalt: FIELD_MODULUS }, 'SIGNAL_RANGE', 'featuresSalt'],
    ['a negative number', { ...input, context: -1n }, 'SIGNAL_RANGE', 'context'],
    [
      'a value that the circuit refuses',
      { ...input, amount: 70_123n },
      'ASSERTION_FAILED',
      'template Num2Bits',
    ],
  ];

  it.each(bad)('refuses %s, with the place and without a value', async (_, given, code, place) => {
    const error = await refusal(given);
    expect(error.code).toBe(code);
    expect(error.place).toContain(place);
    expect(error.message).not.toMatch(
      /70123|21888242871839275222246405745257275088548364400416034343698204186575808495617/,
    );
  });

  it('serves again after a refusal', async () => {
    await refusal({ ...input, amount: 70_123n });
    expect((await program.calculate(input)).length).toBeGreaterThan(1_000);
  });
});
