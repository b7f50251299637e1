import type { EdgePayload, JsonObject } from '#canonical';
import { euros, seconds, shownPath } from '../output/format.js';
import type { Report } from '../output/report.js';
import type { Application } from './application.js';
import type { FinishedRun } from './credit-run.js';

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
