import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { asCaller } from '../auth/call-context.js';
import type { Principal } from '../auth/principal.js';
import type { Database } from '../database/database.js';
import { blobStoreIn } from '../keys/keyring.fixture.js';
import { PageTokens } from '../listing/page-tokens.js';
import { type LogBed, logOrigin, openLogBed, silent } from '../log/log.fixture.js';
import { LogReader } from '../log/log-reader.js';
import { noWitnesses } from '../log/witness-config.js';
import { WitnessFeed } from '../log/witness-feed.js';
import { PlanStore } from '../plans/plan-store.js';
import { OverviewReader } from '../report/overview-reader.js';
import { RunReader } from './run-reader.js';
import { RunSignal } from './run-signal.js';
import { RunSnapshots } from './run-snapshots.js';
import { RunStore } from './run-store.js';

/*
 * How the database answers questions over many runs. The statements are those that the API sends, caught at the driver
 * and explained with their own values: a condition that an index cannot serve any more is found here.
 */
const RUNS = 20_000;
const NOW_MS = Date.UTC(2026, 10, 21, 8);
const parent = 'tenants/bank';
const caller: Principal = {
  subject: 'key:bench',
  tenant: 'bank',
  roles: ['auditor'],
  kind: 'key',
  holder: 'bench',
  expiresMs: Number.MAX_SAFE_INTEGER,
};
/** Before the first connection, because connections bind what they are asked with. */
const send = vi.spyOn(pg.Client.prototype, 'query');
let bed: LogBed;
let reader: RunReader;
let overviews: OverviewReader;

beforeAll(async () => {
  bed = await openLogBed();
  const database = await bed.database();
  const blobs = blobStoreIn(database, bed.folder);
  const tokens = new PageTokens(bed.key, () => NOW_MS);
  const runs = new RunStore(database, new RunSignal());
  const plans = new PlanStore(database, blobs, bed.key);
  reader = new RunReader(runs, new RunSnapshots(database), plans, blobs, tokens);
  const witnesses = new WitnessFeed(database, { witnessing: noWitnesses }, silent);
  const log = new LogReader(database, witnesses, tokens, { logOrigin });
  overviews = new OverviewReader(database, log, () => NOW_MS);
  await fill(database);
});
afterAll(async () => {
  send.mockRestore();
  await bed.stop();
});

/** One run in 1,000 is of the rare workflow; nobody ever cancelled one. Half of the workflows are put in by the trigger. */
async function fill({ queries }: Database): Promise<void> {
  for (const name of ['credit', 'claim']) {
    const plan = JSON.stringify({ definition: { name }, definitionDigest: name, tasks: [], outputs: {} });
    await queries.execute(
      sql`insert into sealflow.plans (digest, tenant, signed_plan, plan) values (${name}, 'bank', '', ${plan}::jsonb)`,
    );
  }
  await queries.execute(sql`
    insert into sealflow.runs (run_id, tenant, request_id, content_digest, plan, workflow, policy, state, inputs, offers,
      client_seal_key, client_sign_key, bundle, deadline, created_at, ended_at, assurance)
    select '01J' || lpad(upper(to_hex(n)), 23, '0'), 'bank', 'request-' || n, '', name, case when n % 2 = 0 then name end,
      '', case when n % 50 = 0 then 'FAILED' else 'SUCCEEDED' end,
      jsonb_build_array(jsonb_build_object('name', repeat('x', 1000))), '[]', sha256('seal'), sha256('sign'), null,
      at, at, at, 'ATTESTED/ENCLAVE:3'
    from generate_series(1, ${RUNS}::int) n
      cross join lateral (select case when n % 1000 = 0 then 'claim' else 'credit' end as name) w
      cross join lateral (select ${new Date(NOW_MS).toISOString()}::timestamptz - n * interval '2 min' as at) t`);
  await queries.execute(sql`vacuum analyze sealflow.runs`);
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

type Asked = { readonly text: string };

/** Nodes of the plan of the statement that `ask` sends about runs. */
async function planOf(ask: () => Promise<unknown>): Promise<readonly PlanNode[]> {
  send.mockClear();
  await asCaller(caller, ask);
  const at = send.mock.calls.findIndex(([asked]) => isAbout(asked));
  const [asked, values] = send.mock.calls[at] as unknown as [Asked, unknown[]];
  const client = send.mock.contexts[at] as pg.Client;
  const { rows } = await client.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
    `explain (format json) ${asked.text}`,
    values,
  );
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  return plan === undefined ? [] : nodesOf(plan);
}

function isAbout(asked: unknown): boolean {
  if (typeof asked !== 'object' || asked === null || !('text' in asked)) return false;
  return (
    typeof asked.text === 'string' && /from ("sealflow"\."runs"|sealflow\.runs\s+where)/.test(asked.text)
  );
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

const scans = (nodes: readonly PlanNode[]) =>
  nodes
    .filter((node) => node['Node Type'].includes('Scan') && node['Node Type'] !== 'Function Scan')
    .map((node) => ({
      by: node['Node Type'],
      index: node['Index Name'],
      columns: [...(node['Index Cond'] ?? '').matchAll(/\(([a-z_]+) (?:=|<|>)/g)].map(([, column]) => column),
    }));

describe('a page of many runs', () => {
  const list = (filter: string) => planOf(() => reader.list({ parent, filter }));

  it.each([
    ['', 'runs_recent', ['tenant']],
    ['workflow = claim', 'runs_of_workflow', ['tenant', 'workflow']],
    [
      'workflow = claim AND create_time >= "2026-11-01T00:00:00Z"',
      'runs_of_workflow',
      ['tenant', 'workflow'],
    ],
    ['create_time < "2026-11-01T00:00:00Z"', 'runs_recent', ['tenant', 'created_at']],
    // Nobody has that state: the index is read to its end, and no run.
    ['state = CANCELLED', 'runs_overview', ['tenant', 'state']],
  ])('that %j is read from its index, in its order', async (filter, index, columns) => {
    const nodes = await list(filter);
    const [scan, ...others] = scans(nodes);
    expect({ others, scan }).toMatchObject({ others: [], scan: { by: 'Index Scan', index } });
    expect(scan?.columns).toEqual(expect.arrayContaining(columns));
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Sort');
  });

  it('names the workflow of runs that an older release began', async () => {
    const { runs } = await reader.list({ parent, filter: 'workflow = claim', pageSize: 100 });
    expect(runs).toHaveLength(RUNS / 1_000);
  });
});

describe('an overview of many runs', () => {
  it('is counted in an index alone, and nothing is sorted', async () => {
    const nodes = await planOf(() => overviews.overview({ parent, startTime: null, endTime: null }));
    expect(scans(nodes)).toMatchObject([{ by: 'Index Only Scan', index: 'runs_overview' }]);
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Sort');
  });
});
