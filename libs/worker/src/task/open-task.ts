import { type AppraisalPolicy, type Collateral, readableCollateral } from '#attestation';
import {
  commitmentOf,
  type Digest,
  digestOf,
  equalBytes,
  fromBase64,
  isJsonObject,
  type JsonObject,
  parseDigest,
  parseEdgePayload,
  parseJsonStrict,
  parseKeptReference,
  utf8,
} from '#canonical';
import type { Lease__Output, LeaseInput__Output } from '#contracts';
import {
  type DsseEnvelope,
  isSignedBy,
  parseEnvelope,
  parseStepPredicate,
  proofContext,
  type StepPredicate,
  statementOf,
  stepPredicateType,
} from '#evidence';
import { openEnvelope, parseEnvelope as parseSealed, SealingError, sealKeyId } from '#sealing';
import type { Plan, PlanTask } from '#workflow';
import type { BootIdentity } from '../identity/boot-identity.js';
import {
  type KeptValues,
  type OpenInput,
  type OpenTask,
  type Producer,
  type TaskBlobs,
  TaskError,
} from '../runtime.js';
import { PeerAppraiser } from './peer-appraiser.js';

export interface OpenTaskDependencies {
  readonly identity: BootIdentity;
  readonly blobs: TaskBlobs;
  readonly appraiser: PeerAppraiser;
  /** Absent: this worker is at no owner. */
  readonly kept?: KeptValues;
  readonly now: () => number;
}

const CACHE_MAX = 64;
const policies = new Map<Digest, AppraisalPolicy>();

/** A task with everything opened and checked, and the policy that its hops must meet. */
export interface OpenedTask {
  readonly task: OpenTask;
  readonly policy: AppraisalPolicy;
  readonly policyDigest: Digest;
  readonly planDigest: Digest;
  readonly definitionDigest: Digest;
}

/**
 * Turns a lease into an open task. The orchestrator wrote the lease and is not believed: envelopes bind tenant, run,
 * edge, policy and sender; commitments bind contents; a producer counts only with a statement under a key whose
 * evidence passes the client's policy.
 *
 * @param planned what the lease was compared with, see `plannedTask`
 * @param keeps ports whose content the runtime has kept; an envelope for another boot's keys is no failure there
 */
export async function openTask(
  lease: Lease__Output,
  { plan }: { readonly plan: Plan },
  deps: OpenTaskDependencies,
  keeps: readonly string[] = [],
): Promise<OpenedTask> {
  const policyDigest = parseDigest(lease.policy);
  const planDigest = parseDigest(lease.plan);
  const definitionDigest = parseDigest(lease.definition);
  const policy = await policyOf(policyDigest, deps.blobs);
  const inputs: Record<string, OpenInput> = {};
  for (const input of lease.inputs) {
    inputs[input.port] = await openInput(lease, input, keeps.includes(input.port), policy, plan, deps);
  }
  const task: OpenTask = {
    runId: lease.runId,
    taskId: lease.taskId,
    attempt: lease.attempt,
    tenant: lease.tenant,
    operation: lease.operation,
    parameters: jsonObject(lease.parametersJson, 'parameters'),
    context: proofContext(lease.runId, lease.taskId, planDigest),
    inputs,
    state: lease.stateJson === '' ? null : jsonObject(lease.stateJson, 'state'),
    blobs: deps.blobs,
  };
  return { task, policy, policyDigest, planDigest, definitionDigest };
}

/** Named by its digest, a policy is read once for all tasks under it. */
async function policyOf(digest: Digest, blobs: TaskBlobs): Promise<AppraisalPolicy> {
  const known = policies.get(digest);
  if (known !== undefined) return known;
  const policy = PeerAppraiser.policy(await blobs.get(digest));
  if (policies.size >= CACHE_MAX) policies.clear();
  policies.set(digest, policy);
  return policy;
}

