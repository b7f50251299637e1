import { isJsonObject, type Json } from '#canonical';
import { checkAmount } from '#ciphertext';
import { refusal } from '../shared/ledger-error.js';
import { isSignedDocument } from '../shared/signed-document.js';
import { StrictObject } from '../shared/strict-object.js';
import type { LedgerRecord } from './ledger-record.js';

export const intentVersion = 'sealflow/intent/v1';

/** What the borrower asks for. It is sealed to the key enclave; nobody else reads it. */
export interface Intent {
  readonly ledger: string;
  /** 16 bytes in hex: the nullifier. */
  readonly intentId: string;
  readonly from: string;
  readonly to: string;
  readonly amountCents: bigint;
  readonly notAfterMs: number;
  readonly signer: string;
}

/** Refuses with `INTENT_INVALID` or `INTENT_SIGNATURE_INVALID`. */
export function parseIntent(value: Json): Intent {
  const members = ['v', 'ledger', 'intentId', 'from', 'to', 'amountCents', 'notAfter', 'signer', 'signature'];
  const reader = new StrictObject(value, members, 'INTENT_INVALID', 'intent');
  reader.constant('v', intentVersion);
  reader.base64('signature', 64);
  const intent: Intent = {
    ledger: reader.name('ledger'),
    intentId: reader.hex('intentId', 16),
    from: reader.name('from'),
    to: reader.name('to'),
    amountCents: checkAmount(reader.cents('amountCents')),
    notAfterMs: reader.timeMs('notAfter'),
    signer: reader.base64('signer', 32),
  };
  if (intent.amountCents === 0n) throw refusal('INTENT_INVALID', 'intent.amountCents: expected more than 0');
  if (!isJsonObject(value) || !isSignedDocument(value, intentVersion, intent.signer)) {
    throw refusal('INTENT_SIGNATURE_INVALID', 'intent.signature does not verify under intent.signer');
  }
  return intent;
}

/** Slots of payer and payee of a loan. */
export interface Route {
  readonly from: number;
  readonly to: number;
}

/**
 * The borrower signs, as owner of the receiving account. Nobody signs for the payer: the bank's consent is the
 * proven decision. Therefore money may only leave accounts that the ledger's issuer owns; otherwise a borrower
 * whom the bank approved could name a stranger's account as the source.
 */
export function checkIntent(intent: Intent, record: LedgerRecord, nowMs: number): Route {
  if (intent.ledger !== record.ledger) throw refusal('INTENT_INVALID', 'intent.ledger names another ledger');
  if (intent.notAfterMs <= nowMs)
    throw refusal('INTENT_EXPIRED', 'intent.notAfter has passed; sign a new intent');
  const from = record.accounts.findIndex(({ id }) => id === intent.from);
  const to = record.accounts.findIndex(({ id }) => id === intent.to);
  if (from < 0 || to < 0 || from === to) {
    throw refusal('INTENT_INVALID', 'intent.from and intent.to: expected two accounts of the ledger');
  }
  if (record.accounts[to]?.owner !== intent.signer) {
    throw refusal('INTENT_SIGNATURE_INVALID', 'intent.signer does not own the receiving account');
  }
  if (record.accounts[from]?.owner !== record.issuer) {
    throw refusal(
      'INTENT_SOURCE_REFUSED',
      'intent.from: expected an account that the issuer of the ledger owns',
    );
  }
  return { from, to };
}
