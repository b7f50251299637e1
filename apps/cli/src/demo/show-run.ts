import type { EdgePayload, JsonObject } from '#canonical';
import type { Step__Output } from '#contracts';
import { euros, seconds, shownPath } from '../output/format.js';
import type { Report } from '../output/report.js';
import type { Application } from './application.js';
import type { FinishedRun, StepListener } from './credit-run.js';

const LABELS: Readonly<Record<string, string>> = {
  STEP_STATE_DISPATCHED: 'started',
  STEP_STATE_AWAITING_APPROVAL: 'waits for a person',
  STEP_STATE_SUCCEEDED: 'done',
  STEP_STATE_FAILED: 'failed',
  STEP_STATE_WAITING: 'attempt failed',
};

/** Prints each step of a run as it happens. Skipped steps are not news. */
export function liveProgress(report: Report): StepListener {
  const startMs = performance.now();
  return (step) => {
    const label = LABELS[step.state];
    if (label === undefined) return;
    const who = step.worker === '' ? '' : `  ${step.worker}`;
    const reason = step.reason === '' ? '' : `  ${step.reason}`;
    const at = seconds(performance.now() - startMs).padStart(7);
    report.line(`  ${at}  ${step.id.padEnd(18)} ${label.padEnd(18)}${who}${reason}${factText(step)}`);
  };
}

function factText(step: Step__Output): string {
  if (step.state !== 'STEP_STATE_SUCCEEDED') return '';
  const facts = JSON.parse(step.publicJson || '{}') as JsonObject;
  const shown = facts['decision'] ?? facts['outcome'];
  return typeof shown === 'string' ? `  -> ${shown}` : '';
}

/** What a run came to: as its client, who holds the keys, can read it. */
export interface RunOutcome {
  readonly decision: string | null;
  readonly score: number | null;
  readonly limitCents: bigint | null;
  readonly transferredCents: bigint | null;
  readonly consistent: boolean | null;
}

export function outcomeOf(run: FinishedRun): RunOutcome {
  const limit = objectOf(run.outputs['limit']);
  const settlement = objectOf(run.outputs['settlement']);
  const findings = objectOf(run.outputs['findings']);
  const decision = run.facts['score']?.['decision'];
  return {
    decision: typeof decision === 'string' ? decision : null,
    score: typeof limit?.['score'] === 'number' ? limit['score'] : null,
    limitCents: amount(limit?.['limitCents']),
    transferredCents: amount(settlement?.['transferredCents']),
    consistent: findings === null ? null : findings['consistent'] === 1,
  };
}

export function showRun(report: Report, application: Application, run: FinishedRun): void {
  const { decision, score, limitCents, transferredCents } = outcomeOf(run);
  const limit = limitCents === null ? 'none' : euros(limitCents);
  const moved = transferredCents === null ? 'nothing moved' : `${euros(transferredCents)} settled`;
  const reason = run.reason === '' ? '' : ` (${run.reason})`;
  report.line(`  ${run.state}${reason} after ${seconds(run.totalMs)}`);
  report.line(
    `  the applicant opens: decision ${decision ?? 'none'}, score ${score ?? 'none'}, limit ${limit}; asked for ${euros(application.requestedCents)}, ${moved}`,
  );
  const times = run.steps.map(({ id, ms }) => `${id} ${Math.round(ms)}`).join(' · ');
  report.line(`  ms by step: ${times}`);
  const simulated = run.verdict.simulated ? ' [SIMULATED hardware]' : '';
  report.line(`  bundle ${run.verdict.outcome.toUpperCase()}${simulated}  ${shownPath(run.bundlePath)}`);
}

function objectOf(payload: EdgePayload | undefined): JsonObject | null {
  const value = payload?.value;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

function amount(value: unknown): bigint | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === 'string' && /^[0-9]+$/.test(value) ? BigInt(value) : null;
}
