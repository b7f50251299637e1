/** A small bank for tests: documents, a proven decision and the task around them. No production code uses it. */
import {
  canonicalBytes,
  commitmentField,
  commitmentOf,
  contextField,
  type Digest,
  digestOf,
  type EdgePayload,
  ed25519PublicKey,
  formatTime,
  type Json,
  type JsonObject,
  parseJsonStrict,
  sha256,
  toBase64,
  toHex,
  utf8,
} from '#canonical';
import { encodeManifest, proveByTrapdoor, sampleManifest, trapdoorKey } from '#proofs';
import type { OpenedInput, OpenInput, OpenTask, PublicInput, TaskBlobs } from '#worker';
import { signDocument } from '../shared/signed-document.js';
import { charterVersion } from './charter.js';
import { intentVersion } from './intent.js';

export const bankSeed = sha256(utf8('bank'));
export const borrowerSeed = sha256(utf8('borrower'));
export const nowMs = Date.UTC(2026, 10, 20, 12);

export const keyOf = (seed: Uint8Array): string => toBase64(ed25519PublicKey(seed));

export interface SampleAccount {
  readonly id: string;
  readonly seed: Uint8Array;
  readonly openingCents: string;
}

export const sampleAccounts: readonly SampleAccount[] = [
  { id: 'accounts/bank-pool', seed: bankSeed, openingCents: '700000' },
  { id: 'accounts/a-1007', seed: borrowerSeed, openingCents: '1234' },
  { id: 'accounts/stranger', seed: sha256(utf8('stranger')), openingCents: '900000' },
];

export function sampleCharter(ledger: string, members: JsonObject = {}): JsonObject {
  const charter: JsonObject = {
    v: charterVersion,
    ledger,
    asset: 'EUR',
    accounts: sampleAccounts.map(({ id, seed, openingCents }) => ({ id, owner: keyOf(seed), openingCents })),
    issuer: keyOf(bankSeed),
    ...members,
  };
  return signDocument(charter, charterVersion, bankSeed);
}

export function sampleIntent(ledger: string, members: JsonObject = {}): JsonObject {
  const intent: JsonObject = {
    v: intentVersion,
    ledger,
    intentId: toHex(sha256(utf8(ledger))).slice(0, 32),
    from: 'accounts/bank-pool',
    to: 'accounts/a-1007',
    amountCents: '209600',
    notAfter: formatTime(nowMs + 60_000),
    signer: keyOf(borrowerSeed),
    ...members,
  };
  return signDocument(intent, intentVersion, borrowerSeed);
}

export class MemoryBlobs implements TaskBlobs {
  readonly #blobs = new Map<Digest, Uint8Array>();

  async get(digest: Digest): Promise<Uint8Array> {
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined) throw new Error(`no blob ${digest}`);
    return bytes;
  }

  async put(bytes: Uint8Array): Promise<Digest> {
    const digest = digestOf(bytes);
    this.#blobs.set(digest, bytes);
    return digest;
  }

  /** What a store that lies would answer under a digest. */
  replace(digest: Digest, bytes: Uint8Array): void {
    this.#blobs.set(digest, bytes);
  }
}

export function sealedInput(edge: string, value: Json): OpenedInput {
  const payload: EdgePayload = { alg: 'sha256', label: edge, salt: toBase64(sha256(utf8(edge))), value };
  return { kind: 'opened', edge, commitment: commitmentOf(payload), payload, producer: null };
}

export interface SampleDecision {
  readonly runId: string;
  readonly decision: string;
  readonly limitCents: bigint;
  /** Signals of the proof; the honest ones unless told. */
  readonly signals?: (honest: readonly bigint[]) => readonly bigint[];
}

const planDigest = digestOf(utf8('plan'));
const circuitKey = trapdoorKey(11n, 5);
const circuitManifest = encodeManifest(sampleManifest(circuitKey.vkey, {}));
export const sampleManifestDigest = digestOf(circuitManifest);

