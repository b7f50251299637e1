import type { Commitment, Digest, EdgePayload, Json, JsonObject } from '#canonical';

/**
 * What a runtime of a worker sees of a task, and what it gives back.
 *
 * The agent around it opens envelopes, checks commitments and producers, seals outputs and signs the step
 * statement. A runtime is therefore a plain function from opened inputs to outputs; it holds no session,
 * no key and no network.
 */
export interface TaskRuntime {
  readonly operation: string;
  readonly kind: ExecutorKind;
  /** Sealed inputs whose content this runtime keeps itself, so that it needs no envelope that this boot can open. */
  readonly keeps?: readonly string[];
  /** Runs at the owner of the data: no enclave, and nobody else can open what it reads. */
  readonly atOwner?: true;
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
