import { type AppraisalPolicy, readableCollateral } from '#attestation';
import {
  canonicalBytes,
  commitmentOf,
  type Digest,
  digestOf,
  type EdgePayload,
  encodeEdgePayload,
  formatTime,
  toBase64,
} from '#canonical';
import {
  type GetWorkerOffersResponse__Output,
  type Lease__Output,
  type LeaseOutput__Output,
  type ServiceClients,
  unary,
} from '#contracts';
import type { EdgeCommitment, EdgeReaders, Offer } from '#evidence';
import { type Recipient, sealEnvelope, sealKeyId } from '#sealing';
import { runsAtOwner } from '#workflow';
import type { BootIdentity, RandomSource } from '../identity/boot-identity.js';
import { type TaskBlobs, TaskError, type TaskOutput } from '../runtime.js';
import type { PeerAppraiser } from './peer-appraiser.js';
import { whileAway } from './while-away.js';

const OFFERS_DEADLINE_MS = 10_000;
const OFFERS_AWAY_MS = 15_000;
const OFFERS_MAX = 3;
/** A consumer may need several attempts; the window binds them without naming each. */
const ATTEMPTS_MAX = 16;
/** An envelope outlives every wait of its run; the keys it is sealed to die with their boot anyway. */
const ENVELOPE_LIFETIME_MS = 7 * 24 * 3_600_000;

export interface SealedTaskOutput extends EdgeCommitment {
  readonly blob: Digest;
}

export interface SealOutputsInput {
  readonly lease: Lease__Output;
  readonly outputs: Readonly<Record<string, TaskOutput>>;
  /** Made at the owner of the data. */
  readonly atOwner?: boolean;
  readonly policy: AppraisalPolicy;
  readonly policyDigest: Digest;
  readonly definitionDigest: Digest;
}

export interface SealOutputsDependencies {
  readonly identity: BootIdentity;
  readonly blobs: TaskBlobs;
  readonly services: ServiceClients;
  readonly appraiser: PeerAppraiser;
  readonly random: RandomSource;
  readonly now: () => number;
}

/**
 * Commits and seals what a task made. Before anything is sealed to the workers of the next step, each answers a
 * fresh nonce and its evidence passes the client's policy; the orchestrator only carries question and answer.
 */
export async function sealOutputs(
  input: SealOutputsInput,
  deps: SealOutputsDependencies,
): Promise<{ outputs: SealedTaskOutput[]; readers: EdgeReaders[]; offers: Offer[] }> {
  const known = new Set(input.lease.outputs.map(({ port }) => port));
  for (const port of Object.keys(input.outputs)) {
    if (!known.has(port)) throw new TaskError('OUTPUT_UNKNOWN', `the plan has no output ${port}`);
  }
  const outputs: SealedTaskOutput[] = [];
  const readers: EdgeReaders[] = [];
  const offers: Offer[] = [];
  for (const planned of input.lease.outputs) {
    const output = input.outputs[planned.port];
    // A port may stay empty, e.g. no deltas where nothing moves; the plan says under which outcome.
    if (output === undefined) continue;
    const { port, edge } = planned;
    if (output.kind === 'blob') {
      const blob = await deps.blobs.put(output.bytes);
      outputs.push({ port, edge, commitment: blob, blob });
    } else if (output.kind === 'public') {
      const blob = await deps.blobs.put(canonicalBytes(output.value));
      outputs.push({ port, edge, commitment: blob, blob });
    } else {
      const payload = edgePayload(edge, output, deps.random);
      const recipients = await findRecipients(planned, input, offers, deps);
      const envelope = await sealEnvelope({
        suite: 2,
        context: envelopeContext(input, planned, deps.now()),
        recipients,
        senderSeed: deps.identity.signSeed,
        plaintext: encodeEdgePayload(payload),
        random: deps.random,
      });
      outputs.push({ port, edge, commitment: commitmentOf(payload), blob: await deps.blobs.put(envelope) });
      readers.push({
        edge,
        recipients: recipients.map(({ role, publicKey }) => ({ role, kid: sealKeyId(publicKey) })),
      });
    }
  }
  return { outputs, readers, offers };
}

