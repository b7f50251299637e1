import { fromBase64, verifyInclusion } from '#canonical';
import { stepLeafHash } from '../bundle/build-bundle.js';
import type { StepProof } from '../bundle/container.js';
import type { Session, StepView } from './session.js';
import type { StageChecks } from './stage-checks.js';

/** Stage 7: each step is in the set that the root commits to, and what is withheld is counted. */
export function treeStage(session: Session, checks: StageChecks): void {
  const { count } = session.root.steps;
  const digests = session.steps.map(({ envelope }) => envelope.digest);
  if (new Set(digests).size !== digests.length) {
    checks.fail('BND-TREE-001', 'each step once', 'STEP_DUPLICATE', {
      actual: 'one statement is there twice',
    });
  }
  const indexes = new Set<number>();
  for (const step of session.steps) {
    const proof = checkInclusion(session, checks, step);
    if (proof === null) continue;
    if (indexes.has(proof.index))
      checks.fail('BND-TREE-002', 'index of the step', 'STEP_DUPLICATE', { step: step.predicate.stepId });
    indexes.add(proof.index);
    const listed = session.root.tasks.find(({ taskId }) => taskId === step.predicate.stepId)?.index;
    checks.passIf(listed === proof.index, 'BND-TREE-003', 'place of the step', 'TASK_INDEX_MISMATCH', {
      step: step.predicate.stepId,
      expected: `leaf ${listed ?? 'none'}`,
      actual: `leaf ${proof.index}`,
    });
  }
  for (const { stepDigest } of session.bundle.stepProofs) {
    if (!digests.includes(stepDigest)) {
      checks.warn('BND-TREE-004', 'a proof without its step', 'STEP_PROOF_ORPHAN', { actual: stepDigest });
    }
  }
  const listed = session.root.tasks.flatMap(({ index }) => index ?? []);
  const complete =
    listed.length === count && new Set(listed).size === count && listed.every((index) => index < count);
  checks.passIf(complete, 'BND-TREE-003', 'a task for each leaf', 'TASK_INDEX_MISMATCH', {
    expected: `${count} leaves`,
    actual: `${listed.length} listed`,
  });
  const withheld = count - indexes.size;
  if (withheld > 0) {
    checks.fail('BND-TREE-005', 'all steps disclosed', 'STEP_WITHHELD', {
      expected: `${count} steps`,
      actual: `${indexes.size} in the bundle, ${withheld} withheld (their existence is proved)`,
    });
  } else checks.pass('BND-TREE-005', `all ${count} steps disclosed`);
}

function checkInclusion(session: Session, checks: StageChecks, step: StepView): StepProof | null {
  const { stepId } = step.predicate;
  const proofs = session.bundle.stepProofs.filter(({ stepDigest }) => stepDigest === step.envelope.digest);
  const [proof] = proofs;
  if (proof === undefined || proofs.length > 1) {
    const actual = `${proofs.length} proofs`;
    checks.fail('BND-TREE-002', 'inclusion in the root', 'STEP_PROOF_MISSING', {
      step: stepId,
      expected: '1 proof',
      actual,
    });
    return null;
  }
  const included = verifyInclusion({
    leafHash: stepLeafHash(step.envelope.digest, proof.leafSalt),
    index: proof.index,
    size: session.root.steps.count,
    path: proof.path,
    root: fromBase64(session.root.steps.treeRoot),
  });
  checks.passIf(included, 'BND-TREE-002', 'inclusion in the root', 'STEP_INCLUSION_INVALID', {
    step: stepId,
    expected: 'the step tree of the root',
    actual: 'another statement, salt or path than was committed',
  });
  return included ? proof : null;
}
