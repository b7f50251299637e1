import { describe, expect, it } from 'vitest';
import { ApiError } from '#contracts';
import type { Logger } from '#telemetry';
import type { Authenticator } from './authenticator.js';
import { currentPrincipal } from './call-context.js';
import { httpGuard } from './http-guard.js';
import { matrix } from './matrix.fixture.js';
import { type Principal, type Role, roles, tenantRoles } from './principal.js';
import type { Sessions } from './sessions.js';

const silent = { error: () => undefined, warn: () => undefined } as unknown as Logger;
const authenticator = {
  authenticate: async ([header]: readonly string[]): Promise<Principal> => {
    if (header === undefined) throw new ApiError('CREDENTIAL_MISSING', 'expected a credential');
    const [role = '', tenant = null] = header.split(' of ');
    const roles = [role as Role];
    return { subject: 'key:1', tenant, roles, kind: 'key', holder: 'x', expiresMs: 0 };
  },
} as unknown as Authenticator;
const sessions = { find: async () => null } as unknown as Sessions;
const guard = httpGuard(authenticator, silent, sessions);

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
    '/version',
    '/.well-known/sealflow-keys',
    '/log/checkpoint',
    '/log/tile/0/000',
    '/log/tile/entries/000',
    '/',
    '/console',
    '/console/runs/x',
  ])('leaves %s to everybody', async (path) => {
    expect(await ask(path)).toMatchObject({ code: 'passed', caller: null });
  });

  it.each([
    '/nowhere',
    '/consoles',
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
    '/v1/tenants/',
    '/v1/tenants/demo/ledgers/',
    '/v1/tenants/demo/ledgers/eur/x',
    '/v1/tenants/demo/usage/hours',
    '/v1/tenants/demo/apiKeys/x',
    '/v1/tenants/DEMO/apiKeys',
    '/v1/tenants/demo/../apiKeys',
    '/v1/apiKeys/',
    '/v1/tenants/demo/runs/x/bundle/',
    '/v1/tenants/demo/runsXcsv',
    '/v1/tenants/demo/holds/x',
    '/v1/log',
    '/v1/log/tile/0/000',
  ])('has no %s for anybody', async (path) => {
    for (const header of [undefined, 'operator']) {
      expect(await ask(path, header)).toMatchObject({ code: 404, body: { reason: 'NOT_FOUND' } });
    }
  });

  it('reads and does nothing else', async () => {
    expect(await ask('/readyz', undefined, 'POST')).toMatchObject({ code: 404 });
    expect(await ask('/readyz', undefined, 'HEAD')).toMatchObject({ code: 'passed' });
  });

  it('takes a decision of a person who may approve, and shows every reader what is decided', async () => {
    const path = '/v1/tenants/own/runs/01JD/steps/review/decision';
    expect(await ask(path, 'approver of own', 'DELETE')).toMatchObject({ code: 404 });
    expect(await ask(path, 'operator')).toMatchObject({ body: { reason: 'TENANT_MISMATCH' } });
    expect(await ask(path, 'auditor of own')).toMatchObject({ code: 'passed', caller: 'key:1' });
    expect(await ask(path, undefined, 'POST')).toMatchObject({ code: 401 });
    expect(await ask(path, 'approver of globex', 'POST')).toMatchObject({
      body: { reason: 'TENANT_MISMATCH' },
    });
    for (const role of ['submitter', 'compliance', 'auditor'])
      expect(await ask(path, `${role} of own`, 'POST')).toMatchObject({ body: { reason: 'ROLE_MISSING' } });
    expect(await ask(path, 'approver of own', 'POST')).toMatchObject({ code: 'passed', caller: 'key:1' });
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

/** Each address of the read API, and the method whose answer it is. */
const addresses: readonly (readonly [path: string, method: string])[] = [
  ['/v1/tenants/own/runs', 'run.v1.RunService/ListRuns'],
  ['/v1/tenants/own/runs/01JD', 'run.v1.RunService/GetRun'],
  ['/v1/tenants/own/bundles', 'evidence.v1.EvidenceService/ListBundles'],
  ['/v1/tenants/own/workflows', 'workflow.v1.WorkflowService/ListWorkflows'],
  ['/v1/tenants/own/workflows/credit', 'workflow.v1.WorkflowService/GetWorkflow'],
  ['/v1/tenants/own/workflows/credit/revisions', 'workflow.v1.WorkflowService/ListWorkflowRevisions'],
  ['/v1/tenants/own/workflows/credit/revisions/v1', 'workflow.v1.WorkflowService/GetWorkflowRevision'],
  ['/v1/tenants/own/ledgers/eur', 'ledger.v1.LedgerService/GetLedger'],
  ['/v1/tenants/own/ledgers/eur/entries', 'ledger.v1.LedgerService/ListLedgerEntries'],
  ['/v1/tenants/own/usage', 'tenant.v1.TenantService/GetUsage'],
  ['/v1/tenants/own/usage/days', 'tenant.v1.TenantService/ListUsage'],
  ['/v1/tenants/own/evidenceAccesses', 'evidence.v1.EvidenceService/ListEvidenceAccess'],
  ['/v1/tenants/own/ledgers', 'ledger.v1.LedgerService/ListLedgers'],
  ['/v1/tenants/own/ledgers/eur/batches', 'ledger.v1.LedgerService/ListLedgerBatches'],
  ['/v1/tenants/own/overview', 'report.v1.ReportService/GetOverview'],
  ['/v1/tenants/own/runSamples', 'report.v1.ReportService/SampleRuns'],
  ['/v1/tenants/own/runs.csv', 'run.v1.RunService/ListRuns'],
  ['/v1/tenants/own/runs/01JD/events', 'run.v1.RunService/WatchRun'],
  ['/v1/tenants/own/runs/01JD/bundle', 'evidence.v1.EvidenceService/DownloadBundle'],
  ['/v1/tenants/own/runs/01JD/disclosures/public', 'evidence.v1.EvidenceService/PreviewRedaction'],
  ['/v1/tenants/own/runs/01JD/disclosures/public/bundle', 'evidence.v1.EvidenceService/RedactBundle'],
  ['/v1/tenants/own/approvals', 'report.v1.ReportService/ListApprovals'],
  ['/v1/tenants/own/policies', 'report.v1.ReportService/ListPolicies'],
  ['/v1/tenants/own/policies/00', 'report.v1.ReportService/GetPolicy'],
  ['/v1/tenants/own/report', 'report.v1.ReportService/GetReport'],
  ['/v1/tenants/own/executors', 'report.v1.ReportService/ListExecutors'],
  ['/v1/tenants/own/retentionRules', 'retention.v1.RetentionService/ListRetention'],
  ['/v1/tenants/own/holds', 'retention.v1.RetentionService/ListHolds'],
  ['/v1/tenants/own/retentionRecords', 'retention.v1.RetentionService/ListRetentionRecords'],
  ['/v1/log/checkpoints', 'evidence.v1.EvidenceService/ListCheckpoints'],
  ['/v1/log/health', 'evidence.v1.EvidenceService/ListCheckpoints'],
  ['/v1/log/consistency', 'evidence.v1.EvidenceService/GetConsistencyProof'],
  ['/v1/log/inclusion', 'evidence.v1.EvidenceService/GetInclusionProof'],
  ['/v1/tenants', 'tenant.v1.TenantService/ListTenants'],
  ['/v1/apiKeys', 'tenant.v1.TenantService/ListApiKeys'],
  ['/v1/tenants/own/apiKeys', 'tenant.v1.TenantService/ListApiKeys'],
  ['/v1/workers', 'attestation.v1.AttestationService/ListWorkers'],
];

/** What each of all callers gets at each of them, about its own tenant and about another's. */
const calls = addresses.flatMap(([path, method]) =>
  (['own', 'foreign'] as const).flatMap((whose) =>
    [null, ...roles].flatMap((role) => {
      const same = matrix().find(
        (call) => call.path === `/sealflow.${method}` && call.role === role && call.whose === whose,
      );
      const named = path.replace('/own', `/${whose}`);
      return same === undefined ? [] : [{ path: named, role, refusal: same.refusal }];
    }),
  ),
);

describe('the read API', () => {
  it('is asked by everybody, about everybody', () => {
    expect(calls).toHaveLength(addresses.length * 2 * (roles.length + 1));
  });

  it('answers and refuses as the methods do that it shows', async () => {
    const wrong: string[] = [];
    for (const { path, role, refusal } of calls) {
      const ofTenant = role !== null && (tenantRoles as readonly string[]).includes(role);
      const answer = await ask(path, role === null ? undefined : `${role}${ofTenant ? ' of own' : ''}`);
      const got = answer.code === 'passed' ? null : (answer.body as { reason: string }).reason;
      if (got !== refusal) wrong.push(`${path} of ${role}: expected ${refusal}, got ${got}`);
    }
    expect(wrong).toEqual([]);
  });
});
