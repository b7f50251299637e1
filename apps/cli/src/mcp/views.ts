/** What an agent is told: enough to decide by, bounded, and nothing that was sealed. */
import { type JsonObject, toJson } from '#canonical';
import type { PlannedWorkflow } from '#client';
import { ApiError, type Run__Output } from '#contracts';
import { type BundleVerdict, headlineOf } from '#evidence';
import type { SubmittedRun } from '../submit/submit-run.js';

const CHECKS_MAX = 32;
const STEPS_MAX = 64;
const STATED_CHARS_MAX = 4_000;

export function planView({ plan, digest }: PlannedWorkflow): JsonObject {
  const { definition, routes, estimate, measured } = plan;
  return toJson({
    plan: digest,
    workflow: { name: definition.name, version: definition.version, digest: plan.definitionDigest },
    inputs: Object.fromEntries(
      Object.entries(definition.inputs).map(([name, input]) => [name, { ...input }]),
    ),
    steps: routes.slice(0, STEPS_MAX).map((route) => ({
      step: route.step,
      operation: route.operation,
      route: route.chosen,
      integrity: route.integrity,
      confidentiality: route.confidentiality,
      reason: route.reason,
      rejected: route.rejected.map(({ protection, code, reason }) => ({ protection, code, reason })),
    })),
    stepsLeftOut: Math.max(0, routes.length - STEPS_MAX),
    estimate: { ...estimate, isMeasured: measured !== undefined },
  }) as JsonObject;
}

export function runView(run: Run__Output | null): JsonObject {
  if (run === null) throw new ApiError('NOT_FOUND', 'no such run');
  return {
    run: run.name,
    state: run.state.replace('RUN_STATE_', ''),
    reason: run.reason,
    workflow: run.workflow,
    plan: run.plan,
    bundle: run.bundle,
    steps: run.steps.slice(0, STEPS_MAX).map(({ id, operation, state, worker, reason, attempt }) => ({
      ...{ id, operation, worker, reason, attempt },
      state: state.replace('STEP_STATE_', ''),
    })),
    stepsLeftOut: Math.max(0, run.steps.length - STEPS_MAX),
  };
}

export function submittedView({
  run,
  state,
  reason,
  totalMs,
  verdict,
  bundle,
  outputs,
}: SubmittedRun): JsonObject {
  return {
    run,
    state,
    reason,
    totalMs: Math.round(totalMs),
    ...verdictView(verdict),
    bundle,
    outputs: outputs.map(({ name, path, isSealed, value }) => {
      const isShown = !isSealed && JSON.stringify(value).length <= STATED_CHARS_MAX;
      return { name, file: path, sealed: isSealed, ...(isShown ? { stated: value } : {}) };
    }),
  };
}

export function verdictView(verdict: BundleVerdict): JsonObject {
  const { outcome, exitCode, reason, simulated, notProven, notChecked, steps, withheld, stages } = verdict;
  const failed = stages.flatMap(({ checks }) =>
    checks.filter(({ result }) => result === 'fail' || result === 'error'),
  );
  return toJson({
    evidence: `${headlineOf(verdict)}${simulated ? ' [SIMULATED hardware or keys: it protects nothing]' : ''}`,
    outcome,
    exitCode,
    decidedBy: reason,
    simulated,
    levels: steps.slice(0, STEPS_MAX).map((step) => ({
      step: step.stepId,
      integrity: step.integrity,
      confidentiality: step.confidentiality,
    })),
    failedChecks: failed
      .slice(0, CHECKS_MAX)
      .map(({ id, title, reason: why }) => ({ id, title, reason: why })),
    failedLeftOut: Math.max(0, failed.length - CHECKS_MAX),
    withheld,
    notProven: [...notProven],
    notChecked: [...notChecked],
  }) as JsonObject;
}
