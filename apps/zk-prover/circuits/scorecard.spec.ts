// SPDX-License-Identifier: GPL-3.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as snarkjs from 'snarkjs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { commitmentField, commitPoseidon } from '#canonical';
import { shippedArtifacts } from '../src/circuit/circuit.js';
import type { CircuitInput } from '../src/pool/messages.js';
import { attributeFields, type ScorecardAttributes } from '../src/scorecard/attributes.js';
import { evaluateScorecard } from '../src/scorecard/evaluate.js';
import { goldenRows, randomApplicants } from '../src/scorecard/golden-rows.fixture.js';
import { modelCommitment, parseModel, type ScorecardModel } from '../src/scorecard/model.js';
import { buildWitness } from '../src/scorecard/witness.js';

const folder = shippedArtifacts('scorecard');
const model = parseModel(readFileSync(join(folder, 'model.json')));
const wasm = new Uint8Array(readFileSync(join(folder, 'circuit.wasm')));
const secrets = { featuresSalt: 11n, limitSalt: 22n };
const context = (1n << 248n) - 1n;
const [demo] = goldenRows;
const honest = buildWitness(demo.attributes, model, secrets, context);

/** The public signals of the circuit on `input`. */
async function publicSignals(input: CircuitInput): Promise<readonly bigint[]> {
  const out: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
  await snarkjs.wtns.calculate(input, wasm, out, { memorySize: 1 });
  return (await snarkjs.wtns.exportJson(out)).slice(1, 6);
}

/** What the reference says the public signals are: the commitments pin the private score and limit too. */
function expectedSignals(attributes: ScorecardAttributes, card: ScorecardModel): readonly bigint[] {
  const { score, limitCents, decision } = evaluateScorecard(attributes, card);
  return [
    commitmentField(commitPoseidon(attributeFields(attributes), secrets.featuresSalt)),
    commitmentField(modelCommitment(card)),
    BigInt(['decline', 'review', 'approve'].indexOf(decision)),
    commitmentField(commitPoseidon([BigInt(limitCents), BigInt(score)], secrets.limitSalt)),
    context,
  ];
}

async function agree(attributes: ScorecardAttributes, card: ScorecardModel = model): Promise<void> {
  const signals = await publicSignals(buildWitness(attributes, card, secrets, context));
  expect(signals).toEqual(expectedSignals(attributes, card));
}

beforeAll(() => {
  // The witness program prints template lines for every refusal below.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

describe('the scorecard circuit agrees with the reference', () => {
  it.each(goldenRows)('on golden row $row', async ({ attributes }) => {
    await agree(attributes);
  });

  it('on 200 seeded applicants', async () => {
    for (const attributes of randomApplicants(2026, 200)) await agree(attributes);
  }, 240_000);

  it('on every edge of decision and limit, consistent or not', async () => {
    for (const score of [466, 579, 580, 619, 620, 649, 650, 679, 680, 730]) {
      const card = { ...model, base: model.base + score - demo.score };
      await agree(demo.attributes, card);
      await agree({ ...demo.attributes, consistent: 0 }, card);
    }
  }, 60_000);

  it('on weights at both ends of 8 bits', async () => {
    const weights = model.weights.map((_, index) => (index % 2 === 0 ? 127 : -128));
    const indicators = evaluateScorecard(demo.attributes, {
      ...model,
      base: 600,
      weights: weights.map(() => 0),
    });
    expect(indicators.score).toBe(600);
    await agree(demo.attributes, { ...model, base: 600, weights: extremes(weights) });
  });
});

describe('the scorecard circuit has no witness', () => {
  it.each([
    ['checking', 0n],
    ['checking', 5n],
    ['duration', 128n],
    ['history', 5n],
    ['savings', 0n],
    ['employment', 6n],
    ['guarantors', 4n],
    ['otherPlans', 0n],
    ['amount', 65_536n],
    ['rate', 0n],
    ['rate', 5n],
    ['incomeBand', 4n],
    ['consistent', 2n],
    ['base', 1024n],
  ])('for %s = %i', async (name, value) => {
    await expect(publicSignals({ ...honest, [name]: value })).rejects.toThrow('Assert Failed');
  });

  it('for negative attributes, which are huge field elements', async () => {
    await expect(publicSignals({ ...honest, duration: -1n })).rejects.toThrow('Assert Failed');
    await expect(publicSignals({ ...honest, amount: -1n })).rejects.toThrow('Assert Failed');
  });

  it('for a weight of nine bits', async () => {
    const weights = [256n, ...model.weights.slice(1).map((weight) => BigInt(weight + 128))];
    await expect(publicSignals({ ...honest, weights })).rejects.toThrow('Assert Failed');
  });

  it('for a score outside the card', async () => {
    await expect(publicSignals({ ...honest, base: 617n + 58n })).rejects.toThrow('Assert Failed');
    await expect(publicSignals({ ...honest, base: 617n - 208n })).rejects.toThrow('Assert Failed');
  });
});

/** Extreme weights on indicators that are off for the demo applicant, so that the score stays on the card. */
function extremes(weights: readonly number[]): readonly number[] {
  const off = [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16, 17, 18, 19, 21, 23, 24, 25, 26, 29, 30, 31, 32];
  return weights.map((weight, index) => (off.includes(index) ? weight : 0));
}