/** Inputs `decision` and `limit` as a proving step would have made them. */
export async function sampleDecision(
  blobs: TaskBlobs,
  { runId, decision, limitCents, signals = (honest) => honest }: SampleDecision,
): Promise<{ decision: PublicInput; limit: OpenedInput }> {
  const [features, model] = [poseidonPayload('extract/features', [1n]), poseidonPayload('model', [2n])];
  const limit = poseidonPayload('score/limit', [limitCents, 673n]);
  const value: Json = decision;
  const outputs = [
    { port: 'decision', edge: 'score/decision', commitment: digestOf(canonicalBytes(value)) },
    { port: 'limit', edge: 'score/limit', commitment: commitmentOf(limit) },
  ];
  const context = canonicalBytes({ v: 'sealflow/context/v1', runId, taskId: 'score', planDigest });
  const honest = [
    commitmentField(commitmentOf(features)),
    commitmentField(commitmentOf(model)),
    BigInt(['decline', 'review', 'approve'].indexOf(decision)),
    commitmentField(commitmentOf(limit)),
    contextField(sha256(context)),
  ];
  const proven = signals(honest);
  const predicate = samplePredicate(runId, 'score', 'zk.groth16', {
    inputs: [{ port: 'features', edge: 'extract/features', commitment: commitmentOf(features) }],
    outputs,
    public: { decision, modelCommitment: commitmentOf(model) },
    evidence: {
      package: planDigest,
      system: 'groth16',
      curve: 'bn254',
      manifest: await blobs.put(circuitManifest),
      vkey: await blobs.put(circuitKey.vkey),
      proof: proveByTrapdoor(circuitKey, proven),
      publicSignals: proven.map(String),
      publicSignalMap: [],
    },
  });
  const producer = { taskId: 'score', public: {}, predicate, statement: new Uint8Array(0) };
  return {
    decision: {
      kind: 'public',
      edge: 'score/decision',
      commitment: digestOf(canonicalBytes(value)),
      value,
      producer,
    },
    limit: { kind: 'opened', edge: 'score/limit', commitment: commitmentOf(limit), payload: limit, producer },
  };
}

/** Input `review` as an approver's step would have made it, for the decision handed to the same task. */
export function sampleReview(runId: string, answer: string, reviewed: PublicInput): PublicInput {
  const value: Json = answer;
  const commitment = digestOf(canonicalBytes(value));
  const predicate = samplePredicate(runId, 'review', 'human', {
    inputs: [{ port: 'decision', edge: 'score/decision', commitment: reviewed.commitment }],
    outputs: [{ port: 'decision', edge: 'review/decision', commitment }],
    public: { decision: answer },
    evidence: { reviewer: 'r', role: 'credit officer', decision: answer, reasonCommitment: commitment },
  });
  const producer = { taskId: 'review', public: {}, predicate, statement: new Uint8Array(0) };
  return { kind: 'public', edge: 'review/decision', commitment, value, producer };
}

export interface SampleTask {
  readonly operation: string;
  readonly runId: string;
  readonly inputs: Readonly<Record<string, OpenInput>>;
  readonly state: JsonObject | null;
  readonly blobs: TaskBlobs;
  readonly parameters?: JsonObject;
}

export function sampleTask({ operation, parameters = {}, ...task }: SampleTask): OpenTask {
  const taskId = operation.replace('ledger.', '');
  return { ...task, operation, parameters, taskId, attempt: 1, tenant: 'acme', context: 0n };
}

function poseidonPayload(label: string, fields: readonly bigint[]): EdgePayload {
  return { alg: 'poseidon-bn254', label, salt: '42', fields: fields.map(String), value: {} };
}

function samplePredicate(runId: string, stepId: string, kind: string, members: JsonObject): JsonObject {
  const digest = planDigest;
  const predicate: JsonObject = {
    runId,
    stepId,
    attempt: 1,
    kind,
    operation: 'sample',
    assurance: { integrity: 'PROVED', confidentiality: 'ENCLAVE' },
    definitionDigest: digest,
    planDigest: digest,
    policyDigest: digest,
    startedAt: formatTime(nowMs),
    endedAt: formatTime(nowMs),
    executor: { id: 'workers/sample', key: keyOf(bankSeed), softwareDigest: digest },
    sealing: { suite: 2, readers: [] },
    metrics: {},
    ...members,
  };
  return parseJsonStrict(canonicalBytes(predicate)) as JsonObject;
}
