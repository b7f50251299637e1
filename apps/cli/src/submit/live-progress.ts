import type { JsonObject } from '#canonical';
import type { Step__Output } from '#contracts';
import { seconds } from '../output/format.js';
import type { Report } from '../output/report.js';

const LABELS: Readonly<Record<string, string>> = {
  STEP_STATE_DISPATCHED: 'started',
  STEP_STATE_AWAITING_APPROVAL: 'waits for a person',
  STEP_STATE_SUCCEEDED: 'done',
  STEP_STATE_FAILED: 'failed',
  STEP_STATE_WAITING: 'attempt failed',
};

/** Prints each step of a run as it happens. Skipped steps are not news. */
export function liveProgress(report: Report): (step: Step__Output) => void {
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
