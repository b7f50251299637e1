import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PreparedRun, parsePin, type StoredWorkflow, signCharter } from '#client';
import {
  type CreateWorkflowRequest,
  type CreateWorkflowResponse__Output,
  type DeleteWorkflowResponse__Output,
  type GetWorkflowRevisionResponse__Output,
  type ListRunsResponse__Output,
  type ListWorkflowsRequest,
  type ListWorkflowsResponse__Output,
  type PlanWorkflowResponse__Output,
  type UpdateWorkflowRequest,
  type UpdateWorkflowResponse__Output,
  type UpdateWorkflowRevisionResponse__Output,
  unary,
} from '#contracts';
import { builtinText } from '#workflow';
import { prepareRun } from '../../../apps/cli/src/demo/credit-run.js';
import { openingAccounts } from '../../../apps/cli/src/demo/parties.js';
import { refused } from '../refused.js';
import { sealflow } from '../sealflow-command.js';
import { isWhole, settled, suite } from '../suite.js';

const DEADLINE = { deadlineMs: 10_000 };
const service = () => suite().client.services.workflow;

function text(name: string, version = 1): string {
  return builtinText('ledger-open')
    .replace(/^name: .*$/m, `name: ${name}`)
    .replace(/^version: .*$/m, `version: ${version}`);
}

function create(definition: string, more: CreateWorkflowRequest = {}) {
  const request = { parent: 'tenants/demo', definition: Buffer.from(definition), ...more };
  return unary<CreateWorkflowResponse__Output>(
    (options, callback) => service().createWorkflow(request, options, callback),
    DEADLINE,
  );
}

function update(name: string, change: UpdateWorkflowRequest) {
  return unary<UpdateWorkflowResponse__Output>(
    (options, callback) =>
      service().updateWorkflow({ name: `tenants/demo/workflows/${name}`, ...change }, options, callback),
    DEADLINE,
  );
}

function remove(name: string) {
  return unary<DeleteWorkflowResponse__Output>(
    (options, callback) =>
      service().deleteWorkflow({ name: `tenants/demo/workflows/${name}` }, options, callback),
    DEADLINE,
  );
}

function deprecate(name: string, deprecated: boolean) {
  return unary<UpdateWorkflowRevisionResponse__Output>(
    (options, callback) => service().updateWorkflowRevision({ name, deprecated }, options, callback),
    DEADLINE,
  );
}

function revision(name: string, tenant = 'demo') {
  const request = { name: `tenants/${tenant}/workflows/${name}` };
  return unary<GetWorkflowRevisionResponse__Output>(
    (options, callback) => service().getWorkflowRevision(request, options, callback),
    DEADLINE,
  );
}

function list(request: ListWorkflowsRequest) {
  return unary<ListWorkflowsResponse__Output>(
    (options, callback) => service().listWorkflows({ parent: 'tenants/demo', ...request }, options, callback),
    DEADLINE,
  );
}

function plan(workflowRevision: string, definition = '') {
  const request = { parent: 'tenants/demo', workflowRevision, definition: Buffer.from(definition) };
  return unary<PlanWorkflowResponse__Output>(
    (options, callback) => service().planWorkflow(request, options, callback),
    DEADLINE,
  );
}

const LEDGER = 'of-a-stored-workflow';

async function prepared(stored: StoredWorkflow): Promise<PreparedRun> {
  const { client, parties } = suite();
  const { definition, revision: pinned } = stored;
  const parameters = { open: { ledger: LEDGER } };
  const planned = await client.plan({ definition, revision: pinned, parameters });
  const accounts = openingAccounts(parties);
  return prepareRun(client, planned, {
    charter: signCharter({ ledger: LEDGER, accounts }, parties.bankSeed),
  });
}