async function openInput(
  lease: Lease__Output,
  input: LeaseInput__Output,
  kept: boolean,
  policy: AppraisalPolicy,
  plan: Plan,
  deps: OpenTaskDependencies,
): Promise<OpenInput> {
  const { edge, commitment } = input;
  // Read while its producer is appraised; whose fault is told first does not depend on which ends first.
  const read = deps.blobs.get(parseDigest(input.blob));
  read.catch(() => undefined);
  const producer =
    input.producerStatement.length === 0 ? null : await verifyProducer(lease, input, policy, plan, deps);
  const bytes = await read;
  if (input.kind === 'blob' || input.kind === 'public') {
    if (digestOf(bytes) !== commitment) throw mismatch(input);
    if (input.kind === 'blob')
      return { kind: 'blob', edge, commitment: parseDigest(commitment), bytes, producer };
    return { kind: 'public', edge, commitment, value: parseJsonStrict(bytes), producer };
  }
  const senderKey = producer === null ? lease.clientSignKey : executorKey(producer);
  if (kept && !isSealedTo(bytes, deps.identity)) return { kind: 'kept', edge, commitment, producer };
  const plaintext = await unseal(lease, input, bytes, senderKey, deps);
  const payload = parseEdgePayload(await contentOf(plaintext, input, deps));
  if (commitmentOf(payload) !== commitment) throw mismatch(input);
  return { kind: 'opened', edge, commitment, payload, producer };
}

/** What was sealed, or, where only a reference was, what the owner keeps. Either has to open the commitment. */
async function contentOf(
  plaintext: Uint8Array,
  input: LeaseInput__Output,
  deps: OpenTaskDependencies,
): Promise<Uint8Array> {
  const commitment = parseKeptReference(plaintext);
  if (commitment === null) return plaintext;
  if (commitment !== input.commitment) throw mismatch(input);
  const bytes = await deps.kept?.read(commitment);
  if (bytes != null) return bytes;
  throw new TaskError(
    'VALUE_KEPT_BY_OWNER',
    `input ${input.port}: the owner keeps the value, and this worker has none for its commitment`,
  );
}

function isSealedTo(envelope: Uint8Array, { sealPublicKey }: BootIdentity): boolean {
  const kid = sealKeyId(sealPublicKey);
  return parseSealed(envelope).header.recipients.some((recipient) => recipient.kid === kid);
}

async function unseal(
  lease: Lease__Output,
  input: LeaseInput__Output,
  bytes: Uint8Array,
  senderKey: Uint8Array,
  deps: OpenTaskDependencies,
): Promise<Uint8Array> {
  try {
    const { header, plaintext } = await openEnvelope({
      bytes,
      secretKey: deps.identity.sealSecretKey,
      expected: {
        tenant: lease.tenant,
        runId: lease.runId,
        workflowDigest: parseDigest(lease.definition),
        edge: input.edge,
        policyDigest: parseDigest(lease.policy),
        // A worker's envelope is bound by its statement; the client's by this.
        ...(input.producerStatement.length === 0 ? { planDigest: parseDigest(lease.plan) } : {}),
        senderKey,
        attempt: lease.attempt,
      },
      at: deps.now(),
    });
    requireSameClient(header.recipients, lease, input);
    return plaintext;
  } catch (error) {
    if (error instanceof SealingError)
      throw new TaskError(error.code, `input ${input.port}: ${error.message}`);
    throw error;
  }
}

/**
 * The lease names the key that results are sealed to, and the orchestrator wrote it: whoever made an envelope for a
 * client says there who that is.
 */
function requireSameClient(
  recipients: readonly { readonly role: string; readonly kid: Digest }[],
  { clientSealKey }: Lease__Output,
  { port }: LeaseInput__Output,
): void {
  const clients = recipients.filter(({ role }) => role === 'client').map(({ kid }) => kid);
  const named = sealKeyId(new Uint8Array(clientSealKey));
  if (clients.length === 0 || clients.includes(named)) return;
  throw new TaskError(
    'ENVELOPE_CONTEXT_MISMATCH',
    `input ${port}: sealed for the client ${clients.join(', ')}, and the lease names another, ${named}`,
  );
}

