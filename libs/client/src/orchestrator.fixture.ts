/** Test fixture: an orchestrator that answers from memory, honest or not, and a worker it can offer. */
import { randomBytes } from 'node:crypto';
import {
  type AppraisalPolicy,
  appraisalPolicyDigest,
  buildBinding,
  createSimulationAuthority,
  encodeEvidencePackage,
  reportData,
  type SimulationAuthority,
  simulatedRoots,
  simulateTdxQuote,
  vendorTrustRoots,
} from '#attestation';
import { type Digest, digestOf, ed25519PublicKey, type JsonObject, toBase64, toJson, utf8 } from '#canonical';
import type { GetWorkerOffersRequest, PlanWorkflowRequest, ServiceClients } from '#contracts';
import {
  buildPlanStatement,
  formatVerifierKey,
  noteKeyTypes,
  noteVerifierKey,
  planDigestOf,
  signStatement,
  type TrustFile,
} from '#evidence';
import { generateSealKeyPair } from '#sealing';
import { CATALOGUE, type Plan, parseDefinition, planWorkflow } from '#workflow';

export const NOW_MS = Date.parse('2026-11-20T21:00:00.000Z');
export const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));

export const authority = createSimulationAuthority(random, NOW_MS);
export const orchestratorSeed = random(32);
const orchestratorKey = ed25519PublicKey(orchestratorSeed);
const imageDigest = digestOf(utf8('image'));
const mrtd = 'a1'.repeat(48);

export const policy: AppraisalPolicy = {
  v: 'sealflow/appraisal-policy/v1',
  allowSimulated: true,
  gpu: { required: false },
  measurements: [
    { name: 'worker', mrtd, imageDigest, operations: ['document.extract', 'ledger.reserve.authorize'] },
  ],
  bindingRules: ['sealflow/binding/v1'],
  freshness: ['nonce'],
  bindingLifetimeMsMax: 7_200_000,
};
export const policyDigest: Digest = appraisalPolicyDigest(policy);

export const trust: TrustFile = {
  v: 'sealflow/trust/v1',
  roots: { ...vendorTrustRoots, ...simulatedRoots(authority) },
  policy,
  circuits: { manifests: [], allowDev: true },
  approvers: [],
  log: {
    origin: 'example.com/log',
    vkey: formatVerifierKey(noteVerifierKey('example.com/log', noteKeyTypes.ed25519, orchestratorKey)),
  },
  orchestratorKeys: [toBase64(orchestratorKey)],
  witnesses: [],
  witnessQuorum: 0,
};

/** Evidence of a worker with new keys; what is given differs from the image that the policy knows. */
export function answer(
  nonce: Uint8Array,
  changes: {
    mrtd?: string;
    authority?: SimulationAuthority;
    policyDigest?: Digest;
    notAfterMs?: number;
    bootId?: Uint8Array;
    epoch?: number;
  } = {},
): Uint8Array {
  const binding = buildBinding({
    v: 'sealflow/binding/v1',
    nonce,
    workerId: 'worker-0',
    bootId: changes.bootId ?? random(16),
    epoch: changes.epoch ?? 0,
    sealKeys: [{ alg: 'x25519', publicKey: generateSealKeyPair(random).publicKey }],
    signKey: ed25519PublicKey(random(32)),
    imageDigest,
    policyDigest: changes.policyDigest ?? policyDigest,
    gpuEvidenceDigest: null,
    notAfterMs: changes.notAfterMs ?? NOW_MS + 3_600_000,
  });
  const quote = simulateTdxQuote(
    changes.authority ?? authority,
    { reportData: reportData(binding), mrtd: changes.mrtd ?? mrtd },
    random,
  );
  return encodeEvidencePackage({ binding, cpu: { format: 'tdx-quote-v4', quote }, gpus: [] });
}

type Callback = (error: Error | null, response?: unknown) => void;

/** What an orchestrator was asked to store: the witness of "nothing left this process". */
export interface Orchestrator {
  readonly services: ServiceClients;
  readonly uploads: Buffer[];
  readonly created: unknown[];
}

export function orchestrator(
  behaviour: {
    readonly offers?: (request: GetWorkerOffersRequest) => readonly Uint8Array[];
    /** Vendor data beside every offer. */
    readonly collateral?: readonly Uint8Array[];
    readonly plan?: (request: PlanWorkflowRequest) => {
      readonly plan: JsonObject;
      readonly seed?: Uint8Array;
      readonly digest?: Digest;
    };
  } = {},
): Orchestrator {
  const uploads: Buffer[] = [];
  const created: unknown[] = [];
  const call = { cancel: () => undefined };
  const services = {
    workflow: {
      planWorkflow: (request: PlanWorkflowRequest, _options: object, callback: Callback) => {
        const { plan, seed, digest } = behaviour.plan?.(request) ?? { plan: honestPlan(request) };
        const signedPlan = signStatement({
          statement: buildPlanStatement(plan),
          seed: seed ?? orchestratorSeed,
        });
        callback(null, {
          plan: digest ?? planDigestOf(plan),
          signedPlan: Buffer.from(signedPlan),
          routes: [],
        });
        return call;
      },
    },
    attestation: {
      getWorkerOffers: (request: GetWorkerOffersRequest, _options: object, callback: Callback) => {
        const packages = behaviour.offers?.(request) ?? [answer(new Uint8Array(request.nonce as Buffer))];
        callback(null, {
          offers: packages.map((bytes) => ({
            worker: 'workers/worker-0',
            package: Buffer.from(bytes),
            collateral: (behaviour.collateral ?? []).map((piece) => Buffer.from(piece)),
          })),
        });
        return call;
      },
    },
    blob: {
      writeBlob: (_options: object, callback: Callback) => ({
        write: ({ data }: { data: Buffer }) => uploads.push(Buffer.from(data)) > 0,
        end: () => callback(null, {}),
        once: () => undefined,
      }),
    },
    run: {
      createRun: (request: unknown, _options: object, callback: Callback) => {
        created.push(request);
        callback(null, { run: null });
        return call;
      },
    },
    close: () => undefined,
  };
  return { services: services as unknown as ServiceClients, uploads, created };
}

const connected = [...CATALOGUE.values()]
  .flatMap(({ candidates }) => candidates.flatMap(({ tasks }) => tasks.map(({ operation }) => operation)))
  .filter((operation, index, all) => all.indexOf(operation) === index)
  .sort();

/** The plan that an honest orchestrator makes; `definition` and `parameters` may be another than was asked for. */
export function honestPlan(
  request: PlanWorkflowRequest,
  instead: { definition?: string; connected?: string[] } = {},
): JsonObject {
  const text = instead.definition ?? Buffer.from(request.definition as Uint8Array).toString('utf8');
  const plan: Plan = planWorkflow({
    definition: parseDefinition(text, 'yaml'),
    minimums: { classes: {}, fields: {} },
    connected: instead.connected ?? connected,
    parameters: JSON.parse(request.parametersJson ?? '{}') as Record<string, JsonObject>,
  });
  return toJson(plan) as JsonObject;
}
