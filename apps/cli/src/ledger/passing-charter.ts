import { ed25519PublicKey, toBase64 } from '#canonical';
import { generateSealKeyPair } from '#sealing';
import { random } from '../stack/as-client.js';

export interface PassingLedger {
  readonly ledger: string;
  readonly issuerSeed: Uint8Array;
  readonly supplyMax: bigint;
  /** One after the other on a single page. */
  readonly accounts: readonly { readonly id: string; readonly seed: Uint8Array; readonly opening: bigint }[];
}

/** What a ledger begins with that a demo or an attack founds for itself: nobody keeps the shares of its key. */
export function passingCharter({ ledger, issuerSeed, supplyMax, accounts }: PassingLedger) {
  return {
    ...{ ledger, asset: 'EUR', issuer: toBase64(ed25519PublicKey(issuerSeed)), supplyMax },
    pageCount: 1,
    mode: 'tee-check',
    padding: 'touched',
    accounts: accounts.map(({ id, seed, opening }) => ({
      ...{ id, owner: toBase64(ed25519PublicKey(seed)), rollover: 'auto' as const, opening },
    })),
    recovery: {
      threshold: 2,
      holders: ['notary', 'auditor', 'bank'].map((name) => ({
        name,
        sealKey: toBase64(generateSealKeyPair(random).publicKey),
      })),
    },
    viewers: [],
  } as const;
}
