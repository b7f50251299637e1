import { canonicalBytes, type Digest, digestOf, isJsonObject, type Json } from '#canonical';
import { slotCount } from '#ciphertext';
import { refusal } from '../shared/ledger-error.js';
import { isSignedDocument } from '../shared/signed-document.js';
import { StrictObject } from '../shared/strict-object.js';

export const charterVersion = 'sealflow/charter/v1';

/** The founding document of a ledger: its accounts, who owns them, and what each starts with. */
export interface Charter {
  readonly ledger: string;
  readonly asset: string;
  /** Account i is slot i of every page. */
  readonly accounts: readonly CharterAccount[];
  /** Ed25519 key, base64, of the institution that issues the ledger. Loans may leave only its accounts. */
  readonly issuer: string;
  readonly digest: Digest;
}

export interface CharterAccount {
  readonly id: string;
  /** Ed25519 key, base64. Several accounts may have one owner. */
  readonly owner: string;
  readonly openingCents: bigint;
}

/** Refuses with `CHARTER_INVALID` or `CHARTER_SIGNATURE_INVALID`. Amounts are range-checked by the page codec. */
export function parseCharter(value: Json): Charter {
  const members = ['v', 'ledger', 'asset', 'accounts', 'issuer', 'signature'];
  const reader = new StrictObject(value, members, 'CHARTER_INVALID', 'charter');
  reader.constant('v', charterVersion);
  reader.constant('asset', 'EUR');
  reader.base64('signature', 64);
  const issuer = reader.base64('issuer', 32);
  const accounts = reader.list('accounts', slotCount).map(parseAccount);
  if (new Set(accounts.map(({ id }) => id)).size !== accounts.length) {
    throw refusal('CHARTER_INVALID', 'charter.accounts: two accounts have one id');
  }
  if (!isJsonObject(value) || !isSignedDocument(value, charterVersion, issuer)) {
    throw refusal('CHARTER_SIGNATURE_INVALID', 'charter.signature does not verify under charter.issuer');
  }
  const digest = digestOf(canonicalBytes(value));
  return { ledger: reader.name('ledger'), asset: 'EUR', accounts, issuer, digest };
}

function parseAccount(value: Json, index: number): CharterAccount {
  const members = ['id', 'owner', 'openingCents'];
  const reader = new StrictObject(value, members, 'CHARTER_INVALID', `charter.accounts[${index}]`);
  return {
    id: reader.name('id'),
    owner: reader.base64('owner', 32),
    openingCents: reader.cents('openingCents'),
  };
}
