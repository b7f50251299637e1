import { ApiError } from '#contracts';

/** AIP-122 resource names. Segments are short, lower case, and free of anything a log or a path could trip over. */
const segment = '[a-z0-9][a-z0-9.-]{0,62}';
const tenantPattern = new RegExp(`^tenants/(${segment})$`);
const runPattern = new RegExp(`^tenants/(${segment})/runs/([0-9A-HJKMNP-TV-Z]{26})$`);
const ledgerPattern = new RegExp(`^tenants/(${segment})/ledgers/(${segment})$`);

function match(pattern: RegExp, name: string, form: string): RegExpExecArray {
  const found = pattern.exec(name);
  if (found === null) {
    throw new ApiError('INVALID_REQUEST', `resource name: expected ${form}`, {
      violations: [{ field: 'name', description: `form ${form}` }],
    });
  }
  return found;
}

export function parseTenantName(name: string): string {
  return match(tenantPattern, name, 'tenants/{tenant}')[1] ?? '';
}

export function parseRunName(name: string): { tenant: string; runId: string } {
  const found = match(runPattern, name, 'tenants/{tenant}/runs/{ULID}');
  return { tenant: found[1] ?? '', runId: found[2] ?? '' };
}

export function parseLedgerName(name: string): { tenant: string; ledger: string } {
  const found = match(ledgerPattern, name, 'tenants/{tenant}/ledgers/{ledger}');
  return { tenant: found[1] ?? '', ledger: found[2] ?? '' };
}

export function runName(tenant: string, runId: string): string {
  return `tenants/${tenant}/runs/${runId}`;
}
