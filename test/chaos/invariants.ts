import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { filesBelow, TextSearch } from '../e2e/search.js';
import { auditLog } from '../support/audit-log.js';
import type { CreditStory } from '../support/credit-story.js';
import { until } from '../support/until.js';
import type { Accepted, Applications } from './applications.js';
import type { ChaosStack } from './chaos-stack.js';
import { patiently } from './patient.js';
import type { Tally } from './tally.js';

const PATIENCE = { withinMs: 30_000 };
/** Bundles that are fetched and judged at a time. */
const AT_ONCE = 2;
const PART_BYTES = 4 * 2 ** 20;

/** What the bundle of a run says that ended so. */
const statusOf: Readonly<Record<string, readonly string[]>> = {
  RUN_STATE_SUCCEEDED: ['completed'],
  RUN_STATE_REJECTED: ['rejected'],
  RUN_STATE_FAILED: ['failed'],
  RUN_STATE_CANCELLED: ['cancelled'],
  // A step that was at a worker when the time was over failed; one that was not begun was cancelled.
  RUN_STATE_EXPIRED: ['cancelled', 'failed'],
};

/** What holds after every round, whatever was broken in it. */
export class Invariants {
  /** When files were searched last, and how far logs were read. */
  readonly #searched = new Map<string, number>();
  readonly #read = new Map<string, number>();
  #leaves: readonly string[] = [];

  constructor(
    private readonly stack: ChaosStack,
    private readonly tally: Tally,
  ) {}

  /** @returns what the runs paid out */
  async ofRuns(runs: readonly Accepted[], story: CreditStory): Promise<bigint> {
    let paid = 0n;
    const waiting = [...runs];
    const judging = Array.from({ length: AT_ONCE }, async () => {
      for (let run = waiting.pop(); run !== undefined; run = waiting.pop()) {
        const cents = await this.#ofRun(story, run);
        paid += cents;
      }
    });
    await Promise.all(judging);
    return paid;
  }

