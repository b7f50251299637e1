import { describe, expect, it } from 'vitest';
import { ecdsaSign, ecKeyPair, parseKnownVerifiers } from '#attestation';
import { type Json, type JsonObject, toBase64Url, toHex, utf8 } from '#canonical';
import { packagesOf } from '../reappraise/run-subjects.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { seededRandom } from '../testing/random.fixture.js';
import { judgeOpened, openStages } from '../verify/verify-bundle.js';
import { type Corroboration, compareResults, corroborateBundle } from './corroborate-bundle.js';

/** A verifier of somebody else, as Veraison signs: its token is a synthetic twin, as no service is called here. */
const key = ecKeyPair('P-256', seededRandom('another verifier'));
const stranger = ecKeyPair('P-256', seededRandom('a stranger'));
const issuer = 'https://verifier.example';
const verifiers = parseKnownVerifiers(keysFile());

const demo = demoRun();
const { session, verdict } = await judgeOpened(await openStages(demo.bytes), demo.trust, { at: null });
const [machine] = session === null ? [] : packagesOf(session);
const nonce = machine === undefined ? undefined : session?.appraisal(machine)?.binding?.nonce;
if (nonce === undefined || verdict.asOf === null) throw new Error('the demo run has no evidence');
const atS = Math.floor(Date.parse(verdict.asOf.time) / 1_000);

function keysFile(change: JsonObject = {}): Uint8Array {
  const [x, y] = [key.point.subarray(0, 32), key.point.subarray(32)].map(toBase64Url);
  const jwk = { kid: 'k1', kty: 'EC', crv: 'P-256', alg: 'ES256', x: x ?? '', y: y ?? '', ...change };
  return utf8(
    JSON.stringify({ v: 'sealflow/verifiers/v1', verifiers: [{ name: 'another', issuer, keys: [jwk] }] }),
  );
}

interface Changes {
  readonly header?: JsonObject;
  readonly claims?: JsonObject;
  readonly status?: Json;
  readonly by?: typeof key;
}

function token({ header, claims, status = 'contraindicated', by = key }: Changes = {}): string {
  const part = (json: JsonObject): string => toBase64Url(utf8(JSON.stringify(json)));
  const head = part({ alg: 'ES256', kid: 'k1', typ: 'JWT', ...header });
  const body = part({
    ...{
      iss: issuer,
      eat_profile: 'tag:ietf.org,2026:rats/ear#03',
      eat_nonce: toBase64Url(nonce ?? new Uint8Array(0)),
    },
    ...{ iat: atS - 60, exp: atS + 3_600, submods: { cpu0: { ear_status: status } } },
    ...claims,
  });
  const signature = ecdsaSign(by, utf8(`${head}.${body}`), 'raw');
  return `${head}.${body}.${toBase64Url(signature)}`;
}

function told(text: string): Corroboration {
  const results = [{ name: 'other.jwt', token: text }];
  const [found] = session === null ? [] : compareResults(session, results, { verifiers, at: atS * 1_000 });
  if (found === undefined) throw new Error('a token that nothing was said of');
  return found;
}

describe('a token of another verifier is not used', () => {
  it.each<[string, string, Changes]>([
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
