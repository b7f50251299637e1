import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#canonical';
import { ApiError } from '#contracts';
import type { Logger } from '#telemetry';
import { SigningKey } from '../evidence/signing-key.js';
import type { Authenticator } from './authenticator.js';
import { currentPrincipal } from './call-context.js';
import { httpGuard } from './http-guard.js';
import { OidcAuthenticator } from './oidc-authenticator.js';
import { CALLBACK_PATH, OidcLogin } from './oidc-login.js';
import type { Principal } from './principal.js';
import { Sessions } from './sessions.js';

const publicUrl = 'http://127.0.0.1:7480';
const folder = mkdtempSync(join(tmpdir(), 'sealflow-login-'));
let server: Server;
let issuer: string;
/** What the issuer says of whoever logs in. */
let told: Record<string, unknown>;
let nowMs = Date.now();
let login: OidcLogin;
let sessions: Sessions;
let stranger: Sessions;

/** A real issuer, which confirms whoever comes. */
beforeAll(async () => {
  let handler: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  server = createServer((request, response) => handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'console',
        redirect_uris: [`${publicUrl}${CALLBACK_PATH}`],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub', 'sealflow_tenant', 'sealflow_roles'] },
    conformIdTokenClaims: false,
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...told }) }),
    cookies: { keys: ['of a test'] },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/confirm/${interaction.uid}` },
  });
  const serve = provider.callback();
  handler = (request, response) => {
    if (request.url?.startsWith('/confirm/') !== true) return void serve(request, response);
    provider.interactionDetails(request, response).then(async ({ prompt, session, params, grantId }) => {
      if (prompt.name === 'login')
        return provider.interactionFinished(request, response, { login: { accountId: 'ada' } });
      const accountId = session?.accountId ?? '';
      const grant =
        (grantId === undefined ? undefined : await provider.Grant.find(grantId)) ??
        new provider.Grant({ accountId, clientId: String(params['client_id']) });
      grant.addOIDCScope('openid');
      return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
    });
  };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  nowMs = Date.now();
  told = { sealflow_tenant: 'acme', sealflow_roles: ['compliance', 'auditor'] };
  ({ login, sessions } = make('own'));
  stranger = make('other').sessions;
});

function make(name: string): { login: OidcLogin; sessions: Sessions } {
  const config = {
    tls: undefined,
    oidc: [
      {
        ...{ issuer, audience: 'sealflow', jwksUri: `${issuer}/jwks`, tenants: ['acme'] },
        ...{ tenantClaim: 'sealflow_tenant', rolesClaim: 'sealflow_roles' },
        login: { id: 'house', name: 'House', clientId: 'console', publicUrl, scope: 'openid' },
      },
    ],
  };
  const clock = () => nowMs;
  const store = { tenant: async (tenant: string) => ({ tenant, createdAt: new Date(0) }) };
  const tokens = new OidcAuthenticator(config.oidc, store, clock);
  const authenticator = {
    authenticate: async ([header]: readonly string[]): Promise<Principal> => {
      if (header !== 'Bearer sfk_good') throw new ApiError('KEY_UNKNOWN', 'no such key');
      return keyOwner();
    },
    ofLogin: (said: { issuer: string; claims: JsonObject }, untilMs: number) => tokens.ofLogin(said, untilMs),
  } as unknown as Authenticator;
  const key = SigningKey.load(join(folder, name));
  const made = new Sessions(key, authenticator, config, clock);
  return { sessions: made, login: new OidcLogin(key, made, config, clock) };
}

function keyOwner(): Principal {
  const expiresMs = nowMs + 86_400_000;
  return { subject: 'key:1', tenant: 'acme', roles: ['approver'], kind: 'key', holder: 'dev', expiresMs };
}

/** Follows the issuer as a browser does, until it sends the browser back here. */
async function confirm(location: string): Promise<string> {
  const jar = new Map<string, string>();
  let next = location;
  for (let hop = 0; hop < 12; hop += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    next = new URL(answer.headers.get('location') ?? expect.fail(await answer.text()), next).href;
    if (next.startsWith(publicUrl)) return new URL(next).search.slice(1);
  }
  return expect.fail('the issuer never sent the browser back');
}

const pairOf = (cookie: string): string => cookie.split(';')[0] ?? '';

async function loggedIn(): Promise<string> {
  const { location, cookie } = await login.begin('house');
  const session = await login.end(await confirm(location), [pairOf(cookie)]);
  expect(session.cookie).toMatch(/; Path=\/; Max-Age=3600; HttpOnly; SameSite=Strict$/);
  return pairOf(session.cookie);
}

const refusal = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'nothing',
    (error: unknown) => (error as ApiError).reason,
  );

describe('a login', () => {
  it('that did not begin in this browser is refused, with the code in its hand', async () => {
    const { location } = await login.begin('house');
    const query = await confirm(location);
    expect(await refusal(login.end(query, []))).toBe('LOGIN_FAILED');
    const other = await login.begin('house');
    expect(await refusal(login.end(query, [pairOf(other.cookie)]))).toBe('LOGIN_FAILED');
    expect(await refusal(login.end(query, ['sealflow-login=AAAA']))).toBe('LOGIN_FAILED');
  });

  it('that took too long, was denied or was used before is refused', async () => {
    const { location, cookie } = await login.begin('house');
    const query = await confirm(location);
    nowMs += 10 * 60_000;
    expect(await refusal(login.end(query, [pairOf(cookie)]))).toBe('LOGIN_FAILED');
    nowMs -= 10 * 60_000;
    expect(await refusal(login.end('error=access_denied', [pairOf(cookie)]))).toBe('LOGIN_FAILED');
    await login.end(query, [pairOf(cookie)]);
    expect(await refusal(login.end(query, [pairOf(cookie)]))).toBe('LOGIN_FAILED');
  });

  it.each([
    [{ sealflow_tenant: 'globex', sealflow_roles: ['auditor'] }],
    [{ sealflow_tenant: 'acme', sealflow_roles: ['operator'] }],
    [{ sealflow_tenant: 'acme', sealflow_roles: [] }],
    [{}],
  ])('of somebody of whom the issuer says %j is refused', async (claims) => {
    told = claims;
    const { location, cookie } = await login.begin('house');
    expect(await refusal(login.end(await confirm(location), [pairOf(cookie)]))).toBe('TOKEN_CLAIMS_INVALID');
  });

  it('at an issuer that is not there, or away, is none', async () => {
    expect(await refusal(login.begin('nobody'))).toBe('NOT_FOUND');
  });

  it('asks with PKCE, state and nonce, and shows no secret in the address', async () => {
    const { location, cookie } = await login.begin('house');
    const asked = new URL(location).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)).toMatch(/^[\w-]{43}$/);
    expect(location).not.toContain('verifier');
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax$/);
  });

  it('makes a session with the tenant and roles that the issuer says', async () => {
    const session = await sessions.find([await loggedIn()]);
    expect(session?.principal).toMatchObject({
      subject: `oidc:${new URL(issuer).host}:ada`,
      tenant: 'acme',
      roles: ['compliance', 'auditor'],
      kind: 'token',
    });
  });
});

describe('a session', () => {
  it('of another installation, changed, given twice or over is refused', async () => {
    const cookie = await loggedIn();
    expect(await refusal(stranger.find([cookie]))).toBe('SESSION_INVALID');
    expect(await refusal(sessions.find([`${cookie.slice(0, -2)}AA`]))).toBe('SESSION_INVALID');
    expect(await sessions.find([`${cookie}; ${cookie}`])).toBeNull();
    nowMs += 3_601_000;
    expect(await refusal(sessions.find([cookie]))).toBe('SESSION_INVALID');
  });

  it('of a key ends with the key, and takes no token', async () => {
    const { cookie, principal } = await sessions.ofKey('sfk_good');
    expect(principal.subject).toBe('key:1');
    expect(cookie).not.toContain('sfk_good');
    expect((await sessions.find([pairOf(cookie)]))?.principal.subject).toBe('key:1');
    expect(await refusal(sessions.ofKey('sfk_gone'))).toBe('KEY_UNKNOWN');
  });
});

describe('a call with a cookie', () => {
  const silent = { error: () => undefined, warn: () => undefined } as unknown as Logger;
  const path = '/v1/tenants/acme/runs/01JD/steps/review/decision';

  function ask(method: string, headers: Record<string, string>, at = path): Promise<unknown> {
    const guard = httpGuard({} as Authenticator, silent, sessions);
    const headersDistinct = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    );
    return new Promise((resolve) => {
      const status = () => ({ json: (body: unknown) => resolve((body as { reason: string }).reason) });
      guard({ method, path: at, headersDistinct }, { setHeader: () => undefined, status }, () =>
        resolve(currentPrincipal()?.subject),
      );
    });
  }

  it('that changes something and does not show that it read this origin is refused', async () => {
    const { cookie } = await sessions.ofKey('sfk_good');
    const other = await sessions.ofKey('sfk_good');
    const own = pairOf(cookie);
    expect(await ask('POST', { cookie: own })).toBe('CSRF_TOKEN_MISMATCH');
    expect(await ask('POST', { cookie: own, 'sealflow-csrf': other.csrfToken })).toBe('CSRF_TOKEN_MISMATCH');
  });

  it('and its token may do what its person may, and no more', async () => {
    const { cookie, csrfToken } = await sessions.ofKey('sfk_good');
    const headers = { cookie: pairOf(cookie), 'sealflow-csrf': csrfToken };
    expect(await ask('POST', headers)).toBe('key:1');
    expect(await ask('POST', headers, path.replace('acme', 'globex'))).toBe('TENANT_MISMATCH');
    expect(await ask('GET', headers, '/v1/tenants/acme/overview')).toBe('key:1');
    expect(await ask('GET', headers, '/metrics')).toBe('ROLE_MISSING');
  });
});
