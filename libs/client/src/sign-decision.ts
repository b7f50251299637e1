import {
  type Commitment,
  canonicalBytes,
  commitSha256,
  digestOf,
  ed25519PublicKey,
  formatTime,
  fromBase64,
  parseDigest,
  toBase64,
  toJson,
  utf8,
} from '#canonical';
import {
  buildStepStatement,
  concealStatement,
  countersign,
  isSignedBy,
  parseEnvelope,
  parseStepPredicate,
  signStatement,
  statementOf,
  stepPredicateType,
} from '#evidence';
import { ClientError } from './client-error.js';
import type { PlannedWorkflow } from './planned-workflow.js';

export interface Decision {
  readonly runId: string;
  /** Id of the human step. */
  readonly step: string;
  readonly planned: PlannedWorkflow;
  readonly policyDigest: string;
  readonly decision: 'approve' | 'decline';
  /** Goes into the evidence as a salted commitment only. */
  readonly reason: string;
  readonly reviewer: string;
  /** The value the reviewer saw, e.g. the proven decision `review`. */
  readonly seen: Commitment;
  readonly startedMs: number;
  readonly nowMs: number;
}

/** A reviewer's decision as a signed step statement. `seed` is the reviewer's Ed25519 key. */
export function signDecision(
  decision: Decision,
  seed: Uint8Array,
  random: (bytes: number) => Uint8Array,
): Uint8Array {
  const task = decision.planned.plan.tasks.find(({ id }) => id === decision.step);
  const input = task?.inputs[0];
  const output = task?.outputs[0];
  if (task?.kind !== 'human' || input === undefined || output === undefined) {
    throw new RangeError(`the plan has no human step ${decision.step}`);
  }
  const statement = buildStepStatement({
    runId: decision.runId,
    stepId: task.id,
    attempt: 1,
    kind: 'human',
    operation: task.operation,
    assurance: { integrity: 'SIGNED', confidentiality: 'OPERATOR_VISIBLE' },
    definitionDigest: decision.planned.plan.definitionDigest,
    planDigest: decision.planned.digest,
    policyDigest: parseDigest(decision.policyDigest),
    inputs: [{ port: input.port, edge: input.edge, commitment: decision.seen }],
    outputs: [
      { port: output.port, edge: output.edge, commitment: digestOf(canonicalBytes(decision.decision)) },
    ],
    public: { decision: decision.decision },
    startedAt: formatTime(decision.startedMs),
    endedAt: formatTime(decision.nowMs),
    executor: {
      id: decision.reviewer,
      key: toBase64(ed25519PublicKey(seed)),
      softwareDigest: digestOf(utf8('sealflow client')),
    },
    sealing: { suite: 2, readers: [] },
    evidence: {
      reviewer: decision.reviewer,
      role: 'approver',
      decision: decision.decision,
      reasonCommitment: commitSha256({ label: 'reason', salt: random(32), plaintext: utf8(decision.reason) }),
    },
    metrics: {},
  });
  return signStatement({ ...concealStatement(statement, random), seed });
}

/**
 * The second signature on a yes that needs two. The orchestrator, which brings what the first person signed, is not
 * believed: the statement must say what this person would have said of the same value, under the key of an approver.
 *
 * @throws ClientError `DECISION_UNTRUSTED`
 */
export function countersignDecision(
  decision: Omit<Decision, 'reason' | 'reviewer' | 'startedMs' | 'nowMs'>,
  statement: Uint8Array,
  seed: Uint8Array,
): Uint8Array {
  const { plan, digest } = decision.planned;
  const task = plan.tasks.find(({ id }) => id === decision.step);
  const [input] = task?.inputs ?? [];
  const [output] = task?.outputs ?? [];
  if (task?.kind !== 'human' || input === undefined || output === undefined) {
    throw new RangeError(`the plan has no human step ${decision.step}`);
  }
  const envelope = parseEnvelope(statement);
  const first = parseStepPredicate(statementOf(envelope, stepPredicateType).predicate);
  const listed = task.parameters['approvers'];
  const stated = {
    runId: first.runId,
    stepId: first.stepId,
    kind: first.kind,
    operation: first.operation,
    definitionDigest: first.definitionDigest,
    planDigest: first.planDigest,
    policyDigest: first.policyDigest,
    inputs: first.inputs,
    outputs: first.outputs,
    decision: first.public['decision'] ?? null,
  };
  const expected = {
    runId: decision.runId,
    stepId: task.id,
    kind: 'human',
    operation: task.operation,
    definitionDigest: plan.definitionDigest,
    planDigest: digest,
    policyDigest: decision.policyDigest,
    inputs: [{ port: input.port, edge: input.edge, commitment: decision.seen }],
    outputs: [
      { port: output.port, edge: output.edge, commitment: digestOf(canonicalBytes(decision.decision)) },
    ],
    decision: decision.decision,
  };
  const same = digestOf(canonicalBytes(toJson(stated))) === digestOf(canonicalBytes(toJson(expected)));
  const known = Array.isArray(listed) && listed.includes(first.executor.key);
  if (!same || !known || !isSignedBy(envelope, fromBase64(first.executor.key))) {
    throw new ClientError(
      'DECISION_UNTRUSTED',
      `step ${task.id}: what waits for a second signature is not this decision on this value by an approver of the plan: do not sign it`,
    );
  }
  return countersign(envelope, seed);
}
