/** Test fixture: simulated workers of one installation, blobs in memory, and envelopes between them. */
import { randomBytes } from 'node:crypto';
import {
  type AppraisalPolicy,
  appraisalPolicyDigest,
  createSimulationAuthority,
  simulatedRoots,
  vendorTrustRoots,
} from '#attestation';
import {
  canonicalBytes,
  commitmentOf,
  type Digest,
  digestOf,
  type EdgePayload,
  ed25519PublicKey,
  encodeEdgePayload,
  formatTime,
  type Json,
  type JsonObject,
  parseDigest,
  toBase64,
  toJson,
  utf8,
} from '#canonical';
import type { Lease__Output, LeaseInput__Output, LeaseOutput__Output } from '#contracts';
import {
  buildPlanStatement,
  buildStepStatement,
  type EdgeCommitment,
  type StepPredicate,
  signStatement,
} from '#evidence';
import { generateSealKeyPair, type Recipient, sealEnvelope } from '#sealing';
import { planDigest as digestOfPlan, NO_MINIMUMS, parseDefinition, planWorkflow } from '#workflow';
import { type BootIdentity, createBootIdentity } from '../identity/boot-identity.js';
import { EvidenceSource } from '../identity/evidence-source.js';
import { simulatedMrtd } from '../identity/measure.js';
import { SimulatedProvider } from '../identity/simulated-provider.js';
import { type TaskBlobs, TaskError } from '../runtime.js';

export const NOW_MS = Date.parse('2026-11-20T21:00:00.000Z');
export const LIFETIME_MS = 3_600_000;
export const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
export const authority = createSimulationAuthority(random, NOW_MS);
export const roots = { ...vendorTrustRoots, ...simulatedRoots(authority) };

const imageOf = (name: string): Digest => digestOf(utf8(`image ${name}`));

/** One reference value a worker name; a worker of another name is unknown. */
export const policy: AppraisalPolicy = {
  v: 'sealflow/appraisal-policy/v1',
  allowSimulated: true,
  gpu: { required: false },
  measurements: [
    ['reader', ['document.extract']],
    ['prover', ['scorecard.prove']],
  ].map(([name, operations]) => ({
    name: name as string,
    mrtd: simulatedMrtd(imageOf(name as string)),
    imageDigest: imageOf(name as string),
    operations: operations as string[],
  })),
  bindingRules: ['sealflow/binding/v1'],
  freshness: ['nonce'],
  bindingLifetimeMsMax: 2 * LIFETIME_MS,
};
export const policyDigest = appraisalPolicyDigest(policy);

export class MemoryBlobs implements TaskBlobs {
  readonly stored = new Map<Digest, Uint8Array>();

  async get(digest: Digest): Promise<Uint8Array> {
    const bytes = this.stored.get(digest);
    if (bytes === undefined) throw new TaskError('NOT_FOUND', `no blob ${digest}`);
    return bytes;
  }

  async put(bytes: Uint8Array): Promise<Digest> {
    const digest = digestOf(bytes);
    this.stored.set(digest, bytes);
    return digest;
  }
}

export interface SimulatedWorker {
  readonly identity: BootIdentity;
  readonly evidence: EvidenceSource;
  readonly imageDigest: Digest;
}

/** Boots a worker; `imageDigest` may say something else than what was measured. */
export function bootSimulated(
  name: string,
  options: { now?: () => number; imageDigest?: Digest; gpus?: number; authority?: typeof authority } = {},
): SimulatedWorker {
  const identity = createBootIdentity(`${name}-0`, random);
  const provider = new SimulatedProvider({
    authority: options.authority ?? authority,
    mrtd: simulatedMrtd(imageOf(name)),
    gpus: options.gpus ?? 0,
    random,
    machineSecret: random(32),
  });
  const imageDigest = options.imageDigest ?? imageOf(name);
  const evidence = new EvidenceSource({
    identity,
    provider,
    imageDigest,
    bindingLifetimeMs: LIFETIME_MS,
    now: options.now ?? (() => NOW_MS),
  });
  return { identity, evidence, imageDigest };
}

