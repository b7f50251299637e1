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
import {
  type Commitment,
  canonicalBytes,
  commitmentOf,
  contextField,
  type Digest,
  failedChecks,
  isJsonObject,
  type Json,
  parseField,
  sha256,
} from '#canonical';
import { checkAmount } from '#ciphertext';
import {
  type EdgeCommitment,
  EvidenceError,
  parseHumanEvidence,
  parseStepPredicate,
  parseZkEvidence,
  type StepPredicate,
  type ZkEvidence,
} from '#evidence';
import { ProofsError, parseManifest, verifyGroth16 } from '#proofs';
import type { OpenedInput, OpenTask, Producer, PublicInput, TaskBlobs } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import { openedInput, optionalPublicInput, publicInput } from '../shared/task-inputs.js';

interface ScoreStep {
  readonly taskId: string;
  readonly predicate: StepPredicate;
  readonly evidence: ZkEvidence;
}

/** The proven limit in cents. Refuses with `DECISION_NOT_PROVEN` unless the loan was approved. */
export async function verifyDecision(task: OpenTask): Promise<bigint> {
  const decision = publicInput(task, 'decision');
  const limit = openedInput(task, 'limit');
  const step = scoreStep(task, decision);
  checkPinnedManifest(task, step.evidence.manifest);
  checkEdge(step.predicate, 'decision', decision.commitment);
  checkEdge(step.predicate, 'limit', limit.commitment);
  await verifyProof(task.blobs, step);
  checkApproved(task, step, decision);
  return limitCents(limit);
}

function scoreStep(task: OpenTask, { producer }: PublicInput): ScoreStep {
  const { predicate, taskId } = parsedProducer(task, producer, 'decision');
  if (predicate.kind !== 'zk.groth16')
    throw notProven(`the decision comes from a step of kind ${predicate.kind}`);
  const evidence = readEvidence('decision', () => parseZkEvidence(predicate.evidence));
  return { taskId, predicate, evidence };
}

function parsedProducer(
  task: OpenTask,
  producer: Producer | null,
  port: string,
): { readonly taskId: string; readonly predicate: StepPredicate } {
  if (producer === null) throw notProven(`input ${port}: no step of this run made it`);
  const predicate = readEvidence(port, () => parseStepPredicate(producer.predicate));
  if (predicate.runId !== task.runId || predicate.stepId !== producer.taskId) {
    throw notProven(`input ${port}: its statement is of another run or task`);
  }
  return { taskId: producer.taskId, predicate };
}

function readEvidence<T>(port: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    throw notProven(`input ${port}: ${error.code}: ${error.message}`);
  }
}

function checkPinnedManifest(task: OpenTask, manifest: Digest): void {
  const pinned = task.parameters['manifest'];
  if (pinned === undefined || pinned === manifest) return;
  throw notProven(`the plan pins the circuit manifest ${String(pinned)}, the proof is of ${manifest}`);
}

/** What this task was handed must be what the proving step gave out. */
function checkEdge({ outputs }: StepPredicate, port: string, commitment: Commitment): void {
  if (edgesByPort(outputs)[port] === commitment) return;
  throw notProven(`input ${port}: its commitment is not an output of the proving step`);
}

async function verifyProof(blobs: TaskBlobs, { taskId, predicate, evidence }: ScoreStep): Promise<void> {
  const manifest = await blobs.get(evidence.manifest);
  checkMeaning(manifest);
  const { runId, planDigest } = predicate;
  const context = sha256(canonicalBytes({ v: 'sealflow/context/v1', runId, taskId, planDigest }));
  const checks = verifyGroth16(
    {
      manifest,
      vkey: await blobs.get(evidence.vkey),
      proof: evidence.proof,
      publicSignals: evidence.publicSignals,
    },
    {
      context: contextField(context),
      inputs: edgesByPort(predicate.inputs),
      outputs: edgesByPort(predicate.outputs),
      public: predicate.public,
    },
    { manifests: [evidence.manifest], allowDev: true },
  );
  const failed = failedChecks(checks);
  if (checks.length > 0 && failed.length === 0) return;
  throw notProven(`the proof fails: ${failed.map(({ id, reason }) => `${id} ${reason}`).join(', ')}`);
}

/** A valid proof of a circuit that says nothing about decision and limit proves neither. */
function checkMeaning(bytes: Uint8Array): void {
  try {
    const { signals } = parseManifest(bytes);
    const means = (port: string, meaning: string): boolean =>
      signals.some(
        (signal) =>
          signal.port === port && signal.meaning === meaning && 'side' in signal && signal.side === 'output',
      );
    if (means('decision', 'value') && means('limit', 'commitment')) return;
  } catch (error) {
    if (!(error instanceof ProofsError)) throw error;
    throw notProven(`circuit manifest: ${error.message}`);
  }
  throw notProven('the circuit of the proof does not prove a decision and a limit');
}

function checkApproved(task: OpenTask, { predicate }: ScoreStep, decision: PublicInput): void {
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

/** The limit is the first field of the opening; only fields are committed. */
function limitCents({ payload, commitment }: OpenedInput): bigint {
  if (payload.alg !== 'poseidon-bn254' || commitmentOf(payload) !== commitment) {
    throw notProven('input limit: expected the opening of the proven Poseidon commitment');
  }
  const cents = checkAmount(parseField(payload.fields[0] ?? '0'));
  if (cents > 0n) return cents;
  throw notProven('the proven limit is zero');
}

function choiceOf(value: Json): Json | undefined {
  return isJsonObject(value) ? value['decision'] : value;
}

function edgesByPort(edges: readonly EdgeCommitment[]): Readonly<Record<string, Commitment>> {
  return Object.fromEntries(edges.map(({ port, commitment }) => [port, commitment]));
}

function notProven(message: string): Error {
  return refusal('DECISION_NOT_PROVEN', message);
}
