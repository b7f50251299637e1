import { Injectable } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import { encodeCollateral } from '#attestation';
import type { JsonObject } from '#canonical';
import { DeviceCollateral } from '#collateral';
import { type Lease, type LeaseInput, type LeaseOutput, markSpan } from '#contracts';
import { parseEnvelope } from '#sealing';
import type { Plan, PlanTask } from '#workflow';
import { BlobStore } from '../blobs/blob-store.js';
import type { leases } from '../database/schema.js';
import { LedgerStore } from '../ledger/ledger-store.js';
import { isPageLedgerTask, PageLedgerTasks } from '../ledger/page-ledger-tasks.js';
import { PlanStore } from '../plans/plan-store.js';
import { type RunRow, RunStore, type TaskRow } from '../runs/run-store.js';
import { timestamp } from '../runs/timestamp.js';

export interface LeaseMessage {
  readonly lease: Lease;
  readonly ledgerState: JsonObject | null;
}

/** Where a value of a task comes from, and what its maker shows of itself. */
type Source = Pick<LeaseInput, 'commitment' | 'producerStatement' | 'producerCollateral'> & {
  readonly blob: string;
};

/** An envelope among the inputs of a task. */
export interface SealedInput {
  readonly edge: string;
  readonly blob: string;
  /** `sha256:` ids of the keys that can open it. */
  readonly keyIds: readonly string[];
  /** The executor has kept the content: it can go on without the envelope. */
  readonly keptByExecutor: boolean;
}

const SEALED_CACHE_MAX = 4_096;

/** Builds what a worker is told about a task: names, digests and sealed bytes, never a payload. */
@Injectable()
export class LeaseMessages {
  readonly #sealedOf = new Map<string, readonly SealedInput[]>();

  constructor(
    private readonly runs: RunStore,
    private readonly plans: PlanStore,
    private readonly blobs: BlobStore,
    private readonly ledgers: LedgerStore,
    private readonly pages: PageLedgerTasks,
    private readonly devices: DeviceCollateral,
  ) {}

  /** Who can open the inputs of a lease. They are the same for its whole life, and asked for whenever a worker comes. */
  async sealedInputs(
    row: typeof leases.$inferSelect,
    run: RunRow,
    tasks?: readonly TaskRow[],
  ): Promise<readonly SealedInput[]> {
    const known = this.#sealedOf.get(row.lease);
    if (known !== undefined) return known;
    const { task } = await this.#taskOf(row, run);
    const { sealed } = await this.inputsOf(run, task, tasks);
    if (this.#sealedOf.size >= SEALED_CACHE_MAX) this.#sealedOf.clear();
    this.#sealedOf.set(row.lease, sealed);
    return sealed;
  }

  /** The worker that alone can do the task, because its enclave has the ledger's keys; null: any. */
  async holder(row: typeof leases.$inferSelect, run: RunRow): Promise<string | null> {
    const { task } = await this.#taskOf(row, run);
    return this.pages.holder(run, task);
  }

  /** Null while the task has to wait: another step holds the ledger. */
  async build(
    row: typeof leases.$inferSelect,
    found?: RunRow,
    tasks?: readonly TaskRow[],
  ): Promise<LeaseMessage | null> {
    const run = found ?? (await this.runs.get(row.runId));
    const { plan, signedPlan, task } = await this.#taskOf(row, run);
    const ledgerState = await this.#ledgerState(run, task, row, tasks);
    if (task.ledgerState && ledgerState === null) return null;

    const { inputs } = await this.inputsOf(run, task, tasks);
    const lease: Lease = {
      lease: row.lease,
      fence: row.fence.toString(),
      tenant: run.tenant,
      runId: row.runId,
      taskId: row.taskId,
      attempt: row.attempt,
      attemptsMax: task.attemptsMax,
      operation: task.operation,
      deadline: timestamp(row.deadline),
      inputs,
      outputs: leaseOutputs(plan, task),
      signedPlan,
      plan: run.plan,
      definition: plan.definitionDigest,
      policy: run.policy,
      clientSealKey: run.clientSealKey,
      clientSignKey: run.clientSignKey,
      parametersJson: JSON.stringify(task.parameters),
      offerPackages: run.offers
        .filter(({ operation }) => operation === task.operation)
        .map((offer) => offer.package),
      stateJson: ledgerState === null ? '' : JSON.stringify(ledgerState),
      traceparent: markSpan('sealflow.dispatch', {
        kind: SpanKind.PRODUCER,
        parent: run.traceparent,
        facts: { run: row.runId, task: row.taskId, operation: task.operation, attempt: row.attempt },
      }),
    };
    return { lease, ledgerState };
  }

  /**
   * The values a task gets, in the plan's order, and who can open the envelopes among them.
   *
   * @param tasks of the run, where the caller knows them
   */
  async inputsOf(
    run: RunRow,
    task: PlanTask,
    tasks?: readonly TaskRow[],
  ): Promise<{ inputs: LeaseInput[]; sealed: readonly SealedInput[] }> {
    const done = tasks ?? (await this.runs.tasks(run.runId));
    const inputs: LeaseInput[] = [];
    const sealed: SealedInput[] = [];
    for (const input of task.inputs) {
      const source = await this.#source(run, done, input.edge);
      if (source === null) {
        if (input.optional) continue;
        throw new Error(`task ${task.id} of run ${run.runId}: edge ${input.edge} has no value`);
      }
      const kind = inputKind(input.alg);
      inputs.push({ port: input.port, edge: input.edge, kind, ...source });
      if (kind !== 'sealed') continue;
      sealed.push({
        edge: input.edge,
        blob: source.blob,
        keyIds: await this.#recipients(source.blob),
        keptByExecutor: input.keptByExecutor === true,
      });
    }
    return { inputs, sealed };
  }

  async #taskOf(row: typeof leases.$inferSelect, run: RunRow) {
    const { plan, signedPlan } = await this.plans.get(run.plan);
    const task = plan.tasks.find((candidate) => candidate.id === row.taskId);
    if (task === undefined) throw new Error(`plan ${run.plan} has no task ${row.taskId}`);
    return { plan, signedPlan, task };
  }

