import { appraisalPolicyDigest, BindingMemory } from '#attestation';
import { canonicalBytes, type Digest, type Json, toJson, ulid } from '#canonical';
import {
  type CreateRunRequest,
  type CreateRunResponse__Output,
  type RewrapInputResponse__Output,
  type ServiceClients,
  unary,
  type WatchRunResponse__Output,
  withSpan,
  writeBlob,
} from '#contracts';
import { SESSION_KEY_BYTES, sessionInput } from '#conversation';
import {
  type ClientConnection,
  type ClientOptions,
  concealed,
  signalOf,
  type Until,
} from './client-connection.js';
import { ClientIdentity } from './client-identity.js';
import type { Conversation } from './conversation.js';
import type { LedgerPin } from './ledger-receipt.js';
import { Mandates } from './mandates.js';
import { type AcceptedWorker, findWorkers } from './offers.js';
import { openInputs } from './open-inputs.js';
import { openServices } from './open-services.js';
import { type OwnProver, type OwnProverOptions, startOwnProver } from './own-prover.js';
import { PageLedger } from './page-ledger.js';
import { patiently, usualPatience } from './passing.js';
import { type PlanInput, type PlannedWorkflow, requestPlan } from './planned-workflow.js';
import type { PreparedRun } from './prepared-run.js';
import { RunHandle } from './run-handle.js';
import { type SealInputsInput, sealInputs } from './seal-inputs.js';
import { StoredWorkflows } from './stored-workflows.js';
import { watchRun } from './watch-run.js';

export interface RunOptions {
  /** From now; the run ends by then, or sooner where its workflow says so. */
  readonly deadlineMs: number;
  /** UUID; the same id never makes a second run. */
  readonly requestId: string;
  /** ULID; drawn unless said. For who writes down which run it will be before anything of it is there. */
  readonly runId?: string;
  readonly costMicrosMax?: bigint;
  /** Id of a run that ended and that this one repeats or amends; the evidence of this one names that of the other. */
  readonly previousRun?: string;
}

/** Of a run that is planned, sealed and started in one call; the times of `Until` end with its start. */
export type StartOptions = Partial<RunOptions> & Until;

/** What a client and the views of it share. */
interface Shared {
  readonly services: ServiceClients;
  readonly memory: BindingMemory;
  readonly signal: AbortSignal | undefined;
}

const CALL_DEADLINE_MS = 30_000;
const RUN_DEADLINE_MS = 600_000;
/** Envelopes outlive the run's deadline a little: a result in flight may still need one. */
const ENVELOPE_EXTRA_MS = 3_600_000;

/** The way of an enterprise to a result: plan, appraise, seal, create, watch, verify, open. */
export class SealflowClient implements ClientConnection {
  readonly services: ServiceClients;
  readonly policyDigest: Digest;
  readonly workflows: StoredWorkflows;
  readonly options: ClientOptions;
  readonly signal: AbortSignal | undefined;
  readonly #memory: BindingMemory;
  readonly #isView: boolean;

  constructor(options: ClientOptions, shared?: Shared) {
    const { tenant, trust } = options;
    this.options = concealed(options);
    this.#isView = shared !== undefined;
    this.#memory = shared?.memory ?? new BindingMemory();
    this.services = shared?.services ?? openServices(options);
    this.signal = shared?.signal;
    this.policyDigest = appraisalPolicyDigest(trust.policy);
    this.workflows = new StoredWorkflows(this.services, tenant, this.signal);
  }

