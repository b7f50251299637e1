import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asCaller } from '../../apps/orchestrator/src/auth/call-context.js';
import type { Principal } from '../../apps/orchestrator/src/auth/principal.js';
import { BlobKeys } from '../../apps/orchestrator/src/blobs/blob-keys.js';
import { BlobStore } from '../../apps/orchestrator/src/blobs/blob-store.js';
import { Database } from '../../apps/orchestrator/src/database/database.js';
import { EmbeddedPostgres } from '../../apps/orchestrator/src/database/embedded-postgres.js';
import { SigningKey } from '../../apps/orchestrator/src/evidence/signing-key.js';
import { RunsCsv } from '../../apps/orchestrator/src/http/runs-csv.js';
import { KeyFolder } from '../../apps/orchestrator/src/keys/key-folder.js';
import { Keyring } from '../../apps/orchestrator/src/keys/keyring.js';
import { RootKey } from '../../apps/orchestrator/src/keys/root-key.js';
import { PageTokens } from '../../apps/orchestrator/src/listing/page-tokens.js';
import { LogReader } from '../../apps/orchestrator/src/log/log-reader.js';
import { noWitnesses } from '../../apps/orchestrator/src/log/witness-config.js';
import { WitnessFeed } from '../../apps/orchestrator/src/log/witness-feed.js';
import { PlanStore } from '../../apps/orchestrator/src/plans/plan-store.js';
import { OverviewReader } from '../../apps/orchestrator/src/report/overview-reader.js';
import { RunSampler } from '../../apps/orchestrator/src/report/run-sampler.js';
import { RunReader } from '../../apps/orchestrator/src/runs/run-reader.js';
import { RunSignal } from '../../apps/orchestrator/src/runs/run-signal.js';
import { RunSnapshots } from '../../apps/orchestrator/src/runs/run-snapshots.js';
import { RunStore } from '../../apps/orchestrator/src/runs/run-store.js';
import { CONSOLE_RUNS, CONSOLE_TASKS, fillConsole, RARE_WORKFLOW } from './console-rows.js';
import { type Figure, quantile } from './figures.js';

const LOOKS = 40;
const PAGES = 100;
const parent = 'tenants/bench';
const period = { startTime: null, endTime: null };

/**
 * What a console asks of a database of many runs. The rows are put in by SQL, as wide as those of real runs and spread
 * over 30 days and three workflows; the questions are those of the API, as the role of a tenant.
 */
export async function measureConsole(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-bench-console-'));
  chmodSync(folder, 0o755);
  const postgres = new EmbeddedPostgres(join(folder, 'postgres'));
  try {
    const database = await Database.open(await postgres.start());
    try {
      await fillConsole(database, 'bench');
      // Made as the orchestrator makes them, outside of any call.
      const asked = make(database, folder);
      return await asCaller(caller, () => questions(asked));
    } finally {
      await database.close();
    }
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const caller: Principal = {
  subject: 'key:bench',
  tenant: 'bench',
  roles: ['auditor'],
  kind: 'key',
  holder: 'bench',
  expiresMs: Number.MAX_SAFE_INTEGER,
};

function make(database: Database, folder: string) {
  const clock = () => Date.now();
  const key = SigningKey.load(join(folder, 'keys'));
  const root = RootKey.load(join(folder, 'root.key'), true);
  const ring = new Keyring(database, new KeyFolder(join(folder, 'tenant-keys'), root), clock, {
    sealBlobs: true,
  });
  const blobs = new BlobStore(database, new BlobKeys(database, ring));
  const tokens = new PageTokens(key, clock);
  const runs = new RunStore(database, new RunSignal());
  const plans = new PlanStore(database, blobs, key);
  const reader = new RunReader(runs, new RunSnapshots(database), plans, blobs, tokens);
  const witnesses = new WitnessFeed(database, { witnessing: noWitnesses }, { warn: () => undefined });
  const log = new LogReader(database, witnesses, tokens, { logOrigin: 'log.example/bench' });
  const overviews = new OverviewReader(database, log, clock);
  const sampler = new RunSampler(database, reader);
  const csv = new RunsCsv(database, runs, tokens);
  return { reader, overviews, sampler, csv };
}

async function questions({ reader, overviews, sampler, csv }: ReturnType<typeof make>): Promise<Figure[]> {
  const first = await timed(() => overviews.overview({ parent, ...period }));
  const looks = await times(LOOKS, () => overviews.overview({ parent, ...period }));
  let pageToken = '';
  const pages = await times(PAGES, async () => {
    ({ nextPageToken: pageToken = '' } = await reader.list({ parent, pageToken }));
  });
  const filtered = await times(LOOKS, () => reader.list({ parent, filter: `workflow = "${RARE_WORKFLOW}"` }));
  const samples = await times(10, () => sampler.sample({ parent, seed: 'bench', size: 25, filter: '' }));
  const table = await timed(async () => {
    await csv.check('bench', { pageSize: 0, pageToken: '' });
    for await (const lines of csv.lines('bench', { pageSize: 0, pageToken: '' })) void lines;
  });
  const note = `${CONSOLE_RUNS} runs, ${CONSOLE_RUNS * CONSOLE_TASKS} steps`;
  return [
    { name: 'overview, first look', value: first, unit: 'ms', target: 300, samples: 1, note },
    {
      name: 'overview, p95',
      value: quantile(looks, 0.95),
      unit: 'ms',
      target: 300,
      samples: LOOKS,
      note: '30 days, all runs',
    },
    {
      name: 'runs, a page of 100, p95',
      value: quantile(pages, 0.95),
      unit: 'ms',
      target: 300,
      samples: PAGES,
      note: 'page after page',
    },
    {
      name: 'runs of a rare workflow, a page, p95',
      value: quantile(filtered, 0.95),
      unit: 'ms',
      target: 300,
      samples: LOOKS,
      note: 'one run in 1,000',
    },
    {
      name: 'sample of 25 runs, p95',
      value: quantile(samples, 0.95),
      unit: 'ms',
      samples: 10,
      note: 'with the digest of the population',
    },
    { name: 'all runs as CSV', value: table / 1_000, unit: 's', samples: 1, note: '12 columns' },
  ];
}

async function timed(ask: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await ask();
  return performance.now() - startMs;
}

async function times(count: number, ask: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let index = 0; index < count; index += 1) taken.push(await timed(ask));
  return taken;
}
