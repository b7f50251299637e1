import { describe, expect, it } from 'vitest';
import { parseKnownVerifiers } from '#attestation';
import { type JsonObject, toBase64Url, toHex, utf8 } from '#canonical';
import { packagesOf } from '../reappraise/run-subjects.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import {
  evidenceOf,
  keysFile,
  stranger,
  type TokenChanges,
  tokenOf,
} from '../testing/other-verifier.fixture.js';
import { type Corroboration, compareResults, corroborateBundle } from './corroborate-bundle.js';

const verifiers = parseKnownVerifiers(keysFile());
const demo = demoRun();
const seen = await evidenceOf(demo);
const { session, nonce, atS } = seen;
const [machine] = packagesOf(session);

const token = (changes?: TokenChanges): string => tokenOf(seen, changes);

function told(text: string): Corroboration {
  const results = [{ name: 'other.jwt', token: text }];
  const [found] = compareResults(session, results, { verifiers, at: atS * 1_000 });
  if (found === undefined) throw new Error('a token that nothing was said of');
  return found;
}

describe('a token of another verifier is not used', () => {
  it.each<[string, string, TokenChanges]>([
    ['without a signature', 'EAT_ALG', { header: { alg: 'none' } }],
    ['under HMAC, whose secret would be the public key', 'EAT_ALG', { header: { alg: 'HS256' } }],
    ['with another curve than its key has', 'JWKS_KEY_NOT_FOUND', { header: { alg: 'ES384' } }],
    ['under a key that is not known', 'JWKS_KEY_NOT_FOUND', { header: { kid: 'k2' } }],
    ['under a known key name, signed with another', 'EAT_SIGNATURE_INVALID', { by: stranger }],
    ['of an issuer that is not known', 'UNKNOWN_ISSUER', { claims: { iss: 'https://other.example' } }],
    ['with an extension that must be understood', 'EAT_MALFORMED', { header: { crit: ['exp'] } }],
    ['that was over when the run ended', 'EAT_EXPIRED', { claims: { exp: atS - 1 } }],
    ['that was made after the run', 'EAT_EXPIRED', { claims: { iat: atS + 3_000 } }],
    ['that never ends', 'EAT_MALFORMED', { claims: { exp: null } }],
    ['that says nothing of the hardware', 'EAT_MALFORMED', { claims: { submods: { cpu0: {} } } }],
    ['with a status that nobody knows', 'EAT_MALFORMED', { status: 'splendid' }],
    ['about other evidence', 'NONCE_UNKNOWN', { claims: { eat_nonce: toHex(new Uint8Array(32)) } }],
    ['about no evidence', 'NONCE_UNKNOWN', { claims: { eat_nonce: null } }],
  ])('%s: %s', (_, reason, changes) => {
    expect(told(token(changes))).toMatchObject({ state: 'unusable', name: 'other.jwt', reason });
  });

  it.each([
    ['no token', 'x'],
    ['four parts', `${token()}.x`],
    ['a part that is no JSON', 'e30.x.x'],
  ])('of no form: %s', (_, text) => {
    expect(told(text)).toMatchObject({ state: 'unusable', reason: expect.stringMatching(/^EAT_/) });
  });

  it('with one character of what is signed changed', () => {
    const [head = '', body = '', signature = ''] = token().split('.');
    const other = toBase64Url(
      utf8(atob(body.replaceAll('-', '+').replaceAll('_', '/')).replace('contra', 'kontra')),
    );
    expect(told(`${head}.${other}.${signature}`)).toMatchObject({ reason: 'EAT_SIGNATURE_INVALID' });
  });
});

describe('a token about evidence of the bundle', () => {
  it.each(['base64url', 'hex'])(
    'is found by its nonce as %s, and agrees where it says the same',
    (spelling) => {
      const eat_nonce = spelling === 'hex' ? toHex(nonce) : ['another', toBase64Url(nonce)];
      const found = told(token({ claims: { eat_nonce } }));
      expect(found).toMatchObject({ state: 'agrees', verifier: 'another', package: machine });
      expect(found).toMatchObject({ theirs: 'contraindicated', ours: 'contraindicated' });
    },
  );

  it('that calls simulated hardware good disagrees, by name, and by the worst of what it says', () => {
    expect(told(token({ status: 'affirming' }))).toMatchObject({
      ...{ state: 'disagrees', theirs: 'affirming', ours: 'contraindicated' },
    });
    const submods = { cpu0: { ear_status: 'affirming' }, gpu0: { ear_status: 'warning' } };
    expect(told(token({ claims: { submods } }))).toMatchObject({
      state: 'disagrees',
      theirs: 'warning',
    });
  });

  it('is judged as of the time that the bundle proves, and of a file that is no bundle nothing is said', async () => {
    const results = [{ name: 'other.jwt', token: token() }];
    const about = (bundle: Uint8Array) =>
      corroborateBundle(bundle, demo.trust, results, { verifiers, at: null });
    expect(await about(demo.bytes)).toMatchObject([{ state: 'agrees' }]);
    expect(await about(utf8('{}'))).toMatchObject([{ state: 'unusable', reason: 'NONCE_UNKNOWN' }]);
  });
});

describe('a file of verifiers', () => {
  it.each<[string, JsonObject, string]>([
    ['a private key', { d: 'AA' }, 'a public key'],
    ['a symmetric key', { kty: 'oct' }, 'kty EC'],
    ['a coordinate that is too short', { x: 'AA' }, 'base64url of 32 bytes'],
    ['a key without a name', { kid: '' }, 'a text of 1'],
  ])('with %s is refused by place', (_, change, expected) => {
    expect(() => parseKnownVerifiers(keysFile(change))).toThrow(
      expect.objectContaining({ code: 'TRUST_ROOTS_MALFORMED', message: expect.stringContaining(expected) }),
    );
  });

  it('of another version is refused', () => {
    expect(() => parseKnownVerifiers(utf8('{"v":"x","verifiers":[]}'))).toThrow(/\$\.v: expected sealflow/);
  });
});
