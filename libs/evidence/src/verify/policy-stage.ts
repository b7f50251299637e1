import { appraisalPolicyDigest } from '#attestation';
import { statementOf } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import {
  type AppraisalClaim,
  appraisalLevels,
  appraisalPredicateType,
  appraisalVerdicts,
  parseAppraisalClaim,
} from '../statements/appraisal.js';
import { packageOf } from '../statements/step-evidence.js';
import { outcomeFor } from './reasons.js';
import { isSignedByOrchestrator } from './root-stage.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';
import { isFailure } from './verdict.js';

/** Stage 12: the verifier's policy against the run's, stored verdicts against recomputed ones, and who may run what. */
export function policyStage(session: Session, checks: StageChecks): void {
  const own = appraisalPolicyDigest(session.trust.policy);
  if (own === session.root.policy)
    checks.pass('BND-POLICY-001', 'the run pinned the policy that it is judged by');
  else {
    checks.warn('BND-POLICY-001', 'the run pinned the policy that it is judged by', 'POLICY_DIFFERS', {
      expected: own,
      actual: session.root.policy,
    });
  }
  for (const { predicate, evidence } of session.steps) {
    const digest = packageOf(evidence);
    const measurement = digest === null ? null : (session.appraisal(digest)?.measurement ?? null);
    if (measurement === null) continue;
    checks.passIf(
      measurement.operations.includes(predicate.operation),
      'BND-POLICY-002',
      `image ${measurement.name} may run it`,
      'OPERATION_NOT_ALLOWED',
      {
        step: predicate.stepId,
        expected: measurement.operations.join(', '),
        actual: predicate.operation,
      },
    );
  }
  for (const [index, envelope] of session.bundle.appraisals.entries()) {
    const title = `stored appraisal ${index + 1}`;
    const signed = isSignedByOrchestrator(session, envelope);
    checks.passIf(signed, 'BND-POLICY-003', `signature of ${title}`, 'APPRAISAL_SIGNATURE_INVALID');
    try {
      compare(
        session,
        checks,
        title,
        parseAppraisalClaim(statementOf(envelope, appraisalPredicateType).predicate),
      );
    } catch (error) {
      if (!(error instanceof EvidenceError)) throw error;
      checks.fail('BND-POLICY-003', title, 'STATEMENT_MALFORMED', { actual: error.message });
    }
  }
}

/** A stored verdict is a claim. It may be worse than what the verifier finds, never better. */
function compare(session: Session, checks: StageChecks, title: string, claim: AppraisalClaim): void {
  const found = session.appraisalThen(claim.package);
  const evidence = [claim.package];
  if (found === null) {
    checks.skip('BND-POLICY-004', `${title} recomputed`, 'BLOB_MISSING', { evidence });
    return;
  }
  if (found.checks.some(({ reason }) => reason === 'UNKNOWN_ISSUER')) {
    // Who knows other roots comes to another verdict: that is a question of trust, and no lie of the orchestrator.
    checks.skip('BND-POLICY-004', `${title} recomputed`, 'UNKNOWN_ISSUER', { evidence });
    return;
  }
  // With less at hand than the orchestrator had, more could not be checked: that is a gap, and no lie.
  const gap = found.checks.filter(isFailure).every((check) => found.unchecked.includes(check));
  if (gap && found.unchecked.length > 0) {
    checks.skip('BND-POLICY-004', `${title} recomputed`, found.unchecked[0]?.reason ?? 'CERT_MISSING', {
      evidence,
    });
    return;
  }
  const better =
    appraisalVerdicts.indexOf(claim.verdict) < appraisalVerdicts.indexOf(found.verdict) ||
    appraisalLevels.indexOf(claim.level) < appraisalLevels.indexOf(found.level);
  const sameRules = claim.policy === appraisalPolicyDigest(session.trust.policy);
  const detail = {
    expected: `${found.level}, ${found.verdict}`,
    actual: `${claim.level}, ${claim.verdict}`,
    evidence,
  };
  // Under another policy another verdict is no lie; what the hardware is does not depend on a policy, unless all that
  // was found against it is that this policy does not allow it.
  const notAllowed = found.checks.filter(isFailure).every(({ reason }) => outcomeFor(reason) === 'policy');
  const lie = sameRules
    ? better
    : !notAllowed && appraisalLevels.indexOf(claim.level) < appraisalLevels.indexOf(found.level);
  checks.passIf(!lie, 'BND-POLICY-004', `${title} recomputed`, 'APPRAISAL_OVERSTATED', detail);
}
