import { describe, expect, it } from 'vitest';
import { keyOf, laterMs, seedOf } from '../testing/ledger.fixture.js';
import { type KeyClaims, type KeyedReceipt, wrongKeys } from './key-claims.js';
import { parseKeyOrder, signKeyOrder } from './key-order.js';
import type { EpochKeyState, KeyState } from './key-states.js';

const ledger = 'eur-1';

function order(from: KeyState, to: KeyState, serial: number, by = 'issuer'): NonNullable<KeyClaims['order']> {
  const draft = { ledger, epoch: 1, to, serial, notAfterMs: laterMs };
  const { ledger: _ledger, serial: _serial, ...signed } = parseKeyOrder(signKeyOrder(draft, seedOf(by)));
  return { ...signed, from };
}

const of = (...states: readonly KeyState[]): readonly EpochKeyState[] =>
  states.map((state, index) => ({ epoch: index + 1, state }));

const before: KeyedReceipt = { event: 'batch', ledger, epoch: 1 };
const suspended: KeyedReceipt = {
  ...{ event: 'key', ledger, epoch: 1 },
  keys: { serial: 1, states: of('suspended'), order: order('active', 'suspended', 1) },
};
const still = (members: Partial<KeyClaims> = {}): KeyClaims => ({
  ...{ serial: 1, states: of('suspended'), order: null },
  ...members,
});

describe('states of keys between two receipts', () => {
  it.each<[string, KeyedReceipt, KeyedReceipt, string]>([
    [
      'a batch under a suspended key',
      suspended,
      { event: 'batch', ledger, epoch: 1, keys: still() },
      'event',
    ],
    ['a rotation of one', suspended, { event: 'rotate', ledger, epoch: 2, keys: still() }, 'event'],
    ['states that nobody ordered', before, { event: 'batch', ledger, epoch: 1, keys: still() }, 'keys'],
    ['states that are forgotten', suspended, { event: 'rotate', ledger, epoch: 2 }, 'keys'],
    ['an event without an order', before, { event: 'key', ledger, epoch: 1 }, 'keys.order'],
    ['an order in another event', before, { ...suspended, event: 'batch' }, 'keys.order'],
    ['an order a second time', suspended, suspended, 'keys.order.signature'],
    [
      'an order that was signed for another state',
      before,
      {
        ...suspended,
        keys: { ...still(), order: { ...order('active', 'compromised', 1), to: 'suspended' } },
      },
      'keys.order.signature',
    ],
    [
      'an order from a state that was not',
      before,
      { ...suspended, keys: { ...still(), order: order('suspended', 'suspended', 1) } },
      'keys.order.from',
    ],
    [
      'a step that there is none',
      before,
      { ...suspended, keys: still({ states: of('destroyed'), order: order('active', 'destroyed', 1) }) },
      'keys.order.to',
    ],
    [
      'a state that is not the ordered one',
      before,
      { ...suspended, keys: still({ states: of('compromised'), order: order('active', 'suspended', 1) }) },
      'keys.states',
    ],
    [
      'a compromised key that a rotation brings back',
      { ...suspended, keys: still({ states: of('compromised') }) },
      { event: 'rotate', ledger, epoch: 2, keys: still({ states: of('deactivated', 'active') }) },
      'keys.states',
    ],
  ])('do not hold with %s', (_what, previous, receipt, member) => {
    expect(wrongKeys(previous, receipt)).toEqual([member]);
  });

  it('hold for a ledger that never had an order, and for one that did', () => {
    expect(wrongKeys(before, before)).toEqual([]);
    expect(wrongKeys(before, { ...before, event: 'rotate', epoch: 2 })).toEqual([]);
    expect(wrongKeys(before, suspended)).toEqual([]);
    const active = still({ serial: 2, states: of('active'), order: order('suspended', 'active', 2) });
    const resumed: KeyedReceipt = { ...suspended, keys: active };
    expect(wrongKeys(suspended, resumed)).toEqual([]);
    const batch: KeyedReceipt = { ...before, keys: still({ serial: 2, states: of('active') }) };
    expect(wrongKeys(resumed, batch)).toEqual([]);
  });

  it('name who signed an order, whoever that is', () => {
    expect(suspended.keys?.order?.signer).toBe(keyOf('issuer'));
    const alien = { ...suspended, keys: still({ order: order('active', 'suspended', 1, 'alice') }) };
    // The chain shows the signer; that it is the issuer of the charter is for who knows the charter.
    expect(wrongKeys(before, alien)).toEqual([]);
  });
});
