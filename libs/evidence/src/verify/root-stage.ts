import {
  type Commitment,
  canonicalBytes,
  type Digest,
  digestOf,
  fromBase64,
  parseJsonStrict,
} from '#canonical';
import { blobMediaTypes } from '../bundle/media-types.js';
import { hiddenMembers } from '../disclosure/sd-names.js';
import { type DsseEnvelope, isSignedBy, parseEnvelope, statementOf } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import { planDigestOf, planPredicateType } from '../statements/plan.js';
import { type PlanView, parsePlanView } from '../statements/plan-view.js';
import { rootSubjects } from '../statements/root.js';
import { statedModels } from '../statements/stated-models.js';
import { sameSubjects } from '../statements/statement.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';

/** What a client knows without asking anybody. Each member that is given must hold. */
export interface RunExpectation {
  readonly runId?: string;
  readonly planDigest?: Digest;
  readonly definitionDigest?: Digest;
  readonly policyDigest?: Digest;
  /** Commitments by input name, as the client made them. */
  readonly inputs?: Readonly<Record<string, Commitment>>;
  /** Id of the key that the client has results sealed to: whoever exchanges it on the way reads them. */
  readonly clientSealKey?: Digest;
}

/** Stage 6: who assembled the set, and which plan and policy it was run under. */
export function rootStage(session: Session, checks: StageChecks, expectation: RunExpectation): void {
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
  checkExpectation(session, checks, expectation);
  checkPolicyBlob(session, checks);
  checkAppraisals(session, checks);
  checkModels(session, checks);
}

/** A root that lists models lists those that its steps say they ran. The steps are signed by who ran them. */
function checkModels({ root, steps }: Session, checks: StageChecks): void {
  // Withheld; or a root of the first days, which lists none whatever ran.
  if (root.models === null || root.models.length === 0) return;
  const listed = root.models.map(({ weightsDigest }) => weightsDigest);
  const stated = statedModels(steps.map(({ predicate }) => predicate)).map(
    ({ weightsDigest }) => weightsDigest,
  );
  const detail = { expected: stated.join(', ') || 'none', actual: listed.join(', ') };
  const title = 'models as the steps state them';
  checks.passIf(
    stated.every((digest) => listed.includes(digest)),
    'BND-ROOT-009',
    title,
    'MODELS_MISMATCH',
    detail,
  );
  const whole =
    steps.length === root.steps.count &&
    steps.every(({ predicate }) => hiddenMembers(predicate.public) === 0);
  if (whole && !listed.every((digest) => stated.includes(digest)))
    checks.warn('BND-ROOT-009', title, 'MODEL_UNSTATED', detail);
}

/** Those that are shown are those that the root lists, in its order, but for those that are withheld by digest. */
function checkAppraisals({ root, bundle }: Session, checks: StageChecks): void {
  const withheld = new Set<string>(bundle.withheldAppraisals);
  const known = root.appraisals.filter((digest) => withheld.has(digest)).length;
  const shown = bundle.appraisals.map(({ digest }) => digest);
  const listed =
    root.appraisals.filter((digest) => !withheld.has(digest)).join() === shown.join() &&
    known === bundle.withheldAppraisals.length;
  checks.passIf(listed, 'BND-ROOT-007', 'appraisals as listed', 'APPRAISAL_SET_MISMATCH', {
    expected: `${root.appraisals.length} listed`,
    actual: `${shown.length} in the bundle, ${bundle.withheldAppraisals.length} withheld`,
  });
  if (withheld.size > 0)
    checks.withheld('BND-ROOT-007', `${withheld.size} stored appraisals recomputed`, 'APPRAISAL_WITHHELD');
}

function checkExpectation({ root }: Session, checks: StageChecks, expectation: RunExpectation): void {
  const expect = (title: string, expected: string | undefined, actual: string): void => {
    if (expected === undefined) return;
    checks.passIf(expected === actual, 'BND-ROOT-008', title, 'RUN_UNEXPECTED', { expected, actual });
  };
  expect('the run that was asked for', expectation.runId, root.runId);
  expect('the plan that was agreed', expectation.planDigest, root.planDigest);
  expect('the definition that was agreed', expectation.definitionDigest, root.workflow.definitionDigest);
  expect('the policy that was pinned', expectation.policyDigest, root.policy);
  for (const [name, commitment] of Object.entries(expectation.inputs ?? {})) {
    const actual = root.inputs.find((input) => input.name === name)?.commitment ?? 'no such input';
    expect(`input ${name} that was handed in`, commitment, actual);
  }
  for (const { edge, recipients } of root.readers) {
    const clients = recipients.filter(({ role }) => role === 'client').map(({ kid }) => kid);
    const { clientSealKey: own } = expectation;
    if (own === undefined || clients.length === 0) continue;
    // A prover at the owner reads as the client too; the client's own key is never left out.
    expect(`client that reads ${edge}`, own, clients.find((kid) => kid === own) ?? clients.join(', '));
  }
}

function planOf(session: Session, checks: StageChecks): PlanView | null {
  const { root } = session;
  const bytes = session.blob(root.plan, blobMediaTypes.envelope);
  if (bytes === null) {
    checks.skip(
      'BND-ROOT-004',
      'signed plan',
      session.isDetached(root.plan) ? 'BLOB_DETACHED' : 'BLOB_MISSING',
    );
    return null;
  }
  try {
    const envelope = parseEnvelope(bytes);
    checks.passIf(
      isSignedByOrchestrator(session, envelope),
      'BND-ROOT-004',
      'signed plan',
      'PLAN_SIGNATURE_INVALID',
      {
        expected: 'a signature of the orchestrator',
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

/** Whether the key of the root is trusted is one check; here it only has to be the same party. */
export function isSignedByOrchestrator(session: Session, envelope: DsseEnvelope): boolean {
  const keys = [session.root.orchestratorKey, ...session.trust.orchestratorKeys];
  return keys.some((key) => isSignedBy(envelope, fromBase64(key)));
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
