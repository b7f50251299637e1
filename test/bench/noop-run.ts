import { randomBytes, randomUUID } from 'node:crypto';
import {
  commitmentOf,
  type Digest,
  digestOf,
  type EdgePayload,
  encodeEdgePayload,
  formatTime,
  toBase64,
  ulid,
} from '#canonical';
import type { PlannedWorkflow, PreparedRun, SealflowClient } from '#client';
import { writeBlob } from '#contracts';
import { type Recipient, sealEnvelope, sealKeyId } from '#sealing';
import type { LoadWorker } from './load-worker.js';

const RUN_DEADLINE_MS = 3_000_000;
const UPLOAD_MS = 60_000;
const ENVELOPE_MS = 7 * 24 * 3_600_000;
const OPERATION = 'document.extract';
const VALUES = { application: { amount: 4500 }, statement: 'nothing to read' };

/** A chain of steps, each on what the one before it sealed to its worker: none runs beside another. */
export function chainOf(steps: number): string {
  const lines = Array.from({ length: steps }, (_, index) => {
    const application = index === 0 ? 'inputs/application' : `s${index}/findings`;
    return [
      `  s${index + 1}:`,
      `    operation: ${OPERATION}`,
      `    in: { statement: inputs/statement, application: ${application} }`,
      '    timeoutMs: 1800000',
    ].join('\n');
  });
  return `schema: sealflow/workflow/v1
name: noop-chain
version: 1
inputs:
  application: { class: personal, type: json, bytesMax: 4096 }
  statement: { class: secret-text, type: text, bytesMax: 65536 }
steps:
${lines.join('\n')}
outputs:
  findings: { from: s${steps}/findings, class: personal }
minimums:
  classes:
    personal: { integrity: ATTESTED, confidentiality: ENCLAVE }
    secret-text: { confidentiality: ENCLAVE }
`;
}

/**
 * Makes runs whose steps do nothing. Inputs are sealed and uploaded as a client does it, to workers whose evidence it
 * accepted; the envelopes that the steps will "make" are uploaded too, before the clock starts. What is left to measure
 * is the orchestrator's own work.
 */
export class NoopRuns {
  #accepted: PreparedRun | null = null;
  #uses = 0;

  constructor(
    private readonly client: SealflowClient,
    private readonly planned: PlannedWorkflow,
    private readonly worker: LoadWorker,
    /** Runs that are sealed to the same workers. */
    private readonly runsPerOffer: number,
  ) {}

  async prepare(): Promise<PreparedRun> {
    const { client, planned, worker } = this;
    const { options, policyDigest } = client;
    if (this.#accepted === null || this.#uses >= this.runsPerOffer) {
      this.#uses = 0;
      const asked = { deadlineMs: RUN_DEADLINE_MS, requestId: randomUUID() };
      this.#accepted = await client.prepare(planned, VALUES, asked);
      await worker.answerEachOther(policyDigest);
    }
    this.#uses += 1;
    const accepted = this.#accepted;
    const runId = ulid(options.now(), options.random(10));
    const workers = accepted.workers.map(({ sealPublicKey }) => ({
      role: `worker:${OPERATION}`,
      publicKey: sealPublicKey,
    }));
    const reader = { role: 'client', publicKey: accepted.identity.sealPublicKey };
    const inputs = await Promise.all(
      accepted.inputs.map(async ({ name }) => {
        const payload = sha256Payload(`inputs/${name}`);
        const { seed, recipients } = { seed: accepted.identity.signSeed, recipients: [...workers, reader] };
        const blob = await this.#seal(runId, payload, recipients, seed, true);
        return { name, commitment: commitmentOf(payload), blob };
      }),
    );
    const outputs = await Promise.all(
      planned.plan.tasks.flatMap((task) =>
        task.outputs.map(async ({ port, edge, alg, consumers }) => {
          const payload = alg === 'sha256' ? sha256Payload(edge) : poseidonPayload(edge);
          const recipients = consumers.length > 0 ? [...workers, reader] : [reader];
          const blob = await this.#seal(runId, payload, recipients, worker.signSeed, false);
          const readers = recipients.map(({ role, publicKey }) => ({ role, kid: sealKeyId(publicKey) }));
          return { port, edge, commitment: commitmentOf(payload), blob, recipients: readers };
        }),
      ),
    );
    worker.willMake(runId, outputs);
    const request = { ...accepted.request, runId, requestId: randomUUID(), inputs };
    return { ...accepted, runId, inputs, request };
  }

  async #seal(
    runId: string,
    payload: EdgePayload,
    recipients: readonly Recipient[],
    senderSeed: Uint8Array,
    ofClient: boolean,
  ): Promise<Digest> {
    const { options, policyDigest, services } = this.client;
    const { plan, digest } = this.planned;
    const envelope = await sealEnvelope({
      suite: 2,
      context: {
        tenant: options.tenant,
        runId,
        workflowDigest: plan.definitionDigest,
        edge: payload.label,
        attempts: { from: 1, to: 16 },
        seq: 1,
        policyDigest,
        ...(ofClient ? { planDigest: digest } : {}),
        contentType: 'application/json',
        notAfter: formatTime(options.now() + ENVELOPE_MS),
      },
      recipients,
      senderSeed,
      plaintext: encodeEdgePayload(payload),
      random: options.random,
    });
    const blob = digestOf(envelope);
    await writeBlob(services.blob, blob, envelope, { deadlineMs: UPLOAD_MS });
    return blob;
  }
}

function sha256Payload(label: string): EdgePayload {
  return { alg: 'sha256', label, salt: toBase64(randomBytes(32)), value: 'nothing' };
}

function poseidonPayload(label: string): EdgePayload {
  const salt = BigInt(`0x${randomBytes(31).toString('hex')}`).toString();
  return { alg: 'poseidon-bn254', label, salt, fields: ['1'], value: 'nothing' };
}
