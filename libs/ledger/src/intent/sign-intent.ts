import {
  type Bytes,
  canonicalBytes,
  type Digest,
  ed25519PublicKey,
  formatTime,
  type JsonObject,
  toBase64,
} from '#canonical';
import { fieldText } from '../notes/note.js';
import type { IntentBody, IntentHead } from './intent.js';
import { intentVersion, type MintBody, type SpendBody } from './intent.js';
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
      return {
        owner: draft.owner,
        rollover: draft.rollover,
        ...(draft.noteOwner === undefined ? {} : { noteOwner: fieldText(draft.noteOwner) }),
      };
    case 'deposit':
      return {
        amount: `${draft.amount}`,
        ...(draft.mint === undefined ? {} : { mint: mintToJson(draft.mint) }),
      };
    case 'withdraw':
      return {
        amount: `${draft.amount}`,
        ...(draft.burn === undefined
          ? {}
          : { burn: { ...spendToJson(draft.burn), signature: draft.burn.signature } }),
      };
    case 'transfer':
      return {
        to: draft.to,
        amount: `${draft.amount}`,
        ...(draft.spend === undefined ? {} : { spend: spendToJson(draft.spend) }),
      };
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

function mintToJson({ serial, salt, signature }: MintBody): JsonObject {
  return { serial, salt: fieldText(salt), signature };
}

function spendToJson({ note, restSalt, paymentSalt, order, nullifier, proof }: SpendBody): JsonObject {
  return {
    note,
    restSalt: fieldText(restSalt),
    paymentSalt: fieldText(paymentSalt),
    order: fieldText(order),
    nullifier: fieldText(nullifier),
    proof,
  };
}
