import {
  commitmentOf,
  concatBytes,
  type Digest,
  digestOf,
  type EdgePayload,
  isDigest,
  parseDigest,
  parseEdgePayload,
} from '#canonical';
import {
  type ApproveStepResponse__Output,
  type CancelRunResponse__Output,
  type GetBundleResponse__Output,
  type GetRunResponse__Output,
  type PauseRunResponse__Output,
  type ResumeRunResponse__Output,
  type RetryStepResponse__Output,
  type Run__Output,
  readBlob,
  serverStream,
  unary,
  type WatchRunResponse__Output,
  withSpan,
} from '#contracts';
import { type BundleVerdict, verifyBundle } from '#evidence';
import { openEnvelope, sealKeyId } from '#sealing';
import { staysOpen } from '#workflow';
import { anySignal, type ClientConnection, signalOf, type Until } from './client-connection.js';
import { ClientError } from './client-error.js';
import { Conversation } from './conversation.js';
import { endStates } from './event-chain.js';
import { patiently, usualPatience } from './passing.js';
import type { PreparedRun } from './prepared-run.js';
import { type FetchedCiphertext, readCiphertexts } from './read-ciphertexts.js';
import { countersignDecision, type Decision, signDecision } from './sign-decision.js';
import { watchRun } from './watch-run.js';

const CALL_DEADLINE_MS = 30_000;
const BLOB_BYTES_MAX = 16 * 1024 * 1024;

/** Of a call that changes a run. */
export interface ChangeOptions {
  /** UUID; the same id with the same content is done once, however often its answer was lost. */
  readonly requestId?: string;
  /** Of the run as it was read; what changed since is not changed again. */
  readonly etag?: string;
  /** Checks everything, and changes nothing. */
  readonly validateOnly?: boolean;
}

/** One run as its client sees it. */
export class RunHandle {
  readonly runId: string;
  readonly name: string;
  #verdict: BundleVerdict | null = null;

  constructor(
    private readonly prepared: PreparedRun,
    private readonly client: ClientConnection,
  ) {
    this.runId = prepared.runId;
    this.name = `tenants/${client.options.tenant}/runs/${prepared.runId}`;
  }

  /** This run for one piece of work: every call ends with the signal or in time. */
  with(until: Until): RunHandle {
    const { options, services, policyDigest, signal } = this.client;
    const view = new RunHandle(this.prepared, {
      options,
      services,
      policyDigest,
      signal: signalOf(until, signal),
    });
    view.#verdict = this.#verdict;
    return view;
  }

  async get(): Promise<Run__Output> {
    const { run } = await unary<GetRunResponse__Output>(
      (options, callback) => this.client.services.run.getRun({ name: this.name }, options, callback),
      { deadlineMs: CALL_DEADLINE_MS, signal: this.client.signal },
    );
    if (run === null) throw new ClientError('OUTPUT_MISSING', `no run ${this.name}`);
    return run;
  }

  /**
   * Events until the run ends, each once and in order. A broken stream is taken up where it ended, so a restart of
   * the orchestrator shows as a pause. Raises EVENTS_BROKEN when an event is missing or the chain is another.
   */
  async *watch(signal?: AbortSignal): AsyncGenerator<WatchRunResponse__Output, void, undefined> {
    const { services } = this.client;
    yield* watchRun({ services, name: this.name, runId: this.runId }, anySignal(signal, this.client.signal));
    this.client.signal?.throwIfAborted();
  }

