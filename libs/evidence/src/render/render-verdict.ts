import type { Check } from '#canonical';
import { printable } from '../field-reader.js';
import { explain, knows } from '../verify/explanations.js';
import { outcomeFor } from '../verify/reasons.js';
import { type AsOf, type BundleVerdict, isFailure, type StepVerdict } from '../verify/verdict.js';
import { headlineOf, headlines, simulatedWarning } from './headlines.js';

/*
 * A verdict for people. Rule of the wording: what failed, where, expected and got, what it means, what to do; forged,
 * incomplete, outdated and not allowed stay apart. Text from the bundle is shown without control characters.
 */

const sources = {
  caller: 'time of the caller',
  timestamp: 'time of a timestamp authority',
  witness: 'time of a witness',
  operator: "operator's own time",
} as const;

const failuresMax = 12;

/** Several lines, each ended, without colours. */
export function renderVerdict(verdict: BundleVerdict): string {
  const lines = [...head(verdict), ...assurance(verdict), ...findings(verdict), ...hindsight(verdict)];
  for (const line of verdict.notChecked) lines.push(`  not checked: ${line}`);
  for (const line of verdict.notProven) lines.push(`  not proven:  ${line}`);
  return `${lines.map(printable).join('\n')}\n`;
}

function head(verdict: BundleVerdict): string[] {
  const lines: string[] = [];
  const { run, asOf, log } = verdict;
  const mark = verdict.simulated ? ' [SIMULATED]' : '';
  if (run !== null) {
    const reason = run.reason === '' ? '' : ` (${run.reason})`;
    lines.push(`Run ${run.id} "${run.name} v${run.version}"  ${run.status}${reason} ${readable(run.end)}`);
  }
  const when = asOf === null ? '' : ` as of ${readable(asOf.time)} (${anchorsOf(verdict, asOf)})`;
  const why = verdict.reason === null ? '' : `  ${verdict.reason}`;
  lines.push(`${headlineOf(verdict)}${mark}${when}${why}`);
  if (verdict.simulated) {
    lines.push(`  SIMULATED  ${simulatedWarning}`);
  }
  if (log !== null) {
    const witnesses =
      log.witnesses.length === 0 ? 'operator-only, no witness' : `witnesses: ${log.witnesses.join(', ')}`;
    lines.push(`  log        entry ${log.index} of ${log.size} in ${log.origin} (${witnesses})`);
  }
  return lines;
}

/** Who says so: authorities and witnesses when there are any, or whose word the time is. */
function anchorsOf({ log }: BundleVerdict, { source, authorities = [], witnessesKnown = 0 }: AsOf): string {
  const seen = log?.witnesses.length ?? 0;
  if (authorities.length === 0 || source === 'caller') return sources[source];
  const count = authorities.length === 1 ? 'authority' : 'authorities';
  const stamped = `${authorities.length} timestamp ${count}: ${authorities.join(', ')}`;
  return witnessesKnown === 0 ? stamped : `${stamped}; ${seen} of ${witnessesKnown} witnesses`;
}

function assurance(verdict: BundleVerdict): string[] {
  const { run, steps, withheld, withheldParts } = verdict;
  if (run === null) return [];
  const shown = steps.filter((step) => step.withheld !== true).length;
  const hidden = withheld === 0 ? '' : `, ${withheld} withheld (existence proved)`;
  const lines = [`  steps      ${shown} of ${run.stepCount} disclosed${hidden}${skipped(run.skipped)}`];
  for (const { kind, what, where } of withheldParts) lines.push(`  withheld   ${kind} ${what}: ${where}`);
  if (steps.length === 0) return lines;
  lines.push(`  assurance  ${mix(steps)}`);
  const width = Math.max(...steps.map(({ stepId }) => stepId.length));
  for (const step of steps) {
    const name = step.stepId.padEnd(width);
    const kind = step.kind.padEnd(10);
    const mark = step.simulated && step.integrity !== 'SIMULATED' ? ' [SIMULATED hardware]' : '';
    lines.push(`    ${name}  ${kind}  ${step.integrity} · ${step.confidentiality}${claim(step)}${mark}`);
    lines.push(
      `    ${' '.repeat(width)}  ${' '.repeat(10)}  ${step.summary}; rests on: ${step.anchor}; keys: ${step.keyHolder}`,
    );
  }
  return lines;
}

