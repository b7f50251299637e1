import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  base64url,
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OidcAuthenticator } from './oidc-authenticator.js';

const NOW_MS = Date.parse('2026-11-21T09:00:00.000Z');
const AUDIENCE = 'sealflow';

interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

async function makeKey(kid: string, alg: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } };
}

/** An issuer on this machine: its keys can be taken away, and its answers can be anything. */
let server: Server;
let issuer: string;
let published: readonly JWK[] = [];
let answer: RequestListener | null = null;
let fetches = 0;
let keys: { rs: SigningKey; es: SigningKey; ed: SigningKey; stranger: SigningKey };

beforeAll(async () => {
  server = createServer((request, response) => {
    fetches += 1;
    if (answer !== null) answer(request, response);
    else response.end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [rs, es, ed, stranger] = await Promise.all([
    makeKey('rs', 'RS256'),
    makeKey('es', 'ES256'),
    makeKey('ed', 'EdDSA'),
    makeKey('rs', 'RS256'),
  ]);
  keys = { rs, es, ed, stranger };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let nowMs: number;
let tenants: Set<string>;
let authenticator: OidcAuthenticator;

beforeEach(() => {
  nowMs = NOW_MS;
  tenants = new Set(['acme', 'globex']);
  published = [keys.rs.jwk, keys.es.jwk, keys.ed.jwk];
  answer = null;
  fetches = 0;
  authenticator = make();
});

function make(): OidcAuthenticator {
  const store = {
    tenant: async (tenant: string) => (tenants.has(tenant) ? { tenant, createdAt: new Date(0) } : undefined),
  };
  const config = {
    issuer,
    audience: AUDIENCE,
    jwksUri: `${issuer}/keys`,
    tenants: ['acme', 'initech'],
    tenantClaim: 'sealflow_tenant',
    rolesClaim: 'sealflow_roles',
  };
  return new OidcAuthenticator([config], store, () => nowMs);
}

const seconds = (offset = 0): number => Math.floor(nowMs / 1_000) + offset;

function claims(changes: JWTPayload = {}): JWTPayload {
  return {
    iss: issuer,
    aud: AUDIENCE,
    sub: 'ada',
    exp: seconds(300),
    sealflow_tenant: 'acme',
    sealflow_roles: ['submitter', 'auditor'],
    ...changes,
  };
}

function token(changes: JWTPayload = {}, key = keys.rs, header: object = {}): Promise<string> {
  return new SignJWT(claims(changes))
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
    .sign(key.privateKey);
}

async function refusal(text: string): Promise<string> {
  const error = (await authenticator.authenticate(text).catch((failure: unknown) => failure)) as {
    reason: string;
    message: string;
  };
  const signature = text.split('.').at(-1) ?? '';
  if (signature.length > 20) expect(error.message).not.toContain(signature);
  return error.reason;
}

/** JSON leaves out what is undefined. */
function without(claim: string): JWTPayload {
  return { [claim]: undefined };
}

describe('a token', () => {
  it.each<[string, JWTPayload, string]>([
    ['for another audience', { aud: 'bank' }, 'TOKEN_AUDIENCE_MISMATCH'],
    ['for none', without('aud'), 'TOKEN_AUDIENCE_MISMATCH'],
    ['of another issuer', { iss: 'https://login.example.com' }, 'TOKEN_ISSUER_UNKNOWN'],
    ['of an issuer that begins alike', { iss: 'http://127.0.0.1' }, 'TOKEN_ISSUER_UNKNOWN'],
    ['that has no end', without('exp'), 'TOKEN_CLAIMS_INVALID'],
    ['of nobody', without('sub'), 'TOKEN_CLAIMS_INVALID'],
    ['of a subject with a line break', { sub: 'ada\neve' }, 'TOKEN_CLAIMS_INVALID'],
    [
      'for a tenant that this issuer does not speak for',
      { sealflow_tenant: 'globex' },
      'TOKEN_CLAIMS_INVALID',
    ],
    ['for no tenant', { sealflow_tenant: undefined }, 'TOKEN_CLAIMS_INVALID'],
    ['for a list of tenants', { sealflow_tenant: ['acme'] }, 'TOKEN_CLAIMS_INVALID'],
    ['for a tenant that is not there', { sealflow_tenant: 'initech' }, 'TENANT_UNKNOWN'],
    ['with a role of the platform', { sealflow_roles: ['operator'] }, 'TOKEN_CLAIMS_INVALID'],
    ['with a role that is none', { sealflow_roles: ['submitter', 'root'] }, 'TOKEN_CLAIMS_INVALID'],
    ['without roles', { sealflow_roles: [] }, 'TOKEN_CLAIMS_INVALID'],
    ['with roles in one text', { sealflow_roles: 'submitter' }, 'TOKEN_CLAIMS_INVALID'],
  ])('%s is refused', async (_what, changes, reason) => {
    expect(await refusal(await token(changes))).toBe(reason);
  });

  it('that has ended, or begins later, is refused beyond the skew of clocks', async () => {
    expect(await refusal(await token({ exp: seconds(-31) }))).toBe('TOKEN_EXPIRED');
    expect(await refusal(await token({ nbf: seconds(60) }))).toBe('TOKEN_NOT_YET_VALID');
    await authenticator.authenticate(await token({ exp: seconds(-29), nbf: seconds(29) }));
  });

  it('without a signature is refused, however none is spelt', async () => {
    const part = (value: object): string => base64url.encode(JSON.stringify(value));
    for (const alg of ['none', 'None', 'NONE', '']) {
      const text = `${part({ alg, kid: 'rs' })}.${part(claims())}.`;
      expect(await refusal(text)).toBe('TOKEN_ALGORITHM_NOT_ALLOWED');
    }
  });

  it('signed with the public key as a secret is refused (RFC 8725, 2.1)', async () => {
    const secrets = [await exportSPKI(keys.rs.publicKey), JSON.stringify(keys.rs.jwk)];
    for (const secret of secrets) {
      const text = await new SignJWT(claims())
        .setProtectedHeader({ alg: 'HS256', kid: 'rs' })
        .sign(Buffer.from(secret));
      expect(await refusal(text)).toBe('TOKEN_ALGORITHM_NOT_ALLOWED');
    }
  });

  it('under an algorithm that is not on the list is refused, although the issuer has the key', async () => {
    const weak = await makeKey('ps', 'PS256');
    published = [weak.jwk];
    expect(await refusal(await token({}, weak))).toBe('TOKEN_ALGORITHM_NOT_ALLOWED');
  });

  it('under a key of somebody else that has the name of a known one is refused', async () => {
    expect(await refusal(await token({}, keys.stranger))).toBe('TOKEN_INVALID');
  });

  it('with a changed claim is refused', async () => {
    const [header, , signature] = (await token()).split('.');
    const forged = base64url.encode(JSON.stringify(claims({ sealflow_roles: ['approver'] })));
    expect(await refusal(`${header}.${forged}.${signature}`)).toBe('TOKEN_INVALID');
  });

  it('that brings its own key, or says where keys are, is judged by those of the issuer', async () => {
    const own = { jwk: keys.stranger.jwk, jku: `${issuer}/mine` };
    expect(await refusal(await token({}, keys.stranger, own))).toBe('TOKEN_INVALID');
    expect(fetches).toBe(1);
  });

  it('with an extension that nobody here understands is refused (RFC 7515, 4.1.11)', async () => {
    const text = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'RS256', kid: 'rs', crit: ['exp2'], exp2: 1 })
      .sign(keys.rs.privateKey, { crit: { exp2: true } });
    expect(await refusal(text)).toBe('TOKEN_INVALID');
  });

  it.each(['x', 'a.b.c', '..', `${'A'.repeat(8_000)}.B.C`])('is not %j', async (text) => {
    expect(await refusal(text)).toBe('CREDENTIAL_MALFORMED');
    expect(fetches).toBe(0);
  });

  it.each(['rs', 'es', 'ed'] as const)('under the %s key of the issuer says who calls', async (name) => {
    expect(await authenticator.authenticate(await token({}, keys[name]))).toEqual({
      subject: `oidc:${new URL(issuer).host}:ada`,
      tenant: 'acme',
      roles: ['submitter', 'auditor'],
      kind: 'token',
      holder: 'ada',
      expiresMs: (seconds(300) + 30) * 1_000,
    });
  });
});

describe('the keys of an issuer', () => {
  it('are fetched once for many tokens at a time', async () => {
    const text = await token();
    await Promise.all(Array.from({ length: 20 }, () => authenticator.authenticate(text)));
    expect(fetches).toBe(1);
  });

  it('are fetched again for a token under a new one, and not for each that names none', async () => {
    await authenticator.authenticate(await token());
    const next = await makeKey('next', 'ES256');
    published = [next.jwk];
    expect(await refusal(await token({}, next))).toBe('TOKEN_KEY_UNKNOWN');
    expect(fetches).toBe(1);
    nowMs += 10_000;
    await authenticator.authenticate(await token({}, next));
    expect(fetches).toBe(2);
    for (let tries = 0; tries < 5; tries += 1) {
      expect(await refusal(await token({}, { ...next, kid: `made-up-${tries}` }))).toBe('TOKEN_KEY_UNKNOWN');
    }
    expect(fetches).toBe(2);
  });

  it('that the issuer took away are believed for minutes at most', async () => {
    await authenticator.authenticate(await token());
    published = [keys.es.jwk];
    nowMs += 300_000;
    expect(await refusal(await token())).toBe('TOKEN_KEY_UNKNOWN');
  });

  it('stay while the issuer is away for a short time', async () => {
    await authenticator.authenticate(await token());
    answer = (_request, response) => response.writeHead(500).end();
    nowMs += 20_000;
    expect(await refusal(await token({}, { ...keys.rs, kid: 'other' }))).toBe('TOKEN_KEY_UNKNOWN');
    await authenticator.authenticate(await token());
  });

  it('that are symmetric, private, for encryption or without a name are none', async () => {
    const { rs, es } = keys;
    published = [
      { kty: 'oct', k: base64url.encode('secret'), kid: 'rs' },
      { ...(await exportJWK(rs.privateKey)), kid: 'rs' },
      { ...es.jwk, use: 'enc' },
      { ...es.jwk, kid: undefined } as unknown as JWK,
    ];
    expect(await refusal(await token({}, rs))).toBe('TOKEN_KEY_UNKNOWN');
    expect(await refusal(await token({}, es))).toBe('TOKEN_KEY_UNKNOWN');
  });

  it.each<[string, RequestListener]>([
    ['are an error', (_request, response) => response.writeHead(503).end('{"keys":[]}')],
    ['are no JSON', (_request, response) => response.end('<html>')],
    ['are no list', (_request, response) => response.end('{"keys":{}}')],
    ['are elsewhere', (_request, response) => response.writeHead(302, { location: `${issuer}/other` }).end()],
    ['never end', (_request, response) => fill(response)],
    ['break off', (_request, response) => response.destroy()],
  ])('that %s are "not now"', async (_what, listener) => {
    answer = listener;
    expect(await refusal(await token())).toBe('ISSUER_UNAVAILABLE');
  });
});

/** Writes until the reader has had enough. */
function fill(response: import('node:http').ServerResponse): void {
  const chunk = Buffer.alloc(16_384, ' ');
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more).on('error', () => undefined);
  more();
}
