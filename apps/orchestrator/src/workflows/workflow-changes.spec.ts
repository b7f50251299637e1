import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '#canonical';
import { builtinText } from '#workflow';
import { asCaller } from '../auth/call-context.js';
import type { Principal } from '../auth/principal.js';
import { limits } from '../config/limits.js';
import type { Database } from '../database/database.js';
import { PageTokens } from '../listing/page-tokens.js';
import { type LogBed, openLogBed } from '../log/log.fixture.js';
import { Changes } from '../requests/changes.js';
import { type ChangedWorkflow, WorkflowChanges } from './workflow-changes.js';
import { workflowEtag } from './workflow-messages.js';
import { WorkflowReader } from './workflow-reader.js';
import { WorkflowStore } from './workflow-store.js';

let bed: LogBed;
let database: Database;
let changes: WorkflowChanges;
let reader: WorkflowReader;
let nowMs = Date.UTC(2026, 10, 21);
const clock = () => nowMs;

beforeAll(async () => {
  bed = await openLogBed();
  database = await bed.database();
  const store = new WorkflowStore(database);
  changes = new WorkflowChanges(store, new Changes(database, clock), clock);
  reader = new WorkflowReader(store, new PageTokens(bed.key, clock), clock);
});
afterAll(() => bed.stop());

const fields = { etag: '', requestId: '', validateOnly: false };

function caller(tenant: string): Principal {
  return {
    subject: `key:${tenant}`,
    tenant,
    roles: ['submitter'],
    kind: 'key',
    holder: tenant,
    expiresMs: 0,
  };
}

function as<T>(tenant: string, work: () => Promise<T>): Promise<T> {
  return asCaller(caller(tenant), work);
}

function text(name: string, version = 1, more = ''): Uint8Array {
  const base = builtinText('ledger-open')
    .replace(/^name: .*$/m, `name: ${name}`)
    .replace(/^version: .*$/m, `version: ${version}`);
  return utf8(`${base}${more}`);
}

function create(name: string, tenant = 'bank', changed: Partial<typeof fields> = {}, version = 1) {
  return as(tenant, () =>
    changes.create(tenant, { definition: text(name, version), description: '' }, { ...fields, ...changed }),
  );
}

function update(
  name: string,
  change: { definition?: Uint8Array; description?: string },
  changed: Partial<typeof fields> = {},
): Promise<ChangedWorkflow> {
  const { definition = null, description = null } = change;
  return as('bank', () =>
    changes.update(`tenants/bank/workflows/${name}`, { definition, description }, { ...fields, ...changed }),
  );
}

const at = (name: string, revision: string) => `tenants/bank/workflows/${name}/revisions/${revision}`;

