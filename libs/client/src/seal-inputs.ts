import {
  canonicalBytes,
  commitmentOf,
  type Digest,
  deriveSalt,
  digestOf,
  encodeEdgePayload,
  formatTime,
  type Json,
  toBase64,
} from '#canonical';
import { type ServiceClients, writeBlob } from '#contracts';
import { type EnvelopeContext, sealEnvelope, sealKeyId } from '#sealing';
import { expandInputs, itemName, type Plan, planDigest } from '#workflow';
import { ClientError } from './client-error.js';
import type { ClientIdentity, RandomSource } from './client-identity.js';
import type { AcceptedWorker } from './offers.js';

/** A worker may need several attempts at a task; the window binds them without naming each. */
const ATTEMPTS_MAX = 16;
const UPLOAD_DEADLINE_MS = 60_000;

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
}

/** Commits each input on its own and seals it to the workers that read it, and to the client. */
export async function sealInputs(
  input: SealInputsInput,
  deps: { readonly services: ServiceClients; readonly random: RandomSource },
): Promise<SealedInput[]> {
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
  for (const [name, { type, bytesMax }] of Object.entries(expandInputs(input.plan.definition))) {
    checkInput(name, values.get(name), type, bytesMax);
  }
  const sealed: SealedInput[] = [];
  for (const [name, value] of values) sealed.push(await sealInput(name, value, input, deps));
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
function checkInput(name: string, value: Json | undefined, type: 'json' | 'text', bytesMax: number): void {
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

async function sealInput(
  name: string,
  value: Json,
  input: SealInputsInput,
  deps: { readonly services: ServiceClients; readonly random: RandomSource },
): Promise<SealedInput> {
  const { identity, plan } = input;
  const edge = `inputs/${name}`;
  const salt = deriveSalt(identity.runSecret, edge);
  const payload = { alg: 'sha256', label: edge, salt: toBase64(salt), value } as const;
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
    plaintext: encodeEdgePayload(payload),
    random: deps.random,
  });
  const blob = digestOf(envelope);
  await writeBlob(deps.services.blob, blob, envelope, { deadlineMs: UPLOAD_DEADLINE_MS });
  return { name, commitment: commitmentOf(payload), blob };
}

function recipientsOf(edge: string, input: SealInputsInput) {
  const recipients = new Map<Digest, { role: string; publicKey: Uint8Array }>();
  for (const task of input.plan.tasks) {
    if (!task.inputs.some((port) => port.edge === edge)) continue;
    for (const { sealPublicKey } of input.workers.get(task.operation) ?? []) {
      recipients.set(sealKeyId(sealPublicKey), {
        role: `worker:${task.operation}`,
        publicKey: sealPublicKey,
      });
    }
  }
  const { sealPublicKey } = input.identity;
  recipients.set(sealKeyId(sealPublicKey), { role: 'client', publicKey: sealPublicKey });
  return [...recipients.values()];
}