/** Workflows that a tenant stores, and runs of them. */
export function storedWorkflows(): void {
  beforeAll(settled);

  describe('a stored workflow', () => {
    it.each<[what: string, reason: string, call: () => Promise<unknown>]>([
      ['of no definition', 'SCHEMA_INVALID', () => create('')],
      ['of a definition that is none', 'DOCUMENT_INVALID', () => create('{')],
      ['of too many bytes', 'LIMIT_EXCEEDED', () => create(`${text('large')}# ${'x'.repeat(70_000)}`)],
      ['of another tenant', 'TENANT_MISMATCH', () => create(text('mine'), { parent: 'tenants/globex' })],
      ['with a request id that is none', 'INVALID_REQUEST', () => create(text('mine'), { requestId: 'x' })],
      ['that is not there', 'NOT_FOUND', () => update('nobody', { description: 'x' })],
      ['that has no such name', 'INVALID_REQUEST', () => update('No Body', { description: 'x' })],
      ['of which nothing is changed', 'INVALID_REQUEST', () => update('nobody', {})],
      ['of a filter that is none', 'INVALID_REQUEST', () => list({ filter: 'owner = "me"' })],
    ])('%s is refused', async (_what, reason, call) => {
      await refused(reason, call);
    });

    it('cannot be created twice, nor can a version be given away twice', async () => {
      const { workflow } = await create(text('ledger-twice'));
      await refused('WORKFLOW_EXISTS', () => create(text('ledger-twice', 2)));
      const changed = text('ledger-twice').replace(/bytesMax: \d+/, 'bytesMax: 99');
      await refused('VERSION_TAKEN', () => update('ledger-twice', { definition: Buffer.from(changed) }));
      await refused('ETAG_MISMATCH', () => update('ledger-twice', { description: 'x', etag: '"old"' }));
      const { workflow: same } = await update('ledger-twice', {
        definition: Buffer.from(text('ledger-twice')),
      });
      expect(same).toEqual(workflow);
    });

    it('is made once for a request that is sent again, and not at all for one that only checks', async () => {
      const requestId = randomUUID();
      const checked = await create(text('ledger-once'), { requestId, validateOnly: true });
      await refused('NOT_FOUND', () => revision('ledger-once/revisions/current'));
      const first = await create(text('ledger-once'), { requestId });
      expect(checked.revision?.digest).toBe(first.revision?.digest);
      expect(await create(text('ledger-once'), { requestId })).toEqual(first);
      await refused('REQUEST_ID_REUSED', () => create(text('ledger-else'), { requestId }));
    });

    it('of another tenant is not there', async () => {
      await create(text('ledger-hidden'));
      const globex = suite().stack.client('globex');
      await expect(globex.workflows.get('ledger-hidden')).rejects.toMatchObject({ reason: 'NOT_FOUND' });
      await refused('TENANT_MISMATCH', () => revision('ledger-hidden/revisions/current', 'globex'));
    });
  });

  describe('a run of a stored workflow', () => {
    it('is of the revision that its client pinned, and says so', async () => {
      const { client } = suite();
      const stored = await client.workflows.create(text('ledger-runs', 7), { description: 'opens a ledger' });
      expect(await client.workflows.get('ledger-runs@7')).toEqual(stored);
      expect((await client.workflows.get(`ledger-runs@${stored.digest.slice(7)}`)).version).toBe(7);
      const ready = await prepared(stored);
      const { request } = ready;
      const { run } = await client.createRaw({ ...request, validateOnly: true });
      expect(run).toBeNull();
      await refused('PLAN_MISMATCH', () =>
        client.createRaw({
          ...request,
          workflowRevision: 'tenants/demo/workflows/ledger-twice/revisions/v1',
        }),
      );
      const foreign = 'tenants/globex/workflows/ledger-runs/revisions/v7';
      await refused('NOT_FOUND', () => client.createRaw({ ...request, workflowRevision: foreign }));
      await refused('INVALID_REQUEST', () =>
        client.createRaw({ ...request, workflowRevision: 'ledger-runs' }),
      );
      const handle = await client.create(ready);
      await expect(handle.wait()).resolves.toMatchObject({
        state: 'RUN_STATE_SUCCEEDED',
        workflowRevision: stored.revision,
      });
      const page = await unary<ListRunsResponse__Output>(
        (options, callback) =>
          client.services.run.listRuns(
            { parent: 'tenants/demo', filter: `workflow_revision = "${stored.revision}"` },
            options,
            callback,
          ),
        DEADLINE,
      );
      expect(page.runs.map(({ name }) => name)).toEqual([handle.name]);
    });

    it('is planned by name, and not of one that is deprecated or deleted', async () => {
      const { client } = suite();
      const stored = await client.workflows.create(text('ledger-ends'));
      const { request } = await prepared(stored);
      await refused('INVALID_REQUEST', () => plan(stored.revision, stored.definition));
      await deprecate(stored.revision, true);
      await refused('REVISION_DEPRECATED', () => plan(stored.revision));
      await refused('REVISION_DEPRECATED', () => client.createRaw(request));
      await deprecate(stored.revision, false);
      await remove('ledger-ends');
      await refused('WORKFLOW_DELETED', () => plan(stored.revision));
      await refused('WORKFLOW_DELETED', () => client.createRaw(request));
      expect((await list({ filter: 'workflow = "ledger-ends"' })).workflows).toEqual([]);
      const { workflows } = await list({ filter: 'workflow = "ledger-ends"', showDeleted: true });
      expect(workflows[0]?.purgeTime).not.toBeNull();
    });
  });

  describe('sealflow workflow', () => {
    it.runIf(isWhole)('stores a file, shows it, lists its revisions and refuses by name', async () => {
      const file = join(suite().stack.home, 'ledger-file.yaml');
      writeFileSync(file, text('ledger-file'));
      const made = await sealflow(['workflow', 'create', file, '--description', 'from a file', '--json']);
      expect(made.err).toBe('');
      const { digest } = JSON.parse(made.out) as { digest: string };
      expect((await sealflow(['validate', file, '--json'])).out).toContain(digest);
      expect((await sealflow(['workflow', 'show', 'ledger-file@1'])).out).toBe(text('ledger-file'));
      writeFileSync(file, text('ledger-file', 2));
      expect((await sealflow(['workflow', 'update', file])).out).toMatch(/^ledger-file v2 {2}sha256:/);
      const revisions = (await sealflow(['workflow', 'revisions', 'ledger-file'])).out.trim().split('\n');
      expect(revisions.map((line) => line.slice(0, 2))).toEqual(['v2', 'v1']);
      expect((await sealflow(['workflow', 'list', '--filter', 'workflow = "ledger-file"'])).out).toMatch(
        /^tenants\/demo\/workflows\/ledger-file {2}v2 {2}2 revisions .*from a file\n$/,
      );
      const parameters = join(suite().stack.home, 'ledger-file.json');
      writeFileSync(parameters, JSON.stringify({ open: { ledger: 'plan-by-name' } }));
      const planned = await sealflow(['plan', '--workflow', 'ledger-file@1', '--parameters', parameters]);
      expect([planned.code, planned.err]).toEqual([0, '']);
      expect(planned.out).toContain('ledger-file v1');
      const missing = await sealflow(['plan', '--workflow', 'ledger-file@3', '--parameters', parameters]);
      expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('NOT_FOUND')]);
      const again = await sealflow(['workflow', 'create', file]);
      expect([again.code, again.err]).toEqual([1, expect.stringContaining('WORKFLOW_EXISTS')]);
      const unnamed = await sealflow(['workflow', 'show', 'Ledger File']);
      expect([unnamed.code, unnamed.err]).toEqual([2, expect.stringContaining('NAME@VERSION')]);
    });

    it('knows what a pin is', () => {
      expect(parsePin('credit')).toEqual({ workflow: 'credit', revision: 'current' });
      expect(parsePin('credit@7').revision).toBe('v7');
      for (const wrong of ['', 'Credit', 'credit@', 'credit@0', 'credit@1@2', 'credit@latest', '../x']) {
        expect(() => parsePin(wrong), wrong).toThrow(RangeError);
      }
    });
  });
}
