import type { Json } from '#canonical';
import type { ProofState, Run, RunState, SealedOutput, SettlementState, Step, StepState } from '#contracts';
import type { Plan } from '#workflow';
import { runName } from './resource-names.js';
import type { RunRow, TaskRow } from './run-store.js';
import { timestamp } from './timestamp.js';

/** The API's view of a run: states, times, digests and disclosable facts. */
export function runMessage(run: RunRow, tasks: readonly TaskRow[], plan: Plan): Run {
  const byId = new Map(tasks.map((task) => [task.taskId, task]));
  return {
    name: runName(run.tenant, run.runId),
    state: `RUN_STATE_${run.state}` as RunState,
    plan: run.plan,
    definition: plan.definitionDigest,
    createTime: timestamp(run.createdAt),
    endTime: timestamp(run.endedAt),
    deadline: timestamp(run.deadline),
    steps: plan.tasks.flatMap((planned) => {
      const task = byId.get(planned.id);
      return task === undefined ? [] : [stepMessage(task)];
    }),
    outputs: sealedOutputs(plan, byId),
    bundle: run.bundle ?? '',
    reason: run.reason ?? '',
  };
}

export function stepMessage(task: TaskRow): Step {
  return {
    id: task.taskId,
    operation: task.operation,
    state: `STEP_STATE_${task.state}` as StepState,
    proof: proofState(task),
    settlement: settlementState(task),
    attempt: task.attempt,
    worker: task.worker ?? '',
    startTime: timestamp(task.startedAt),
    endTime: timestamp(task.endedAt),
    publicJson: JSON.stringify(withoutReceipts(task.public ?? {})),
    reason: task.reason ?? '',
  };
}

/** Receipts are long and are in the bundle; a watcher wants the facts. */
function withoutReceipts(facts: Readonly<Record<string, unknown>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => name !== 'receipt')) as Record<
    string,
    Json
  >;
}

function sealedOutputs(plan: Plan, tasks: ReadonlyMap<string, TaskRow>): SealedOutput[] {
  return Object.entries(plan.outputs).flatMap(([name, edge]) => {
    const output = tasks.get(edge.slice(0, edge.indexOf('/')))?.outputs?.find((entry) => entry.edge === edge);
    return output === undefined ? [] : [{ name, edge, commitment: output.commitment, blob: output.blob }];
  });
}

function proofState(task: TaskRow): ProofState {
  if (task.operation !== 'scorecard.prove') return 'PROOF_STATE_NOT_REQUIRED';
  if (task.state === 'SUCCEEDED') return 'PROOF_STATE_VERIFIED';
  if (task.state === 'DISPATCHED') return 'PROOF_STATE_PROVING';
  return task.state === 'FAILED' ? 'PROOF_STATE_INVALID' : 'PROOF_STATE_QUEUED';
}

function settlementState(task: TaskRow): SettlementState {
  const done = task.state === 'SUCCEEDED';
  if (task.operation === 'ledger.reserve.apply' && done) return 'SETTLEMENT_STATE_RESERVED';
  if (task.operation === 'ledger.commit.apply' && done) return 'SETTLEMENT_STATE_COMMITTED';
  if (task.operation === 'ledger.release.apply' && done) return 'SETTLEMENT_STATE_RELEASED';
  return 'SETTLEMENT_STATE_NONE';
}
