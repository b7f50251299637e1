import { Inject, Injectable } from '@nestjs/common';
import { CanonicalError, canonicalBytes, digestOf, fromBase64, type Json } from '#canonical';
import { ApiError } from '#contracts';
import {
  type DsseEnvelope,
  EvidenceError,
  isSignedBy,
  parseEnvelope,
  parseStepPredicate,
  type StepPredicate,
  statementOf,
  stepPredicateType,
} from '#evidence';
import type { PlanTask } from '#workflow';
import { asSystem } from '../auth/call-context.js';
import { BlobStore } from '../blobs/blob-store.js';
import { limits } from '../config/limits.js';
import { statementMismatch } from '../engine/statement-match.js';
import { PlanStore } from '../plans/plan-store.js';
import { limitExceeded } from '../request-fields.js';
import { LeaseBook } from '../sessions/lease-book.js';
import { LeaseMessages } from '../sessions/lease-messages.js';
import { CLOCK, type Clock } from '../tokens.js';
import { type RunRow, RunStore } from './run-store.js';

/**
 * Takes a person's signed decision. Who may decide is in the plan, which the client saw before it sealed; the
 * signature is the approver's own, so the orchestrator can neither decide nor change a decision.
 */
@Injectable()
export class StepApproval {
  constructor(
    private readonly runs: RunStore,
    private readonly plans: PlanStore,
    private readonly leases: LeaseBook,
    private readonly messages: LeaseMessages,
    private readonly blobs: BlobStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param checkOnly whether it ends before anything is written */
  async approve(run: RunRow, taskId: string, statement: Buffer, checkOnly = false): Promise<void> {
    const { plan } = await this.plans.get(run.plan);
    const task = plan.tasks.find(({ id, kind }) => id === taskId && kind === 'human');
    if (task === undefined) throw new ApiError('NOT_FOUND', `run ${run.runId} has no human step ${taskId}`);
    const { predicate, signers } = readDecision(statement, task);
    const lease = (await this.leases.openLeases(run.runId)).find((candidate) => candidate.taskId === taskId);
    if (lease === undefined) {
      const { state } = await this.runs.task(run.runId, taskId);
      throw new ApiError(
        'STEP_NOT_WAITING',
        `step ${taskId} is ${state}, expected AWAITING_APPROVAL: it does not wait for a decision`,
        {
          facts: { state },
        },
      );
    }
    const { inputs } = await asSystem(() => this.messages.inputsOf(run, task));
    const reason = statementMismatch(predicate, {
      run,
      task,
      attempt: lease.attempt,
      definitionDigest: plan.definitionDigest,
      inputs,
    });
    if (reason !== null)
      throw new ApiError(
        'INVALID_REQUEST',
        `statement: expected the answer to step ${taskId} of run ${run.runId}, got ${reason}: sign this step`,
      );
    const values = predicate.outputs.map(({ port, edge, commitment }) => {
      const fact = predicate.public[port];
      const value = fact === undefined ? null : canonicalBytes(fact);
      if (value === null || digestOf(value) !== commitment) {
        throw new ApiError(
          'COMMITMENT_MISMATCH',
          `output ${port}: expected a stated value that opens its commitment, got another or none: sign the step again`,
        );
      }
      return { port, edge, commitment, value };
    });
    if (checkOnly) return;
    if (task.quorum !== undefined && predicate.public['decision'] === 'approve' && signers < task.quorum) {
      await this.#awaitSecond(run, task, lease.lease, statement);
      return;
    }
    const outputs = [];
    for (const { value, ...output } of values) outputs.push({ ...output, blob: await this.blobs.put(value) });
    await this.leases.settleByPerson(lease.lease, {
      kind: 'completed',
      statement: await this.blobs.put(statement),
      outputs,
      blobs: [],
    });
  }

  /**
   * One yes where two are needed. The second person signs the very bytes that the first one signed, so that both vouch
   * for the same value of the same attempt: whoever brings another statement is told which one waits.
   */
  async #awaitSecond(run: RunRow, task: PlanTask, lease: string, statement: Buffer): Promise<void> {
    const own = await this.blobs.put(statement);
    const waiting = await this.leases.keepFirstSignature(lease, own);
    if (waiting !== own) {
      throw new ApiError(
        'COUNTERSIGN_EXPECTED',
        `step ${task.id}: expected a second signature on the statement that another approver signed first, got a statement of its own: read blob ${waiting}, compare it and sign it too`,
        { facts: { statement: waiting, quorum: String(task.quorum) } },
      );
    }
    const change = { state: 'AWAITING_APPROVAL', reason: 'SECOND_SIGNATURE_EXPECTED' };
    await this.runs.changeTask(run.runId, task.id, change, new Date(this.clock()));
  }
}

interface ReadDecision {
  readonly predicate: StepPredicate;
  /** Different approvers of the plan whose signatures verify. */
  readonly signers: number;
}

function readDecision(statement: Uint8Array, task: PlanTask): ReadDecision {
  if (statement.length > limits.statementBytesMax) {
    throw limitExceeded('statementBytesMax', statement.length, 'this is no step statement');
  }
  try {
    const envelope = parseEnvelope(statement);
    const predicate = parseStepPredicate(statementOf(envelope, stepPredicateType).predicate);
    const { key } = predicate.executor;
    const listed = task.parameters['approvers'];
    const approvers = new Set(Array.isArray(listed) ? listed.filter(isText) : []);
    if (!approvers.has(key) || !isSignedBy(envelope, fromBase64(key))) {
      throw new ApiError(
        'APPROVER_UNKNOWN',
        `step ${task.id}: expected the signature of an approver that the plan lists, got another or none`,
      );
    }
    const signers = [...approvers].filter((approver) => isKeyOf(envelope, approver)).length;
    return { predicate, signers };
  } catch (error) {
    if (error instanceof EvidenceError) throw new ApiError('INVALID_REQUEST', `statement: ${error.message}`);
    throw error;
  }
}

function isText(value: Json): value is string {
  return typeof value === 'string';
}

/** A parameter that is no key has signed nothing. */
function isKeyOf(envelope: DsseEnvelope, approver: string): boolean {
  try {
    return isSignedBy(envelope, fromBase64(approver));
  } catch (error) {
    if (error instanceof CanonicalError) return false;
    throw error;
  }
}