  /** @returns what it paid out */
  async #ofRun(story: CreditStory, run: Accepted): Promise<bigint> {
    const { tally } = this;
    const { runId } = run.prepared;
    const ended = await run.ended;
    tally.check('every accepted run ends', ended !== null, runId);
    if (ended === null) return 0n;
    const state = ended.state.replace('RUN_STATE_', '');
    tally.add('runs', state.toLowerCase());
    if (['FAILED', 'CANCELLED', 'EXPIRED'].includes(state)) tally.add('ends', ended.reason || 'no reason');
    const events = await this.stack.query<{ state: string | null }>(
      `select case when task_id is null then body->>'state' end as state
         from sealflow.run_events where run_id = $1`,
      [runId],
    );
    const ends = events.flatMap((event) =>
      event.state !== null && `RUN_STATE_${event.state}` in statusOf ? [event.state] : [],
    );
    tally.check(
      'a run has one end',
      ends.length === 1 && ends[0] === state,
      () => `${runId} ${ends} ${state}`,
    );
    tally.check('a watcher saw every event once', run.seen.events === events.length, runId);
    const again = await patiently(() => run.handle.get(), PATIENCE);
    tally.check('an end stays', again.state === ended.state, `${runId} ${ended.state} ${again.state}`);
    const verdict = await patiently(() => run.handle.verify(), PATIENCE);
    tally.check(
      'every finished bundle verifies and says how the run ended',
      verdict.outcome === 'verified' && statusOf[ended.state]?.includes(verdict.run?.status ?? '') === true,
      () =>
        `${runId} ${verdict.outcome} ${verdict.reason} ${verdict.run?.status} ${JSON.stringify(
          verdict.stages.flatMap(({ checks }) => checks).filter(({ result }) => result === 'fail'),
        )}`,
    );
    const leases = await this.stack.query<{ state: string; attempt: number }>(
      'select state, attempt from sealflow.leases where run_id = $1',
      [runId],
    );
    const left = leases.filter((lease) => lease.state === 'queued' || lease.state === 'sent').length;
    tally.check('a run that ended left nothing at a worker', left === 0, `${runId} ${left} leases`);
    tally.add('retries', 'step', leases.filter(({ attempt }) => attempt > 1).length);
    const entries = (await story.entries()).filter(({ run_id }) => run_id === runId);
    const moved = entries.map(({ operation }) => operation.replace('ledger.', '')).join(' ');
    const paid = state === 'SUCCEEDED';
    tally.check(
      'money moves once and wholly, or not at all',
      paid ? moved === 'reserve commit' : moved === '' || moved === 'reserve release',
      `${runId} ${state}: ${moved}`,
    );
    if (!paid) return 0n;
    const { value } = await patiently(() => run.handle.open('settlement'), PATIENCE);
    const { transferredCents } = value as { transferredCents: string };
    tally.check(
      'its client opens what was paid',
      BigInt(transferredCents) === run.requestedCents,
      `${runId} ${transferredCents}`,
    );
    return BigInt(transferredCents);
  }

  async ofLedger({ story }: Applications): Promise<void> {
    const versions = (await story.entries()).map(({ version }) => version);
    const head = await story.head();
    this.tally.check(
      'a ledger is its entries',
      versions.every((version, index) => version === index + 1) &&
        head.version === versions.length &&
        head.claimed_by === null,
      () => `${versions} ${JSON.stringify(head)}`,
    );
  }

  /** No leaf lost or doubled, and nothing that was there before is elsewhere now. */
  async ofLog(books: readonly Applications[]): Promise<void> {
    await until('every leaf has its place', async () => {
      const [row] = await this.stack.query<{ count: string }>('select count(*) from sealflow.log_queue');
      return row?.count === '0';
    });
    const { subjects, problems } = await auditLog(this.stack);
    this.tally.check('the log is whole', problems.length === 0, problems.join('; '));
    const kept = this.#leaves.every((subject, index) => subjects[index] === subject);
    this.tally.check(
      'the log keeps its leaves',
      kept,
      `${this.#leaves.length} before, ${subjects.length} now`,
    );
    this.#leaves = subjects;
    for (const { prepared, ended } of books.flatMap(({ accepted }) => accepted)) {
      if ((await ended) === null) continue;
      const leaves = subjects.filter((subject) => subject === prepared.runId).length;
      this.tally.check('a run has one leaf', leaves === 1, `${prepared.runId} has ${leaves}`);
    }
  }

  /** Nothing of anybody in files of the database or in logs, in any spelling. */
  async ofSecrets(books: readonly Applications[]): Promise<void> {
    const search = new TextSearch(
      books.flatMap(({ story, accepted }) => story.canariesOf(accepted.map(({ prepared }) => prepared))),
    );
    const files = [...filesBelow(this.stack.databaseFolder), ...filesBelow(this.stack.logs)];
    const found: string[] = [];
    for (const file of files) {
      const written = writtenMs(file);
      if (written === null || (this.#searched.get(file) ?? 0) > written) continue;
      this.#searched.set(file, Date.now() - 1_000);
      const bytes = contentOf(file);
      // The wires to the stack run in this process: long looks would be a fault of their own.
      for (let at = 0; at < bytes.length; at += PART_BYTES) {
        found.push(
          ...search.in(bytes.subarray(at, at + PART_BYTES + 512)).map((label) => `${file}: ${label}`),
        );
        await sleep(0);
      }
      this.tally.add('canaries', 'MiB searched', Math.round(bytes.length / 2 ** 20));
    }
    this.tally.check('no canary lies anywhere in the clear', found.length === 0, found.join('; '));
  }

  /** Whatever a service wrote since the last look is a line of its log; what Node says when it dies is not. */
  ofServices(): void {
    for (const file of filesBelow(this.stack.logs)) {
      const text = readFileSync(file, 'utf8');
      const lines = text.slice(this.#read.get(file) ?? 0).split('\n');
      this.#read.set(file, text.length);
      const service = file.split('/').at(-1) ?? file;
      const crashed = lines.filter((line) => crash.test(line));
      this.tally.check(
        'no service dies of itself',
        crashed.length === 0,
        `${service} ${crashed.slice(0, 3).join(' | ')}`,
      );
      for (const line of lines) {
        const message = /"level":(?:50|"error").*?"msg":"([^"]*)"/.exec(line)?.[1];
        if (message !== undefined) this.tally.add('errors logged', message.slice(0, 60));
      }
    }
  }
}

/**
 * What Node and V8 print about an exception that nobody took, a rejection that nobody handled, a heap that is full. They
 * print no JSON; a logged error may name the same files in its frames.
 */
const crash =
  /unhandled|uncaught|FATAL ERROR|Segmentation fault|MaxListenersExceeded|^(?!\{).*(?:node:internal|^Node\.js v\d)/i;

function writtenMs(file: string): number | null {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return null;
  }
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
