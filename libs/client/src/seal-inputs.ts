import {
  canonicalBytes,
  commitmentOf,
  type Digest,
  deriveSalt,
  deriveSaltField,
  digestOf,
  type EdgePayload,
  encodeEdgePayload,
  encodeKeptReference,
  formatTime,
  type Json,
  parseField,
  toBase64,
} from '#canonical';
import { type ServiceClients, writeBlob } from '#contracts';
import { type EnvelopeContext, sealEnvelope, sealKeyId } from '#sealing';
import { expandInputs, type InputType, itemName, type Plan, planDigest, runsAtOwner } from '#workflow';
import type { DataOwner } from './client-connection.js';
import { ClientError, ownerRequired } from './client-error.js';
import type { ClientIdentity, RandomSource } from './client-identity.js';
import type { AcceptedWorker } from './offers.js';

/** A worker may need several attempts at a task; the window binds them without naming each. */
const ATTEMPTS_MAX = 16;
const UPLOAD_DEADLINE_MS = 60_000;
/** Poseidon takes 16, and the salt is one. */
const FIELDS_MAX = 15;

export interface SealedInput {
  readonly name: string;
  readonly commitment: string;
  readonly blob: Digest;
}

export interface SealInputsInput {
  readonly plan: Plan;
  readonly runId: string;
  readonly tenant: string;
  readonly policyDigest: Digest;
  readonly identity: ClientIdentity;
  readonly values: Readonly<Record<string, Json>>;
  /** By operation. */
  readonly workers: ReadonlyMap<string, readonly AcceptedWorker[]>;
  readonly notAfterMs: number;
  /** Keeps the values of steps that run at the owner. */
  readonly owner?: DataOwner | undefined;
}

export interface SealDependencies {
  readonly services: ServiceClients;
  readonly random: RandomSource;
  readonly signal?: AbortSignal | undefined;
}

/** Commits each input on its own and seals it to the workers that read it, and to the client. */
export async function sealInputs(input: SealInputsInput, deps: SealDependencies): Promise<SealedInput[]> {
  const wanted = Object.keys(input.plan.definition.inputs);
  const unknown = Object.keys(input.values).filter((name) => !wanted.includes(name));
  const missing = wanted.filter((name) => input.values[name] === undefined);
  if (unknown.length > 0 || missing.length > 0) {
    throw new ClientError(
      'INPUT_UNKNOWN',
      `inputs: expected exactly ${wanted.join(', ')}; missing ${missing.join(', ') || 'none'}, unknown ${unknown.join(', ') || 'none'}`,
    );
  }
  const values = unfolded(input);
  const definitions = expandInputs(input.plan.definition);
  for (const [name, { type, bytesMax }] of Object.entries(definitions)) {
    checkInput(name, values.get(name), type, bytesMax);
  }
  const sealed: SealedInput[] = [];
  for (const [name, value] of values) {
    const payload = payloadOf(name, value, definitions[name]?.type, input.identity);
    sealed.push(await sealInput(name, payload, input, deps));
  }
  return sealed;
}

/** Each value of a list by a name of its own: it is committed and sealed alone, and one worker may see no other. */
function unfolded({ plan, values }: SealInputsInput): ReadonlyMap<string, Json> {
  return new Map(
    Object.entries(plan.definition.inputs).flatMap(([name, { items }]): [string, Json][] => {
      const value = values[name] ?? null;
      if (items === undefined) return [[name, value]];
      if (!Array.isArray(value) || value.length !== items) {
        const got = Array.isArray(value) ? `${value.length}` : value === null ? 'null' : typeof value;
        throw new ClientError(
          'INPUT_INVALID',
          `input ${name}: expected a list of exactly ${items} values, got ${got}: the workflow says how many, since its plan does`,
        );
      }
      return value.map((each: Json, index): [string, Json] => [itemName(name, index + 1), each]);
    }),
  );
}

