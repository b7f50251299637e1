import { equalBytes, fromBase64 } from '#canonical';
import { isSignedBy } from '../dsse/envelope.js';
import { sameSubjects } from '../statements/statement.js';
import { stepSubjects } from '../statements/step.js';
import { packageOf } from '../statements/step-evidence.js';
import type { Session, StepView } from './session.js';
import type { StageChecks } from './stage-checks.js';

/** Stage 8: each step is signed by the key that its evidence vouches for, and speaks of this run. */
export function signaturesStage(session: Session, checks: StageChecks): void {
  for (const step of session.steps) {
    const { predicate } = step;
    const about = { step: predicate.stepId };
    const key = fromBase64(predicate.executor.key);
    checks.passIf(
      isSignedBy(step.envelope, key),
      'BND-SIG-001',
      'signature of the step',
      'STEP_SIGNATURE_INVALID',
      about,
    );
    checkKey(session, checks, step, key);
    const subjects = sameSubjects(step.statement.subject, stepSubjects(predicate));
    checks.passIf(subjects, 'BND-SIG-003', 'subjects are the outputs', 'SUBJECT_MISMATCH', about);
    checkRun(session, checks, step);
  }
}

function checkKey(session: Session, checks: StageChecks, step: StepView, key: Uint8Array): void {
  const { predicate } = step;
  const id = 'BND-SIG-002';
  const about = { step: predicate.stepId };
  const evidencePackage = packageOf(step.evidence);
  if (evidencePackage === null) {
    const known = session.trust.approvers.includes(predicate.executor.key);
    checks.passIf(known, id, 'approver key', 'APPROVER_UNKNOWN', {
      ...about,
      expected: 'a key of the trust file',
      actual: predicate.executor.key,
    });
    return;
  }
  const appraisal = session.appraisal(evidencePackage);
  if (appraisal === null) {
    // Evidence that is not in the file vouches for nobody and accuses nobody.
    const evidence = [evidencePackage];
    if (session.isDetached(evidencePackage)) {
      session.withoutEvidence.add(predicate.stepId);
      checks.withheld(id, 'key of the executor', 'BLOB_DETACHED', { ...about, evidence });
    } else checks.fail(id, 'key of the executor', 'BLOB_MISSING', { ...about, evidence });
    return;
  }
  const { binding } = appraisal;
  if (binding === null) {
    checks.fail(id, 'key of the executor', 'EXECUTOR_KEY_MISMATCH', {
      ...about,
      actual: 'no binding that names a key',
    });
    return;
  }
  const detail = { ...about, expected: 'the signing key of the binding', actual: predicate.executor.key };
  checks.passIf(equalBytes(binding.signKey, key), id, 'key of the executor', 'EXECUTOR_KEY_MISMATCH', detail);
  checks.passIf(
    binding.imageDigest === predicate.executor.softwareDigest,
    id,
    'software of the executor',
    'SOFTWARE_DIGEST_MISMATCH',
    { ...about, expected: binding.imageDigest, actual: predicate.executor.softwareDigest },
  );
}

function checkRun(session: Session, checks: StageChecks, { predicate }: StepView): void {
  const { root } = session;
  const id = 'BND-SIG-004';
  const same = (title: string, reason: string, expected: string, actual: string): void => {
    checks.passIf(expected === actual, id, title, reason, { step: predicate.stepId, expected, actual });
  };
  same('run', 'STEP_OTHER_RUN', root.runId, predicate.runId);
  same('plan', 'PLAN_DIGEST_MISMATCH', root.planDigest, predicate.planDigest);
  same(
    'definition',
    'DEFINITION_DIGEST_MISMATCH',
    root.workflow.definitionDigest,
    predicate.definitionDigest,
  );
  same('policy', 'POLICY_DIGEST_MISMATCH', root.policy, predicate.policyDigest);
}
