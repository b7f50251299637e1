import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SealedIntents, SealflowClient } from '#client';
import type { Installation } from '../../apps/cli/src/installation/installation.js';
import { type RunningStack, startStack } from '../../apps/cli/src/stack/stack.js';
import { everyTenantRole, tenantKey } from '../../apps/cli/src/stack/tenant-key.js';
import { PageLedgerStory, told } from '../support/page-ledger-story.js';
import { type Figure, quantile } from './figures.js';
import { databaseMs, processorMs } from './processor-time.js';

const ACCOUNTS = 4_096;
const OPENING = 1_000_000n;
/** Transfers of one submitter that travel together. */
const PER_ENVELOPE = 25;
const WARM_UP = 40;
/** Transfers that come each second, whatever became of those before, and for how long. */
const RATES = [500, 1_050] as const;
/** What the project promises. */
const PROMISED = { perSecond: 1_000, p95Ms: 250 };
const SECONDS = 10;
/** Envelopes under way at a time where the ledger is asked for all that it can do. */
const AT_ONCE = 32;
const CROWD = 400;

interface Drive {
  readonly transfers: number;
  readonly seconds: number;
  readonly waitsMs: readonly number[];
  readonly clientMs: number;
  readonly servicesMs: number;
  readonly databaseMs: number;
}

/**
 * Transfers from the signed intent to the opened outcome, through gRPC, the queue, the batch's run, both of its tasks and
 * the database. All of it on this machine, the client too: its own processor time is named. Intents are signed and
 * sealed before the clock starts, as those of many payers are, on their machines.
 */
export async function measurePageLedger(installation: Installation): Promise<Figure[]> {
  const running = await startStack(installation, () => undefined);
  try {
    const client = await clientOf(running);
    const story = await PageLedgerStory.found({ client: () => client }, ACCOUNTS, OPENING);
    const load = new Load(story);
    const processes = new Processes(running, installation);
    await drive(processes, await load.envelopes(WARM_UP), (envelopes) => crowd(story, envelopes));
    const figures: Figure[] = [];
    for (const rate of RATES) {
      const count = (rate * SECONDS) / PER_ENVELOPE;
      const driven = await drive(processes, await load.envelopes(count), (envelopes) =>
        atRate(story, envelopes, rate / PER_ENVELOPE),
      );
      figures.push(...ofRate(rate, driven));
    }
    const most = await drive(processes, await load.envelopes(CROWD), (envelopes) => crowd(story, envelopes));
    figures.push(...ofCrowd(most), await batchFigure(story));
    client.close();
    return figures;
  } finally {
    await running.stop();
  }
}

async function clientOf(running: RunningStack): Promise<SealflowClient> {
  const { grpc } = running.address;
  const operator = running.installation.keys.read('operator') ?? undefined;
  return new SealflowClient({
    target: grpc,
    tenant: 'bench',
    apiKey: await tenantKey(grpc, operator, 'bench', everyTenantRole),
    trust: running.trust,
    random: (count) => new Uint8Array(randomBytes(count)),
    now: () => Date.now(),
  });
}

/** Transfers between accounts that take turns, so that no account has more under way than its window holds. */
class Load {
  #next = 0;

  constructor(private readonly story: PageLedgerStory) {}

