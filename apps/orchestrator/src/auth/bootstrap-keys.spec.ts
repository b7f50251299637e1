import { describe, expect, it } from 'vitest';
import { parseBootstrapKeys } from './bootstrap-keys.js';

const key = {
  id: '0011223344556677',
  digest: 'ab'.repeat(32),
  tenant: 'acme',
  subject: 'development',
  roles: ['submitter'],
  expiresAt: '2027-01-01T00:00:00.000Z',
};
const file = (...keys: object[]): string => JSON.stringify({ v: 'sealflow/bootstrap-keys/v1', keys });

describe('the first keys of an installation', () => {
  it('are read as they were written', () => {
    expect(parseBootstrapKeys(file(key, { ...key, tenant: null, roles: ['worker'] })).keys).toHaveLength(2);
  });

  it.each<[string, string]>([
    ['no JSON', '{'],
    ['another version', JSON.stringify({ v: 'v2', keys: [] })],
    ['a digest that is none', file({ ...key, digest: 'x' })],
    ['a secret beside it', file({ ...key, secret: 'x' })],
    ['no end', file({ ...key, expiresAt: 'never' })],
    ['a role of the platform for a tenant', file({ ...key, roles: ['operator'] })],
    ['a role of a tenant for the platform', file({ ...key, tenant: null })],
    ['no role', file({ ...key, roles: [] })],
    ['a tenant that can have no name', file({ ...key, tenant: 'A/B' })],
  ])('with %s are refused', (_what, text) => {
    expect(() => parseBootstrapKeys(text)).toThrow(/bootstrap-keys\.json/);
  });
});
