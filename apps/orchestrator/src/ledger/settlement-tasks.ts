import { Injectable } from '@nestjs/common';
import { type JsonObject, parseDigest } from '#canonical';
import type { PlanTask } from '#workflow';
import { BlobStore } from '../blobs/blob-store.js';
import type { Transaction } from '../database/database.js';
import type { TaskOutputRow } from '../database/schema.js';
import type { RunRow, TaskRow } from '../runs/run-store.js';
import { BatchStore } from './batch-store.js';
import { IntentQueue } from './intent-queue.js';
import { PageLedgerStore } from './page-ledger-store.js';

/** Tasks of a run that settles on a ledger of pages, which stays free for batches meanwhile. */
export function isSettlementTask({ operation }: Pick<PlanTask, 'operation'>): boolean {
  return operation.startsWith('pages.');
}

const isSubmit = ({ operation }: PlanTask): boolean => operation.endsWith('.submit');
const isConfirm = ({ operation }: PlanTask): boolean => operation.endsWith('.confirm');

/**
 * What a run submits goes into the queue in the transaction that records the task, so it is there once whatever is
 * killed when; and the next task of the step waits for the batch that carries it.
 */
@Injectable()
export class SettlementTasks {
  constructor(
    private readonly ledgers: PageLedgerStore,
    private readonly batches: BatchStore,
    private readonly queue: IntentQueue,
    private readonly blobs: BlobStore,
  ) {}

  /**
   * Where the ledger stands, and for the task that confirms the batch that carried the envelope; null until there is one.
   *
   * @param tasks of the run, whose outputs the task gets
   */
  async state(
    { tenant }: RunRow,
    task: PlanTask,
    ledger: string,
    tasks: () => Promise<readonly TaskRow[]>,
  ): Promise<JsonObject | null> {
    const batch = isConfirm(task) ? await this.#carried(tenant, ledger, task, await tasks()) : {};
    if (batch === null) return null;
    // After the batch: the head that is shown is not behind it.
    const row = await this.ledgers.find(tenant, ledger);
    const head = { version: row?.version ?? 0, receipt: row?.receipt ?? null };
    return { kind: 'settlement', ledger, head, ...batch };
  }

  /** @returns what puts the envelope into the queue; null where the task submits none */
  submission(
    { tenant }: RunRow,
    task: PlanTask,
    ledger: string,
    outputs: readonly TaskOutputRow[],
  ): ((transaction: Transaction) => Promise<void>) | null {
    if (!isSubmit(task)) return null;
    const blob = outputs.find(({ port }) => port === 'envelope')?.blob;
    if (blob === undefined) throw new Error(`task ${task.id}: a submission without its envelope`);
    return async (transaction) => {
      const sealed = Buffer.from(await this.blobs.get(blob));
      const envelopes = [{ digest: parseDigest(blob), sealed, intents: 1 }];
      await this.queue.put(transaction, { tenant, ledger, envelopes });
    };
  }

  async #carried(
    tenant: string,
    ledger: string,
    task: PlanTask,
    tasks: readonly TaskRow[],
  ): Promise<JsonObject | null> {
    const outputs = tasks.find(({ taskId }) => taskId === task.completes)?.outputs ?? [];
    const envelope = outputs.find(({ port }) => port === 'envelope')?.blob;
    if (envelope === undefined) throw new Error(`task ${task.id}: nothing was submitted`);
    const [row] = await this.queue.find(tenant, ledger, [envelope]);
    if (row?.state === 'refused') return { refused: row.reason };
    if (row?.state !== 'done' || row.batch === null) return null;
    const { version, position } = row;
    const receipt = (await this.batches.find(row.batch))?.receipt ?? null;
    return { batch: { version, receipt, position } };
  }
}
