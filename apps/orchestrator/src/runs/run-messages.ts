import type {
  ProofState,
  Run,
  RunState,
  SealedOutput,
  SettlementState,
  Step,
  StepAttempt,
  StepState,
} from '#contracts';
import type { Plan } from '#workflow';
import { runName } from './resource-names.js';
import { runEtag } from './run-etag.js';
import { type TaskFacts, taskEventBody } from './run-events.js';
import type { ShownAttempt, ShownRun, ShownTask } from './run-snapshots.js';
import { timestamp } from './timestamp.js';

/** The API's view of a run: states, times, digests and disclosable facts. */
export function runMessage(run: ShownRun, tasks: readonly ShownTask[], plan: Plan): Run {
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
    previousRun: run.previousRun === null ? '' : runName(run.tenant, run.previousRun),
    workflow: plan.definition.name,
    etag: runEtag(run, tasks),
    workflowRevision: run.workflowRevision ?? '',
  };
}

/** Adds every time that steps of the run were given out. */
export function withAttempts(run: Run, attempts: readonly ShownAttempt[]): Run {
  const steps = (run.steps ?? []).map((step) => ({
    ...step,
    attempts: attempts.filter(({ taskId }) => taskId === step.id).map(attemptMessage),
  }));
  return { ...run, steps };
}

function attemptMessage(lease: ShownAttempt): StepAttempt {
  return {
    attempt: lease.attempt,
    fence: lease.fence.toString(),
    worker: lease.worker ?? '',
    reason: lease.reason ?? '',
    errorClass: lease.errorClass ?? '',
    startTime: timestamp(lease.sentAt),
    endTime: timestamp(lease.endedAt),
  };
}

export function stepMessage(task: TaskFacts): Step {
  return stepOf(taskEventBody(task));
}

/** The step as it was when the event happened: from the event alone, or the chain of events would prove nothing. */
export function stepOf(body: Readonly<Record<string, unknown>>): Step {
  const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
  const time = (name: string) => timestamp(typeof body[name] === 'number' ? body[name] : null);
  const [operation, state] = [text('operation'), text('state')];
  return {
    id: text('id'),
    operation,
    state: `STEP_STATE_${state}` as StepState,
    proof: proofState(operation, state),
    settlement: settlementState(operation, state),
    attempt: Number(body['attempt']),
    worker: text('worker'),
    startTime: time('startedMs'),
    endTime: time('endedMs'),
    publicJson: JSON.stringify(body['public'] ?? {}),
    reason: text('reason'),
  };
}

function sealedOutputs(plan: Plan, tasks: ReadonlyMap<string, ShownTask>): SealedOutput[] {
  return Object.entries(plan.outputs).flatMap(([name, edge]) => {
    const output = tasks.get(edge.slice(0, edge.indexOf('/')))?.outputs?.find((entry) => entry.edge === edge);
    return output === undefined ? [] : [{ name, edge, commitment: output.commitment, blob: output.blob }];
  });
}

function proofState(operation: string, state: string): ProofState {
  if (operation !== 'scorecard.prove') return 'PROOF_STATE_NOT_REQUIRED';
  if (state === 'SUCCEEDED') return 'PROOF_STATE_VERIFIED';
  if (state === 'DISPATCHED') return 'PROOF_STATE_PROVING';
  return state === 'FAILED' ? 'PROOF_STATE_INVALID' : 'PROOF_STATE_QUEUED';
}

function settlementState(operation: string, state: string): SettlementState {
  const done = state === 'SUCCEEDED';
  if (operation === 'ledger.reserve.apply' && done) return 'SETTLEMENT_STATE_RESERVED';
  if (operation === 'ledger.commit.apply' && done) return 'SETTLEMENT_STATE_COMMITTED';
  if (operation === 'ledger.release.apply' && done) return 'SETTLEMENT_STATE_RELEASED';
  return 'SETTLEMENT_STATE_NONE';
}
