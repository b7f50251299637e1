import { describe, expect, it } from 'vitest';
import { ed25519PublicKey, utf8 } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { seededRandom } from '../testing/random.fixture.js';
import { inTotoPayloadType, openStatement, parseEnvelope, signStatement } from './envelope.js';
import { paeDigest } from './pae.js';

const seed = seededRandom('signer')(32);
const publicKey = ed25519PublicKey(seed);
const statement = {
  subject: [{ name: 'a', digest: { sha256: '00'.repeat(32) } }],
  predicateType: 'https://example.com/a/v1',
  predicate: { value: 1, text: '???>>>' },
};
const signed = signStatement({ statement, seed });
const json = (): { payload: string; payloadType: string; signatures: { sig: string }[] } =>
  JSON.parse(new TextDecoder().decode(signed));

function code(read: () => unknown): string {
  try {
    read();
    return 'NONE';
  } catch (error) {
    return error instanceof EvidenceError ? error.code : 'UNTYPED';
  }
}

const open = (envelope: object, key = publicKey) =>
  code(() => openStatement({ envelope: utf8(JSON.stringify(envelope)), publicKey: key }));

describe('an envelope', () => {
  it('is opened with the key that signed it, and gives the statement back', () => {
    expect(openStatement({ envelope: signed, publicKey, predicateType: statement.predicateType })).toEqual(
      statement,
    );
  });

  it('is named by its signed bytes, whatever its signatures are', () => {
    const { digest, payload } = parseEnvelope(signed);
    expect(digest).toBe(paeDigest(inTotoPayloadType, payload));
    const resigned = { ...json(), signatures: [{ sig: 'AAAA' }] };
    expect(parseEnvelope(utf8(JSON.stringify(resigned))).digest).toBe(digest);
  });

  it('is refused under another key, also when it names the right one as a hint', () => {
    const stranger = ed25519PublicKey(seededRandom('stranger')(32));
    expect(open(json(), stranger)).toBe('SIGNATURE_INVALID');
    const hinted = { ...json(), signatures: [{ ...json().signatures[0], keyid: 'stranger' }] };
    expect(open(hinted, stranger)).toBe('SIGNATURE_INVALID');
    expect(open(hinted)).toBe('NONE');
  });

  it('with a changed payload or type is refused', () => {
    const payload = Buffer.from('{"_type":"x"}').toString('base64');
    expect(open({ ...json(), payload })).toBe('SIGNATURE_INVALID');
    expect(open({ ...json(), payloadType: 'text/plain' })).toBe('SIGNATURE_INVALID');
  });

  it('may hold further signatures by others', () => {
    const { signatures } = json();
    expect(open({ ...json(), signatures: [{ sig: 'AAAA' }, ...signatures] })).toBe('NONE');
  });

  it('is read in either base64 alphabet, never in a mix', () => {
    const { payload } = json();
    expect(payload).toMatch(/[+/]/);
    expect(open({ ...json(), payload: payload.replaceAll('+', '-').replaceAll('/', '_') })).toBe('NONE');
    expect(open({ ...json(), payload: payload.replaceAll('/', '_').replace(/=*$/, '+A') })).toBe(
      'ENVELOPE_MALFORMED',
    );
    expect(open({ ...json(), payload: `${payload} ` })).toBe('ENVELOPE_MALFORMED');
  });

  it.each([
    ['no signature', { ...json(), signatures: [] }],
    ['no payload', { payloadType: inTotoPayloadType, signatures: json().signatures }],
    ['a payload that is no text', { ...json(), payload: 7 }],
    ['a list', []],
  ])('with %s is malformed', (_, envelope) => {
    expect(open(envelope)).toBe('ENVELOPE_MALFORMED');
  });

  it('that is not strict JSON is malformed', () => {
    expect(code(() => parseEnvelope(utf8('{"payload":"","payload":""}')))).toBe('ENVELOPE_MALFORMED');
    expect(code(() => parseEnvelope(new Uint8Array(5 * 1024 * 1024)))).toBe('ENVELOPE_MALFORMED');
  });

  it('of another predicate type than asked for is refused', () => {
    const later = 'https://example.com/a/v2';
    expect(code(() => openStatement({ envelope: signed, publicKey, predicateType: later }))).toBe(
      'PREDICATE_VERSION_UNSUPPORTED',
    );
    const predicateType = 'https://example.com/b/v1';
    expect(code(() => openStatement({ envelope: signed, publicKey, predicateType }))).toBe(
      'PREDICATE_TYPE_UNEXPECTED',
    );
  });
});
