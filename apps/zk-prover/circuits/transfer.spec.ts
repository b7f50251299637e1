// SPDX-License-Identifier: GPL-3.0
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { commitmentField, commitPoseidon, FIELD_MODULUS } from '#canonical';
import type { CircuitInput } from '../src/pool/messages.js';
import {
  evaluateTransfer,
  type Note,
  noteFields,
  nullifierOf,
  type Order,
  orderFields,
  ownerOf,
} from '../src/transfer/evaluate.js';
import { transferWitness } from '../src/transfer/runtime.js';
import { seeded, witnessOf } from './circuit.fixture.js';

const MAX = 2n ** 64n - 1n;
const salts = { balance: 11n, order: 22n, rest: 33n, payment: 44n };
const context = (1n << 248n) - 1n;
const spendKey = 555n;
const mine: Note = { asset: 7n, amount: 1_000n, owner: ownerOf(spendKey) };
const rent: Order = { asset: 7n, amount: 400n, recipient: ownerOf(9n), spendKey };
const honest = transferWitness(mine, rent, salts, context);

async function signalsOf(input: typeof honest): Promise<readonly bigint[]> {
  return (await witnessOf('transfer', input)).slice(1, 9);
}

function commit(fields: readonly bigint[], salt: bigint): bigint {
  return commitmentField(commitPoseidon(fields, salt));
}

/** The circuit and the reference give the same signals, among them commitments to everything that is private. */
async function agree(balance: Note, order: Order): Promise<void> {
  const { outcome, rest, payment } = evaluateTransfer(balance, order);
  const used = commit(noteFields(balance), salts.balance);
  expect(await signalsOf(transferWitness(balance, order, salts, context))).toEqual([
    used,
    commit(orderFields(order), salts.order),
    outcome === 'transferred' ? 1n : 0n,
    commit(noteFields(rest), salts.rest),
    commit(noteFields(payment), salts.payment),
    nullifierOf(order.spendKey, used),
    balance.asset,
    context,
  ]);
  expect(rest.amount + payment.amount).toBe(balance.amount);
}

beforeAll(() => {
  // The witness program prints template lines for every refusal below.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

describe('the transfer circuit has no witness', () => {
  it.each<[string, CircuitInput]>([
    ['a balance of 2^64', { balance: MAX + 1n }],
    ['an amount of 2^64', { amount: MAX + 1n }],
    ['a negative balance, which is a huge field element', { balance: FIELD_MODULUS - 1n }],
    ['a negative amount, which would make money', { amount: FIELD_MODULUS - 1n }],
    ['an order of nothing', { amount: 0n }],
  ])('for %s', async (_, change) => {
    await expect(signalsOf({ ...honest, ...change })).rejects.toThrow('Assert Failed');
  });
});

describe('the transfer circuit agrees with the reference', () => {
  it.each<[string, bigint, bigint]>([
    ['nothing to pay from', 0n, 1n],
    ['the whole balance', 1_000n, 1_000n],
    ['one more than the balance', 1_000n, 1_001n],
    ['one less than the balance', 1_000n, 999n],
    ['the largest balance and one unit', MAX, 1n],
    ['the largest balance, all of it', MAX, MAX],
    ['the largest order on the next smaller balance', MAX - 1n, MAX],
    ['the largest order on one unit', 1n, MAX],
  ])('on %s', async (_, amount, ordered) => {
    await agree({ ...mine, amount }, { ...rent, amount: ordered });
  });

  it('on 100 seeded transfers of every size', async () => {
    const draw = seeded(2026n);
    for (let index = 0; index < 100; index += 1) {
      const key = draw(250);
      const asset = draw(64);
      const balance = { asset, amount: draw(1 + (index % 64)), owner: ownerOf(key) };
      const amount = draw(1 + ((index * 7) % 64)) || 1n;
      await agree(balance, { asset, amount, recipient: draw(250), spendKey: key });
    }
  });

  it('names a balance by one nullifier, whatever is paid from it', async () => {
    const [, , , , , first] = await signalsOf(honest);
    const other = transferWitness(mine, { ...rent, amount: 1n, recipient: 1n }, { ...salts, rest: 1n }, 5n);
    expect((await signalsOf(other))[5]).toBe(first);
    const again = transferWitness(mine, rent, { ...salts, balance: 12n }, context);
    expect((await signalsOf(again))[5]).not.toBe(first);
  });
});
