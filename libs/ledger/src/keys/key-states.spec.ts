import { describe, expect, it } from 'vitest';
import { LedgerError } from '../ledger-error.js';
import {
  checkKeyUse,
  type EpochKeyState,
  impliedKeys,
  type KeyState,
  type KeyUse,
  keyStateOf,
  keyStates,
  mayUse,
  rotatedKeys,
  withKeyState,
} from './key-states.js';

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
  return 'permitted';
};

/** Two epochs; the key of the present or of the past one is in a state. */
const present = (state: KeyState): readonly EpochKeyState[] => [
  { epoch: 1, state: 'deactivated' },
  { epoch: 2, state },
];
const past = (state: KeyState): readonly EpochKeyState[] => [
  { epoch: 1, state },
  { epoch: 2, state: 'active' },
];

describe('what a key permits in each state', () => {
  it.each<[KeyState, Record<KeyUse, string>]>([
    ['suspended', { protect: 'KEY_SUSPENDED', rotate: 'KEY_SUSPENDED', open: 'permitted' }],
    ['deactivated', { protect: 'KEY_DEACTIVATED', rotate: 'KEY_DEACTIVATED', open: 'permitted' }],
    ['compromised', { protect: 'KEY_COMPROMISED', rotate: 'permitted', open: 'KEY_COMPROMISED' }],
    ['destroyed', { protect: 'KEY_DESTROYED', rotate: 'KEY_DESTROYED', open: 'KEY_DESTROYED' }],
    ['active', { protect: 'permitted', rotate: 'permitted', open: 'permitted' }],
  ])('a key that is %s', (state, expected) => {
    for (const use of ['protect', 'rotate', 'open'] as const) {
      expect([use, codeOf(() => checkKeyUse(past(state), 1, use))]).toEqual([use, expected[use]]);
      expect(mayUse(past(state), 1, use)).toBe(expected[use] === 'permitted');
    }
  });

  it('counts an epoch that is not kept as destroyed, before the first and after the last', () => {
    const states = impliedKeys(6);
    expect(states.map(({ epoch }) => epoch)).toEqual([3, 4, 5, 6]);
    expect([2, 3, 6, 7].map((epoch) => keyStateOf(states, epoch))).toEqual([
      'destroyed',
      'deactivated',
      'active',
      'destroyed',
    ]);
  });
});

describe('an order to change the state of a key', () => {
  const possible: readonly (readonly [from: KeyState, to: KeyState])[] = [
    ['active', 'suspended'],
    ['active', 'compromised'],
    ['suspended', 'active'],
    ['suspended', 'compromised'],
  ];
  const behind: readonly (readonly [from: KeyState, to: KeyState])[] = [
    ['deactivated', 'compromised'],
    ['deactivated', 'destroyed'],
    ['compromised', 'destroyed'],
  ];
  const every = keyStates.flatMap((from) => keyStates.map((to) => [from, to] as const));

  it.each(every.filter(([from]) => from !== 'deactivated'))(
    'of the present epoch from %s to %s',
    (from, to) => {
      const listed = possible.some(([a, b]) => a === from && b === to);
      const refused = from === 'destroyed' ? 'KEY_DESTROYED' : 'KEY_TRANSITION_REFUSED';
      expect(codeOf(() => withKeyState(present(from), 2, to))).toBe(listed ? 'permitted' : refused);
    },
  );

  it.each(every.filter(([from]) => from !== 'active' && from !== 'suspended'))(
    'of an earlier epoch from %s to %s',
    (from, to) => {
      const listed = behind.some(([a, b]) => a === from && b === to);
      const refused = from === 'destroyed' ? 'KEY_DESTROYED' : 'KEY_TRANSITION_REFUSED';
      expect(codeOf(() => withKeyState(past(from), 1, to))).toBe(listed ? 'permitted' : refused);
    },
  );

  it('changes the key that it names and no other', () => {
    expect(withKeyState(past('deactivated'), 1, 'destroyed')).toEqual(past('destroyed'));
  });
});

describe('a rotation', () => {
  it('is refused while the key is suspended', () => {
    expect(codeOf(() => rotatedKeys(present('suspended')))).toBe('KEY_SUSPENDED');
  });

  it('deactivates an active key, leaves a compromised one compromised, and forgets what is too old', () => {
    expect(rotatedKeys(present('active')).map(({ state }) => state)).toEqual([
      'deactivated',
      'deactivated',
      'active',
    ]);
    expect(rotatedKeys(present('compromised')).at(1)).toEqual({ epoch: 2, state: 'compromised' });
    expect(rotatedKeys(impliedKeys(4))).toEqual(impliedKeys(5));
  });
});
