/** Test fixture: the first task of the credit workflow, what it was given, and the honest statement over it. */
import { randomBytes } from 'node:crypto';
import {
  type Commitment,
  commitSha256,
  digestOf,
  ed25519PublicKey,
  formatTime,
  toBase64,
  utf8,
} from '#canonical';
import type { LeaseInput } from '#contracts';
import type { StepPredicate } from '#evidence';
import { builtinDefinition, CATALOGUE, type Plan, type PlanTask, planDigest, planWorkflow } from '#workflow';
import type { RunRow } from '../runs/run-store.js';

export const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
export const workerSeed = random(32);
export const NOW_MS = Date.parse('2026-11-20T21:00:00.000Z');

const connected = [...CATALOGUE.values()].flatMap(({ candidates }) =>
  candidates.flatMap(({ tasks }) => tasks.map(({ operation }) => operation)),
);
const approvers = [toBase64(ed25519PublicKey(random(32)))];

export const plan: Plan = planWorkflow({
  definition: builtinDefinition('credit'),
  minimums: { classes: {}, fields: {} },
  connected,
  parameters: { review: { approvers }, reserve: { ledger: 'bank', approvers }, settle: { ledger: 'bank' } },
});

export function planned(id: string): PlanTask {
  const task = plan.tasks.find((candidate) => candidate.id === id);
  if (task === undefined) throw new RangeError(`no task ${id}`);
  return task;
}

export const task = planned('extract');

export const run: RunRow = {
  runId: '01JD0000000000000000000000',
  tenant: 'acme',
  requestId: '5f0c3c1e-8f7b-4c39-9d7e-0a1b2c3d4e5f',
  contentDigest: digestOf(utf8('content')),
  plan: planDigest(plan),
  policy: digestOf(utf8('policy')),
  state: 'RUNNING',
  reason: null,
  inputs: [],
  offers: [],
  clientSealKey: Buffer.alloc(32),
  clientSignKey: Buffer.alloc(32),
  previousRun: null,
  previousRoot: null,
  workflowRevision: null,
  traceparent: '',
  interpreter: 'v3',
  generation: 1,
  pausedFrom: null,
  priority: 0,
  crashStep: null,
  crashes: 0,
  earlierBundles: null,
  replacedBundles: null,
  cancelRequested: false,
  pendingBundle: null,
  pendingLeaf: null,
  bundle: null,
  deadline: new Date(NOW_MS + 60_000),
  createdAt: new Date(NOW_MS),
  endedAt: null,
  payloadDeletedAt: null,
  countedBundle: null,
  bundleBytes: 0,
  evidenceDeletedAt: null,
  workflow: null,
  integrity: null,
  confidentiality: null,
  assurance: null,
};

const commitment = (label: string): Commitment =>
  commitSha256({ label, salt: new Uint8Array(32), plaintext: utf8(label) });

export const inputs: readonly LeaseInput[] = task.inputs.map(({ port, edge }) => ({
  port,
  edge,
  commitment: commitment(edge),
  kind: 'sealed',
  blob: digestOf(utf8(edge)),
  producerStatement: Buffer.alloc(0),
}));

/** What an honest worker states; `changes` are lies. */
export function predicateOf(changes: Partial<StepPredicate> = {}): StepPredicate {
  return {
    runId: run.runId,
    stepId: task.id,
    attempt: 1,
    kind: 'tee.cpu',
    operation: task.operation,
    assurance: { integrity: 'ATTESTED', confidentiality: 'ENCLAVE' },
    definitionDigest: plan.definitionDigest,
    planDigest: planDigest(plan),
    policyDigest: digestOf(utf8('policy')),
    inputs: inputs.map(({ port, edge, commitment: given }) => ({
      port: port ?? '',
      edge: edge ?? '',
      commitment: given ?? '',
    })),
    outputs: task.outputs.map(({ port, edge }) => ({ port, edge, commitment: commitment(edge) })),
    public: { inputTokens: 100, model: digestOf(utf8('model')) },
    startedAt: formatTime(NOW_MS),
    endedAt: formatTime(NOW_MS + 10),
    executor: {
      id: 'tee-worker-0',
      key: toBase64(ed25519PublicKey(workerSeed)),
      softwareDigest: digestOf(utf8('image')),
    },
    sealing: { suite: 2, readers: [] },
    evidence: { platform: 'intel-tdx', package: digestOf(utf8('evidence')) },
    metrics: {},
    ...changes,
  };
}
