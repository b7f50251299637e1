import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../database/database.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { defaultQuota, QuotaBook } from './quota-book.js';

let folder: string;
let postgres: EmbeddedPostgres;
/** Two replicas on one database. */
let replicas: [Database, Database];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-quotas-'));
  // mkdtemp makes a private folder; the server may run as another user and has to get through.
  chmodSync(folder, 0o755);
  postgres = new EmbeddedPostgres(join(folder, 'postgres'));
  const url = await postgres.start();
  replicas = [await Database.open(url), await Database.open(url)];
});
beforeEach(async () => {
  await replicas[0].queries.execute(
    sql`truncate sealflow.runs, sealflow.tenant_quotas, sealflow.tenant_buckets, sealflow.usage_hours`,
  );
});
afterAll(async () => {
  for (const replica of replicas) await replica.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

let made = 0;

/** What CreateRun does: a run, counted in the transaction that it is inserted in. Gives the reason of a refusal. */
async function start(database: Database, tenant = 'acme'): Promise<string | null> {
  made += 1;
  const runId = `run-${made}`;
  try {
    await database.queries.transaction(async (transaction) => {
      await transaction.execute(
        sql`insert into sealflow.runs (run_id, tenant, request_id, content_digest, plan, policy, state, inputs, offers,
              client_seal_key, client_sign_key, deadline, created_at)
            values (${runId}, ${tenant}, ${runId}, '', '', '', 'PENDING', '[]', '[]', '', '', now(), now())`,
      );
      await new QuotaBook(transaction).admitRun(tenant);
    });
    return null;
  } catch (error) {
    return (error as { facts?: Record<string, string> }).facts?.['limit'] ?? String(error);
  }
}

const book = () => new QuotaBook(replicas[0].queries);

describe('a quota', () => {
  it('is the default of this version unless one was set, part by part', async () => {
    expect(await book().quota('acme')).toEqual(defaultQuota);
    await book().setQuota('acme', { openRunsMax: 3 });
    expect(await book().setQuota('acme', { runsPerMinute: 7 })).toEqual({
      ...defaultQuota,
      openRunsMax: 3,
      runsPerMinute: 7,
    });
  });

  it('of open runs holds for replicas that start runs at the same time', async () => {
    await book().setQuota('acme', { openRunsMax: 5 });
    const started = await Promise.all(
      Array.from({ length: 24 }, (_, index) => start(replicas[index % 2] as Database)),
    );
    expect(started.filter((reason) => reason === null)).toHaveLength(5);
    expect(new Set(started.filter((reason) => reason !== null))).toEqual(new Set(['openRunsMax']));
    const { rows } = await replicas[0].queries.execute('select count(*)::int as runs from sealflow.runs');
    expect(rows).toEqual([{ runs: 5 }]);
  });

  it('of open runs has room again when one ended', async () => {
    await book().setQuota('acme', { openRunsMax: 1 });
    expect(await start(replicas[0])).toBeNull();
    expect(await start(replicas[1])).toBe('openRunsMax');
    await replicas[0].queries.execute(sql`update sealflow.runs set state = 'SUCCEEDED', ended_at = now()`);
    expect(await start(replicas[1])).toBeNull();
  });

  it('of runs a minute allows a burst of one minute and then its rate, at all replicas together', async () => {
    await book().setQuota('acme', { runsPerMinute: 6 });
    const started = await Promise.all(
      Array.from({ length: 16 }, (_, index) => start(replicas[index % 2] as Database)),
    );
    expect(started.filter((reason) => reason === null)).toHaveLength(6);
    expect(await start(replicas[0])).toBe('runsPerMinute');
    // Ten seconds later one more may begin.
    await replicas[0].queries.execute(
      sql`update sealflow.tenant_buckets set refilled_at = refilled_at - interval '10 seconds'`,
    );
    expect(await start(replicas[0])).toBeNull();
    expect(await start(replicas[1])).toBe('runsPerMinute');
  });

  it('of one tenant takes nothing from another', async () => {
    await book().setQuota('acme', { runsPerMinute: 1 });
    expect(await start(replicas[0])).toBeNull();
    expect(await start(replicas[0])).toBe('runsPerMinute');
    expect(await start(replicas[0], 'globex')).toBeNull();
  });

  it('says when to try again', async () => {
    await book().setQuota('acme', { runsPerMinute: 60 });
    await book().setQuota('globex', { runsPerMinute: 0 });
    const refusal = await replicas[0].queries
      .transaction((transaction) => new QuotaBook(transaction).admitRun('globex'))
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      reason: 'QUOTA_EXCEEDED',
      facts: { limit: 'runsPerMinute', max: '0' },
      retryMs: 60_000,
    });
  });
});

describe('usage', () => {
  it('counts the runs that began by hour, and none that was refused', async () => {
    await book().setQuota('acme', { openRunsMax: 2 });
    for (let runs = 0; runs < 4; runs += 1) await start(replicas[runs % 2] as Database);
    expect(await book().hours('acme', 10)).toMatchObject([{ runs: 2 }]);
    expect(await book().hours('globex', 10)).toEqual([]);
  });
});
