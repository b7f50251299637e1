import { fromBase64, verifyInclusion } from '#canonical';
import { stepLeafHash } from '../bundle/build-bundle.js';
import type { StepProof, WithheldStep } from '../bundle/container.js';
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
  for (const leaf of session.bundle.withheldSteps) checkWithheld(session, checks, leaf, indexes);
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
  const withheld = session.withheldTasks.size;
  const missing = count - indexes.size;
  const shown = `${indexes.size - withheld} in the bundle`;
  if (withheld > 0) {
    checks.withheld('BND-TREE-005', 'all steps disclosed', 'STEP_WITHHELD', {
      expected: `${count} steps`,
      actual: `${shown}, ${withheld} withheld (their existence is proved)`,
    });
  }
  if (missing > 0) {
    checks.fail('BND-TREE-005', 'all steps disclosed', 'STEP_MISSING', {
      expected: `${count} steps, or the leaf of each that is withheld`,
      actual: `${shown}, ${missing} missing without a proof`,
    });
  } else if (withheld === 0) checks.pass('BND-TREE-005', `all ${count} steps disclosed`);
}

/** A leaf of the tree, and the task that the signed root puts there: the statement exists and is not shown. */
function checkWithheld(
  session: Session,
  checks: StageChecks,
  leaf: WithheldStep,
  indexes: Set<number>,
): void {
  const title = `withheld leaf ${leaf.index}`;
  if (indexes.has(leaf.index)) {
    checks.fail('BND-TREE-006', title, 'STEP_DUPLICATE', { actual: 'the leaf is there twice' });
    return;
  }
  const { steps, tasks } = session.root;
  const included = verifyInclusion({
    leafHash: leaf.leafHash,
    index: leaf.index,
    size: steps.count,
    path: leaf.path,
    root: fromBase64(steps.treeRoot),
  });
  const detail = { expected: 'the step tree of the root', actual: 'another leaf or path than was committed' };
  if (!checks.passIf(included, 'BND-TREE-006', title, 'STEP_INCLUSION_INVALID', detail)) return;
  indexes.add(leaf.index);
  const task = tasks.find(({ index }) => index === leaf.index);
  // A leaf without a task is found below: each leaf has one.
  if (task !== undefined) session.withheldTasks.add(task.taskId);
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
