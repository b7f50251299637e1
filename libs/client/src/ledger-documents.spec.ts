import { describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  concatBytes,
  ed25519PublicKey,
  ed25519Verify,
  fromBase64,
  type JsonObject,
  utf8,
} from '#canonical';
import { signCharter, signIntent } from './ledger-documents.js';

const issuerSeed = new Uint8Array(32).fill(1);
const ownerSeed = new Uint8Array(32).fill(2);

const charter = signCharter(
  {
    ledger: 'bank',
    accounts: [
      { id: 'pool', owner: ed25519PublicKey(issuerSeed), openingCents: 600_000n },
      { id: 'borrower', owner: ed25519PublicKey(ownerSeed), openingCents: 0n },
    ],
  },
  issuerSeed,
);
const intent = signIntent(
  {
    ledger: 'bank',
    intentId: new Uint8Array(16).fill(7),
    from: 'pool',
    to: 'borrower',
    amountCents: 209_600n,
    notAfterMs: Date.parse('2026-11-20T21:00:00.000Z'),
  },
  ownerSeed,
);

/** Checks the signature as a reader who knows only the rule: version, NUL, canonical JSON without the signature. */
function verifies(document: JsonObject, publicKey: Uint8Array, version = String(document['v'])): boolean {
  const { signature, ...rest } = document;
  const signed = concatBytes(utf8(`${version}\0`), canonicalBytes(rest));
  return ed25519Verify(publicKey, signed, fromBase64(String(signature)));
}

describe('a charter', () => {
  it('states accounts, owners and amounts in decimal, and is signed by its issuer', () => {
    expect(charter).toMatchObject({
      v: 'sealflow/charter/v1',
      ledger: 'bank',
      asset: 'EUR',
      accounts: [
        { id: 'pool', openingCents: '600000' },
        { id: 'borrower', openingCents: '0' },
      ],
    });
    expect(verifies(charter, ed25519PublicKey(issuerSeed))).toBe(true);
    expect(verifies(charter, ed25519PublicKey(ownerSeed))).toBe(false);
  });

  it.each<[string, JsonObject]>([
    ['another ledger', { ledger: 'bank2' }],
    ['another amount', { accounts: [{ id: 'pool', owner: 'x', openingCents: '600001' }] }],
    ['a member more', { extra: true }],
  ])('does not verify with %s', (_what, change) => {
    expect(verifies({ ...charter, ...change }, ed25519PublicKey(issuerSeed))).toBe(false);
  });
});

describe('an intent', () => {
  it('names transfer, nullifier and expiry, and is signed by the owner of the receiving account', () => {
    expect(intent).toMatchObject({
      v: 'sealflow/intent/v1',
      intentId: '07'.repeat(16),
      amountCents: '209600',
      notAfter: '2026-11-20T21:00:00.000Z',
    });
    expect(fromBase64(String(intent['signer']))).toEqual(ed25519PublicKey(ownerSeed));
    expect(verifies(intent, ed25519PublicKey(ownerSeed))).toBe(true);
  });

  it('says nothing as a document of another kind', () => {
    expect(verifies(intent, ed25519PublicKey(ownerSeed), 'sealflow/charter/v1')).toBe(false);
  });

  it('does not verify with another amount', () => {
    expect(verifies({ ...intent, amountCents: '209601' }, ed25519PublicKey(ownerSeed))).toBe(false);
  });
});
