import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { canonicalBytes, digestOf } from '#canonical';
import { ApiError } from '#contracts';
import { encodeFrames, intentsFormat } from '#ledger';
import { builtinDefinition, NO_MINIMUMS, planWorkflow, WorkflowError } from '#workflow';
import { asCaller } from '../auth/call-context.js';
import { BlobStore } from '../blobs/blob-store.js';
import { limits } from '../config/limits.js';
import { RunEngine } from '../engine/run-engine.js';
import { PlanStore, type StoredPlan } from '../plans/plan-store.js';
import { RunStore } from '../runs/run-store.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import { CLOCK, type Clock } from '../tokens.js';
import { type BatchRow, BatchStore } from './batch-store.js';
import { IntentQueue } from './intent-queue.js';
import { PageLedgerStore } from './page-ledger-store.js';

/** Interpreters before this one know no ledgers of pages. */
const INTERPRETER = 'v3';
const PLANS_KEPT_MAX = 256;

/**
 * Makes the run of a batch: of the built-in workflow, under the policy and for the client keys of the run that founded
 * the ledger. Repeatable: everything follows from the rows of the batch, whose name is the run's.
 */
@Injectable()
export class BatchRuns {
  readonly #plans = new Map<string, StoredPlan>();

  constructor(
    private readonly ledgers: PageLedgerStore,
    private readonly batches: BatchStore,
    private readonly queue: IntentQueue,
    private readonly blobs: BlobStore,
    private readonly plans: PlanStore,
    private readonly runs: RunStore,
    private readonly engine: RunEngine,
    private readonly registry: SessionRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Whether workers for all tasks of a batch are connected; without them nothing is taken out of the queue. */
  get possible(): boolean {
    const connected = this.registry.operations();
    return wanted.every((operation) => connected.includes(operation));
  }

  async start(batch: BatchRow): Promise<void> {
    const { tenant, ledger } = batch;
    const founding = await this.#founding(tenant, ledger);
    const [plan, intents] = await Promise.all([this.#plan(tenant, ledger), this.#blob(batch)]);
    const inserted = await this.runs.insert(
      {
        runId: batch.batch,
        tenant,
        requestId: `batch-${batch.batch}`,
        contentDigest: digestOf(canonicalBytes({ ledger, intents })),
        plan: plan.digest,
        workflow: plan.plan.definition.name,
        policy: founding.policy,
        state: 'PENDING',
        interpreter: INTERPRETER,
        priority: 1,
        inputs: [{ name: 'intents', commitment: intents, blob: intents }],
        offers: [],
        clientSealKey: founding.clientSealKey,
        clientSignKey: founding.clientSignKey,
        previousRun: null,
        previousRoot: null,
        workflowRevision: null,
        traceparent: '',
        deadline: new Date(this.clock() + limits.batchDeadlineMs),
        createdAt: new Date(this.clock()),
      },
      plan.plan.tasks,
    );
    await this.engine.start(inserted?.run ?? (await this.runs.get(batch.batch)), inserted);
    await this.batches.started(batch.batch, intents);
  }

  async #founding(tenant: string, ledger: string) {
    const row = await this.ledgers.find(tenant, ledger);
    if (row === undefined) throw new Error(`batch of ledger ${ledger}, which is not there`);
    return this.runs.get(row.foundingRun);
  }

  /** The tenant has it, as an input that it had sent itself: it counts, and can be read for a replay. */
  async #blob({ batch, tenant }: BatchRow): Promise<string> {
    const bytes = encodeFrames(intentsFormat, await this.queue.envelopes(batch));
    const digest = await asCaller(ofTenant(tenant), () => this.blobs.put(bytes));
    this.blobs.keepRead(bytes);
    return digest;
  }

  /** History would make another plan each time; which operations are connected is part of it. */
  async #plan(tenant: string, ledger: string): Promise<StoredPlan> {
    const connected = this.registry.operations();
    const key = JSON.stringify([tenant, ledger, connected]);
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const made = planned(ledger, connected);
    const stored = await asCaller(ofTenant(tenant), () => this.plans.add(tenant, made));
    if (this.#plans.size >= PLANS_KEPT_MAX) this.#plans.clear();
    this.#plans.set(key, stored);
    return stored;
  }
}

const definition = builtinDefinition('ledger-batch');
const wanted: readonly string[] = ['ledger.batch.authorize', 'ledger.batch.apply'];

function planned(ledger: string, connected: readonly string[]) {
  try {
    return planWorkflow({
      definition,
      minimums: NO_MINIMUMS,
      connected: connected.filter((operation) => wanted.includes(operation)),
      parameters: { batch: { ledger } },
    });
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    throw new ApiError('WORKER_CAPACITY', `ledger-batch: ${error.message}`, { retryMs: 1_000 });
  }
}

/** The orchestrator in the name of a tenant: what it stores here is the tenant's, and counts as such. */
function ofTenant(tenant: string) {
  return {
    subject: 'orchestrator',
    tenant,
    roles: ['submitter'],
    kind: 'key',
    holder: 'orchestrator',
    expiresMs: Number.MAX_SAFE_INTEGER,
  } as const;
}

/** 10 random bytes for the name of a batch. */
export function batchEntropy(): Uint8Array {
  return new Uint8Array(randomBytes(10));
}
