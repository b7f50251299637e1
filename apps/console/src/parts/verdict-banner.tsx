import type { ReactElement } from 'react';
import { text } from '../text.js';
import type { Examination } from '../verifier/messages.js';
import { Icon, type IconName } from './icons.js';

type Look = 'good' | 'bad' | 'warn' | 'simulated';

/**
 * Simulated hardware is never shown as good, whatever the outcome. Where parts are withheld nobody sees what stands
 * behind these, simulated hardware or not: that is no plain yes either.
 */
export function lookOf({
  outcome,
  simulated,
  withheldParts,
}: Pick<Examination['verdict'], 'outcome' | 'simulated' | 'withheldParts'>): Look {
  if (outcome === 'failed' || outcome === 'malformed') return 'bad';
  if (outcome !== 'verified') return 'warn';
  if (simulated) return 'simulated';
  return withheldParts.length > 0 ? 'warn' : 'good';
}

const icons: Readonly<Record<Look, IconName>> = {
  good: 'pass',
  bad: 'fail',
  warn: 'warn',
  simulated: 'SIMULATED',
};

/** The verdict as a sentence: what, of which run, as of when, and who says so. */
export function verdictSentence({ verdict }: Pick<Examination, 'verdict'>): string {
  const { run, asOf, outcome, log } = verdict;
  const what = run === null ? '' : ` ${text.verdict.ofRun(run.name, run.version, run.status)}`;
  const when = asOf === null ? '' : `, ${text.verdict.asOf(asOf.time)} ${text.verdict.sources[asOf.source]}`;
  const where =
    log === null
      ? ''
      : `; ${text.verdict.log(log.origin, log.index)}, ${text.verdict.witnesses(log.witnesses.length)}`;
  return `${text.outcomes[outcome]}:${what}${when}${where}.`.replace(': ,', ',').replace(/:\.$/, '.');
}

export function VerdictBanner({ examination }: { readonly examination: Examination }): ReactElement {
  const { verdict, checks, lines, tookMs } = examination;
  const look = lookOf(verdict);
  const count = (...results: string[]): number =>
    checks.filter(({ result }) => results.includes(result)).length;
  // Nothing of an incomplete bundle is wrong, or it would have failed.
  const counts = verdict.outcome === 'incomplete' ? text.verdict.lacking : text.verdict.checks;
  return (
    <div
      className={`verdict ${look}`}
      role="status"
      data-outcome={verdict.outcome}
      data-reason={verdict.reason ?? ''}
    >
      <Icon name={icons[look]} />
      <p className="sentence">
        {look === 'simulated' ? `${text.verdict.simulatedTitle}. ` : ''}
        {verdictSentence(examination)}
      </p>
      <div>
        {look === 'simulated' ? <p>{text.verdict.simulated}</p> : null}
        {verdict.outcome === 'verified' ? null : lines.map((line) => <p key={line}>{line}</p>)}
        <p className="small">
          {counts(count('pass'), count('warn'), count('fail', 'error'), count('skip'))} ·{' '}
          {text.verdict.took(tookMs)}
        </p>
      </div>
    </div>
  );
}
