import { describe, expect, it } from 'vitest';
import { parseOidcIssuers, readOidcIssuers } from './oidc-config.js';

const entry = {
  issuer: 'https://login.example.com',
  audience: 'sealflow',
  jwksUri: 'https://login.example.com/keys',
  tenants: ['acme'],
};

describe('the issuers of tokens', () => {
  it('are none unless a file says so', () => {
    expect(readOidcIssuers({})).toEqual([]);
  });

  it('have names for their claims unless they are given', () => {
    expect(parseOidcIssuers(JSON.stringify([entry]))).toEqual([
      { ...entry, tenantClaim: 'sealflow_tenant', rolesClaim: 'sealflow_roles' },
    ]);
  });

  it.each<[string, unknown]>([
    ['no JSON', undefined],
    ['one that is not in a list', entry],
    ['keys that come in the clear', [{ ...entry, jwksUri: 'http://login.example.com/keys' }]],
    ['an address with a password', [{ ...entry, jwksUri: 'https://a:b@login.example.com/keys' }]],
    ['no tenant', [{ ...entry, tenants: [] }]],
    ['a tenant that can have no name', [{ ...entry, tenants: ['*'] }]],
    ['no audience', [{ ...entry, audience: '' }]],
    ['a rule that nobody reads', [{ ...entry, skipSignature: true }]],
    ['one twice', [entry, { ...entry, tenants: ['globex'] }]],
  ])('with %s are refused', (_what, value) => {
    expect(() => parseOidcIssuers(value === undefined ? '<x>' : JSON.stringify(value))).toThrow(
      /SEALFLOW_OIDC_FILE/,
    );
  });
});
