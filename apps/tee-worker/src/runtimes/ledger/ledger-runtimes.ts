import type { FheProcess, OpenTask, TaskOutcome, TaskRuntime } from '#worker';
import { asTaskError, refusal } from '../shared/ledger-error.js';
import { Turns } from '../shared/turns.js';
import { LedgerEnclave } from './ledger-enclave.js';
import { LedgerStore } from './ledger-store.js';

export interface LedgerRuntimeOptions {
  /** Started with `keyed: true`. */
  readonly fhe: FheProcess;
  /** 32 bytes. Another key leaves every ledger of this enclave unreadable. */
  readonly sealingKey: Uint8Array;
  /** Path of the sealed files; each ledger's name is appended. */
  readonly stateFile: string;
  readonly random: (count: number) => Uint8Array;
  readonly now: () => number;
}

/** The key enclave as runtimes of a TEE worker: one for each ledger operation that needs balances or a key. */
export function ledgerRuntimes(options: LedgerRuntimeOptions): TaskRuntime[] {
  const enclave = new LedgerEnclave({ ...options, store: new LedgerStore(options) });
  const turns = new Turns();
  const runtime = (
    name: string,
    run: (task: OpenTask) => Promise<TaskOutcome>,
    keeps: readonly string[] = [],
  ): TaskRuntime => ({
    operation: `ledger.${name}.authorize`,
    kind: 'tee.cpu',
    keeps,
    // One task at a time: each reads a sealed record, and some replace it.
    run: (task, signal) => turns.take('ledgers', () => measured(run, task, signal, options)),
  });
  return [
    runtime('open', (task) => enclave.open(task)),
    runtime('reserve', (task) => enclave.reserve(task)),
    runtime('commit', (task) => enclave.commit(task), ['reservation']),
    runtime('release', (task) => enclave.release(task), ['reservation']),
  ];
}

async function measured(
  run: (task: OpenTask) => Promise<TaskOutcome>,
  task: OpenTask,
  signal: AbortSignal,
  { now, fhe }: LedgerRuntimeOptions,
): Promise<TaskOutcome> {
  // A change that is signed is carried through: the only place to stop is before the work begins.
  if (signal.aborted) throw refusal('TASK_ABORTED', 'the task was revoked before it began', true);
  const startedMs = now();
  try {
    const outcome = await run(task);
    const engineRssBytes = fhe.stats().rssBytes;
    return {
      ...outcome,
      metrics: { authorizeMs: Math.max(0, Math.round(now() - startedMs)), engineRssBytes },
    };
  } catch (error) {
    throw asTaskError(error);
  }
}
