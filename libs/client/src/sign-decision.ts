import {
  type Commitment,
  canonicalBytes,
  commitSha256,
  digestOf,
  ed25519PublicKey,
  formatTime,
  parseDigest,
  toBase64,
  utf8,
} from '#canonical';
import { buildStepStatement, concealStatement, signStatement } from '#evidence';
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