export const client = { ...generateSealKeyPair(random), signSeed: random(32) };
/** A plan in which the reader feeds the prover, and people decide on what it proved. */
export const approverSeeds = [random(32), random(32)];
export const plan = planWorkflow({
  definition: parseDefinition(`schema: sealflow/workflow/v1
name: fixture
version: 1
inputs:
  statement: { class: secret-text, type: text, bytesMax: 4096 }
  application: { class: personal, type: json, bytesMax: 4096 }
steps:
  extract:
    operation: document.extract
    in: { statement: inputs/statement, application: inputs/application }
  score:
    operation: scorecard.prove
    in: { features: extract/features }
  review:
    operation: human.approve
    in: { decision: score/decision }
  both:
    operation: human.approve
    in: { decision: score/decision }
    quorum: 2
outputs: { decision: score/decision }
`),
  minimums: NO_MINIMUMS,
  connected: ['document.extract', 'scorecard.prove'],
  parameters: Object.fromEntries(
    ['review', 'both'].map((step) => [
      step,
      { approvers: approverSeeds.map((seed) => toBase64(ed25519PublicKey(seed))) },
    ]),
  ),
});
export const definitionDigest = plan.definitionDigest;
export const planDigest = digestOfPlan(plan);
export const signedPlan = signStatement({
  statement: buildPlanStatement(toJson(plan) as JsonObject),
  seed: random(32),
});
export const RUN_ID = '01JD0000000000000000000000';
export const TENANT = 'acme';

export function leaseOf(changes: Partial<Lease__Output> = {}): Lease__Output {
  return {
    lease: `${RUN_ID}.score.1`,
    fence: '7',
    tenant: TENANT,
    runId: RUN_ID,
    taskId: 'score',
    attempt: 1,
    attemptsMax: 3,
    operation: 'scorecard.prove',
    deadline: { seconds: String(NOW_MS / 1000 + 60), nanos: 0 },
    inputs: [],
    outputs: [],
    signedPlan: digestOf(signedPlan),
    plan: planDigest,
    definition: definitionDigest,
    policy: policyDigest,
    clientSealKey: Buffer.from(client.publicKey),
    clientSignKey: Buffer.alloc(32),
    parametersJson: '{}',
    stateJson: '',
    offerPackages: [],
    traceparent: '',
    ...changes,
  };
}

export function outputOf(port: string, changes: Partial<LeaseOutput__Output> = {}): LeaseOutput__Output {
  return { port, edge: `score/${port}`, consumers: [], clientReads: false, ...changes };
}

export function payloadOf(edge: string, value: Json): EdgePayload {
  return { alg: 'sha256', label: edge, salt: toBase64(random(32)), value };
}

/** Seals a payload on an edge and stores the envelope. */
export async function sealedInput(
  blobs: MemoryBlobs,
  input: {
    readonly edge: string;
    readonly payload: EdgePayload;
    readonly senderSeed: Uint8Array;
    readonly recipients: readonly Recipient[];
    readonly context?: object;
    readonly producerStatement?: Uint8Array;
  },
): Promise<LeaseInput__Output> {
  const envelope = await sealEnvelope({
    suite: 2,
    context: {
      tenant: TENANT,
      runId: RUN_ID,
      workflowDigest: definitionDigest,
      edge: input.edge,
      attempts: { from: 1, to: 16 },
      seq: 1,
      policyDigest,
      ...(input.producerStatement === undefined ? { planDigest } : {}),
      contentType: 'application/json',
      notAfter: formatTime(NOW_MS + LIFETIME_MS),
      ...input.context,
    },
    recipients: [...input.recipients],
    senderSeed: input.senderSeed,
    plaintext: encodeEdgePayload(input.payload),
    random,
  });
  return {
    port: input.edge.slice(input.edge.indexOf('/') + 1),
    edge: input.edge,
    commitment: commitmentOf(input.payload),
    kind: 'sealed',
    blob: await blobs.put(envelope),
    producerStatement: Buffer.from(input.producerStatement ?? []),
    producerCollateral: [],
  };
}

/** What a worker states about a step that it ran, signed with the key of its boot unless another seed is given. */
export function producerStatement(
  worker: SimulatedWorker,
  outputs: readonly EdgeCommitment[],
  changes: Partial<StepPredicate> = {},
  seed: Uint8Array = worker.identity.signSeed,
): Uint8Array {
  const predicate: StepPredicate = {
    runId: RUN_ID,
    stepId: 'extract',
    attempt: 1,
    kind: 'tee.cpu',
    operation: 'document.extract',
    assurance: { integrity: 'ATTESTED', confidentiality: 'ENCLAVE' },
    definitionDigest,
    planDigest,
    policyDigest,
    inputs: [],
    outputs: [...outputs],
    public: { flag: 'consistent' },
    startedAt: formatTime(NOW_MS),
    endedAt: formatTime(NOW_MS),
    executor: {
      id: worker.identity.workerId,
      key: toBase64(worker.identity.signPublicKey),
      softwareDigest: worker.imageDigest,
    },
    sealing: { suite: 2, readers: [] },
    evidence: {},
    metrics: {},
    ...changes,
  };
  return signStatement({ statement: buildStepStatement(predicate), seed });
}

export async function storePolicy(blobs: MemoryBlobs): Promise<void> {
  const digest = await blobs.put(canonicalBytes(toJson(policy)));
  if (digest !== parseDigest(policyDigest)) throw new Error('the policy is not stored under its digest');
}
