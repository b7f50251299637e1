/**
 * States of the keys of a ledger's epochs, after NIST SP 800-57 part 1 revision 5, section 7. The keys of an epoch are the
 * FHE key of its pages and the key that its intents are sealed to; they have one state, which follows the chain of
 * receipts, so that a restart, a takeover and whoever replays the chain come to the same one.
 *
 * The key of the present epoch is active, suspended or compromised; that of an earlier one is deactivated, compromised or
 * destroyed. A ledger whose issuer never ordered anything else has no book of keys: its states follow from its epoch.
 */
import { LedgerError, type LedgerErrorCode } from '../ledger-error.js';
import type { LedgerState } from '../state/state.js';

export const keyStates = ['active', 'suspended', 'deactivated', 'compromised', 'destroyed'] as const;
export type KeyState = (typeof keyStates)[number];

/** Epochs whose keys are kept, with the present one; the keys of what is older are destroyed. */
export const epochsKept = 4;

export interface EpochKeyState {
  readonly epoch: number;
  readonly state: KeyState;
}

export interface KeyBook {
  /** Orders of the issuer that took effect; the next one has the next number, so that none takes effect twice. */
  readonly serial: number;
  /** Of the epochs that are kept, the present one last. */
  readonly states: readonly EpochKeyState[];
}

/**
 * `protect`: something new is sealed to it or encrypted under it. `rotate`: pages are read from under it for the last
 * time and put under the next one. `open`: what lies behind is shown to whoever has a right to see it.
 */
export type KeyUse = 'protect' | 'rotate' | 'open';

/**
 * SP 800-57 part 1 revision 5, sections 7.2 to 7.6. Nothing is rotated from under a suspended key: whoever ordered the
 * suspension says first how it ends, and rotation is nobody's order.
 */
const permitted: Readonly<Record<KeyState, readonly KeyUse[]>> = {
  active: ['protect', 'rotate', 'open'],
  suspended: ['open'],
  deactivated: ['open'],
  compromised: ['rotate'],
  destroyed: [],
};

const refusals: Readonly<Record<Exclude<KeyState, 'active'>, readonly [LedgerErrorCode, string]>> = {
  suspended: ['KEY_SUSPENDED', 'is suspended until the issuer activates it or says that it is compromised'],
  deactivated: ['KEY_DEACTIVATED', 'was replaced and protects nothing new'],
  compromised: ['KEY_COMPROMISED', 'is compromised; rotate the ledger with ledger.rotate'],
  destroyed: ['KEY_DESTROYED', 'is destroyed, and what only it opens stays closed'],
};

/** What the issuer may order; an epoch that ends deactivates its key by itself. */
const transitions: Readonly<Record<KeyState, readonly KeyState[]>> = {
  active: ['suspended', 'compromised'],
  suspended: ['active', 'compromised'],
  deactivated: ['compromised', 'destroyed'],
  compromised: ['destroyed'],
  destroyed: [],
};

/** States where nothing was ever ordered. */
export function impliedKeys(epoch: number): readonly EpochKeyState[] {
  const first = Math.max(1, epoch - epochsKept + 1);
  return Array.from({ length: epoch - first + 1 }, (_, index) => ({
    epoch: first + index,
    state: first + index === epoch ? 'active' : 'deactivated',
  }));
}

export function keysOf({ keys, terms }: Pick<LedgerState, 'keys' | 'terms'>): readonly EpochKeyState[] {
  return keys?.states ?? impliedKeys(terms.epoch);
}

/** Those that are not kept any more are destroyed. */
export function keyStateOf(states: readonly EpochKeyState[], epoch: number): KeyState {
  return states.find((key) => key.epoch === epoch)?.state ?? 'destroyed';
}

export function mayUse(states: readonly EpochKeyState[], epoch: number, use: KeyUse): boolean {
  return permitted[keyStateOf(states, epoch)].includes(use);
}

/** @throws LedgerError `KEY_SUSPENDED`, `KEY_DEACTIVATED`, `KEY_COMPROMISED`, `KEY_DESTROYED` */
export function checkKeyUse(states: readonly EpochKeyState[], epoch: number, use: KeyUse): void {
  const state = keyStateOf(states, epoch);
  if (state !== 'active' && !permitted[state].includes(use)) throw refused(state, epoch);
}

/**
 * The states after one key changed.
 *
 * @throws LedgerError `KEY_TRANSITION_REFUSED`, `KEY_DESTROYED`
 */
export function withKeyState(
  states: readonly EpochKeyState[],
  epoch: number,
  to: KeyState,
): readonly EpochKeyState[] {
  const from = keyStateOf(states, epoch);
  if (from === 'destroyed') throw refused(from, epoch);
  const present = states.at(-1)?.epoch === epoch;
  // Pages lie under the key of the present epoch: without it every balance would be lost.
  const permits = transitions[from].filter((state) => !(present && state === 'destroyed'));
  if (!permits.includes(to)) {
    const choices = permits.length === 0 ? 'nothing before a rotation' : permits.join(' or ');
    throw new LedgerError(
      'KEY_TRANSITION_REFUSED',
      `key of epoch ${epoch}: from ${from} expected ${choices}, got ${to}`,
    );
  }
  return states.map((key) => (key.epoch === epoch ? { epoch, state: to } : key));
}

/** The states after a rotation. @throws LedgerError `KEY_SUSPENDED` */
export function rotatedKeys(states: readonly EpochKeyState[]): readonly EpochKeyState[] {
  const epoch = states.at(-1)?.epoch ?? 0;
  checkKeyUse(states, epoch, 'rotate');
  const behind = states.map((key) =>
    key.state === 'active' ? { ...key, state: 'deactivated' as const } : key,
  );
  return [...behind, { epoch: epoch + 1, state: 'active' as const }].slice(-epochsKept);
}

function refused(state: Exclude<KeyState, 'active'>, epoch: number): LedgerError {
  const [code, why] = refusals[state];
  return new LedgerError(code, `the key of epoch ${epoch} ${why}`);
}