function envelopeContext(input: SealOutputsInput, planned: LeaseOutput__Output, nowMs: number) {
  const { lease } = input;
  return {
    tenant: lease.tenant,
    runId: lease.runId,
    workflowDigest: input.definitionDigest,
    edge: planned.edge,
    attempts: { from: 1, to: ATTEMPTS_MAX },
    seq: lease.attempt,
    policyDigest: input.policyDigest,
    contentType: 'application/json',
    notAfter: formatTime(nowMs + ENVELOPE_LIFETIME_MS),
  };
}

function edgePayload(
  edge: string,
  output: Extract<TaskOutput, { kind: 'sealed' | 'sealed-fields' }>,
  random: RandomSource,
): EdgePayload {
  if (output.kind === 'sealed') {
    return { alg: 'sha256', label: edge, salt: toBase64(random(32)), value: output.value };
  }
  return {
    alg: 'poseidon-bn254',
    label: edge,
    salt: output.salt.toString(),
    fields: output.fields.map((field) => field.toString()),
    value: output.value,
  };
}

/** @param offers takes what the workers answered, for the statement */
async function findRecipients(
  planned: LeaseOutput__Output,
  input: SealOutputsInput,
  offers: Offer[],
  deps: SealOutputsDependencies,
): Promise<Recipient[]> {
  const recipients = new Map<Digest, Recipient>();
  for (const operation of planned.consumers) {
    if (runsAtOwner(operation)) {
      // Any worker could say that it is the owner's: from here only this one is known to be.
      if (input.atOwner !== true)
        throw new TaskError(
          'OWNER_UNKNOWN',
          `output ${planned.port}: who the owner is, only the client knows`,
        );
      const publicKey = deps.identity.sealPublicKey;
      recipients.set(sealKeyId(publicKey), { role: `worker:${operation}`, publicKey });
      continue;
    }
    const answered = await askWorkers(operation, input, deps);
    if (answered.length === 0) {
      throw new TaskError('EVIDENCE_INVALID', `no worker for ${operation} passes the pinned policy`, true);
    }
    for (const { publicKey, offer } of answered) {
      offers.push(offer);
      recipients.set(sealKeyId(publicKey), { role: `worker:${operation}`, publicKey });
    }
  }
  if (planned.clientReads) {
    const publicKey = new Uint8Array(input.lease.clientSealKey);
    recipients.set(sealKeyId(publicKey), { role: 'client', publicKey });
  }
  return [...recipients.values()];
}

/** Workers that answered a fresh nonce with evidence that passes, each with the key to seal to. */
async function askWorkers(
  operation: string,
  input: SealOutputsInput,
  deps: SealOutputsDependencies,
): Promise<{ readonly publicKey: Uint8Array; readonly offer: Offer }[]> {
  const nonce = deps.random(32);
  deps.appraiser.ask(nonce, deps.now() + OFFERS_DEADLINE_MS + OFFERS_AWAY_MS, OFFERS_MAX);
  const client = deps.services.attestation;
  const request = { operation, nonce: Buffer.from(nonce), offersMax: OFFERS_MAX, policy: input.policyDigest };
  const { offers } = await whileAway(
    () =>
      unary<GetWorkerOffersResponse__Output>(
        (options, callback) => client.getWorkerOffers(request, options, callback),
        { deadlineMs: OFFERS_DEADLINE_MS },
      ),
    // After a restart of the orchestrator the next worker may dial later than this one did.
    { awayMs: OFFERS_AWAY_MS, alsoRetried: ['WORKER_CAPACITY'] },
  );
  // More than was asked for is not looked at: an envelope has room for a few recipients.
  return offers.slice(0, OFFERS_MAX).flatMap((offer) => {
    const collateral = readableCollateral(offer.collateral);
    const peer = deps.appraiser.offer(offer.package, nonce, input.policy, input.policyDigest, collateral);
    const publicKey = peer?.binding.sealKeys[0]?.publicKey;
    if (publicKey === undefined || peer?.operations.includes(operation) !== true) return [];
    const answer = { operation, package: digestOf(offer.package), nonce: toBase64(nonce) };
    return [{ publicKey, offer: answer }];
  });
}
