import { type Digest, equalBytes, formatTime, parseTime, toBase64 } from '#canonical';
import { packageOf } from '../statements/step-evidence.js';
import { stepNonce } from '../statements/step-nonce.js';
import type { Session, StepView } from './session.js';
import type { StageChecks } from './stage-checks.js';
import { clockSkewMs } from './time-stage.js';

/** Stage 11: the evidence was fresh when it was used, and the steps lie inside the run. */
export function freshnessStage(session: Session, checks: StageChecks): void {
  for (const step of session.steps) {
    checkPeriod(session, checks, step);
    checkWindow(session, checks, step);
  }
  const packages = new Set(session.steps.flatMap(({ evidence }) => packageOf(evidence) ?? []));
  for (const digest of packages) {
    const nonce = session.appraisal(digest)?.binding?.nonce;
    if (nonce === undefined) continue;
    const asked = wasAskedFor(session, digest, nonce);
    const steps = session
      .stepsOf(digest)
      .map(({ predicate }) => predicate.stepId)
      .join(', ');
    if (asked) checks.pass('BND-FRESH-003', `${steps}: nonce was asked for`, { evidence: [digest] });
    else {
      checks.warn('BND-FRESH-003', `${steps}: nonce was asked for`, 'NONCE_UNRECORDED', {
        expected: 'an offer of this run, or the inputs of the step, behind the nonce of the binding',
        evidence: [digest],
      });
    }
  }
}

function checkPeriod(session: Session, checks: StageChecks, { predicate }: StepView): void {
  const { start, end } = session.root.period;
  const inside =
    predicate.startedAt <= predicate.endedAt &&
    parseTime(predicate.startedAt) >= parseTime(start) - clockSkewMs &&
    parseTime(predicate.endedAt) <= parseTime(end) + clockSkewMs;
  checks.passIf(inside, 'BND-FRESH-001', 'step inside the run', 'STEP_OUTSIDE_PERIOD', {
    step: predicate.stepId,
    expected: `${start}..${end}`,
    actual: `${predicate.startedAt}..${predicate.endedAt}`,
  });
}

/** The appraisal judges the first use of a package; later uses must still lie in its window. */
function checkWindow(session: Session, checks: StageChecks, { predicate, evidence }: StepView): void {
  const digest = packageOf(evidence);
  const binding = digest === null ? null : (session.appraisal(digest)?.binding ?? null);
  if (binding === null) return;
  checks.passIf(
    parseTime(predicate.endedAt) <= binding.notAfterMs,
    'BND-FRESH-002',
    'evidence in its window',
    'BINDING_EXPIRED',
    {
      step: predicate.stepId,
      expected: `by ${formatTime(binding.notAfterMs)}`,
      actual: predicate.endedAt,
    },
  );
}

/** By the client or by the worker before it, or made over the inputs of the very step: younger than the run. */
function wasAskedFor(session: Session, evidence: Digest, nonce: Uint8Array): boolean {
  const text = toBase64(nonce);
  const offers = [
    ...session.root.offers,
    ...session.steps.flatMap(({ predicate }) => predicate.sealing.offers ?? []),
  ];
  return (
    offers.some((offer) => offer.package === evidence && offer.nonce === text) ||
    session.stepsOf(evidence).some(({ predicate }) => equalBytes(stepNonce(predicate), nonce))
  );
}
