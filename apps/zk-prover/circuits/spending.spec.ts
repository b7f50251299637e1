// SPDX-License-Identifier: GPL-3.0
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { commitmentField, commitPoseidon } from '#canonical';
import {
  AMOUNTS_MAX,
  evaluateSpending,
  type Mandate,
  mandateFields,
  settledFields,
} from '../src/spending/evaluate.js';
import { spendingWitness } from '../src/spending/runtime.js';
import { seeded, witnessOf } from './circuit.fixture.js';

const salts = { mandate: 11n, settled: 22n, total: 33n };
const context = (1n << 248n) - 1n;
const caps: Mandate = { mandate: 5n, period: 20_778n, perCall: 40_000n, perPeriod: 5_000_000n };
const MAX = 2n ** 48n - 1n;
const OUTCOMES = ['within', 'call-over-cap', 'period-over-cap'];

function padded(amounts: readonly bigint[]): readonly bigint[] {
  return [...amounts, ...Array<bigint>(AMOUNTS_MAX - amounts.length).fill(0n)];
}

async function signalsOf(input: ReturnType<typeof spendingWitness>): Promise<readonly bigint[]> {
  return (await witnessOf('spending', input)).slice(1, 6);
}

/** The circuit and the reference give the same signals, among them a commitment to the sum. */
async function agree(mandate: Mandate, given: readonly bigint[]): Promise<string> {
  const settled = { mandate: mandate.mandate, period: mandate.period, amounts: padded(given) };
  const { outcome, total, calls } = evaluateSpending(mandate, settled);
  expect(await signalsOf(spendingWitness(mandate, settled, salts, context))).toEqual([
    commitmentField(commitPoseidon(mandateFields(mandate), salts.mandate)),
    commitmentField(commitPoseidon(settledFields(settled), salts.settled)),
    BigInt(OUTCOMES.indexOf(outcome)),
    commitmentField(commitPoseidon([total, calls], salts.total)),
    context,
  ]);
  return outcome;
}

beforeAll(() => {
  // The witness program prints template lines for every refusal below.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

describe('the spending circuit has no witness', () => {
  const settled = { ...caps, amounts: padded([1n]) };
  const honest = spendingWitness(caps, settled, salts, context);

  it.each<[string, string, bigint | readonly bigint[]]>([
    ['an amount of 2^48', 'amount', padded([MAX + 1n])],
    ['a negative amount, which would lower the sum', 'amount', padded([10n, -5n])],
    ['a cap of one call of 2^48', 'perCall', MAX + 1n],
    ['a cap of the period of 2^56', 'perPeriod', 2n ** 56n],
  ])('for %s', async (_, name, value) => {
    await expect(signalsOf({ ...honest, [name]: value })).rejects.toThrow('Assert Failed');
  });
});

describe('the spending circuit agrees with the reference', () => {
  it.each<[string, string, Partial<Mandate>, readonly bigint[]]>([
    ['within', 'nothing spent', {}, []],
    ['within', 'one call of 781', {}, [781n]],
    ['within', 'a call at its cap', {}, [40_000n]],
    ['call-over-cap', 'a call one above its cap', {}, [781n, 40_001n]],
    ['within', 'a sum at its cap', { perPeriod: 1_000_000n }, Array<bigint>(25).fill(40_000n)],
    ['period-over-cap', 'a sum one above its cap', { perPeriod: 999_999n }, Array<bigint>(25).fill(40_000n)],
    ['call-over-cap', 'both caps broken: the call counts', { perPeriod: 1n }, [40_001n]],
    ['call-over-cap', 'a mandate of nothing', { perCall: 0n, perPeriod: 0n }, [1n]],
    [
      'within',
      'the largest of everything',
      { perCall: MAX, perPeriod: 2n ** 56n - 1n },
      Array<bigint>(25).fill(MAX),
    ],
    ['period-over-cap', 'the largest calls', { perCall: MAX, perPeriod: MAX }, [MAX, 1n]],
  ])('that it is %s: %s', async (outcome, _, change, amounts) => {
    expect(await agree({ ...caps, ...change }, amounts)).toBe(outcome);
  });

  it('on 60 seeded days', async () => {
    const draw = seeded(99n);
    const seen = new Set<string>();
    for (let index = 0; index < 60; index += 1) {
      const mandate = {
        mandate: draw(200),
        period: draw(32),
        perCall: draw(20),
        perPeriod: draw(20 + (index % 6)),
      };
      const amounts = Array.from({ length: Number(draw(16) % 26n) }, () => draw(17 + (index % 4)));
      seen.add(await agree(mandate, amounts));
    }
    expect([...seen].sort()).toEqual([...OUTCOMES].sort());
  });
});
