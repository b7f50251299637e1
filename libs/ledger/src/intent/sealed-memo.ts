/**
 * Memos as they lie beside a batch, for everybody to fetch: AES-256-GCM, each of one size. One is under the memo key of
 * its intent, for who signed it; a second, for whom it credited, is under a key of that account. Where nobody is to be
 * told, random bytes stand in the place, which nobody can tell from a memo.
 *
 * An enclave may authorise a batch that never becomes part of the ledger. A memo counts when the receipt of its version
 * is on the chain and names the blob that the memo lies in.
 */
import { aes256GcmOpen, aes256GcmSeal, type Bytes, concatBytes, hkdfSha256, utf8 } from '#canonical';
import { LedgerError } from '../ledger-error.js';
import { encodeMemo, type Memo, memoBytes, parseMemo } from './memo.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NO_SALT = new Uint8Array(0);

export const memoNonceBytes = NONCE_BYTES;
export const sealedMemoBytes = NONCE_BYTES + memoBytes + TAG_BYTES;
/** For each intent the signer's, then that of the account it credited. */
export const memosPerIntent = 2;

/** @param nonce 12 random bytes: a memo key may be that of several intents */
export function sealMemo(memo: Memo, key: Uint8Array, ledger: string, nonce: Uint8Array): Bytes {
  return concatBytes(nonce, aes256GcmSeal(key, nonce, encodeMemo(memo), contextOf(ledger)));
}

/** null for a memo of somebody else, or none. */
export function openMemo(sealed: Uint8Array, key: Uint8Array, ledger: string): Memo | null {
  if (sealed.length !== sealedMemoBytes) return null;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const bytes = aes256GcmOpen(key, nonce, sealed.subarray(NONCE_BYTES), contextOf(ledger));
  return bytes === null ? null : parseMemo(bytes);
}

/** The memos of one envelope: its outcome. @throws LedgerError `MEMO_MALFORMED` */
export function splitMemos(outcome: Uint8Array): readonly Uint8Array[] {
  if (outcome.length % (memosPerIntent * sealedMemoBytes) !== 0) {
    throw new LedgerError(
      'MEMO_MALFORMED',
      `outcome: ${outcome.length} bytes are no pairs of memos of ${sealedMemoBytes} bytes`,
    );
  }
  const count = outcome.length / sealedMemoBytes;
  return Array.from({ length: count }, (_, index) =>
    outcome.subarray(index * sealedMemoBytes, (index + 1) * sealedMemoBytes),
  );
}

/** What the owner of an account is given to read what the account was credited. */
export function creditKey(statementSecret: Uint8Array, ledger: string, account: string): Bytes {
  return hkdfSha256(statementSecret, NO_SALT, utf8(`sealflow/ledger-credit/v1|${ledger}|${account}`));
}

/** @param place of the intent in its batch */
export function creditMemoKey(key: Uint8Array, version: number, place: number): Bytes {
  return hkdfSha256(key, NO_SALT, utf8(`${version}|${place}`));
}

function contextOf(ledger: string): Bytes {
  return utf8(`sealflow/ledger-memo/v1|${ledger}`);
}
