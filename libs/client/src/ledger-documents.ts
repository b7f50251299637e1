import {
  canonicalBytes,
  concatBytes,
  ed25519PublicKey,
  ed25519Sign,
  formatTime,
  type JsonObject,
  toBase64,
  toHex,
  utf8,
} from '#canonical';

/*
 * Documents that only the key enclave of a ledger reads. Each is signed over `"<version>\0" || JCS(document without
 * signature)`, so a signature under one kind of document says nothing under another.
 */

export interface AccountOpening {
  readonly id: string;
  /** Ed25519 public key of the owner, 32 bytes. */
  readonly owner: Uint8Array;
  readonly openingCents: bigint;
}

/** Founds a ledger. `issuerSeed` is the Ed25519 key of the institution that issues it. */
export function signCharter(
  charter: { readonly ledger: string; readonly accounts: readonly AccountOpening[] },
  issuerSeed: Uint8Array,
): JsonObject {
  return sign(
    {
      v: 'sealflow/charter/v1',
      ledger: charter.ledger,
      asset: 'EUR',
      accounts: charter.accounts.map(({ id, owner, openingCents }) => ({
        id,
        owner: toBase64(owner),
        openingCents: openingCents.toString(),
      })),
      issuer: toBase64(ed25519PublicKey(issuerSeed)),
    },
    issuerSeed,
  );
}

export interface TransferIntent {
  readonly ledger: string;
  /** 16 random bytes; a second transfer with the same id is refused for ever. */
  readonly intentId: Uint8Array;
  readonly from: string;
  readonly to: string;
  readonly amountCents: bigint;
  readonly notAfterMs: number;
}

/** Asks for money. `ownerSeed` is the Ed25519 key of the owner of the receiving account. */
export function signIntent(intent: TransferIntent, ownerSeed: Uint8Array): JsonObject {
  return sign(
    {
      v: 'sealflow/intent/v1',
      ledger: intent.ledger,
      intentId: toHex(intent.intentId),
      from: intent.from,
      to: intent.to,
      amountCents: intent.amountCents.toString(),
      notAfter: formatTime(intent.notAfterMs),
      signer: toBase64(ed25519PublicKey(ownerSeed)),
    },
    ownerSeed,
  );
}

function sign(document: JsonObject & { readonly v: string }, seed: Uint8Array): JsonObject {
  const signed = concatBytes(utf8(`${document.v}\0`), canonicalBytes(document));
  return { ...document, signature: toBase64(ed25519Sign(seed, signed)) };
}