async function verifyProducer(
  lease: Lease__Output,
  input: LeaseInput__Output,
  policy: AppraisalPolicy,
  plan: Plan,
  deps: OpenTaskDependencies,
): Promise<Producer> {
  const envelope = parseEnvelope(input.producerStatement);
  const statement = statementOf(envelope, stepPredicateType);
  const predicate = parseStepPredicate(statement.predicate);
  if (!isSignedBy(envelope, fromBase64(predicate.executor.key))) {
    throw new TaskError(
      'SIGNATURE_INVALID',
      `input ${input.port}: the producer's statement is not signed by its key`,
    );
  }
  const output = predicate.outputs.find(({ edge }) => edge === input.edge);
  const sameRun = predicate.runId === lease.runId && predicate.planDigest === lease.plan;
  if (!sameRun || predicate.policyDigest !== lease.policy || output?.commitment !== input.commitment) {
    throw new TaskError(
      'EDGE_MISMATCH',
      `input ${input.port}: the producer's statement is of another run or value`,
    );
  }
  // A value on a planned edge comes from the planned task: no other statement can stand in for it.
  const producing = plan.tasks.find(({ id }) => id === predicate.stepId);
  if (producing?.operation !== predicate.operation || producing.kind !== predicate.kind) {
    throw new TaskError(
      'EDGE_MISMATCH',
      `input ${input.port}: the plan has no such step ${predicate.stepId}`,
    );
  }
  if (predicate.kind === 'human') requireApprovers(producing, predicate, envelope);
  else await requireAttested(predicate, policy, readableCollateral(input.producerCollateral), deps);
  return {
    taskId: predicate.stepId,
    public: predicate.public,
    predicate: statement.predicate,
    statement: input.producerStatement,
  };
}

/** A person's key cannot be attested; the plan, which the client agreed to, lists who may decide and how many must. */
function requireApprovers(task: PlanTask, predicate: StepPredicate, envelope: DsseEnvelope): void {
  const listed = task.parameters['approvers'];
  const approvers = new Set(Array.isArray(listed) ? listed.filter((key) => typeof key === 'string') : []);
  if (!approvers.has(predicate.executor.key)) {
    throw new TaskError(
      'APPROVER_UNKNOWN',
      `step ${predicate.stepId} was decided by a key that the plan does not list`,
    );
  }
  const { quorum = 1 } = task;
  if (predicate.public['decision'] !== 'approve') return;
  const signers = [...approvers].filter((key) => isSignedBy(envelope, fromBase64(key))).length;
  if (signers < quorum) {
    throw new TaskError(
      'APPROVAL_INCOMPLETE',
      `step ${predicate.stepId}: expected the signatures of ${quorum} approvers of the plan, got ${signers}`,
    );
  }
}

async function requireAttested(
  predicate: StepPredicate,
  policy: AppraisalPolicy,
  collateral: readonly Collateral[],
  deps: OpenTaskDependencies,
): Promise<void> {
  const named = predicate.evidence['package'];
  if (typeof named !== 'string') {
    throw new TaskError('EVIDENCE_INVALID', `step ${predicate.stepId} names no evidence package`);
  }
  const evidence = await deps.blobs.get(parseDigest(named));
  const peer = deps.appraiser.stored(evidence, policy, parseDigest(predicate.policyDigest), collateral);
  if (!equalBytes(peer.binding.signKey, fromBase64(predicate.executor.key))) {
    throw new TaskError(
      'EVIDENCE_UNBOUND',
      `step ${predicate.stepId}: the signing key is not the attested one`,
    );
  }
  if (!peer.operations.includes(predicate.operation)) {
    throw new TaskError(
      'MEASUREMENT_NOT_ALLOWED',
      `step ${predicate.stepId}: this image may not run ${predicate.operation}`,
    );
  }
}

function executorKey(producer: Producer): Uint8Array {
  return fromBase64(parseStepPredicate(producer.predicate).executor.key);
}

function jsonObject(text: string, what: string): JsonObject {
  const value = parseJsonStrict(utf8(text));
  if (!isJsonObject(value)) throw new TaskError('LEASE_MALFORMED', `${what}: expected a JSON object`);
  return value;
}

function mismatch(input: LeaseInput__Output): TaskError {
  return new TaskError(
    'COMMITMENT_MISMATCH',
    `input ${input.port}: the content does not open its commitment`,
  );
}
