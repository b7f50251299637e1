import { X509Certificate } from 'node:crypto';
import type { TrustFile } from '#evidence';
import { type Finding, Findings, grade } from './finding.js';
import type { Diagnostics } from './read-diagnostics.js';
import { reasonOf } from './reason-of.js';

const DAY_MS = 86_400_000;
const WAITING = { warnAbove: 10 * 60_000, failAbove: DAY_MS } as const;
const RENEW_DAYS = 60;

export function checkTimestamps(diagnostics: Diagnostics | null, trust: TrustFile, nowMs: number): Finding[] {
  const findings = new Findings('timestamps');
  if (diagnostics !== null) judgeAuthorities(findings, diagnostics);
  for (const { name, certificate } of trust.timestampAuthorities ?? []) {
    const said = {
      what: `certificate of the authority ${name}`,
      where: 'trust file',
      expected: `${RENEW_DAYS} days or more to run`,
    };
    const renew = 'carry kept bundles on with sealflow renew before it ends, under an authority that goes on';
    try {
      const { validToDate } = new X509Certificate(Buffer.from(certificate, 'base64'));
      const days = Math.floor((validToDate.getTime() - nowMs) / DAY_MS);
      const got = days < 0 ? `ended ${-days} days ago` : `${days} days to run`;
      if (days < 0) findings.fail({ ...said, got }, renew);
      else if (days < RENEW_DAYS) findings.warn({ ...said, got }, renew);
      else findings.ok({ ...said, got });
    } catch (error) {
      findings.fail(
        { ...said, got: reasonOf(error) },
        'put the DER certificate of the authority there, as base64',
      );
    }
  }
  return findings.list;
}

function judgeAuthorities(findings: Findings, { authorities, state, replica }: Diagnostics): void {
  if (authorities.length === 0) {
    findings.skipped(
      {
        what: 'authorities of time',
        where: replica,
        expected: 'two, so that a bundle outlives one of them',
        got: 'none is configured',
      },
      'name them in SEALFLOW_TSA_URLS; without them the time of a run is the word of the operator',
    );
    return;
  }
  if (state === null) return;
  const { waiting, oldestMs } = state.timestamps;
  grade(
    findings,
    oldestMs,
    WAITING,
    {
      what: 'bundles get their timestamps',
      where: authorities.join(', '),
      expected: 'within ten minutes',
      got: waiting === 0 ? 'none waits' : `${waiting} wait, the oldest ${Math.round(oldestMs / 60_000)} min`,
    },
    'look for `an authority did not stamp` in the log of the orchestrator; its reason is in that line',
  );
}
