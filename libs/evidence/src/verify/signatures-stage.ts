import { equalBytes, fromBase64 } from '#canonical';
import { hiddenMembers } from '../disclosure/sd-names.js';
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
    checkQuorum(session, checks, step);
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

/** A yes counts when as many different persons as the plan asks for signed the very same bytes. One no is enough. */
function checkQuorum(session: Session, checks: StageChecks, { predicate, envelope }: StepView): void {
  const task = session.plan?.tasks.find(({ id }) => id === predicate.stepId);
  if (task === undefined || task.quorum === 1) return;
  const listed = task.parameters['approvers'];
  const approvers = Array.isArray(listed) ? new Set<unknown>(listed) : new Set<unknown>();
  const signers = session.trust.approvers.filter(
    (key, index, keys) =>
      keys.indexOf(key) === index && approvers.has(key) && isSignedBy(envelope, fromBase64(key)),
  );
  const id = 'BND-SIG-005';
  const title = 'approvers of the decision';
  const about = { step: predicate.stepId };
  if (signers.length >= task.quorum) checks.pass(id, title, about);
  else if (predicate.public['decision'] === 'decline') checks.pass(id, title, about);
  else if (predicate.public['decision'] === undefined && hiddenMembers(predicate.public) > 0) {
    checks.withheld(id, title, 'FIELD_WITHHELD', about);
  } else {
    checks.fail(id, title, 'APPROVAL_INCOMPLETE', {
      ...about,
      expected: `signatures of ${task.quorum} approvers of the plan and the trust file`,
      actual: `${signers.length}`,
    });
  }
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
