import { type Commitment, canonicalBytes, type Digest, digestOf, fromBase64, toJson } from '#canonical';
import { type DsseEnvelope, isSignedBy, statementOf } from '../dsse/envelope.js';
import type { Statement } from './statement.js';
import { buildStepStatement, parseStepPredicate, stepPredicateType } from './step.js';

/*
 * A person's decision as the statement of a human step. Whoever decides holds the key and signs; nothing here does. The
 * orchestrator that asks for the decision is not believed about it: what is signed is made from the plan.
 */

export const decisions = ['approve', 'decline'] as const;
export type DecisionAnswer = (typeof decisions)[number];

/** The human step of a plan, as far as a decision names it. */
export interface DecidedTask {
  readonly id: string;
  readonly operation: string;
  readonly kind: string;
  readonly inputs: readonly { readonly port: string; readonly edge: string }[];
  readonly outputs: readonly { readonly port: string; readonly edge: string }[];
}

/** What is decided. */
export interface DecisionSubject {
  readonly runId: string;
  readonly attempt: number;
  readonly task: DecidedTask;
  readonly definitionDigest: Digest;
  readonly planDigest: Digest;
  readonly policyDigest: Digest;
  /** The value that the person saw. */
  readonly seen: Commitment;
  readonly decision: DecisionAnswer;
}

/** By whom, when and why. */
export interface DecisionAct {
  readonly reviewer: string;
  /** Raw Ed25519 key, base64. */
  readonly key: string;
  /** What the person decided with. */
  readonly softwareDigest: Digest;
  readonly reasonCommitment: Commitment;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** Raises a RangeError for a task that is no human step. */
export function decisionStatement(subject: DecisionSubject, act: DecisionAct): Statement {
  return buildStepStatement({
    ...decided(subject),
    stepId: subject.task.id,
    attempt: subject.attempt,
    assurance: { integrity: 'SIGNED', confidentiality: 'OPERATOR_VISIBLE' },
    public: { decision: subject.decision },
    startedAt: act.startedAt,
    endedAt: act.endedAt,
    executor: { id: act.reviewer, key: act.key, softwareDigest: act.softwareDigest },
    sealing: { suite: 2, readers: [] },
    evidence: {
      reviewer: act.reviewer,
      role: 'approver',
      decision: subject.decision,
      reasonCommitment: act.reasonCommitment,
    },
    metrics: {},
  });
}

/**
 * Whether a statement that somebody else brings is this very decision, signed by an approver: only then may a second
 * person put a signature to it. @returns the first signer, or null
 */
export function firstSigner(
  envelope: DsseEnvelope,
  subject: Omit<DecisionSubject, 'attempt'>,
  approvers: readonly string[],
): { readonly key: string; readonly reviewer: string | null } | null {
  const first = parseStepPredicate(statementOf(envelope, stepPredicateType).predicate);
  const { runId, kind, operation, definitionDigest, planDigest, policyDigest, inputs, outputs } = first;
  const stated = {
    ...{ runId, kind, operation, definitionDigest, planDigest, policyDigest, inputs, outputs },
    stepId: first.stepId,
    decision: first.public['decision'] ?? null,
  };
  const expected = { ...decided(subject), stepId: subject.task.id, decision: subject.decision };
  const same = digestOf(canonicalBytes(toJson(stated))) === digestOf(canonicalBytes(toJson(expected)));
  const { key, id } = first.executor;
  const known = approvers.includes(key) && isSignedBy(envelope, fromBase64(key));
  return same && known ? { key, reviewer: id } : null;
}

function decided({ task, ...subject }: Omit<DecisionSubject, 'attempt'>) {
  const [input] = task.inputs;
  const [output] = task.outputs;
  if (task.kind !== 'human' || input === undefined || output === undefined)
    throw new RangeError(`the plan has no human step ${task.id}`);
  return {
    runId: subject.runId,
    kind: 'human' as const,
    operation: task.operation,
    definitionDigest: subject.definitionDigest,
    planDigest: subject.planDigest,
    policyDigest: subject.policyDigest,
    inputs: [{ port: input.port, edge: input.edge, commitment: subject.seen }],
    outputs: [
      { port: output.port, edge: output.edge, commitment: digestOf(canonicalBytes(subject.decision)) },
    ],
  };
}
