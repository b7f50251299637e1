import { describe, expect, it } from 'vitest';
import { canonicalBytes, type JsonObject, parseJsonStrict } from '#canonical';
import { supplyMax } from '#ciphertext';
import { signDocument } from '../intent/signed-document.js';
import { keyOf, sampleCharter, seedOf } from '../testing/ledger.fixture.js';
import { type Charter, charterVersion, parseCharter, signCharter } from './charter.js';

const charter = sampleCharter({
  viewers: [
    {
      ...{
        name: 'auditor',
        sealKey: keyOf('auditor seal'),
        signer: keyOf('auditor'),
        untilMs: 1_800_000_000_000,
      },
      scopes: ['batches', 'totals'],
    },
  ],
});
const document = parseJsonStrict(signCharter(charter, seedOf('issuer'))) as JsonObject;
const account = { id: 'x', owner: keyOf('x'), rollover: 'auto', opening: '1' };
const holder = (name: string) => ({ name, sealKey: keyOf(name) });

/** Signed anew, so that nothing but the change is wrong. */
function codeOf(members: JsonObject, seed = seedOf('issuer')): string {
  const { signature: _signature, ...rest } = { ...document, ...members };
  try {
    parseCharter(canonicalBytes(signDocument(rest as JsonObject, charterVersion, seed)));
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('a charter', () => {
  it.each<[string, JsonObject]>([
    ['a negative opening', { accounts: [{ ...account, opening: '-1' }] }],
    ['two accounts of one id', { accounts: [account, account] }],
    ['openings beyond its supply', { supplyMax: '1', accounts: [account, { ...account, id: 'y' }] }],
    ['a supply that a slot cannot hold', { supplyMax: `${supplyMax + 1n}` }],
    ['no page', { pageCount: 0 }],
    ['more pages than there may be', { pageCount: 65 }],
    ['an unknown mode', { mode: 'trust-me' }],
    ['a threshold of one', { recovery: { threshold: 1, holders: [holder('a'), holder('b')] } }],
    ['a threshold above the holders', { recovery: { threshold: 3, holders: [holder('a'), holder('b')] } }],
    ['one holder', { recovery: { threshold: 2, holders: [holder('a')] } }],
    ['a holder twice', { recovery: { threshold: 2, holders: [holder('a'), holder('a')] } }],
    [
      'two holders with one key',
      { recovery: { threshold: 2, holders: [holder('a'), { ...holder('a'), name: 'b' }] } },
    ],
    ['a viewer of everything', { viewers: [{ ...viewerOf(), scopes: ['everything'] }] }],
    ['a viewer of nothing', { viewers: [{ ...viewerOf(), scopes: [] }] }],
    ['a member too many', { also: 1 }],
  ])('is CHARTER_INVALID with %s', (_, members) => {
    expect(codeOf(members)).toBe('CHARTER_INVALID');
  });

  it('is signed by the issuer that it names', () => {
    expect(codeOf({}, seedOf('somebody'))).toBe('CHARTER_SIGNATURE_INVALID');
    const forged = canonicalBytes({ ...document, supplyMax: '999999' });
    expect(() => parseCharter(forged)).toThrow(
      expect.objectContaining({ code: 'CHARTER_SIGNATURE_INVALID' }),
    );
  });

  it('says the same after signing as before', () => {
    const again: Charter = parseCharter(canonicalBytes(document));
    expect(again).toEqual(charter);
  });
});

function viewerOf(): JsonObject {
  return { name: 'v', sealKey: keyOf('v'), signer: keyOf('v'), until: '2027-01-01T00:00:00.000Z' };
}