  async #source(run: RunRow, tasks: readonly TaskRow[], edge: string): Promise<Source | null> {
    const [producer, port] = splitEdge(edge);
    if (producer === 'inputs') {
      const input = run.inputs.find((candidate) => candidate.name === port);
      return input === undefined
        ? null
        : {
            commitment: input.commitment,
            blob: input.blob,
            producerStatement: Buffer.alloc(0),
            producerCollateral: [],
          };
    }
    const task = tasks.find((candidate) => candidate.taskId === producer);
    const output = task?.outputs?.find((candidate) => candidate.edge === edge);
    if (task?.statement == null || output === undefined) return null;
    const producerStatement = await this.blobs.get(task.statement);
    return {
      commitment: output.commitment,
      blob: output.blob,
      producerStatement,
      producerCollateral: await this.#collateral(task),
    };
  }

  /** Vendor data about the producer's devices. A person has none. */
  async #collateral(task: TaskRow): Promise<Buffer[]> {
    // The agent names the evidence package of its statement first.
    const [evidencePackage] = task.blobs ?? [];
    if (evidencePackage === undefined) return [];
    const pieces = await this.devices.of(evidencePackage, await this.blobs.get(evidencePackage));
    return pieces.map((piece) => Buffer.from(encodeCollateral(piece)));
  }

  async #recipients(blob: string): Promise<string[]> {
    const { header } = parseEnvelope(await this.blobs.get(blob));
    return header.recipients.map(({ kid }) => kid);
  }

  async #ledgerState(
    run: RunRow,
    task: PlanTask,
    row: typeof leases.$inferSelect,
    tasks: readonly TaskRow[] | undefined,
  ): Promise<JsonObject | null> {
    if (!task.ledgerState) return null;
    if (isPageLedgerTask(task)) {
      return this.pages.state(run, task, async () => tasks ?? (await this.runs.tasks(run.runId)));
    }
    const ledger = task.parameters['ledger'];
    if (typeof ledger !== 'string') throw new Error(`task ${task.id}: parameters name no ledger`);
    return this.ledgers.claim(run.tenant, ledger, { runId: row.runId, step: task.step });
  }
}

export function splitEdge(edge: string): [producer: string, port: string] {
  const slash = edge.indexOf('/');
  return [edge.slice(0, slash), edge.slice(slash + 1)];
}

function inputKind(alg: string): 'sealed' | 'blob' | 'public' {
  if (alg === 'public') return 'public';
  return alg === 'digest' ? 'blob' : 'sealed';
}

/** Operations that open each output; a release that may never run counts, or it could not open its reservation. */
function leaseOutputs(plan: Plan, task: PlanTask): LeaseOutput[] {
  return task.outputs.map((output) => ({
    port: output.port,
    edge: output.edge,
    consumers: [
      ...new Set(
        output.consumers.flatMap((id) => {
          const consumer = plan.tasks.find((candidate) => candidate.id === id);
          return consumer === undefined ? [] : [consumer.operation];
        }),
      ),
    ],
    clientReads: output.readers.includes('client'),
  }));
}
