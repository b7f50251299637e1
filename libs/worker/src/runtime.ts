import type { Commitment, Digest, EdgePayload, Json, JsonObject } from '#canonical';
import type { UsageReceipt } from '#conversation';

/**
 * What a runtime of a worker sees of a task, and what it gives back.
 *
 * The agent around it opens envelopes, checks commitments and producers, seals outputs and signs the step
 * statement. A runtime is therefore a plain function from opened inputs to outputs; it holds no session,
 * no key and no network. One that answers a client while it runs gets the calls of its own lease, and nothing else of
 * the session (ADR 020).
 */
export interface TaskRuntime {
  readonly operation: string;
  readonly kind: ExecutorKind;
  /** Sealed inputs whose content this runtime keeps itself, so that it needs no envelope that this boot can open. */
  readonly keeps?: readonly string[];
  /** Runs at the owner of the data: no enclave, and nobody else can open what it reads. */
  readonly atOwner?: true;
  /** Answers calls of the client while it runs: its tasks have `calls`. */
  readonly converses?: true;
  run(task: OpenTask, signal: AbortSignal): Promise<TaskOutcome>;
}

/** Values that never left their owner; only a worker at the owner has them. */
export interface KeptValues {
  /** Bytes of the edge payload that opens a commitment; null where it is not here. */
  read(commitment: Commitment): Promise<Uint8Array | null>;
}

export type ExecutorKind = 'tee.cpu' | 'tee.cpu+gpu' | 'zk.groth16' | 'fhe.bfv';

export interface OpenTask {
  readonly runId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly tenant: string;
  readonly operation: string;
  readonly parameters: JsonObject;
  /** Field element below 2^248 that ties a proof to this run and task. */
  readonly context: bigint;
  readonly inputs: Readonly<Record<string, OpenInput>>;
  /** Head of the ledger the task works on; null for every other operation. */
  readonly state: JsonObject | null;
  readonly blobs: TaskBlobs;
  /** Of a runtime that converses; absent for every other. */
  readonly calls?: TaskCalls;
}

/** What the client of an open step sends, and what of it may be signed. */
export interface TaskCalls {
  /** Takes calls from now on, those that came before first. Called once. */
  take(listener: (call: IncomingCall) => void): void;
  /** Aborted when this worker is about to stop: what was said until then is still stated. */
  readonly ending: AbortSignal;
  /** Signs a receipt with the attested key of this boot, as a DSSE envelope: nothing else can be signed here. */
  sign(receipt: UsageReceipt): Uint8Array;
}

/** One call as it came. Exactly one of `end` and `fail` ends it. */
export interface IncomingCall {
  /** Sealed by the client. */
  readonly frame: Uint8Array;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Sends a sealed frame of the answer; waits while the line is full. */
  send(frame: Uint8Array): Promise<void>;
  end(): void;
  /** For what cannot be said under seal. `reason` and `message` travel in the clear. */
  fail(reason: string, message: string): void;
}

/** Ciphertexts and other large bytes, by digest. `get` checks the digest of what it returns. */
export interface TaskBlobs {
  get(digest: Digest): Promise<Uint8Array>;
  put(bytes: Uint8Array): Promise<Digest>;
}

export type OpenInput = OpenedInput | KeptInput | BlobInput | PublicInput;

/** An envelope that this worker opened; its payload opens `commitment`. */
export interface OpenedInput {
  readonly kind: 'opened';
  readonly edge: string;
  readonly commitment: Commitment;
  readonly payload: EdgePayload;
  readonly producer: Producer | null;
}

/** An envelope for the keys of an earlier boot: its content is lost here, unless the runtime kept it (`keeps`). */
export interface KeptInput {
  readonly kind: 'kept';
  readonly edge: string;
  readonly commitment: Commitment;
  readonly producer: Producer | null;
}

/** A ciphertext, named by its digest. */
export interface BlobInput {
  readonly kind: 'blob';
  readonly edge: string;
  readonly commitment: Digest;
  readonly bytes: Uint8Array;
  readonly producer: Producer | null;
}

/** A disclosable value; `commitment` is the plain digest of its canonical bytes. */
export interface PublicInput {
  readonly kind: 'public';
  readonly edge: string;
  readonly commitment: Commitment;
  readonly value: Json;
  readonly producer: Producer | null;
}

/** The step that made an input. Its statement's signature and evidence were verified by the agent. */
export interface Producer {
  readonly taskId: string;
  readonly public: JsonObject;
  readonly predicate: JsonObject;
  readonly statement: Uint8Array;
}

export interface TaskOutcome {
  /** Disclosable facts of the step, e.g. `{ decision: 'approve' }`. Conditions of the plan read these. */
  readonly public: JsonObject;
  readonly outputs: Readonly<Record<string, TaskOutput>>;
  /** The part of the step statement's `evidence` that only this kind of step has. */
  readonly evidence: JsonObject;
  /** Blobs (by digest) that the bundle must carry for this step, e.g. a verification key. */
  readonly blobs?: readonly Digest[];
  /** Integers with the unit in the name, e.g. `proveMs`. */
  readonly metrics?: JsonObject;
}

export type TaskOutput =
  | { readonly kind: 'sealed'; readonly value: Json }
  | {
      readonly kind: 'sealed-fields';
      readonly fields: readonly bigint[];
      readonly salt: bigint;
      readonly value: Json;
    }
  | { readonly kind: 'blob'; readonly bytes: Uint8Array }
  | { readonly kind: 'public'; readonly value: Json };

/** A runtime's refusal. `code` and `message` travel to the orchestrator: neither may hold a payload. */
export class TaskError extends Error {
  override readonly name = 'TaskError';

  constructor(
    readonly code: string,
    message: string,
    readonly retryable = false,
  ) {
    super(message);
  }
}