  /** Waits for the end; calls `onEvent` on the way. */
  async wait(onEvent: (event: WatchRunResponse__Output) => void = () => undefined): Promise<Run__Output> {
    return this.#traced('wait', async () => {
      for await (const event of this.watch()) onEvent(event);
      const run = await this.#patiently(() => this.get());
      if (!endStates.includes(run.state))
        throw new ClientError('EVENTS_BROKEN', `the events ended while ${run.state}`);
      return run;
    });
  }

  toJSON(): object {
    return { run: this.name };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `RunHandle { name: '${this.name}' }`;
  }

  #patiently<T>(call: () => Promise<T>): Promise<T> {
    return patiently(call, { ...usualPatience, signal: this.client.signal });
  }

  #traced<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { traceparent, runId } = this.prepared;
    return withSpan(`sealflow.client.${name}`, { parent: traceparent, facts: { run: runId } }, work);
  }

  async cancel(reason: string, change: ChangeOptions = {}): Promise<void> {
    await this.#traced('cancel', () =>
      unary<CancelRunResponse__Output>(
        (options, callback) =>
          this.client.services.run.cancelRun({ name: this.name, reason, ...change }, options, callback),
        { deadlineMs: CALL_DEADLINE_MS, signal: this.client.signal },
      ),
    );
  }

  /** Starts nothing new until `resume`. */
  async pause(change: ChangeOptions = {}): Promise<void> {
    await this.#traced('pause', () =>
      unary<PauseRunResponse__Output>(
        (options, callback) =>
          this.client.services.run.pauseRun({ name: this.name, ...change }, options, callback),
        { deadlineMs: CALL_DEADLINE_MS, signal: this.client.signal },
      ),
    );
  }

  async resume(change: ChangeOptions = {}): Promise<void> {
    await this.#traced('resume', () =>
      unary<ResumeRunResponse__Output>(
        (options, callback) =>
          this.client.services.run.resumeRun({ name: this.name, ...change }, options, callback),
        { deadlineMs: CALL_DEADLINE_MS, signal: this.client.signal },
      ),
    );
  }

  /** Has a step of a failed run tried again; `watch` and `wait` then follow the run from its beginning. */
  async retryStep(step: string, change: ChangeOptions = {}): Promise<void> {
    this.#verdict = null;
    await this.#traced('retry-step', () =>
      unary<RetryStepResponse__Output>(
        (options, callback) =>
          this.client.services.run.retryStep({ name: this.name, step, ...change }, options, callback),
        { deadlineMs: CALL_DEADLINE_MS, signal: this.client.signal },
      ),
    );
  }

  /** Hands in a signed decision, see `signDecision`. */
  async approve(step: string, statement: Uint8Array): Promise<void> {
    const request = { name: this.name, step, statement };
    await this.#traced('approve', () =>
      unary<ApproveStepResponse__Output>(
        (options, callback) => this.client.services.run.approveStep(request, options, callback),
        { deadlineMs: CALL_DEADLINE_MS, signal: this.client.signal },
      ),
    );
  }

  /**
   * Hands in the decision of one person. Where a yes needs two, the second one's becomes a signature on what the first
   * one signed, after it was compared.
   */
  async decide(decision: Decision, seed: Uint8Array): Promise<void> {
    const { random } = this.client.options;
    try {
      await this.approve(decision.step, signDecision(decision, seed, random));
    } catch (error) {
      const { reason, facts } = error as { reason?: string; facts?: Readonly<Record<string, string>> };
      const waiting = facts?.['statement'];
      if (reason !== 'COUNTERSIGN_EXPECTED' || waiting === undefined) throw error;
      const bytes = await readBlob(this.client.services.blob, waiting, {
        deadlineMs: CALL_DEADLINE_MS,
        bytesMax: BLOB_BYTES_MAX,
        signal: this.client.signal,
      });
      await this.approve(decision.step, countersignDecision(decision, named(bytes, waiting), seed));
    }
  }

  /**
   * The conversation that a step of this run holds open.
   *
   * @param key as it was sealed into the run, see `sessionInput`
   * @param step where the workflow has several
   */
  conversation(key: Uint8Array, step?: string): Conversation {
    const open = this.prepared.planned.plan.tasks.filter(({ operation }) => staysOpen(operation));
    const task = open.find(({ id }) => step === undefined || id === step);
    if (task === undefined || (step === undefined && open.length > 1)) {
      const known = open.map(({ id }) => id).join(', ') || 'none';
      throw new ClientError(
        'CONVERSATION_OVER',
        `step: expected one that stays open (${known}), got ${step ?? 'none'}`,
      );
    }
    const { operation } = task;
    const signKeys = this.prepared.workers
      .filter((worker) => worker.operation === operation)
      .flatMap(({ appraisal }) => (appraisal.binding === null ? [] : [appraisal.binding.signKey]));
    const { name, runId, client } = this;
    return new Conversation({ client, name, runId, task, key, signKeys, get: () => this.get() });
  }

  /** The evidence bundle, compared with the digest that names it. */
  bundle(): Promise<Uint8Array> {
    return this.#traced('bundle', () => this.#patiently(() => this.#bundle()));
  }

  async #bundle(): Promise<Uint8Array> {
    const before = await this.#bundleDigest();
    const chunks: Uint8Array[] = [];
    const stream = serverStream(
      (options) => this.client.services.evidence.downloadBundle({ run: this.name }, options),
      { deadlineMs: CALL_DEADLINE_MS, signal: this.client.signal },
    );
    for await (const { data } of stream) chunks.push(data);
    const bytes = concatBytes(...chunks);
    // A bundle that waited for timestamps is replaced once; that may happen between the two calls.
    return named(bytes, digestOf(bytes) === before ? before : await this.#bundleDigest());
  }

  async #bundleDigest(): Promise<string> {
    const { digest } = await unary<GetBundleResponse__Output>(
      (options, callback) => this.client.services.evidence.getBundle({ run: this.name }, options, callback),
      { deadlineMs: CALL_DEADLINE_MS, signal: this.client.signal },
    );
    return digest;
  }

  /**
   * What the FHE steps of the run worked on, for a replay: `verifyBundle` takes them by digest. They are sealed to the
   * ledger's key; whoever has them can repeat the additions and open nothing.
   */
  async *ciphertexts(): AsyncGenerator<FetchedCiphertext, void, undefined> {
    yield* readCiphertexts(this.client.services, await this.bundle(), this.client.signal);
  }

  /** Verifies the bundle under the client's own trust file, and that it is of this run, plan, policy and inputs. */
  async verify(): Promise<BundleVerdict> {
    const { planned, runId, inputs, identity } = this.prepared;
    const expect = {
      runId,
      planDigest: planned.digest,
      definitionDigest: planned.plan.definitionDigest,
      policyDigest: this.client.policyDigest,
      inputs: Object.fromEntries(inputs.map(({ name, commitment }) => [name, commitment])),
      clientSealKey: sealKeyId(identity.sealPublicKey),
    };
    const verdict = await this.#traced('verify', async () =>
      verifyBundle(await this.bundle(), this.client.options.trust, { at: null, expect }),
    );
    this.#verdict = verdict;
    return verdict;
  }

  /**
   * One output that is sealed to nobody, after the bundle verified: what a step states in public, or bytes that are
   * sealed in a way of their own. Null for one that `open` opens.
   */
  readPublic(outputName: string): Promise<Uint8Array | null> {
    return this.#traced('read-public', async () => {
      const { commitment } = await this.#proven(outputName);
      if (!isDigest(commitment)) return null;
      const limits = { deadlineMs: CALL_DEADLINE_MS, bytesMax: BLOB_BYTES_MAX, signal: this.client.signal };
      return named(await readBlob(this.client.services.blob, commitment, limits), commitment);
    });
  }

  /** Opens one output, after the bundle verified: a result nobody can vouch for stays closed. */
  open(outputName: string): Promise<EdgePayload> {
    return this.#traced('open', () => this.#patiently(() => this.#open(outputName)));
  }

  /** Names and commitments come from the verified bundle; the orchestrator only says where the sealed bytes are. */
  async #proven(outputName: string) {
    const verdict = this.#verdict ?? (await this.verify());
    if (verdict.outcome !== 'verified') {
      throw new ClientError(
        'BUNDLE_REFUSED',
        `the bundle is not verified (${verdict.outcome}): ${outputName} stays closed`,
      );
    }
    const proven = verdict.run?.outputs.find(({ name }) => name === outputName);
    if (proven === undefined) throw this.#missing(outputName);
    return proven;
  }

  #missing(outputName: string): ClientError {
    return new ClientError('OUTPUT_MISSING', `run ${this.runId} has no output ${outputName}`);
  }

  async #open(outputName: string): Promise<EdgePayload> {
    const proven = await this.#proven(outputName);
    if (isDigest(proven.commitment)) {
      throw new ClientError(
        'OUTPUT_UNSEALED',
        `output ${outputName} is sealed to nobody: expected readPublic, got open`,
      );
    }
    const output = (await this.get()).outputs.find(({ name }) => name === outputName);
    if (output === undefined) throw this.#missing(outputName);
    const bytes = named(
      await readBlob(this.client.services.blob, output.blob, {
        deadlineMs: CALL_DEADLINE_MS,
        bytesMax: BLOB_BYTES_MAX,
        signal: this.client.signal,
      }),
      output.blob,
    );
    const { plaintext } = await openEnvelope({
      bytes,
      secretKey: this.prepared.identity.sealSecretKey,
      expected: { tenant: this.client.options.tenant, runId: this.runId, edge: proven.edge },
      at: this.client.options.now(),
    });
    const payload = parseEdgePayload(plaintext);
    if (commitmentOf(payload) !== proven.commitment) {
      throw new ClientError('COMMITMENT_MISMATCH', `output ${outputName} does not open its commitment`);
    }
    return payload;
  }
}

function named(bytes: Uint8Array, digest: string): Uint8Array {
  const expected: Digest = parseDigest(digest);
  const actual = digestOf(bytes);
  if (actual !== expected) {
    throw new ClientError('BLOB_DIGEST_MISMATCH', `the orchestrator sent ${actual}, expected ${expected}`);
  }
  return bytes;
}
