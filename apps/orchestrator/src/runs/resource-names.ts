import { type Digest, parseDigest } from '#canonical';
import { ApiError } from '#contracts';

/** AIP-122 resource names. Segments are short, lower case, and free of anything a log or a path could trip over. */
const segment = '[a-z0-9][a-z0-9.-]{0,62}';
const tenantPattern = new RegExp(`^tenants/(${segment})$`);
const runPattern = new RegExp(`^tenants/(${segment})/runs/([0-9A-HJKMNP-TV-Z]{26})$`);
const blobPattern = new RegExp(`^tenants/(${segment})/blobs/([0-9a-f]{64})$`);
const ledgerPattern = new RegExp(`^tenants/(${segment})/ledgers/(${segment})$`);

const workflowSegment = '[a-z][a-z0-9-]{0,31}';
const workflowPattern = new RegExp(`^tenants/(${segment})/workflows/(${workflowSegment})$`);
const revisionPattern = new RegExp(
  `^tenants/(${segment})/workflows/(${workflowSegment})/revisions/(?:([0-9a-f]{64})|v([1-9][0-9]{0,6})|current)$`,
);

function match(pattern: RegExp, name: string, form: string, field = 'name'): RegExpExecArray {
  const found = pattern.exec(name);
  if (found === null) {
    throw new ApiError('INVALID_REQUEST', `resource name: expected ${form}`, {
      violations: [{ field, description: `form ${form}` }],
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

export function parseBlobName(name: string): { tenant: string; digest: string } {
  const found = match(blobPattern, name, 'tenants/{tenant}/blobs/{64 hex digits}');
  return { tenant: found[1] ?? '', digest: `sha256:${found[2] ?? ''}` };
}

const policyPattern = new RegExp(`^tenants/(${segment})/policies/([0-9a-f]{64})$`);

export function parsePolicyName(name: string): { tenant: string; digest: Digest } {
  const found = match(policyPattern, name, 'tenants/{tenant}/policies/{64 hex digits}');
  return { tenant: found[1] ?? '', digest: parseDigest(`sha256:${found[2] ?? ''}`) };
}

export function policyName(tenant: string, digest: string): string {
  return `tenants/${tenant}/policies/${digest.slice('sha256:'.length)}`;
}

export function runName(tenant: string, runId: string): string {
  return `tenants/${tenant}/runs/${runId}`;
}

export interface WorkflowName {
  readonly tenant: string;
  readonly workflow: string;
}

/** A revision by its digest, by the version in its definition, or the current one. */
export interface RevisionName extends WorkflowName {
  readonly revision: { readonly digest: Digest } | { readonly version: number } | 'current';
}

export function parseWorkflowName(name: string): WorkflowName {
  const found = match(workflowPattern, name, 'tenants/{tenant}/workflows/{workflow}');
  return { tenant: found[1] ?? '', workflow: found[2] ?? '' };
}

/** `field` is the one of the request that names it. */
export function parseRevisionName(name: string, field = 'name'): RevisionName {
  const form = 'tenants/{tenant}/workflows/{workflow}/revisions/{64 hex, v{version} or current}';
  const [, tenant = '', workflow = '', hex, version] = match(revisionPattern, name, form, field);
  if (hex !== undefined) return { tenant, workflow, revision: { digest: parseDigest(`sha256:${hex}`) } };
  return { tenant, workflow, revision: version === undefined ? 'current' : { version: Number(version) } };
}

export function workflowName(tenant: string, workflow: string): string {
  return `tenants/${tenant}/workflows/${workflow}`;
}

export function revisionName(tenant: string, workflow: string, digest: string): string {
  return `${workflowName(tenant, workflow)}/revisions/${digest.slice('sha256:'.length)}`;
}
