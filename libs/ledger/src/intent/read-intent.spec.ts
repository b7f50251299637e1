import { describe, expect, it } from 'vitest';
import { canonicalBytes, type JsonObject, parseJsonStrict, utf8 } from '#canonical';
import { amountMax } from '#ciphertext';
import { ledgerLimits } from '../limits.js';
import { keyOf, laterMs, Signers, seedOf, startMs, type Wish } from '../testing/ledger.fixture.js';
import { intentVersion } from './intent.js';
import { readIntent } from './read-intent.js';
import { signDocument } from './signed-document.js';

const pay: Wish = { op: 'transfer', account: 'alice', to: 'bob', amount: 10n };
const honest = parseJsonStrict(new Signers().bytes(pay)) as JsonObject;

/** Signed anew after the change, so that nothing but the change is wrong. */
function changed(members: Record<string, JsonObject[string] | undefined>): Uint8Array {
  const { signature: _signature, ...rest } = { ...honest, ...members } as JsonObject;
  const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return canonicalBytes(signDocument(kept, intentVersion, seedOf('alice')));
}

const reasonOf = (bytes: Uint8Array) => {
  const { reason, ...rest } = readIntent(bytes);
  return [reason, 'place' in rest ? rest.place : null];
};

describe('an intent from outside', () => {
  it.each<[string, Record<string, JsonObject[string] | undefined>, string]>([
    ['a negative amount', { amount: '-1' }, 'intent.amount'],
    ['nothing', { amount: '0' }, 'intent.amount'],
    ['an amount of 2^59', { amount: `${amountMax + 1n}` }, 'intent.amount'],
    ['an amount of 60 digits', { amount: '9'.repeat(60) }, 'intent.amount'],
  ])('is AMOUNT_RANGE with its place for %s', (_, members, place) => {
    expect(reasonOf(changed(members))).toEqual(['AMOUNT_RANGE', place]);
  });

  it.each<[string, Record<string, JsonObject[string] | undefined>, string]>([
    ['a number for an amount', { amount: 10 }, 'intent.amount'],
    ['an amount with a zero in front', { amount: '010' }, 'intent.amount'],
    ['an amount in hex', { amount: '0x10' }, 'intent.amount'],
    ['an unknown operation', { op: 'mint' }, 'intent.op'],
    ['no operation', { op: undefined }, 'intent.op'],
    ['another version', { v: 'sealflow/ledger-intent/v2' }, 'intent.v'],
    ['a member too many', { also: 1 }, 'intent'],
    ['a member too few', { memoKey: undefined }, 'intent'],
    ['a member of another operation', { op: 'rollover' }, 'intent'],
    ['an account with a space', { account: 'a b' }, 'intent.account'],
    ['an account of 129 characters', { account: 'a'.repeat(129) }, 'intent.account'],
    ['a negative nonce', { nonce: -1 }, 'intent.nonce'],
    ['an epoch as text', { epoch: '1' }, 'intent.epoch'],
    ['a day that does not exist', { notAfter: '2026-02-30T00:00:00.000Z' }, 'intent.notAfter'],
    ['a memo key of 31 bytes', { memoKey: 'A'.repeat(40) }, 'intent.memoKey'],
    ['a signer that is no base64', { signer: `${'!'.repeat(43)}=` }, 'intent.signer'],
  ])('is INTENT_MALFORMED with its place for %s', (_, members, place) => {
    expect(reasonOf(changed(members))).toEqual(['INTENT_MALFORMED', place]);
  });

  it.each<[string, Uint8Array]>([
    ['no bytes', new Uint8Array(0)],
    ['no JSON', utf8('transfer 10')],
    ['a list', utf8('[]')],
    ['two members of one name', utf8('{"op":"close","op":"close"}')],
    ['a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)],
    ['too many bytes', new Uint8Array(ledgerLimits.intentBytesMax + 1).fill(0x20)],
    ['a prototype', utf8('{"__proto__":{"op":"close"}}')],
  ])('is INTENT_MALFORMED for %s', (_, bytes) => {
    expect(reasonOf(bytes)[0]).toBe('INTENT_MALFORMED');
  });

  it('is SIGNATURE_INVALID when any signed member was changed afterwards', () => {
    const forged: JsonObject[] = [
      { ...honest, amount: '11' },
      { ...honest, to: 'carol' },
      { ...honest, nonce: 1 },
      { ...honest, signer: keyOf('bob') },
      { ...honest, ledger: 'eur-2' },
    ];
    expect(forged.map((document) => reasonOf(canonicalBytes(document))[0])).toEqual(
      Array(5).fill('SIGNATURE_INVALID'),
    );
  });

  it('is SIGNATURE_INVALID when it was signed as another kind of document', () => {
    const { signature: _signature, ...rest } = honest;
    const other = signDocument(rest, 'sealflow/ledger-charter/v2', seedOf('alice'));
    expect(reasonOf(canonicalBytes(other))).toEqual(['SIGNATURE_INVALID', 'intent.signature']);
  });

  it.each<Wish>([
    pay,
    { op: 'open', account: 'new', owner: keyOf('new'), rollover: 'manual' },
    { op: 'deposit', account: 'alice', amount: amountMax },
    { op: 'withdraw', account: 'alice', amount: 1n },
    { op: 'reserve', account: 'alice', to: 'bob', amount: 1n, closer: keyOf('bob'), untilMs: laterMs },
    { op: 'rollover', account: 'alice' },
    { op: 'revoke', account: 'alice', delegate: keyOf('agent') },
    {
      ...{ op: 'delegate', account: 'alice', delegate: keyOf('agent'), ops: ['transfer'] },
      ...{ perCall: 1n, perDay: 2n, untilMs: startMs, allow: ['bob'] },
    },
  ])('says the same after signing as before: $op', (wish) => {
    const { intent, reason } = readIntent(new Signers().bytes(wish));
    expect(reason).toBeNull();
    expect(intent).toMatchObject(wish);
  });

  it('has one id however it is spelled', () => {
    const spelled = utf8(`  ${JSON.stringify(honest, null, 2)}`);
    expect(readIntent(spelled).intent?.intentId).toBe(readIntent(new Signers().bytes(pay)).intent?.intentId);
  });

  it('keeps its id where only its signature is wrong', () => {
    const { signature: _signature, ...rest } = honest;
    const reading = readIntent(canonicalBytes({ ...rest, signature: 'none' }));
    expect(reading).toMatchObject({ reason: 'INTENT_MALFORMED', place: 'intent.signature' });
    expect(reading.intent === null ? reading.intentId : null).toBe(
      readIntent(new Signers().bytes(pay)).intent?.intentId,
    );
  });
});
