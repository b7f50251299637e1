import { randomBytes } from 'node:crypto';
import {
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { digestOf, ed25519PublicKey, type Json, type JsonObject, toBase64, toJson } from '#canonical';
import {
  ApiError,
  BLOB_CHUNK_BYTES,
  type CancelRunRequest__Output,
  type CreateRunRequest__Output,
  type GetRunRequest__Output,
  type GetWorkerOffersRequest__Output,
  loadContracts,
  type PlanWorkflowRequest__Output,
  type ReadBlobRequest__Output,
  type Reason,
  type WatchRunRequest__Output,
  type WriteBlobRequest__Output,
} from '#contracts';
import {
  buildPlanStatement,
  formatVerifierKey,
  noteKeyTypes,
  noteVerifierKey,
  planDigestOf,
  signStatement,
  type TrustFile,
} from '#evidence';
import { type Plan, WorkflowError } from '#workflow';
import { mockPlan } from './mock-plan.js';
import { type MockEnd, MockRun } from './mock-run.js';
import { MockWorker } from './mock-worker.js';

/** What can be refused: each is one call of the API. */
export type MockCall = 'planWorkflow' | 'getWorkerOffers' | 'writeBlob' | 'createRun' | 'getRun' | 'watchRun';

const BLOB_BYTES_MAX = 64 * 1024 * 1024;
const BLOBS_MAX = 10_000;

type Unary<Request> = ServerUnaryCall<Request, unknown>;

/**
 * An orchestrator for tests of one's own: a gRPC server on the loopback address that plans as the real one does, offers a
 * worker of simulated hardware, takes what is sealed to it, and ends runs as it is told. It executes nothing and has no
 * evidence bundle: what a bundle proves is for a stack to show (`sealflow up`).
 */
export class MockOrchestrator {
  /** Believes this orchestrator and its worker, and nobody else. */
  readonly trust: TrustFile;
  /** Under their digests. */
  readonly blobs = new Map<string, Uint8Array>();
  readonly runs = new Map<string, MockRun>();
  readonly #seed = random(32);
  readonly #worker = new MockWorker(random, Date.now);
  readonly #plans = new Map<string, Plan>();
  readonly #refusals = new Map<MockCall, Reason[]>();
  readonly #server = new Server();
  #end: MockEnd | null = { state: 'SUCCEEDED' };
  #target = '';

  private constructor() {
    const key = ed25519PublicKey(this.#seed);
    const origin = 'mock.invalid/log';
    this.trust = {
      v: 'sealflow/trust/v1',
      roots: this.#worker.roots,
      policy: this.#worker.policy,
      circuits: { manifests: [], allowDev: true },
      approvers: [],
      log: { origin, vkey: formatVerifierKey(noteVerifierKey(origin, noteKeyTypes.ed25519, key)) },
      orchestratorKeys: [toBase64(key)],
      witnesses: [],
      witnessQuorum: 0,
    };
  }

  static async start(): Promise<MockOrchestrator> {
    const mock = new MockOrchestrator();
    mock.#target = await mock.#listen();
    return mock;
  }

  /** For `connect`. */
  get target(): string {
    return this.#target;
  }

  close(): void {
    this.#server.forceShutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** What runs that are created from now on come to; null leaves them running until `end`. */
  endRunsWith(end: MockEnd | null): void {
    this.#end = end;
  }

  /** Ends a run that was left running. */
  end(runId: string, end: MockEnd): void {
    const run = this.runs.get(runId);
    if (run === undefined) throw new RangeError(`no run ${runId}`);
    run.end(end);
  }

  /** The next call of this name fails with the reason; one after the other where there are several. */
  refuse(call: MockCall, ...reasons: readonly Reason[]): void {
    this.#refusals.set(call, [...(this.#refusals.get(call) ?? []), ...reasons]);
  }

  /** From now on the worker is a machine that the trust file does not allow. */
  offerAnotherMachine(): void {
    this.#worker.isAnother = true;
  }

  /** What the worker would read of an input of a run: that it opens, and to what. */
  async opened(runId: string, input: string): Promise<Json> {
    const request = this.runs.get(runId)?.request;
    const sealed = request?.inputs.find(({ name }) => name === input);
    const bytes = this.blobs.get(sealed?.blob ?? '');
    if (request === undefined || bytes === undefined)
      throw new RangeError(`no input ${input} of a run ${runId}`);
    const tenant = request.parent.replace(/^tenants\//, '');
    return this.#worker.open(bytes, { tenant, runId, edge: `inputs/${input}` });
  }

  #listen(): Promise<string> {
    const contracts = loadContracts();
    for (const [name, handlers] of Object.entries(this.#services()))
      this.#server.addService(contracts[name] as ServiceDefinition, handlers);
    return new Promise((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(`127.0.0.1:${port}`);
        else reject(error);
      });
    });
  }

  #services(): Readonly<Record<string, UntypedServiceImplementation>> {
    return {
      'sealflow.workflow.v1.WorkflowService': {
        planWorkflow: answered((call: Unary<PlanWorkflowRequest__Output>) => this.#plan(call.request)),
      },
      'sealflow.attestation.v1.AttestationService': {
        getWorkerOffers: answered((call: Unary<GetWorkerOffersRequest__Output>) =>
          this.#offers(call.request),
        ),
      },
      'sealflow.blob.v1.BlobService': {
        writeBlob: (
          call: ServerReadableStream<WriteBlobRequest__Output, unknown>,
          done: sendUnaryData<unknown>,
        ) => this.#write(call, done),
        readBlob: streamed((call: ServerWritableStream<ReadBlobRequest__Output, unknown>) =>
          this.#read(call),
        ),
      },
      'sealflow.run.v1.RunService': {
        createRun: answered((call: Unary<CreateRunRequest__Output>) => this.#create(call.request)),
        getRun: answered((call: Unary<GetRunRequest__Output>) => {
          this.#check('getRun');
          return { run: this.#run(call.request.name).message() };
        }),
        cancelRun: answered((call: Unary<CancelRunRequest__Output>) => {
          const run = this.#run(call.request.name);
          if (run.isOver) throw new ApiError('RUN_FINISHED', `${run.name} has ended`);
          run.end({ state: 'CANCELLED', reason: 'CANCELLED' });
          return { run: run.message() };
        }),
        watchRun: streamed((call: ServerWritableStream<WatchRunRequest__Output, object>) => {
          this.#check('watchRun');
          this.#run(call.request.name).watch(call);
        }),
      },
    };
  }

  #check(call: MockCall): void {
    const reason = this.#refusals.get(call)?.shift();
    if (reason !== undefined) throw new ApiError(reason, `${call}: refused by the test`, { retryMs: 0 });
  }

  #plan(request: PlanWorkflowRequest__Output) {
    this.#check('planWorkflow');
    const plan = mockPlan(request);
    const document = toJson(plan) as JsonObject;
    const digest = planDigestOf(document);
    this.#plans.set(digest, plan);
    const signedPlan = signStatement({ statement: buildPlanStatement(document), seed: this.#seed });
    return { plan: digest, signedPlan, routes: [] };
  }

  #offers({ nonce, policy }: GetWorkerOffersRequest__Output) {
    this.#check('getWorkerOffers');
    if (policy !== this.#worker.policyDigest)
      throw new ApiError(
        'WORKER_CAPACITY',
        'the worker of this mock is of its own policy alone: connect with its `trust`',
      );
    const evidence = Buffer.from(this.#worker.evidence(new Uint8Array(nonce)));
    return { offers: [{ worker: 'workers/mock-worker', package: evidence, collateral: [] }] };
  }

  #create(request: CreateRunRequest__Output) {
    this.#check('createRun');
    const before = [...this.runs.values()].find((run) => run.request.requestId === request.requestId);
    if (before !== undefined) return { run: before.message() };
    const plan = this.#plans.get(request.plan);
    if (plan === undefined) throw new ApiError('NOT_FOUND', `no plan ${request.plan}`);
    for (const { name, blob } of request.inputs)
      if (!this.blobs.has(blob)) throw new ApiError('NOT_FOUND', `input ${name}: no blob ${blob}`);
    const run = new MockRun(request, plan, Date.now);
    this.runs.set(request.runId, run);
    if (this.#end !== null) run.end(this.#end);
    return { run: run.message() };
  }

  #run(name: string): MockRun {
    const run = this.runs.get(name.slice(name.lastIndexOf('/') + 1));
    if (run === undefined || run.name !== name) throw new ApiError('NOT_FOUND', `no run ${name}`);
    return run;
  }

  #write(call: ServerReadableStream<WriteBlobRequest__Output, unknown>, done: sendUnaryData<unknown>): void {
    const chunks: Uint8Array[] = [];
    let [digest, size] = ['', 0];
    call.on('data', (message: WriteBlobRequest__Output) => {
      digest ||= message.digest;
      size += message.data.length;
      if (size <= BLOB_BYTES_MAX) chunks.push(message.data);
    });
    call.on('end', () => {
      try {
        this.#check('writeBlob');
        const bytes = new Uint8Array(Buffer.concat(chunks));
        if (size > BLOB_BYTES_MAX || this.blobs.size >= BLOBS_MAX)
          throw new ApiError('BLOB_TOO_LARGE', `a mock holds ${BLOBS_MAX} blobs of ${BLOB_BYTES_MAX} bytes`);
        if (digestOf(bytes) !== digest) throw new ApiError('BLOB_DIGEST_MISMATCH', `got ${digestOf(bytes)}`);
        this.blobs.set(digest, bytes);
        done(null, { digest, size: String(size) });
      } catch (error) {
        done(statusOf(error));
      }
    });
  }

  #read(call: ServerWritableStream<ReadBlobRequest__Output, unknown>): void {
    const bytes = this.blobs.get(call.request.digest);
    if (bytes === undefined) throw new ApiError('NOT_FOUND', `no blob ${call.request.digest}`);
    for (let at = 0; at === 0 || at < bytes.length; at += BLOB_CHUNK_BYTES)
      call.write({ data: Buffer.from(bytes.subarray(at, at + BLOB_CHUNK_BYTES)) });
    call.end();
  }
}

/** Listens at once; `close` it when the test is over. */
export function startMockOrchestrator(): Promise<MockOrchestrator> {
  return MockOrchestrator.start();
}

function random(count: number): Uint8Array {
  return new Uint8Array(randomBytes(count));
}

function answered<Request>(handle: (call: Unary<Request>) => unknown) {
  return (call: Unary<Request>, done: sendUnaryData<unknown>): void => {
    try {
      done(null, handle(call));
    } catch (error) {
      done(statusOf(error));
    }
  };
}

function streamed<Request, Response>(handle: (call: ServerWritableStream<Request, Response>) => void) {
  return (call: ServerWritableStream<Request, Response>): void => {
    try {
      handle(call);
    } catch (error) {
      call.emit('error', statusOf(error));
    }
  };
}

function statusOf(error: unknown): ReturnType<ApiError['toStatus']> & Error {
  const known =
    error instanceof ApiError
      ? error
      : error instanceof WorkflowError
        ? new ApiError('SCHEMA_INVALID', error.message)
        : new ApiError('INTERNAL', error instanceof Error ? error.message : 'unknown');
  return Object.assign(new Error(known.message), known.toStatus());
}
