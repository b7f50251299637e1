import {
  type Bytes,
  canonicalBytes,
  type Digest,
  ed25519PublicKey,
  formatTime,
  type JsonObject,
  toBase64,
} from '#canonical';
import type { IntentBody, IntentHead } from './intent.js';
import { intentVersion } from './intent.js';
import { documentId, signDocument } from './signed-document.js';

/** What a signer says; id and signer follow from it. */
export type IntentDraft = Omit<IntentHead, 'intentId' | 'signer'> & IntentBody;

export interface SignedIntent {
  readonly intentId: Digest;
  /** Canonical JSON, to be sealed to the intent key of the ledger. */
  readonly bytes: Bytes;
}

/** @param seed 32 bytes, the signer's Ed25519 seed. */
export function signIntent(draft: IntentDraft, seed: Uint8Array): SignedIntent {
  const document = signDocument(documentOf(draft, toBase64(ed25519PublicKey(seed))), intentVersion, seed);
  return { intentId: documentId(document), bytes: canonicalBytes(document) };
}

function documentOf(draft: IntentDraft, signer: string): JsonObject {
  const { ledger, asset, epoch, op, account, nonce, seen, notAfterMs, memoKey } = draft;
  const head = { v: intentVersion, ledger, asset, epoch, op, account, nonce, seen, memoKey, signer };
  return { ...head, notAfter: formatTime(notAfterMs), ...bodyOf(draft) };
}

function bodyOf(draft: IntentBody): JsonObject {
  switch (draft.op) {
    case 'open':
      return { owner: draft.owner, rollover: draft.rollover };
    case 'deposit':
    case 'withdraw':
      return { amount: `${draft.amount}` };
    case 'transfer':
      return { to: draft.to, amount: `${draft.amount}` };
    case 'reserve':
      return {
        to: draft.to,
        amount: `${draft.amount}`,
        closer: draft.closer,
        until: formatTime(draft.untilMs),
      };
    case 'commit':
      return { reservation: draft.reservation, amount: `${draft.amount}` };
    case 'release':
      return { reservation: draft.reservation };
    case 'delegate':
      return {
        delegate: draft.delegate,
        ops: [...draft.ops],
        perCall: `${draft.perCall}`,
        perDay: `${draft.perDay}`,
        until: formatTime(draft.untilMs),
        allow: draft.allow === null ? null : [...draft.allow],
      };
    case 'revoke':
      return { delegate: draft.delegate };
    case 'settle':
      return { auction: draft.auction, floor: `${draft.floor}` };
    default:
      return {};
  }
}
