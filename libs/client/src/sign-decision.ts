import {
  type Commitment,
  commitSha256,
  digestOf,
  ed25519PublicKey,
  formatTime,
  parseDigest,
  toBase64,
  utf8,
} from '#canonical';
import {
  concealStatement,
  countersign,
  type DecisionSubject,
  decisionStatement,
  firstSigner,
  parseEnvelope,
  signStatement,
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
  const { subject } = subjectOf(decision);
  const statement = decisionStatement(subject, {
    reviewer: decision.reviewer,
    key: toBase64(ed25519PublicKey(seed)),
    softwareDigest: digestOf(utf8('sealflow client')),
    reasonCommitment: commitSha256({ label: 'reason', salt: random(32), plaintext: utf8(decision.reason) }),
    startedAt: formatTime(decision.startedMs),
    endedAt: formatTime(decision.nowMs),
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
  const { subject, approvers } = subjectOf(decision);
  const envelope = parseEnvelope(statement);
  if (firstSigner(envelope, subject, approvers) === null) {
    throw new ClientError(
      'DECISION_UNTRUSTED',
      `step ${decision.step}: what waits for a second signature is not this decision on this value by an approver of the plan: do not sign it`,
    );
  }
  return countersign(envelope, seed);
}

function subjectOf(decision: Omit<Decision, 'reason' | 'reviewer' | 'startedMs' | 'nowMs'>): {
  readonly subject: DecisionSubject;
  readonly approvers: readonly string[];
} {
  const { plan, digest } = decision.planned;
  const task = plan.tasks.find(({ id }) => id === decision.step);
  if (task === undefined) throw new RangeError(`the plan has no human step ${decision.step}`);
  const listed = task.parameters['approvers'];
  return {
    subject: {
      runId: decision.runId,
      attempt: 1,
      task,
      definitionDigest: plan.definitionDigest,
      planDigest: digest,
      policyDigest: parseDigest(decision.policyDigest),
      seen: decision.seen,
      decision: decision.decision,
    },
    approvers: Array.isArray(listed) ? listed.filter((key) => typeof key === 'string') : [],
  };
}
