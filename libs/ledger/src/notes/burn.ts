import { canonicalBytes, type Digest, type JsonObject } from '#canonical';
import { isSignedDocument, signDocument } from '../intent/signed-document.js';
import { fieldText } from './note.js';

export const burnVersion = 'sealflow/ledger-burn/v1';

/**
 * What an issuer says in public when money is to leave: that it takes back what is in a note nobody will ever spend. It
 * knows the amount, as of a mint, and can show it to whom it likes; it needs to know nothing else of the account.
 */
export interface Burn {
  readonly charter: Digest;
  /** Number of the note that is paid from. It is spent once, so this word serves once. */
  readonly note: number;
  /** Commitment of what leaves, under `burnOwner`. */
  readonly burnt: bigint;
}

/** @returns the signature, base64 */
export function signBurn(burn: Burn, issuerSeed: Uint8Array): string {
  const { signature } = signDocument(documentOf(burn), burnVersion, issuerSeed);
  return String(signature);
}

/** @param issuer and signature base64 of the right length, checked by the caller's parser */
export function isBurn(burn: Burn, issuer: string, signature: string): boolean {
  return isSignedDocument(canonicalBytes(documentOf(burn)), burnVersion, { publicKey: issuer, signature });
}

function documentOf({ charter, note, burnt }: Burn): JsonObject {
  return { v: burnVersion, charter, note, burnt: fieldText(burnt) };
}
