import { canonicalBytes, type Digest, digestOf, isJsonObject, type Json } from '#canonical';
import { envelopeFromJson, type LedgerReceipt, parseLedgerReceipt, statementOf } from '#evidence';
import type { PlanTask } from '#workflow';
import type { RunStore } from '../runs/run-store.js';

/** The receipt under which a ledger change is applied: the fact `receipt` of the task that authorised it. */
export async function appliedReceipt(
  runs: RunStore,
  runId: string,
  task: PlanTask,
): Promise<{ receipt: LedgerReceipt; digest: Digest }> {
  const authorized = await runs.task(runId, task.completes ?? '');
  const value = authorized.public?.['receipt'] as Json | undefined;
  if (value === undefined || !isJsonObject(value))
    throw new Error(`task ${authorized.taskId} states no receipt`);
  const statement = statementOf(envelopeFromJson(value, 'receipt'));
  return { receipt: parseLedgerReceipt(statement.predicate), digest: digestOf(canonicalBytes(value)) };
}