describe('a stored workflow', () => {
  it('is refused where a definition is none, and where its description is no line', async () => {
    const broken = () => changes.create('bank', { definition: utf8('schema: x'), description: '' }, fields);
    await expect(as('bank', async () => broken())).rejects.toMatchObject({ reason: 'SCHEMA_INVALID' });
    for (const description of ['two\nlines', 'x'.repeat(limits.descriptionCharsMax + 1), '\u0000']) {
      await expect(
        as('bank', async () => changes.create('bank', { definition: text('line'), description }, fields)),
      ).rejects.toMatchObject({ reason: 'INVALID_REQUEST', violations: [{ field: 'description' }] });
    }
  });

  it('has a name that is free, and says whose it is not to nobody', async () => {
    await create('taken');
    await expect(create('taken')).rejects.toMatchObject({ reason: 'WORKFLOW_EXISTS' });
    await create('taken', 'globex');
    await expect(as('bank', () => reader.get('tenants/globex/workflows/taken'))).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
    const { workflow } = await as('globex', () => reader.get('tenants/globex/workflows/taken'));
    expect(workflow).toMatchObject({ name: 'tenants/globex/workflows/taken', version: 1 });
  });

  it('of two that create it at one time is made by one', async () => {
    const both = await Promise.allSettled([create('race'), create('race')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('that is only checked is not there, and shows what it would be', async () => {
    const { workflow, revision } = await create('checked', 'bank', { validateOnly: true });
    expect([workflow.revisions, revision.number]).toEqual([1, 1]);
    await expect(as('bank', () => reader.get('tenants/bank/workflows/checked'))).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
  });

  it('that is created again by the same request is answered again, with other content refused', async () => {
    const requestId = randomUUID();
    const first = await create('repeated', 'bank', { requestId });
    expect(await create('repeated', 'bank', { requestId })).toEqual(first);
    await expect(create('other', 'bank', { requestId })).rejects.toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
  });
});

describe('a revision', () => {
  it('is named by its digest: the same definition makes none, in whatever words', async () => {
    const { revision } = await create('same');
    const again = await update('same', { definition: text('same', 1, '\n# a comment\n') });
    expect(again.revision).toEqual(revision);
    expect(again.workflow.revisions).toBe(1);
    const read = await as('bank', () => reader.revision(at('same', revision.digest.slice(7))));
    expect(Buffer.from(read.revision?.definition ?? []).toString()).toBe(
      Buffer.from(text('same')).toString(),
    );
  });

  it('of another version becomes the current one, and the earlier one stays as it was', async () => {
    const { revision: first } = await create('grows');
    const { workflow, revision } = await update('grows', { definition: text('grows', 2) });
    expect([workflow.revisions, revision.number, revision.version]).toEqual([2, 2, 2]);
    for (const [name, digest] of [
      ['v1', first.digest],
      ['v2', revision.digest],
      ['current', revision.digest],
    ] as const) {
      const read = await as('bank', () => reader.revision(at('grows', name)));
      expect(read.revision?.digest, name).toBe(digest);
    }
    const back = await update('grows', { definition: text('grows', 1) });
    expect([back.workflow.current, back.workflow.revisions]).toEqual([first.digest, 2]);
  });

  it('cannot take a version that another definition has', async () => {
    await create('fixed');
    const changed = utf8(
      Buffer.from(text('fixed'))
        .toString()
        .replace(/bytesMax: \d+/, 'bytesMax: 77'),
    );
    await expect(update('fixed', { definition: changed })).rejects.toMatchObject({
      reason: 'VERSION_TAKEN',
      facts: { resource: 'tenants/bank/workflows/fixed' },
    });
  });

  it('is of the workflow that it is stored under', async () => {
    await create('mine');
    const call = async () => update('mine', { definition: text('yours') });
    await expect(call()).rejects.toMatchObject({ reason: 'INVALID_REQUEST' });
    await expect((async () => update('mine', {}))()).rejects.toMatchObject({ reason: 'INVALID_REQUEST' });
  });

  it.each(['v0', 'v01', 'latest', 'A'.repeat(64), '0'.repeat(63), 'v99999999', ''])(
    'is not named %j',
    async (name) => {
      await expect(as('bank', () => reader.revision(at('grows', name)))).rejects.toMatchObject({
        reason: 'INVALID_REQUEST',
      });
    },
  );

  it('that is deprecated is shown and not used, until it is to be used again', async () => {
    await create('old');
    const usable = () => as('bank', () => reader.usable('bank', at('old', 'current'), 'workflow_revision'));
    const set = (deprecated: boolean, etag = '') =>
      as('bank', () => changes.deprecate(at('old', 'v1'), deprecated, { ...fields, etag }));
    const row = await set(true);
    expect(row.deprecatedAt).toEqual(new Date(nowMs));
    await expect(usable()).rejects.toMatchObject({ reason: 'REVISION_DEPRECATED' });
    await expect(set(false, '"stale"')).rejects.toMatchObject({ reason: 'ETAG_MISMATCH' });
    const { revision } = await as('bank', () => reader.revision(at('old', 'v1')));
    await set(false, revision?.etag ?? '');
    await expect(usable()).resolves.toMatchObject({ version: 1 });
  });

  it('of another tenant is not there, however it is named', async () => {
    await create('hidden', 'globex');
    const usable = (tenant: string) =>
      as('bank', () => reader.usable(tenant, 'tenants/globex/workflows/hidden/revisions/v1', 'x'));
    await expect(usable('bank')).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    await expect(usable('globex')).rejects.toMatchObject({ reason: 'NOT_FOUND' });
  });
});

describe('an etag', () => {
  it('lets a change happen only to what was read', async () => {
    const { workflow } = await create('tagged');
    const etag = workflowEtag(workflow);
    nowMs += 1;
    const { workflow: described } = await update('tagged', { description: 'for people' }, { etag });
    await expect(update('tagged', { description: 'late' }, { etag })).rejects.toMatchObject({
      reason: 'ETAG_MISMATCH',
      facts: { etag: workflowEtag(described) },
    });
  });

  it('stays where a change changes nothing', async () => {
    const { workflow } = await create('still');
    nowMs += 1;
    expect(workflowEtag((await update('still', { description: '' })).workflow)).toBe(workflowEtag(workflow));
  });
});

describe('a workflow that was deleted', () => {
  const remove = (name: string) => as('bank', () => changes.delete(`tenants/bank/workflows/${name}`, fields));
  const restore = (name: string) =>
    as('bank', () => changes.undelete(`tenants/bank/workflows/${name}`, fields));
  const listed = async (showDeleted: boolean) =>
    (
      await as('bank', () =>
        reader.list({ parent: 'tenants/bank', filter: 'workflow = "gone*"', showDeleted }),
      )
    ).workflows?.map(({ name }) => name);

  it('is shown only to who asks for it, is not used, and comes back', async () => {
    await create('gone');
    await expect(restore('gone')).rejects.toMatchObject({ reason: 'WORKFLOW_EXISTS' });
    await remove('gone');
    await expect(remove('gone')).rejects.toMatchObject({ reason: 'WORKFLOW_DELETED' });
    await expect(update('gone', { description: 'x' })).rejects.toMatchObject({ reason: 'WORKFLOW_DELETED' });
    await expect(create('gone')).rejects.toMatchObject({ reason: 'WORKFLOW_EXISTS' });
    const usable = () => as('bank', () => reader.usable('bank', at('gone', 'v1'), 'x'));
    await expect(usable()).rejects.toMatchObject({ reason: 'WORKFLOW_DELETED' });
    expect([await listed(false), await listed(true)]).toEqual([[], ['tenants/bank/workflows/gone']]);
    await restore('gone');
    await expect(usable()).resolves.toMatchObject({ version: 1 });
  });

  it('is purged at its time: then its name is free and its revisions are gone', async () => {
    await create('gone-for-good');
    await remove('gone-for-good');
    nowMs += limits.workflowUndeleteMs;
    await expect(restore('gone-for-good')).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    const { workflow } = await create('gone-for-good', 'bank', {}, 3);
    expect(workflow).toMatchObject({ revisions: 1, deletedAt: null });
    await expect(as('bank', () => reader.revision(at('gone-for-good', 'v1')))).rejects.toMatchObject({
      reason: 'NOT_FOUND',
    });
  });
});

describe('what a tenant may store', () => {
  it('is counted under its lock: workflows, revisions and bytes', async () => {
    const tenant = 'hoarder';
    await create('first', tenant);
    const fill = (size: number, workflow: string, count: number) =>
      database.queries.execute(
        `insert into sealflow.workflow_revisions
         (tenant, workflow, digest, version, number, definition, size, creator, created_at)
         select '${tenant}', '${workflow}' || case when ${count} > 1 then n::text else '' end, 'd' || n, n, n, '', ${size}, 'x', now()
         from generate_series(10, ${9 + count}) n`,
      );
    await fill(limits.workflowBytesPerTenantMax, 'first', 1);
    await expect(create('second', tenant)).rejects.toMatchObject({
      reason: 'QUOTA_EXCEEDED',
      facts: { limit: 'workflowBytesPerTenantMax' },
    });
    await database.queries.execute(`delete from sealflow.workflow_revisions where digest like 'd%'`);
    await fill(1, 'many', limits.workflowsPerTenantMax - 1);
    await expect(create('second', tenant)).rejects.toMatchObject({
      reason: 'QUOTA_EXCEEDED',
      facts: { limit: 'workflowsPerTenantMax', max: String(limits.workflowsPerTenantMax) },
    });
  });
});

describe('lists of workflows', () => {
  it('are cut into pages without a gap, and a token is good for its list alone', async () => {
    for (const index of [1, 2, 3]) {
      nowMs += 1;
      await create(`listed-${index}`);
    }
    const list = (more: object) =>
      as('bank', () =>
        reader.list({ parent: 'tenants/bank', filter: 'workflow = "listed*"', pageSize: 2, ...more }),
      );
    const first = await list({});
    const second = await list({ pageToken: first.nextPageToken });
    const names = [...(first.workflows ?? []), ...(second.workflows ?? [])].map(({ name }) => name);
    expect(names.map((name) => name?.split('/').pop())).toEqual(['listed-3', 'listed-2', 'listed-1']);
    await expect(list({ pageToken: first.nextPageToken, showDeleted: true })).rejects.toMatchObject({
      reason: 'INVALID_REQUEST',
    });
  });

  it('of revisions have versions to filter by, and no texts', async () => {
    await create('versions');
    for (const version of [2, 3]) await update('versions', { definition: text('versions', version) });
    const { revisions } = await as('bank', () =>
      reader.revisions({ parent: 'tenants/bank/workflows/versions', filter: 'version >= 2' }),
    );
    expect(revisions?.map(({ version, definition }) => [version, definition?.length])).toEqual([
      [3, 0],
      [2, 0],
    ]);
  });
});
