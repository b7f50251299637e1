import { describe, expect, it } from 'vitest';
import type { Access } from './access-table.js';
import { authorize, namedTenant } from './authorize.js';
import type { Principal, Role } from './principal.js';

const of = (tenant: string | null, ...roles: Role[]): Principal => ({
  subject: 'key:1',
  tenant,
  roles,
  kind: 'key',
  holder: 'x',
  expiresMs: 0,
});
const byName: Access = { kind: 'tenant', field: 'name', roles: ['submitter'] };
const platform: Access = { kind: 'shared', roles: ['operator'] };

describe('a request', () => {
  it.each([
    ['tenants/acme', 'acme'],
    ['tenants/acme/runs/x', 'acme'],
    ['tenants/a.b-c/', 'a.b-c'],
  ])('%j is about tenant %s', (name, tenant) => {
    expect(namedTenant(byName, { name })).toBe(tenant);
  });

  it.each([
    '',
    'tenants/',
    'tenants/../runs/x',
    'tenants/Acme',
    ' tenants/acme',
    '/tenants/acme',
    'runs/tenants/acme',
    `tenants/${'a'.repeat(64)}`,
    7,
    null,
    ['tenants/acme'],
  ])('with the name %j is about none, and is refused by its handler', (name) => {
    expect(namedTenant(byName, { name })).toBeNull();
  });

  it('without a message is about none', () => {
    expect(namedTenant(byName, null)).toBeNull();
    expect(namedTenant(platform, { name: 'tenants/acme' })).toBeNull();
  });
});

describe('a caller', () => {
  it('of another tenant finds nothing, whatever its role', () => {
    for (const role of ['submitter', 'compliance'] as const) {
      expect(() => authorize('m', byName, of('acme', role), 'globex')).toThrowError(
        expect.objectContaining({ reason: 'TENANT_MISMATCH' }),
      );
    }
  });

  it('of no tenant finds nothing of any, also under a name that no tenant has', () => {
    for (const tenant of ['acme', null]) {
      expect(() => authorize('m', byName, of(null, 'operator'), tenant)).toThrowError(
        expect.objectContaining({ reason: 'TENANT_MISMATCH' }),
      );
    }
  });

  it('without the role is told which one it takes', () => {
    expect(() => authorize('m', byName, of('acme', 'auditor', 'approver'), 'acme')).toThrowError(
      expect.objectContaining({
        reason: 'ROLE_MISSING',
        facts: { expected: 'submitter', actual: 'auditor approver' },
      }),
    );
    expect(() => authorize('m', platform, of('acme', 'submitter'), null)).toThrowError(
      expect.objectContaining({ reason: 'ROLE_MISSING' }),
    );
  });

  it('with one of the roles may call', () => {
    authorize('m', byName, of('acme', 'auditor', 'submitter'), 'acme');
    authorize('m', platform, of(null, 'operator'), null);
  });
});
