import { describe, expect, it } from 'vitest';
import { ApiError } from '#contracts';
import type { Logger } from '#telemetry';
import type { Authenticator } from './authenticator.js';
import { currentPrincipal } from './call-context.js';
import { httpGuard } from './http-guard.js';
import type { Principal, Role } from './principal.js';

const silent = { error: () => undefined, warn: () => undefined } as unknown as Logger;
const authenticator = {
  authenticate: async ([header]: readonly string[]): Promise<Principal> => {
    if (header === undefined) throw new ApiError('CREDENTIAL_MISSING', 'expected a credential');
    const roles = [header as Role];
    return { subject: 'key:1', tenant: null, roles, kind: 'key', holder: 'x', expiresMs: 0 };
  },
} as unknown as Authenticator;
const guard = httpGuard(authenticator, silent);

interface Answer {
  readonly code: number | 'passed';
  readonly headers: Record<string, string>;
  readonly body: unknown;
  readonly caller: string | null;
}

function ask(path: string, header?: string, method = 'GET'): Promise<Answer> {
  const headers: Record<string, string> = {};
  const headersDistinct = header === undefined ? {} : { authorization: [header] };
  return new Promise((resolve) => {
    const status = (code: number) => ({
      json: (body: unknown) => resolve({ code, headers, body, caller: null }),
    });
    guard(
      { method, path, headersDistinct },
      { setHeader: (name, value) => (headers[name] = value), status },
      () => resolve({ code: 'passed', headers, body: null, caller: currentPrincipal()?.subject ?? null }),
    );
  });
}

describe('the guard of the HTTP side', () => {
  it.each([
    '/healthz',
    '/readyz',
    '/.well-known/sealflow-keys',
    '/log/checkpoint',
    '/log/tile/0/000',
    '/log/tile/entries/000',
  ])('leaves %s to everybody', async (path) => {
    expect(await ask(path)).toMatchObject({ code: 'passed', caller: null });
  });

  it.each([
    '/',
    '/nowhere',
    '/healthz/x',
    '/log',
    '/log/',
    '/metrics/',
    '/METRICS',
    '//metrics',
    '/log/../metrics',
    '/v1',
    '/v1/tenants/demo',
    '/v1/tenants/demo/runs/',
    '/V1/workers',
    '/v1/tenants/%67lobex/runs',
    '/v1/tenants/demo/runs/x/y',
  ])('has no %s for anybody', async (path) => {
    for (const header of [undefined, 'operator']) {
      expect(await ask(path, header)).toMatchObject({ code: 404, body: { reason: 'NOT_FOUND' } });
    }
  });

  it('reads and does nothing else', async () => {
    expect(await ask('/readyz', undefined, 'POST')).toMatchObject({ code: 404 });
    expect(await ask('/readyz', undefined, 'HEAD')).toMatchObject({ code: 'passed' });
  });

  it('shows metrics to operators only', async () => {
    expect(await ask('/metrics')).toMatchObject({
      code: 401,
      headers: { 'www-authenticate': 'Bearer' },
      body: { reason: 'CREDENTIAL_MISSING' },
    });
    expect(await ask('/metrics', 'worker')).toMatchObject({ code: 403, body: { reason: 'ROLE_MISSING' } });
    expect(await ask('/metrics', 'operator')).toMatchObject({ code: 'passed', caller: 'key:1' });
  });
});