/** What the workflow says of an input holds before anything is sealed: on the way nobody could see that it does not. */
function checkInput(name: string, value: Json | undefined, type: InputType, bytesMax: number): void {
  if (type === 'ciphertext') {
    throw new ClientError(
      'INPUT_INVALID',
      `input ${name}: expected a value to seal, got a workflow that takes a ciphertext: the orchestrator makes its runs`,
    );
  }
  if (type === 'fields') fieldsOf(name, value);
  if (type === 'text' && typeof value !== 'string') {
    throw new ClientError(
      'INPUT_INVALID',
      `input ${name}: expected a text, got ${value === null ? 'null' : typeof value}`,
    );
  }
  const size = canonicalBytes(value ?? null).length;
  if (size > bytesMax) {
    throw new ClientError(
      'INPUT_INVALID',
      `input ${name}: expected at most ${bytesMax} bytes of canonical JSON, got ${size}: shorten it, or raise bytesMax in the workflow`,
    );
  }
}

/** Field elements, whose Poseidon commitment a circuit can open, or the digest of any value. */
function payloadOf(
  name: string,
  value: Json,
  type: InputType | undefined,
  { runSecret }: ClientIdentity,
): EdgePayload {
  const label = `inputs/${name}`;
  if (type !== 'fields') return { alg: 'sha256', label, salt: toBase64(deriveSalt(runSecret, label)), value };
  const salt = `${deriveSaltField(runSecret, label)}`;
  return { alg: 'poseidon-bn254', label, salt, fields: fieldsOf(name, value), value };
}

/** The message names the place and the rule, never the value. */
function fieldsOf(name: string, value: Json | undefined): readonly string[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > FIELDS_MAX) {
    throw new ClientError(
      'INPUT_INVALID',
      `input ${name}: expected a list of 1 to ${FIELDS_MAX} decimal field elements, got ${Array.isArray(value) ? value.length : 'no list'}`,
    );
  }
  return value.map((field: Json, index) => {
    try {
      return `${parseField(typeof field === 'string' ? field : '')}`;
    } catch {
      throw new ClientError(
        'INPUT_INVALID',
        `input ${name}[${index}]: expected the decimal text of a field element below the order of BN254`,
      );
    }
  });
}

async function sealInput(
  name: string,
  payload: EdgePayload,
  input: SealInputsInput,
  deps: SealDependencies,
): Promise<SealedInput> {
  const { identity, plan } = input;
  const edge = `inputs/${name}`;
  const context: EnvelopeContext = {
    tenant: input.tenant,
    runId: input.runId,
    workflowDigest: plan.definitionDigest,
    edge,
    attempts: { from: 1, to: ATTEMPTS_MAX },
    seq: 1,
    policyDigest: input.policyDigest,
    planDigest: planDigest(plan),
    contentType: 'application/json',
    notAfter: formatTime(input.notAfterMs),
  };
  const envelope = await sealEnvelope({
    suite: 2,
    context,
    recipients: recipientsOf(edge, input),
    senderSeed: identity.signSeed,
    plaintext: await contentOf(edge, payload, input),
    random: deps.random,
  });
  const blob = digestOf(envelope);
  await writeBlob(deps.services.blob, blob, envelope, {
    deadlineMs: UPLOAD_DEADLINE_MS,
    signal: deps.signal,
  });
  return { name, commitment: commitmentOf(payload), blob };
}

/** What is sealed: the value, or, where only the owner's prover works on it, a reference to what stays there. */
async function contentOf(
  edge: string,
  payload: EdgePayload,
  { plan, owner }: SealInputsInput,
): Promise<Uint8Array> {
  const bytes = encodeEdgePayload(payload);
  const readers = plan.tasks.filter(({ inputs }) => inputs.some((port) => port.edge === edge));
  if (readers.length === 0 || !readers.every(({ operation }) => runsAtOwner(operation))) return bytes;
  if (owner === undefined) throw ownerRequired(edge);
  const commitment = commitmentOf(payload);
  await owner.keep(commitment, bytes);
  return encodeKeptReference(commitment);
}

function recipientsOf(edge: string, input: SealInputsInput) {
  const recipients = new Map<Digest, { role: string; publicKey: Uint8Array }>();
  for (const task of input.plan.tasks) {
    if (!task.inputs.some((port) => port.edge === edge)) continue;
    for (const { sealPublicKey } of input.workers.get(task.operation) ?? []) {
      recipients.set(sealKeyId(sealPublicKey), {
        // The prover of the owner is the client, at another place.
        role: runsAtOwner(task.operation) ? 'client' : `worker:${task.operation}`,
        publicKey: sealPublicKey,
      });
    }
  }
  const { sealPublicKey } = input.identity;
  recipients.set(sealKeyId(sealPublicKey), { role: 'client', publicKey: sealPublicKey });
  return [...recipients.values()];
}
