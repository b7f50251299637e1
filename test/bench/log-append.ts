import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, utf8 } from '#canonical';
import { leafEntry } from '#evidence';
import { Database } from '../../apps/orchestrator/src/database/database.js';
import { EmbeddedPostgres } from '../../apps/orchestrator/src/database/embedded-postgres.js';
import { logQueue } from '../../apps/orchestrator/src/database/schema.js';
import { SigningKey } from '../../apps/orchestrator/src/evidence/signing-key.js';
import { TransparencyLog } from '../../apps/orchestrator/src/log/transparency-log.js';
import { noWitnesses } from '../../apps/orchestrator/src/log/witness-config.js';
import { WitnessFeed } from '../../apps/orchestrator/src/log/witness-feed.js';
import { type Figure, quantile } from './figures.js';

const LEAVES = 40_000;
const WAITS = 200;
/** Leaves of one insert, as that many runs would end in a moment. */
const QUEUED_AT_ONCE = 4_000;

/** Leaves queued in batches and sequenced, on the database that the product brings, flushed to disk as in production. */
export async function measureLogAppend(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-bench-log-'));
  chmodSync(folder, 0o755);
  const postgres = new EmbeddedPostgres(join(folder, 'postgres'));
  try {
    const database = await Database.open(await postgres.start());
    const key = SigningKey.load(join(folder, 'keys'));
    const witnesses = new WitnessFeed(database, { witnessing: noWitnesses }, { warn: () => undefined });
    const log = new TransparencyLog(database, key, { logOrigin: 'log.example/bench' }, witnesses);
    const entries = Array.from({ length: LEAVES }, (_, index) => ({
      subject: `run-${index}`,
      entry: Buffer.from(leafEntry(digestOf(utf8(`leaf ${index}`)))),
    }));
    const startMs = performance.now();
    for (let from = 0; from < LEAVES; from += QUEUED_AT_ONCE) {
      await database.queries.insert(logQueue).values(entries.slice(from, from + QUEUED_AT_ONCE));
      await log.sequence();
    }
    const seconds = (performance.now() - startMs) / 1000;
    const waits: number[] = [];
    for (let index = 0; index < WAITS; index += 1) {
      const entry = leafEntry(digestOf(utf8(`waited ${index}`)));
      const waitedMs = performance.now();
      await log.append(`waited-${index}`, entry);
      waits.push(performance.now() - waitedMs);
    }
    await database.close();
    return [
      {
        name: 'log append, batched',
        value: LEAVES / seconds,
        unit: '1/s',
        atLeast: 2000,
        samples: LEAVES,
        note: `leaves queued and sequenced, batches of ${QUEUED_AT_ONCE}`,
      },
      {
        name: 'log append, one run alone, p95',
        value: quantile(waits, 0.95),
        unit: 'ms',
        target: 300,
        samples: WAITS,
        note: `queued, sequenced and proved in a tree of ${LEAVES} leaves`,
      },
    ];
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
