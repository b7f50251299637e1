import { performance } from 'node:perf_hooks';
import { CanonicalError, type Digest } from '#canonical';
import { LedgerError } from '#ledger';
import {
  type FheCalls,
  type OpenTask,
  type TaskBlobs,
  TaskError,
  type TaskOutcome,
  type TaskRuntime,
} from '#worker';
import { asTaskError, refusal } from '../shared/ledger-error.js';
import { Turns } from '../shared/turns.js';
import { authorizeBatch } from './batch.js';
import { ByteCache } from './byte-cache.js';
import { disclose } from './disclose.js';
import { foundLedger } from './found.js';
import { LedgerVault } from './ledger-vault.js';
import { orderLedgerKey } from './order-key.js';
import { type EnclaveParts, LedgersInMemory } from './parts.js';
import { RateLimit } from './rate-limit.js';
import { recoverLedger } from './recover.js';
import { rotateLedger } from './rotate.js';
import { confirm, submitClaimReserve, submitHeld, submitReserve } from './settle.js';
import { SpendVerifier } from './spend-verifier.js';
import {
  confirmUsageCommit,
  confirmUsageReserve,
  submitRelease,
  submitUsageCommit,
  submitUsageReserve,
} from './usage-settlement.js';

/** Some 250 ciphertexts. */
const cacheBytesMax = 64 * 1024 * 1024;
const ledgersInMemoryMax = 32;
const questionsMax = 60;
const questionsWindowMs = 3_600_000;

export interface PageLedgerRuntimeOptions {
  /** Started with `keyed: true` and the parameters `ledger-pages`. */
  readonly fhe: FheCalls;
  /** 32 bytes. Another key leaves every ledger of this enclave unreadable. */
  readonly sealingKey: Uint8Array;
  /** Path of the sealed files; names derived from each ledger are appended. */
  readonly stateFile: string;
  readonly random: (count: number) => Uint8Array;
  readonly now: () => number;
}

/**
 * The key enclave of ledgers of pages, as runtimes of a TEE worker.
 *
 * Trusted for confidentiality of balances and for the check that a payer has what is moved. Not needed for the sums:
 * whoever holds the pages replays them.
 */
export function pageLedgerRuntimes(options: PageLedgerRuntimeOptions): TaskRuntime[] {
  const { fhe, random, now } = options;
  const parts: EnclaveParts = {
    fhe,
    random,
    now,
    vault: new LedgerVault(options),
    pages: new ByteCache(cacheBytesMax),
    states: new LedgersInMemory(ledgersInMemoryMax),
    spends: new SpendVerifier(),
    askers: new RateLimit(questionsMax, questionsWindowMs),
  };
  const turns = new Turns();
  const runtime = (
    operation: string,
    run: (task: OpenTask, parts: EnclaveParts) => Promise<TaskOutcome>,
  ): TaskRuntime => ({
    operation,
    kind: 'tee.cpu',
    // One task of a ledger at a time: each continues the state that the one before left.
    run: (task, signal) =>
      turns.take(`${task.tenant}|${String(task.parameters['ledger'])}`, async () => {
        // A change that is signed is carried through: the only place to stop is before the work begins.
        if (signal.aborted) throw refusal('TASK_ABORTED', 'the task was revoked before it began', true);
        const startedMs = performance.now();
        try {
          const made = new MadeBlobs(task.blobs);
          const outcome = made.named(await run({ ...task, blobs: made }, parts));
          const authorizeMs = Math.round(performance.now() - startedMs);
          return { ...outcome, metrics: { ...outcome.metrics, authorizeMs } };
        } catch (error) {
          throw taskError(error);
        }
      }),
  });
  return [
    runtime('ledger.found.authorize', foundLedger),
    runtime('ledger.batch.authorize', authorizeBatch),
    runtime('ledger.rotate.authorize', rotateLedger),
    runtime('ledger.key.authorize', orderLedgerKey),
    runtime('ledger.recover', recoverLedger),
    runtime('ledger.disclose', disclose),
    runtime('pages.reserve.submit', submitReserve),
    runtime('pages.reserve.confirm', confirm('reserve', 'reserved')),
    runtime('pages.reserve-claim.submit', submitClaimReserve),
    runtime('pages.reserve-usage.submit', submitUsageReserve),
    runtime('pages.reserve-usage.confirm', confirmUsageReserve),
    runtime('pages.commit-usage.submit', submitUsageCommit),
    runtime('pages.commit-usage.confirm', confirmUsageCommit),
    runtime('pages.commit.submit', submitHeld('commit')),
    runtime('pages.commit.confirm', confirm('commit', 'committed')),
    runtime('pages.release.submit', submitRelease),
    runtime('pages.release.confirm', confirm('release', 'released')),
  ];
}

/**
 * Blobs that a task makes. The step names each, the parts of a snapshot among them: what no step names is nobody's, and
 * the orchestrator keeps it for a day.
 */
class MadeBlobs implements TaskBlobs {
  readonly #made = new Set<Digest>();

  constructor(private readonly blobs: TaskBlobs) {}

  get(digest: Digest): Promise<Uint8Array> {
    return this.blobs.get(digest);
  }

  async put(bytes: Uint8Array): Promise<Digest> {
    const digest = await this.blobs.put(bytes);
    this.#made.add(digest);
    return digest;
  }

  named(outcome: TaskOutcome): TaskOutcome {
    return { ...outcome, evidence: { ...outcome.evidence, made: [...this.#made].sort() } };
  }
}

/** Errors of the layers below as the agent understands them: their messages name places and sizes, never values. */
function taskError(error: unknown): unknown {
  if (error instanceof LedgerError || error instanceof CanonicalError) {
    return new TaskError(error.code, error.message);
  }
  return asTaskError(error);
}