  /** Ends the connection. Of a view, which has none of its own, nothing. */
  close(): void {
    if (!this.#isView) this.services.close();
  }

  /** This client for one piece of work: every call of it, and of what comes out of it, ends with the signal or in time. */
  with(until: Until): SealflowClient {
    const signal = signalOf(until, this.signal);
    return new SealflowClient(this.options, { services: this.services, memory: this.#memory, signal });
  }

  plan(input: PlanInput): Promise<PlannedWorkflow> {
    const { services, signal } = this;
    const { tenant, trust } = this.options;
    return requestPlan(input, { services, tenant, trust, signal });
  }

  /**
   * Plan, appraise, seal, create: the whole way to a run under way. A plan that was made before is taken as it is.
   *
   * @throws ClientError EVIDENCE_REFUSED before anything is sealed where no worker passes the trust file
   */
  async run(
    workflow: PlanInput | PlannedWorkflow,
    values: Readonly<Record<string, Json>>,
    { signal, timeoutMs, ...options }: StartOptions = {},
  ): Promise<RunHandle> {
    const until = this.with({ signal, timeoutMs });
    const planned = 'plan' in workflow ? workflow : await until.plan(workflow);
    const prepared = await until.prepare(planned, values, {
      ...options,
      deadlineMs: options.deadlineMs ?? RUN_DEADLINE_MS,
      requestId: options.requestId ?? globalThis.crypto.randomUUID(),
    });
    // By its request id it is one run, however often it is asked for.
    await patiently(() => until.create(prepared), { ...usualPatience, signal: until.signal });
    return new RunHandle(prepared, this);
  }

  /**
   * A run whose step stays open for calls to a model, under a key that is drawn here and sealed into its input `session`.
   *
   * @param values the other inputs of the workflow, where it has some
   */
  async converse(
    workflow: PlanInput | PlannedWorkflow,
    values: Readonly<Record<string, Json>> = {},
    options: StartOptions = {},
  ): Promise<{ readonly run: RunHandle; readonly conversation: Conversation }> {
    const key = this.options.random(SESSION_KEY_BYTES);
    const run = await this.run(workflow, { ...values, session: sessionInput(key) }, options);
    return { run, conversation: run.conversation(key) };
  }

  /**
   * Starts a prover beside this program, at the owner of the data: steps with `CLIENT_ONLY` are proved by it, and what they
   * read never leaves its folder. It ends with `stop`, and with this program, however that ends.
   *
   * @throws ClientError PROVER_UNAVAILABLE
   */
  prove({ signal, ...options }: OwnProverOptions): Promise<OwnProver> {
    return startOwnProver(
      this.options.target,
      { ...options, signal: signalOf({ signal }, this.signal) },
      (owner) =>
        new SealflowClient(
          { ...this.options, owner },
          {
            services: this.services,
            memory: this.#memory,
            signal: this.signal,
          },
        ),
    );
  }

  /** Events of a run of this tenant, whoever started it, each once and in order; see `RunHandle.watch`. */
  watch(runId: string, until: Until = {}): AsyncGenerator<WatchRunResponse__Output, void, undefined> {
    const name = `tenants/${this.options.tenant}/runs/${runId}`;
    return watchRun({ services: this.services, name, runId }, signalOf(until, this.signal));
  }

  /** A ledger of pages whose key is known, e.g. from `foundLedger`. */
  ledger(pin: LedgerPin): PageLedger {
    return new PageLedger(this, pin);
  }

  /** What agents may spend on a ledger of pages. */
  mandates(pin: LedgerPin): Mandates {
    return new Mandates(this.ledger(pin));
  }

  toJSON(): object {
    const { target, tenant } = this.options;
    return { target, tenant };
  }

  /** As `toJSON`: what is printed may end in a log. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const { target, tenant } = this.options;
    return `SealflowClient { target: '${target}', tenant: '${tenant}' }`;
  }

  /** Appraises the workers that will read the inputs, then seals and uploads. Throws before sealing when one fails. */
  prepare(
    planned: PlannedWorkflow,
    values: Readonly<Record<string, Json>>,
    options: RunOptions,
  ): Promise<PreparedRun> {
    const { random, now } = this.options;
    const { runId = ulid(now(), random(10)) } = options;
    return withSpan('sealflow.client.prepare', { facts: { run: runId } }, async (traceparent) => ({
      ...(await this.#prepare(runId, planned, values, options)),
      traceparent,
    }));
  }

  async #prepare(
    runId: string,
    planned: PlannedWorkflow,
    values: Readonly<Record<string, Json>>,
    options: RunOptions,
  ): Promise<Omit<PreparedRun, 'traceparent'>> {
    const { tenant, trust, random, now } = this.options;
    const identity = new ClientIdentity(random);
    const { policyDigest } = this;
    const workers = await this.#workersThatReadInputs(planned);
    const accepted = [...workers.values()].flat();
    await this.#upload(policyDigest, canonicalBytes(toJson(trust.policy)));
    const deadline =
      now() + Math.min(options.deadlineMs, planned.plan.definition.deadlineMs ?? Number.POSITIVE_INFINITY);
    const inputs = await this.#seal({ runId, planned, identity }, { values, workers, deadline });
    const request: CreateRunRequest = {
      parent: `tenants/${tenant}`,
      runId,
      requestId: options.requestId,
      plan: planned.digest,
      workflowRevision: planned.workflowRevision ?? '',
      inputs: inputs.map((input) => ({ ...input })),
      policy: policyDigest,
      clientSealKey: identity.sealPublicKey,
      clientSignKey: identity.signPublicKey,
      deadline: { seconds: String(Math.floor(deadline / 1000)), nanos: (deadline % 1000) * 1_000_000 },
      costMicrosMax: options.costMicrosMax?.toString() ?? '',
      previousRun: options.previousRun === undefined ? '' : `tenants/${tenant}/runs/${options.previousRun}`,
      offers: offersOf(accepted),
    };
    return { runId, planned, identity, workers: accepted, inputs, request };
  }

  /**
   * Seals the inputs of a run again, with the commitments that they have, to workers that live now and pass the trust
   * file. For a run that waits for inputs, since the workers that could open them are gone.
   */
  async rewrap(prepared: PreparedRun): Promise<void> {
    const { tenant } = this.options;
    const { services } = this;
    const { runId, planned, request, traceparent } = prepared;
    await withSpan('sealflow.client.rewrap', { parent: traceparent, facts: { run: runId } }, async () => {
      const workers = await this.#workersThatReadInputs(planned);
      const deadline = Number(request.deadline?.seconds ?? 0) * 1000;
      const values = await openInputs(prepared, this);
      const inputs = await this.#seal(prepared, { values, workers, deadline });
      const rewrap = {
        name: `tenants/${tenant}/runs/${runId}`,
        inputs: inputs.map((input) => ({ ...input })),
        offers: offersOf([...workers.values()].flat()),
      };
      await unary<RewrapInputResponse__Output>(
        (options, callback) => services.run.rewrapInput(rewrap, options, callback),
        { deadlineMs: CALL_DEADLINE_MS, signal: this.signal },
      );
    });
  }

  /** For workers that were appraised, and for this client itself. */
  #seal(
    { runId, planned, identity }: Pick<PreparedRun, 'runId' | 'planned' | 'identity'>,
    { deadline, ...content }: Pick<SealInputsInput, 'values' | 'workers'> & { readonly deadline: number },
  ) {
    const { tenant, random, owner } = this.options;
    const { services, policyDigest } = this;
    const notAfterMs = deadline + ENVELOPE_EXTRA_MS;
    const sealing = {
      plan: planned.plan,
      runId,
      tenant,
      policyDigest,
      identity,
      notAfterMs,
      owner,
      ...content,
    };
    return sealInputs(sealing, { services, random, signal: this.signal });
  }

  /** Asks each for evidence, appraises it, and puts what passed where the evidence of the run will find it. */
  async #workersThatReadInputs(planned: PlannedWorkflow): Promise<Map<string, readonly AcceptedWorker[]>> {
    const { trust, random, now, owner } = this.options;
    const { services, policyDigest, signal } = this;
    const workers = new Map<string, readonly AcceptedWorker[]>();
    for (const operation of operationsThatReadInputs(planned)) {
      const asking = { services, trust, policyDigest, random, now, owner, memory: this.#memory, signal };
      const accepted = await findWorkers(operation, asking);
      for (const worker of accepted) await this.#upload(worker.package, worker.evidence);
      workers.set(operation, accepted);
    }
    return workers;
  }

  /** Starts a prepared run. May be repeated: the request id makes it one run. */
  async create(prepared: PreparedRun): Promise<RunHandle> {
    const { runId, traceparent, request } = prepared;
    await withSpan('sealflow.client.create', { parent: traceparent, facts: { run: runId } }, () =>
      this.createRaw(request),
    );
    return new RunHandle(prepared, this);
  }

  /** The bare call, for whoever builds the request by hand. */
  createRaw(request: CreateRunRequest): Promise<CreateRunResponse__Output> {
    return unary<CreateRunResponse__Output>(
      (options, callback) => this.services.run.createRun(request, options, callback),
      { deadlineMs: CALL_DEADLINE_MS, signal: this.signal },
    );
  }

  async #upload(digest: Digest, bytes: Uint8Array): Promise<void> {
    await writeBlob(this.services.blob, digest, bytes, {
      deadlineMs: CALL_DEADLINE_MS,
      signal: this.signal,
    });
  }
}

function offersOf(workers: readonly AcceptedWorker[]) {
  return workers.map((worker) => ({
    operation: worker.operation,
    package: worker.package,
    nonce: worker.nonce,
  }));
}

function operationsThatReadInputs({ plan }: PlannedWorkflow): string[] {
  const readers = plan.tasks.filter((task) => task.inputs.some(({ edge }) => edge.startsWith('inputs/')));
  return [...new Set(readers.map(({ operation }) => operation))];
}
