import { describe, expect, it } from 'vitest';
import { type JsonObject, toBase64 } from '#canonical';
import { LedgerError } from '../ledger-error.js';
import { rotateState } from '../state/found-state.js';
import { encodeState, parseState } from '../state/snapshot.js';
import type { LedgerState } from '../state/state.js';
import { laterMs, sampleLedger, seedOf, startMs } from '../testing/ledger.fixture.js';
import { type KeyOrderDraft, orderKey, parseKeyOrder, signKeyOrder } from './key-order.js';
import { impliedKeys, keysOf } from './key-states.js';

const { state: founded } = sampleLedger();

const draft = (members: Partial<KeyOrderDraft> = {}): KeyOrderDraft => ({
  ...{ ledger: 'eur-1', epoch: 1, to: 'suspended', serial: 1, notAfterMs: laterMs },
  ...members,
});

function ordered(members: Partial<KeyOrderDraft> = {}, state = founded, by = 'issuer'): LedgerState {
  return orderKey(state, parseKeyOrder(signKeyOrder(draft(members), seedOf(by))), startMs);
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
  return 'permitted';
}

describe('an order about a key', () => {
  it.each<[string, () => unknown, string]>([
    ['of somebody who is not the issuer', () => ordered({}, founded, 'alice'), 'KEY_ORDER_REFUSED'],
    ['of another ledger', () => ordered({ ledger: 'usd-1' }), 'KEY_ORDER_REFUSED'],
    ['whose time has passed', () => ordered({ notAfterMs: startMs }), 'KEY_ORDER_EXPIRED'],
    ['with the number of an earlier one', () => ordered({ serial: 0 }), 'KEY_ORDER_STALE'],
    ['with a number that is not the next', () => ordered({ serial: 2 }), 'KEY_ORDER_STALE'],
    ['a second time', () => ordered({}, ordered()), 'KEY_ORDER_STALE'],
    ['of an epoch that has not begun', () => ordered({ epoch: 2 }), 'KEY_TRANSITION_REFUSED'],
    ['of no epoch', () => ordered({ epoch: 0 }), 'KEY_TRANSITION_REFUSED'],
    ['that destroys the key of the pages', () => ordered({ to: 'destroyed' }), 'KEY_TRANSITION_REFUSED'],
    ['that deactivates without a rotation', () => ordered({ to: 'deactivated' }), 'KEY_TRANSITION_REFUSED'],
  ])('is refused: %s', (_what, work, code) => {
    expect(codeOf(work)).toBe(code);
  });

  it.each<[string, JsonObject]>([
    ['another member', { why: 'so' }],
    ['a state that there is none', { to: 'retired' }],
    ['an epoch as text', { epoch: '1' }],
    ['a signature that is too short', { signature: toBase64(new Uint8Array(63)) }],
    ['another version', { v: 'sealflow/ledger-key-order/v2' }],
  ])('is refused with %s', (_what, members) => {
    const order = { ...signKeyOrder(draft(), seedOf('issuer')), ...members };
    expect(codeOf(() => parseKeyOrder(order))).toBe('KEY_ORDER_MALFORMED');
  });

  it.each<[string, JsonObject]>([
    ['state', { to: 'compromised' }],
    ['number', { serial: 3 }],
    ['end', { notAfter: '2030-01-01T00:00:00.000Z' }],
  ])('does not hold with another %s than was signed', (_what, members) => {
    const order = parseKeyOrder({ ...signKeyOrder(draft(), seedOf('issuer')), ...members });
    expect(codeOf(() => orderKey(founded, order, startMs))).toBe('KEY_ORDER_REFUSED');
  });

  it('changes the state of the key and nothing of the accounts', () => {
    const next = ordered();
    const { keys, version, ...rest } = next;
    const { version: before, ...same } = founded;
    expect({ keys, version }).toEqual({
      keys: { serial: 1, states: [{ epoch: 1, state: 'suspended' }] },
      version: before + 1,
    });
    expect(rest).toEqual({ ...same, timeMs: Math.max(startMs, founded.timeMs) });
  });

  it('suspends and activates again, gives up, rotates and destroys', () => {
    const active = ordered({ serial: 2, to: 'active' }, ordered());
    const compromised = ordered({ serial: 3, to: 'compromised' }, active);
    const rotated = rotateState(compromised, startMs);
    expect(keysOf(rotated)).toEqual([
      { epoch: 1, state: 'compromised' },
      { epoch: 2, state: 'active' },
    ]);
    const destroyed = ordered({ serial: 4, to: 'destroyed' }, rotated);
    expect(codeOf(() => ordered({ serial: 5, to: 'destroyed' }, destroyed))).toBe('KEY_DESTROYED');
    expect(keysOf(destroyed)[0]).toEqual({ epoch: 1, state: 'destroyed' });
  });

  it('is kept by a snapshot, and a ledger without one is as it was', () => {
    const next = ordered();
    expect(parseState(encodeState(next))).toEqual(next);
    expect(new TextDecoder().decode(encodeState(founded))).not.toContain('"keys"');
    expect(keysOf(founded)).toEqual(impliedKeys(1));
  });

  it('is refused from a snapshot whose states are not of the epochs that are kept', () => {
    const wrong = { ...ordered(), keys: { serial: 1, states: [{ epoch: 2, state: 'active' as const }] } };
    expect(codeOf(() => parseState(encodeState(wrong)))).toBe('SNAPSHOT_MALFORMED');
    const other = { ...ordered(), keys: { serial: 1, states: impliedKeys(2) } };
    expect(codeOf(() => parseState(encodeState(other)))).toBe('STATE_INVALID');
  });
});
