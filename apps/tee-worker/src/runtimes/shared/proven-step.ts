/**
 * What a step of this run proved, as the key enclave sees it: it verifies the proof itself, for exactly this run and the
 * task that made it. Neither the prover nor the orchestrator is trusted with it.
 */
import {
  type Commitment,
  canonicalBytes,
  commitmentOf,
  contextField,
  type Digest,
  failedChecks,
  parseField,
  sha256,
} from '#canonical';
import { checkAmount } from '#ciphertext';
import {
  type EdgeCommitment,
  EvidenceError,
  parseStepPredicate,
  parseZkEvidence,
  type StepPredicate,
  type ZkEvidence,
} from '#evidence';
import { ProofsError, parseManifest, verifyGroth16 } from '#proofs';
import type { OpenedInput, OpenTask, Producer, PublicInput, TaskBlobs } from '#worker';
import { refusal } from './ledger-error.js';

export interface ProvenStep {
  readonly taskId: string;
  readonly predicate: StepPredicate;
  readonly evidence: ZkEvidence;
}

/** Names of the outputs that the circuit has to prove: one as a value, one as a commitment. */
export interface ProvenPorts {
  readonly value: string;
  readonly commitment: string;
}

/** The step that made both inputs, once its proof is verified. Refuses with `DECISION_NOT_PROVEN`. */
export async function verifyProvenStep(
  task: OpenTask,
  ports: ProvenPorts,
  { value, committed }: { readonly value: PublicInput; readonly committed: OpenedInput },
): Promise<ProvenStep> {
  const step = provenStep(task, value, ports.value);
  checkPinnedManifest(task, step.evidence.manifest);
  checkEdge(step.predicate, ports.value, value.commitment);
  checkEdge(step.predicate, ports.commitment, committed.commitment);
  await verifyProof(task.blobs, step, ports);
  return step;
}

function provenStep(task: OpenTask, { producer }: PublicInput, port: string): ProvenStep {
  const { predicate, taskId } = parsedProducer(task, producer, port);
  if (predicate.kind !== 'zk.groth16')
    throw notProven(`the ${port} comes from a step of kind ${predicate.kind}`);
  const evidence = readEvidence(port, () => parseZkEvidence(predicate.evidence));
  return { taskId, predicate, evidence };
}

export function parsedProducer(
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

export function readEvidence<T>(port: string, read: () => T): T {
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
export function checkEdge({ outputs }: StepPredicate, port: string, commitment: Commitment): void {
  if (edgesByPort(outputs)[port] === commitment) return;
  throw notProven(`input ${port}: its commitment is not an output of the proving step`);
}

async function verifyProof(
  blobs: TaskBlobs,
  { taskId, predicate, evidence }: ProvenStep,
  ports: ProvenPorts,
): Promise<void> {
  const manifest = await blobs.get(evidence.manifest);
  checkMeaning(manifest, ports);
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

/** A valid proof of a circuit that says nothing about these outputs proves neither. */
function checkMeaning(bytes: Uint8Array, { value, commitment }: ProvenPorts): void {
  try {
    const { signals } = parseManifest(bytes);
    const means = (port: string, meaning: string): boolean =>
      signals.some(
        (signal) =>
          signal.port === port && signal.meaning === meaning && 'side' in signal && signal.side === 'output',
      );
    if (means(value, 'value') && means(commitment, 'commitment')) return;
  } catch (error) {
    if (!(error instanceof ProofsError)) throw error;
    throw notProven(`circuit manifest: ${error.message}`);
  }
  throw notProven(`the circuit of the proof does not prove ${value} and ${commitment}`);
}

/** An amount among the fields of a proven commitment, above nothing; only fields are committed. */
export function provenAmount({ payload, commitment }: OpenedInput, place: number, port: string): bigint {
  if (payload.alg !== 'poseidon-bn254' || commitmentOf(payload) !== commitment) {
    throw notProven(`input ${port}: expected the opening of the proven Poseidon commitment`);
  }
  const amount = checkAmount(parseField(payload.fields[place] ?? '0'));
  if (amount > 0n) return amount;
  throw notProven(`the proven ${port} is zero`);
}

export function edgesByPort(edges: readonly EdgeCommitment[]): Readonly<Record<string, Commitment>> {
  return Object.fromEntries(edges.map(({ port, commitment }) => [port, commitment]));
}

export function notProven(message: string): Error {
  return refusal('DECISION_NOT_PROVEN', message);
}
