import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EdgePayload, Json, JsonObject } from '#canonical';
import {
  type PlannedWorkflow,
  type PreparedRun,
  type RunHandle,
  type SealflowClient,
  signDecision,
} from '#client';
import type { Run__Output, Step__Output } from '#contracts';
import type { BundleVerdict } from '#evidence';
import { builtinText } from '#workflow';

/** A run that ended, its verdict, and what its client opened. */
export interface FinishedRun {
  readonly prepared: PreparedRun;
  readonly runId: string;
  readonly state: string;
  readonly reason: string;
  readonly totalMs: number;
  readonly steps: readonly {
    readonly id: string;
    readonly state: string;
    readonly worker: string;
    readonly ms: number;
  }[];
  readonly facts: Readonly<Record<string, JsonObject>>;
  readonly verdict: BundleVerdict;
  readonly bundlePath: string;
  readonly outputs: Readonly<Record<string, EdgePayload>>;
}

export type StepListener = (step: Step__Output) => void;

const RUN_DEADLINE_MS = 600_000;

/** Creates a prepared run, follows it to its end, verifies its bundle and keeps it. */
export async function followRun(
  client: SealflowClient,
  prepared: PreparedRun,
  options: {
    readonly bundles: string;
    readonly onStep?: StepListener;
    /** Called when a human step waits. */
    readonly onApproval?: (run: RunHandle, step: Step__Output) => Promise<void>;
    readonly open?: readonly string[];
  },
): Promise<FinishedRun> {
  const startMs = performance.now();
  const handle = await client.create(prepared);
  const approvals: Promise<void>[] = [];
  const run = await handle.wait((event) => {
    const { step } = event;
    if (!step) return;
    options.onStep?.(step);
    if (step.state === 'STEP_STATE_AWAITING_APPROVAL' && options.onApproval !== undefined) {
      approvals.push(options.onApproval(handle, step));
    }
  });
  const totalMs = performance.now() - startMs;
  await Promise.all(approvals);
  const bundle = await handle.bundle();
  const verdict = await handle.verify();
  const bundlePath = join(options.bundles, `${prepared.runId}.evidence.json`);
  writeFileSync(bundlePath, bundle, { mode: 0o600 });
  const outputs: Record<string, EdgePayload> = {};
  const available = run.outputs.map(({ name }) => name);
  for (const name of options.open ?? []) {
    if (available.includes(name)) outputs[name] = await handle.open(name);
  }
  return {
    prepared,
    runId: prepared.runId,
    state: run.state.replace('RUN_STATE_', ''),
    reason: run.reason,
    totalMs,
    steps: run.steps.filter((step) => step.state !== 'STEP_STATE_SKIPPED').map(stepSummary),
    facts: factsOf(run),
    verdict,
    bundlePath,
    outputs,
  };
}

function stepSummary(step: Step__Output): FinishedRun['steps'][number] {
  const ms = (time: Step__Output['startTime']): number =>
    time === null ? 0 : Number(time.seconds) * 1000 + time.nanos / 1e6;
  return {
    id: step.id,
    state: step.state.replace('STEP_STATE_', ''),
    worker: step.worker,
    ms: Math.max(0, ms(step.endTime) - ms(step.startTime)),
  };
}

function factsOf(run: Run__Output): Record<string, JsonObject> {
  return Object.fromEntries(
    run.steps.map((step) => [step.id, JSON.parse(step.publicJson || '{}') as JsonObject]),
  );
}

/** Plans one of the workflows that come with the product. */
export function planBuiltin(
  client: SealflowClient,
  name: 'credit' | 'ledger-open',
  parameters: Readonly<Record<string, JsonObject>>,
): Promise<PlannedWorkflow> {
  return client.plan({ definition: builtinText(name), parameters });
}

export function prepareRun(
  client: SealflowClient,
  planned: PlannedWorkflow,
  values: Readonly<Record<string, Json>>,
): Promise<PreparedRun> {
  return client.prepare(planned, values, { deadlineMs: RUN_DEADLINE_MS, requestId: randomUUID() });
}

/** The reviewer of the demo says yes, with a signature of their own. */
export function approveAs(
  client: SealflowClient,
  prepared: PreparedRun,
  reviewer: { readonly name: string; readonly seed: Uint8Array },
  decision: 'approve' | 'decline',
): (run: RunHandle, step: Step__Output) => Promise<void> {
  return async (run, step) => {
    const seen = await proposedDecision(run, prepared);
    const statement = signDecision(
      {
        runId: prepared.runId,
        step: step.id,
        planned: prepared.planned,
        policyDigest: client.policyDigest,
        decision,
        reason: 'stable income, short term',
        reviewer: reviewer.name,
        seen,
        startedMs: client.options.now(),
        nowMs: client.options.now(),
      },
      reviewer.seed,
      (bytes) => new Uint8Array(randomBytes(bytes)),
    );
    await run.approve(step.id, statement);
  };
}

/** Commitment of the disclosable decision that waits for the reviewer. */
async function proposedDecision(run: RunHandle, prepared: PreparedRun): Promise<string> {
  const review = prepared.planned.plan.tasks.find(({ kind }) => kind === 'human');
  const edge = review?.inputs[0]?.edge;
  const output = (await run.get()).outputs.find((candidate) => candidate.edge === edge);
  if (output === undefined) throw new Error(`run ${prepared.runId} has no decision to review`);
  return output.commitment;
}
