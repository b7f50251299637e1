/**
 * The bank's consent to a loan, as the key enclave sees it.
 *
 * No bank server says "pay": the proof of the scorecard circuit does. Neither the prover nor the orchestrator is
 * trusted with it. The enclave verifies the proof itself, for exactly this run and the task that made it, and takes
 * the limit only from the opening of the commitment that the proof carries. The decision `review` needs an
 * approver's signed yes to that very decision. Whether keys of state `dev` are good enough is for the verifier's
 * policy; which circuit counts is pinned by the plan (`parameters.manifest`), and by the agent's appraisal of the
 * prover where the plan says nothing.
 */
import { type Commitment, isJsonObject, type Json } from '#canonical';
import { parseHumanEvidence } from '#evidence';
import type { OpenTask, PublicInput } from '#worker';
import {
  checkEdge,
  edgesByPort,
  notProven,
  type ProvenStep,
  parsedProducer,
  provenAmount,
  readEvidence,
  verifyProvenStep,
} from '../shared/proven-step.js';
import { openedInput, optionalPublicInput, publicInput } from '../shared/task-inputs.js';

/** The proven limit in cents. Refuses with `DECISION_NOT_PROVEN` unless the loan was approved. */
export async function verifyDecision(task: OpenTask): Promise<bigint> {
  const decision = publicInput(task, 'decision');
  const limit = openedInput(task, 'limit');
  const ports = { value: 'decision', commitment: 'limit' };
  const step = await verifyProvenStep(task, ports, { value: decision, committed: limit });
  checkApproved(task, step, decision);
  // The limit is the first field of the opening.
  return provenAmount(limit, 0, 'limit');
}

function checkApproved(task: OpenTask, { predicate }: ProvenStep, decision: PublicInput): void {
  // The strict verifier has tied this fact to the proof's signal.
  const proven = predicate.public['decision'];
  if (proven !== choiceOf(decision.value)) throw notProven('the decision handed over is not the proven one');
  if (proven === 'approve') return;
  if (proven !== 'review') throw notProven('the proven decision is not an approval');
  const review = optionalPublicInput(task, 'review');
  if (review === null) throw notProven('the proven decision is review, and no approver has decided');
  checkReview(task, review, decision.commitment);
}

function checkReview(task: OpenTask, review: PublicInput, reviewed: Commitment): void {
  const { predicate } = parsedProducer(task, review.producer, 'review');
  if (predicate.kind !== 'human') throw notProven(`the review comes from a step of kind ${predicate.kind}`);
  const { decision } = readEvidence('review', () => parseHumanEvidence(predicate.evidence));
  checkEdge(predicate, 'decision', review.commitment);
  if (edgesByPort(predicate.inputs)['decision'] !== reviewed)
    throw notProven('the approver decided another case');
  if (decision !== 'approve' || choiceOf(review.value) !== 'approve')
    throw notProven('the approver did not approve');
}

function choiceOf(value: Json): Json | undefined {
  return isJsonObject(value) ? value['decision'] : value;
}
