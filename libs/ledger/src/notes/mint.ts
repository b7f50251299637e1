import { canonicalBytes, type Digest, type JsonObject } from '#canonical';
import { isSignedDocument, signDocument } from '../intent/signed-document.js';
import { fieldText } from './note.js';

export const mintVersion = 'sealflow/ledger-mint/v1';

/** What an issuer says in public when it puts money into an account: that this note is good. Amount and owner are in it. */
export interface Mint {
  readonly charter: Digest;
  /** Rises from one mint of the ledger to the next, so that none is taken twice. */
  readonly serial: number;
  /** Commitment. */
  readonly note: bigint;
}

/** @returns the signature, base64 */
export function signMint(mint: Mint, issuerSeed: Uint8Array): string {
  const { signature } = signDocument(documentOf(mint), mintVersion, issuerSeed);
  return String(signature);
}

/** @param issuer and signature base64 of the right length, checked by the caller's parser */
export function isMint(mint: Mint, issuer: string, signature: string): boolean {
  return isSignedDocument(canonicalBytes(documentOf(mint)), mintVersion, { publicKey: issuer, signature });
}

function documentOf({ charter, serial, note }: Mint): JsonObject {
  return { v: mintVersion, charter, serial, note: fieldText(note) };
}