  async envelopes(count: number): Promise<SealedIntents[]> {
    const sealed: SealedIntents[] = [];
    for (let index = 0; index < count; index += 1) {
      const intents = [];
      for (let each = 0; each < PER_ENVELOPE; each += 1, this.#next += 1) {
        intents.push(await this.story.transfer(this.#next, this.#next + 1, 1n));
      }
      sealed.push(await this.story.ledger.seal(intents));
    }
    return sealed;
  }
}

/** From the moment that an envelope was due until what became of it is open. */
async function settle(story: PageLedgerStory, sealed: SealedIntents, dueMs: number): Promise<number> {
  const envelope = await story.ledger.send(sealed);
  for await (const outcomes of story.ledger.outcomes([envelope])) {
    const wrong = outcomes.map(told).find((each) => each !== 'applied');
    if (wrong !== undefined) throw new Error(`a transfer was ${wrong}`);
  }
  return performance.now() - dueMs;
}

async function atRate(
  story: PageLedgerStory,
  envelopes: readonly SealedIntents[],
  perSecond: number,
): Promise<number[]> {
  const beganMs = performance.now();
  return Promise.all(
    envelopes.map(async (sealed, index) => {
      const dueMs = beganMs + (index * 1_000) / perSecond;
      await sleep(Math.max(0, dueMs - performance.now()));
      return settle(story, sealed, dueMs);
    }),
  );
}

async function crowd(story: PageLedgerStory, envelopes: readonly SealedIntents[]): Promise<number[]> {
  const waits: number[] = [];
  const left = [...envelopes];
  const one = async (): Promise<void> => {
    for (let sealed = left.pop(); sealed !== undefined; sealed = left.pop()) {
      waits.push(await settle(story, sealed, performance.now()));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return waits;
}

async function drive(
  processes: Processes,
  envelopes: readonly SealedIntents[],
  work: (envelopes: readonly SealedIntents[]) => Promise<number[]>,
): Promise<Drive> {
  const before = processes.times();
  const beganMs = performance.now();
  const waitsMs = await work(envelopes);
  const seconds = (performance.now() - beganMs) / 1_000;
  const after = processes.times();
  return {
    transfers: envelopes.length * PER_ENVELOPE,
    seconds,
    waitsMs,
    clientMs: after.clientMs - before.clientMs,
    servicesMs: after.servicesMs - before.servicesMs,
    databaseMs: after.databaseMs - before.databaseMs,
  };
}

class Processes {
  constructor(
    private readonly running: RunningStack,
    private readonly installation: Installation,
  ) {}

  times() {
    const file = join(this.installation.postgresHome, 'data/postmaster.pid');
    const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0]);
    const pids = this.running.processes.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    return {
      clientMs: processorMs(process.pid),
      servicesMs: pids.reduce((sum, pid) => sum + processorMs(pid), 0),
      databaseMs: databaseMs(postmaster),
    };
  }
}

function ofRate(rate: number, driven: Drive): Figure[] {
  const { transfers, seconds, waitsMs, clientMs, servicesMs, databaseMs: postgresMs } = driven;
  const each = (ms: number): string => (ms / transfers).toFixed(2);
  return [
    {
      name: `page ledger at ${rate} transfers/s, done`,
      value: transfers / seconds,
      unit: '1/s',
      ...(rate > PROMISED.perSecond ? { atLeast: PROMISED.perSecond } : {}),
      samples: transfers,
      note: `envelopes of ${PER_ENVELOPE}; client ${each(clientMs)} ms of processor time a transfer, services ${each(servicesMs)}, database ${each(postgresMs)}`,
    },
    {
      name: `page ledger at ${rate} transfers/s, p50`,
      value: quantile(waitsMs, 0.5),
      unit: 'ms',
      samples: waitsMs.length,
      note: 'from due to opened outcome',
    },
    {
      name: `page ledger at ${rate} transfers/s, p95`,
      value: quantile(waitsMs, 0.95),
      unit: 'ms',
      ...(rate > PROMISED.perSecond ? { target: PROMISED.p95Ms } : {}),
      samples: waitsMs.length,
      note: 'from due to opened outcome',
    },
  ];
}

function ofCrowd({ transfers, seconds, waitsMs }: Drive): Figure[] {
  return [
    {
      name: 'page ledger, all that it can do',
      value: transfers / seconds,
      unit: '1/s',
      samples: transfers,
      note: `${AT_ONCE} envelopes of ${PER_ENVELOPE} under way; p95 ${quantile(waitsMs, 0.95).toFixed(0)} ms`,
    },
  ];
}

async function batchFigure(story: PageLedgerStory): Promise<Figure> {
  let batches = 0;
  let envelopes = 0;
  for await (const batch of story.ledger.batches()) {
    batches += 1;
    envelopes += batch.envelopes;
  }
  return {
    name: 'page ledger, transfers a batch',
    value: (envelopes * PER_ENVELOPE) / batches,
    unit: '',
    samples: batches,
    note: 'mean of all batches, each a run with its bundle',
  };
}