function skipped(tasks: readonly string[]): string {
  return tasks.length === 0 ? '' : `; skipped by rule: ${tasks.join(', ')}`;
}

function mix(steps: readonly StepVerdict[]): string {
  const counts = new Map<string, number>();
  for (const { integrity, replayable } of steps) {
    const name = `${integrity === 'SIMULATED' ? integrity : integrity.toLowerCase()}${replayable ? ', replayable' : ''}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} ${name}`).join('; ');
}

function claim({ claimed, integrity, confidentiality }: StepVerdict): string {
  if (claimed.integrity === integrity && claimed.confidentiality === confidentiality) return '';
  return ` (claimed ${claimed.integrity} · ${claimed.confidentiality})`;
}

function findings(verdict: BundleVerdict): string[] {
  const checks = verdict.stages.flatMap((stage) =>
    stage.checks.map((check) => ({ stage: stage.name, check })),
  );
  const failures = checks.filter(({ check }) => isFailure(check));
  const lines = failures.slice(0, failuresMax).flatMap(({ stage, check }) => failure(stage, check));
  if (failures.length > failuresMax) lines.push(`  and ${failures.length - failuresMax} more failed checks`);
  return [...lines, ...warnings(checks.map(({ check }) => check))];
}

/** The second verdict. The first one is not taken back by it: it says what was right to believe then. */
function hindsight({ outcome, hindsight: second }: BundleVerdict): string[] {
  if (second === null) return [];
  const under = `under the updated trust file ${second.trustDigest}`;
  if (second.outcome === 'verified')
    return [`IN HINDSIGHT  VERIFIED ${under}: nothing speaks against it since`];
  const then = outcome === 'verified' ? 'valid then; would fail now' : 'not verified then, nor now';
  const shown = second.checks.slice(0, failuresMax).flatMap((check) => failure(null, check));
  const more = second.checks.length - failuresMax;
  return [
    `IN HINDSIGHT  ${headlines[second.outcome]}  ${second.reason ?? 'UNKNOWN'}`,
    `  ${then}, ${under}`,
    ...shown,
    ...(more > 0 ? [`  and ${more} more failed checks`] : []),
  ];
}

function failure(stage: string | null, check: Check): string[] {
  const outcome = outcomeFor(check.reason);
  const { meaning, advice } = explain(check.reason, outcome);
  return [
    `FAIL ${check.id} ${check.reason ?? 'UNKNOWN'}  ${check.title} (${stage === null ? 'in hindsight' : `stage ${stage}`}${place(check)})${difference(check)}`,
    `     ${meaning} ${advice}`,
  ];
}

/** One line a reason: the same warning on every step is one fact. */
function warnings(checks: readonly Check[]): string[] {
  const byReason = new Map<string, Check[]>();
  for (const check of checks) {
    if (check.result !== 'warn') continue;
    const reason = check.reason ?? 'UNKNOWN';
    byReason.set(reason, [...(byReason.get(reason) ?? []), check]);
  }
  return [...byReason].map(([reason, found]) => {
    const [first] = found;
    const places = found.length === 1 ? (first?.title ?? '') : `${found.length} checks`;
    const meaning =
      first === undefined || knows(reason) ? explain(reason, 'verified').meaning : difference(first);
    return `  WARN ${first?.id ?? ''} ${reason}  ${places}: ${meaning.replace(/^\. /, '')}`;
  });
}

function place({ where }: Check): string {
  return where === undefined ? '' : `, at ${where}`;
}

function difference({ expected, actual }: Check): string {
  if (expected !== undefined && actual !== undefined) return `. Expected ${expected}, got ${actual}`;
  if (expected !== undefined) return `. Expected ${expected}`;
  return actual === undefined ? '' : `. Got ${actual}`;
}

function readable(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}
