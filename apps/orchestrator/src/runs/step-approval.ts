import { Injectable } from '@nestjs/common';
import { canonicalBytes, digestOf, fromBase64 } from '#canonical';
import { ApiError } from '#contracts';
import {
  EvidenceError,
  isSignedBy,
  parseEnvelope,
  parseStepPredicate,
  type StepPredicate,
  statementOf,
  stepPredicateType,
} from '#evidence';
import type { PlanTask } from '#workflow';
import { BlobStore } from '../blobs/blob-store.js';
import { limits } from '../config/limits.js';
import { statementMismatch } from '../engine/statement-match.js';
import { PlanStore } from '../plans/plan-store.js';
import { limitExceeded } from '../request-fields.js';
import { LeaseBook } from '../sessions/lease-book.js';
import { LeaseMessages } from '../sessions/lease-messages.js';
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
  ) {}

  async approve(run: RunRow, taskId: string, statement: Buffer): Promise<void> {
    const { plan } = await this.plans.get(run.plan);
    const task = plan.tasks.find(({ id, kind }) => id === taskId && kind === 'human');
    if (task === undefined) throw new ApiError('NOT_FOUND', `run ${run.runId} has no human step ${taskId}`);
    const predicate = readDecision(statement, task);
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
    const { inputs } = await this.messages.inputsOf(run, task);
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
    const outputs = [];
    for (const { value, ...output } of values) outputs.push({ ...output, blob: await this.blobs.put(value) });
    await this.leases.settleByPerson(lease.lease, {
      kind: 'completed',
      statement: await this.blobs.put(statement),
      outputs,
      blobs: [],
    });
  }
}

function readDecision(statement: Uint8Array, task: PlanTask): StepPredicate {
  if (statement.length > limits.statementBytesMax) {
    throw limitExceeded('statementBytesMax', statement.length, 'this is no step statement');
  }
  try {
    const envelope = parseEnvelope(statement);
    const predicate = parseStepPredicate(statementOf(envelope, stepPredicateType).predicate);
    const { key } = predicate.executor;
    const approvers = task.parameters['approvers'];
    if (!Array.isArray(approvers) || !approvers.includes(key) || !isSignedBy(envelope, fromBase64(key))) {
      throw new ApiError(
        'APPROVER_UNKNOWN',
        `step ${task.id}: expected the signature of an approver that the plan lists, got another or none`,
      );
    }
    return predicate;
  } catch (error) {
    if (error instanceof EvidenceError) throw new ApiError('INVALID_REQUEST', `statement: ${error.message}`);
    throw error;
  }
}
