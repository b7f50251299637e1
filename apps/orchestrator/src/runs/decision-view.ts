import { Injectable } from '@nestjs/common';
import { canonicalBytes, digestOf, type Json } from '#canonical';
import { ApiError } from '#contracts';
import { asSystem } from '../auth/call-context.js';
import { BlobStore } from '../blobs/blob-store.js';
import { PlanStore } from '../plans/plan-store.js';
import { LeaseBook } from '../sessions/lease-book.js';
import { LeaseMessages } from '../sessions/lease-messages.js';
import { runEtag } from './run-etag.js';
import { RunReader } from './run-reader.js';
import { RunStore } from './run-store.js';

/** What a person needs to make the statement of a decision, and to check it against the plan. */
export interface WaitingDecision {
  readonly run: string;
  readonly step: string;
  readonly attempt: number;
  readonly policy: string;
  readonly plan: string;
  /** base64 of the plan as it was signed: what is signed is made from it, and not from the word of this answer. */
  readonly signedPlan: string;
  readonly inputs: readonly {
    readonly port: string;
    readonly edge: string;
    readonly commitment: string;
    /** Absent where the value is sealed, or is none that opens the commitment by itself. */
    readonly value?: Json;
  }[];
  /** base64 of what another approver signed first; absent where nobody has. */
  readonly signed?: string;
  readonly etag: string;
}

/** A step that waits for a person, with the bytes that this person decides on. */
@Injectable()
export class DecisionView {
  constructor(
    private readonly reader: RunReader,
    private readonly runs: RunStore,
    private readonly plans: PlanStore,
    private readonly leases: LeaseBook,
    private readonly messages: LeaseMessages,
    private readonly blobs: BlobStore,
  ) {}

  /** @throws ApiError NOT_FOUND, STEP_NOT_WAITING */
  async get(name: string, step: string): Promise<WaitingDecision> {
    const run = await this.reader.named(name);
    const { plan, signedPlan } = await this.plans.get(run.plan);
    const task = plan.tasks.find(({ id, kind }) => id === step && kind === 'human');
    if (task === undefined) throw new ApiError('NOT_FOUND', `run ${run.runId} has no human step ${step}`);
    const tasks = await this.runs.tasks(run.runId);
    const lease = (await this.leases.openLeases(run.runId)).find(({ taskId }) => taskId === step);
    if (lease === undefined) {
      const state = tasks.find(({ taskId }) => taskId === step)?.state ?? 'WAITING';
      throw new ApiError(
        'STEP_NOT_WAITING',
        `step ${step} is ${state}, expected AWAITING_APPROVAL: it does not wait for a decision`,
        { facts: { state } },
      );
    }
    const { inputs } = await asSystem(() => this.messages.inputsOf(run, task, tasks));
    const first = lease.result?.['kind'] === 'first-signature' ? lease.result['statement'] : undefined;
    return {
      run: name,
      step,
      attempt: lease.attempt,
      policy: run.policy,
      plan: run.plan,
      signedPlan: Buffer.from(await asSystem(() => this.blobs.get(signedPlan))).toString('base64'),
      inputs: inputs.map(({ port = '', edge = '', commitment = '' }) => {
        const value = stated(tasks.find(({ taskId }) => edge.startsWith(`${taskId}/`))?.public, port, edge);
        const opens = value !== undefined && digestOf(canonicalBytes(value)) === commitment;
        return { port, edge, commitment, ...(opens ? { value } : {}) };
      }),
      ...(typeof first === 'string'
        ? { signed: Buffer.from(await asSystem(() => this.blobs.get(first))).toString('base64') }
        : {}),
      etag: runEtag(run, tasks),
    };
  }
}

/** A fact of the producer that is named like the port of the edge opens the edge's bare digest. */
function stated(facts: unknown, port: string, edge: string): Json | undefined {
  if (typeof facts !== 'object' || facts === null) return undefined;
  const name = edge.slice(edge.lastIndexOf('/') + 1) || port;
  return Object.hasOwn(facts, name) ? (Reflect.get(facts, name) as Json) : undefined;
}
