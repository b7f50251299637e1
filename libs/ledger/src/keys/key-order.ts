/**
 * The word of a ledger's issuer about the key of one of its epochs. Signed, with a number that is used once and a time
 * until which it counts: whoever carries it can neither make one, nor use one again, nor keep one for later.
 */
import { ed25519PublicKey, formatTime, type Json, type JsonObject, toBase64 } from '#canonical';
import { isSignedDocument, signDocument, unsignedBytes } from '../intent/signed-document.js';
import { MemberError, StrictMembers } from '../intent/strict-members.js';
import { LedgerError } from '../ledger-error.js';
import type { LedgerState } from '../state/state.js';
import { type KeyState, keyStateOf, keyStates, keysOf, withKeyState } from './key-states.js';

export const keyOrderVersion = 'sealflow/ledger-key-order/v1';

const members = ['v', 'ledger', 'epoch', 'to', 'serial', 'notAfter', 'signer', 'signature'];

export interface KeyOrder {
  readonly ledger: string;
  readonly epoch: number;
  readonly to: KeyState;
  /** One more than the orders that took effect before. */
  readonly serial: number;
  readonly notAfterMs: number;
  /** Ed25519 key, base64. */
  readonly signer: string;
  /** Base64. */
  readonly signature: string;
}

export type KeyOrderDraft = Omit<KeyOrder, 'signer' | 'signature'>;

/** @param seed 32 bytes of the issuer */
export function signKeyOrder(draft: KeyOrderDraft, seed: Uint8Array): JsonObject {
  const document = documentOf(draft, toBase64(ed25519PublicKey(seed)));
  return signDocument(document, keyOrderVersion, seed);
}

/** @throws LedgerError `KEY_ORDER_MALFORMED` */
export function parseKeyOrder(value: Json): KeyOrder {
  try {
    const reader = new StrictMembers(value, members, 'order');
    reader.constant('v', keyOrderVersion);
    return {
      ledger: reader.name('ledger'),
      epoch: reader.integer('epoch'),
      to: reader.oneOf('to', keyStates),
      serial: reader.integer('serial'),
      notAfterMs: reader.timeMs('notAfter'),
      signer: reader.base64('signer', 32),
      signature: reader.base64('signature', 64),
    };
  } catch (error) {
    if (error instanceof MemberError) throw new LedgerError('KEY_ORDER_MALFORMED', error.message);
    throw error;
  }
}

/** Whether the named signer signed these members. */
export function isKeyOrder({ signer, signature, ...draft }: KeyOrder): boolean {
  const unsigned = unsignedBytes(documentOf(draft, signer));
  return isSignedDocument(unsigned, keyOrderVersion, { publicKey: signer, signature });
}

/**
 * The ledger after an order. Nothing of accounts or pages changes.
 *
 * @throws LedgerError `KEY_ORDER_REFUSED`, `KEY_ORDER_EXPIRED`, `KEY_ORDER_STALE`, `KEY_TRANSITION_REFUSED`, `KEY_DESTROYED`
 */
export function orderKey(state: LedgerState, order: KeyOrder, timeMs: number): LedgerState {
  const { terms, keys } = state;
  if (order.ledger !== terms.ledger)
    throw new LedgerError('KEY_ORDER_REFUSED', 'order.ledger: expected this ledger, got another one');
  if (order.signer !== terms.issuer || !isKeyOrder(order))
    throw new LedgerError(
      'KEY_ORDER_REFUSED',
      'order.signer: expected a signature of the issuer of the charter',
    );
  const nowMs = Math.max(timeMs, state.timeMs);
  if (order.notAfterMs <= nowMs)
    throw new LedgerError('KEY_ORDER_EXPIRED', 'order.notAfter: its time has passed; sign a new one');
  const serial = (keys?.serial ?? 0) + 1;
  if (order.serial !== serial)
    throw new LedgerError(
      'KEY_ORDER_STALE',
      `order.serial: expected ${serial}, got ${order.serial}; sign a new one`,
    );
  if (order.epoch < 1 || order.epoch > terms.epoch)
    throw new LedgerError(
      'KEY_TRANSITION_REFUSED',
      `order.epoch: expected 1 to ${terms.epoch}, got ${order.epoch}`,
    );
  const states = withKeyState(keysOf(state), order.epoch, order.to);
  return { ...state, keys: { serial, states }, version: state.version + 1, timeMs: nowMs };
}

/** The state of the ordered key before the order. */
export function stateBeforeOrder(state: LedgerState, { epoch }: KeyOrder): KeyState {
  return keyStateOf(keysOf(state), epoch);
}

function documentOf({ ledger, epoch, to, serial, notAfterMs }: KeyOrderDraft, signer: string): JsonObject {
  return { v: keyOrderVersion, ledger, epoch, to, serial, notAfter: formatTime(notAfterMs), signer };
}
