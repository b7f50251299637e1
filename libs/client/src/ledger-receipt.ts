import { type Digest, equalBytes, fromBase64 } from '#canonical';
import { openStatement } from '#evidence';
import { type BatchReceipt, keyStateOf, ledgerBatchPredicateType, parseBatchReceipt } from '#ledger';
import { ClientError } from './client-error.js';

/** A ledger of pages as its user knows it: by the key that signs its receipts, from a bundle that was verified. */
export interface LedgerPin {
  readonly ledger: string;
  /** Raw Ed25519 key, base64. */
  readonly ledgerKey: string;
}

export interface SeenReceipt {
  readonly digest: Digest;
  readonly receipt: BatchReceipt;
}

/** A receipt under the pinned key. @throws ClientError LEDGER_UNTRUSTED */
export function readReceipt(envelope: Uint8Array, { ledger, ledgerKey }: LedgerPin): BatchReceipt {
  let receipt: BatchReceipt;
  try {
    const publicKey = fromBase64(ledgerKey);
    const { predicate } = openStatement({ envelope, publicKey, predicateType: ledgerBatchPredicateType });
    receipt = parseBatchReceipt(predicate);
  } catch (error) {
    throw untrusted(`a receipt: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
  if (receipt.ledger === ledger && equalBytes(fromBase64(receipt.ledgerKey), fromBase64(ledgerKey))) {
    return receipt;
  }
  throw untrusted(`a receipt of ledger ${ledger}: expected one of its own, got one of ${receipt.ledger}`);
}

/** Nothing new is sealed to a key that its ledger suspended or gave up; the enclave would refuse the batch anyway. */
export function checkSealable({ ledger, epoch, keys }: BatchReceipt): void {
  const state = keys === undefined ? 'active' : keyStateOf(keys.states, epoch);
  const about = `ledger ${ledger}: the key of epoch ${epoch} is ${state}`;
  if (state === 'suspended')
    throw new ClientError('KEY_SUSPENDED', `${about}; nothing is applied until its issuer activates it`);
  if (state === 'compromised')
    throw new ClientError('KEY_COMPROMISED', `${about}; nothing is applied until the ledger is rotated`);
}

export function untrusted(message: string): ClientError {
  return new ClientError('LEDGER_UNTRUSTED', message);
}
