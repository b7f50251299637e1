import { hkdfSha256, sha256, utf8 } from '#canonical';

export interface CoinUse {
  readonly ledger: string;
  readonly epoch: number;
  readonly version: number;
  readonly page: number;
  readonly book: string;
  /** `delta` of a batch, or `fresh` where a page is encrypted anew. */
  readonly use: 'delta' | 'fresh';
}

/**
 * The seed of the coins that encrypt one vector of slots.
 *
 * The vector itself is part of the derivation, as in RFC 5297: a task may be authorised twice for one version, and
 * two different vectors under equal coins would show their difference to whoever holds both ciphertexts. An
 * auditor who is given vector and seed encrypts again and needs no key of the derivation.
 */
export function coinSeed(coinKey: Uint8Array, use: CoinUse, slots: BigUint64Array): Uint8Array {
  const { ledger, epoch, version, page, book } = use;
  const info = utf8(`sealflow/ledger-coins/v1|${ledger}|${epoch}|${version}|${page}|${book}|${use.use}`);
  const bytes = new Uint8Array(slots.buffer, slots.byteOffset, slots.byteLength);
  return hkdfSha256(coinKey, sha256(bytes), info);
}
