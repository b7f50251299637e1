import { canonicalBytes, digestOf, fromBase64, parseJsonStrict } from '#canonical';
import { blobMediaTypes } from '../bundle/media-types.js';
import { isSignedBy, parseEnvelope, statementOf } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import { planDigestOf, planPredicateType } from '../statements/plan.js';
import { type PlanView, parsePlanView } from '../statements/plan-view.js';
import { rootSubjects } from '../statements/root.js';
import { sameSubjects } from '../statements/statement.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';

/** Stage 6: who assembled the set, and which plan and policy it was run under. */
export function rootStage(session: Session, checks: StageChecks): void {
  const { root, trust } = session;
  const known = trust.orchestratorKeys.includes(root.orchestratorKey);
  checks.passIf(known, 'BND-ROOT-001', 'orchestrator key', 'ORCHESTRATOR_KEY_UNKNOWN', {
    expected: 'a key of the trust file',
    actual: root.orchestratorKey,
  });
  const signed = isSignedBy(session.bundle.root, fromBase64(root.orchestratorKey));
  checks.passIf(signed, 'BND-ROOT-002', 'signature of the root', 'ROOT_SIGNATURE_INVALID', {
    expected: 'a signature of the key that the root names',
  });
  const subjects = sameSubjects(session.rootStatement.subject, rootSubjects(root));
  checks.passIf(subjects, 'BND-ROOT-003', 'subjects of the root', 'SUBJECT_MISMATCH');
  session.plan = planOf(session, checks);
  checkPolicyBlob(session, checks);
  const listed = root.appraisals.join() === session.bundle.appraisals.map(({ digest }) => digest).join();
  checks.passIf(listed, 'BND-ROOT-007', 'appraisals as listed', 'APPRAISAL_SET_MISMATCH', {
    expected: `${root.appraisals.length} listed`,
    actual: `${session.bundle.appraisals.length} in the bundle`,
  });
}

function planOf(session: Session, checks: StageChecks): PlanView | null {
  const { root } = session;
  const bytes = session.blob(root.plan, blobMediaTypes.envelope);
  if (bytes === null) {
    checks.skip('BND-ROOT-004', 'signed plan', 'BLOB_MISSING');
    return null;
  }
  try {
    const envelope = parseEnvelope(bytes);
    const keys = session.trust.orchestratorKeys.map(fromBase64);
    checks.passIf(
      keys.some((key) => isSignedBy(envelope, key)),
      'BND-ROOT-004',
      'signed plan',
      'PLAN_SIGNATURE_INVALID',
      {
        expected: 'a signature of a trusted orchestrator',
      },
    );
    const { predicate } = statementOf(envelope, planPredicateType);
    const actual = planDigestOf(predicate);
    const detail = { expected: root.planDigest, actual };
    checks.passIf(
      actual === root.planDigest,
      'BND-ROOT-005',
      'plan as pinned',
      'PLAN_DIGEST_MISMATCH',
      detail,
    );
    const plan = parsePlanView(predicate);
    const definition = { expected: root.workflow.definitionDigest, actual: plan.definitionDigest };
    checks.passIf(
      definition.actual === definition.expected,
      'BND-ROOT-005',
      'definition as pinned',
      'DEFINITION_DIGEST_MISMATCH',
      definition,
    );
    const nodes = { expected: `${plan.tasks.length} tasks`, actual: `${root.dag.nodeCount} tasks` };
    const edgeCount = plan.tasks.reduce((count, { inputs }) => count + inputs.length, 0);
    const sameSize = plan.tasks.length === root.dag.nodeCount && edgeCount === root.dag.edgeCount;
    checks.passIf(sameSize, 'BND-ROOT-005', 'size of the graph', 'PLAN_DIGEST_MISMATCH', nodes);
    return actual === root.planDigest ? plan : null;
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    checks.fail('BND-ROOT-004', 'signed plan', 'PLAN_MALFORMED', { actual: error.message });
    return null;
  }
}

function checkPolicyBlob(session: Session, checks: StageChecks): void {
  const { root } = session;
  const listed = root.policies.some(({ digest }) => digest === root.policy);
  checks.passIf(listed, 'BND-ROOT-006', 'pinned policy is listed', 'POLICY_DIGEST_MISMATCH', {
    expected: root.policy,
  });
  const bytes = session.blob(root.policy, blobMediaTypes.appraisalPolicy);
  if (bytes === null) {
    checks.skip('BND-ROOT-006', 'pinned policy', 'BLOB_MISSING');
    return;
  }
  let canonical = false;
  try {
    canonical = digestOf(canonicalBytes(parseJsonStrict(bytes))) === root.policy;
  } catch {
    // Not JSON at all: the check below says so.
  }
  checks.passIf(canonical, 'BND-ROOT-006', 'pinned policy is canonical', 'POLICY_DIGEST_MISMATCH');
}
