import { describe, expect, it } from 'vitest';
import { parseLedgerName, parseRunName, parseTenantName, runName } from './resource-names.js';

const ID = '01JD0000000000000000000000';
const refusal = expect.objectContaining({
  reason: 'INVALID_REQUEST',
  violations: [{ field: 'name', description: expect.stringMatching(/^form tenants\//) }],
});

describe('a resource name', () => {
  it('is read into its parts', () => {
    expect(parseTenantName('tenants/acme')).toBe('acme');
    expect(parseRunName(`tenants/acme/runs/${ID}`)).toEqual({ tenant: 'acme', runId: ID });
    expect(parseLedgerName('tenants/acme/ledgers/bank-1.eur')).toEqual({
      tenant: 'acme',
      ledger: 'bank-1.eur',
    });
    expect(parseRunName(runName('acme', ID))).toEqual({ tenant: 'acme', runId: ID });
  });

  it.each([
    '',
    'acme',
    'tenants/',
    'tenants/ACME',
    'tenants/-acme',
    'tenants/acme/',
    'tenants/acme\n',
    'tenants/äcme',
    'tenants/a%2fb',
    'tenants/..',
    ` tenants/acme`,
    `tenants/${'a'.repeat(64)}`,
  ])('of a tenant is not %j', (name) => {
    expect(() => parseTenantName(name)).toThrow(refusal);
  });

  it.each([
    `tenants/acme/runs/${ID.toLowerCase()}`,
    `tenants/acme/runs/${ID}0`,
    `tenants/acme/runs/${ID.slice(1)}`,
    // Crockford's alphabet has no I, L, O and U.
    `tenants/acme/runs/${'I'.repeat(26)}`,
    `tenants/acme/ledgers/${ID}`,
    `tenants/acme/runs/${ID}/steps/score`,
    `tenants//runs/${ID}`,
  ])('of a run is not %j', (name) => {
    expect(() => parseRunName(name)).toThrow(refusal);
  });

  it.each(['tenants/acme/ledgers/', 'tenants/acme/ledgers/Bank', 'tenants/acme/ledgers/a/b', 'ledgers/bank'])(
    'of a ledger is not %j',
    (name) => {
      expect(() => parseLedgerName(name)).toThrow(refusal);
    },
  );

  it('that is refused does not come back in the error', () => {
    const name = 'x'.repeat(100_000);
    const error = (() => {
      try {
        return parseTenantName(name);
      } catch (failure) {
        return failure as Error;
      }
    })();
    expect(String(error)).not.toContain('xxx');
  });
});
