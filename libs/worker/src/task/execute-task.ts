import {
  canonicalBytes,
  type Digest,
  formatTime,
  isDigest,
  type Json,
  type JsonObject,
  parseDigest,
  toBase64,
} from '#canonical';
import { type Lease__Output, type ServiceClients, withSpan } from '#contracts';
import {
  buildStepStatement,
  concealStatement,
  parseStepPredicate,
  type StepPredicate,
  signStatement,
  stepNonce,
} from '#evidence';
import type { BootIdentity, RandomSource } from '../identity/boot-identity.js';
import type { EvidenceSource } from '../identity/evidence-source.js';
import {
  type KeptValues,
  type TaskBlobs,
  type TaskCalls,
  TaskError,
  type TaskOutcome,
  type TaskRuntime,
} from '../runtime.js';
import { meteredMiB } from './memory-meter.js';
import { type OpenedTask, openTask } from './open-task.js';
import type { PeerAppraiser } from './peer-appraiser.js';
import { plannedTask } from './planned-task.js';
import { type SealedTaskOutput, sealOutputs } from './seal-outputs.js';

export interface ExecuteTaskDependencies {
  readonly identity: BootIdentity;
  readonly evidence: EvidenceSource;
  readonly imageDigest: Digest;
  readonly services: ServiceClients;
  readonly blobs: TaskBlobs;
  readonly appraiser: PeerAppraiser;
  readonly random: RandomSource;
  readonly kept?: KeptValues;
  readonly now: () => number;
}

export interface ExecutedTask {
  /** DSSE envelope of the step statement. */
  readonly statement: Uint8Array;
  readonly outputs: readonly SealedTaskOutput[];
  readonly blobs: readonly Digest[];
}

/** What a task is at. */
export type TaskStage = 'opening' | 'running' | 'sealing';

/** Opens, runs, seals and signs one task. */
export async function executeTask(
  lease: Lease__Output,
  runtime: TaskRuntime,
  signal: AbortSignal,
  deps: ExecuteTaskDependencies,
  onStage: (stage: TaskStage) => void = () => undefined,
  calls?: TaskCalls,
): Promise<ExecutedTask> {
  const startedMs = deps.now();
  onStage('opening');
  const opened = await withSpan('sealflow.task.open', {}, async () =>
    openTask(lease, await plannedTask(lease, deps.blobs), deps, runtime.keeps),
  );
  const openedMs = deps.now();
  onStage('running');
  const { value: outcome, peakMiB } = await meteredMiB(() =>
    withSpan('sealflow.task.run', {}, () =>
      runtime.run(
        calls === undefined || runtime.converses !== true ? opened.task : { ...opened.task, calls },
        signal,
      ),
    ),
  );
  signal.throwIfAborted();
  const ranMs = deps.now();
  onStage('sealing');
  const { policy, policyDigest, definitionDigest } = opened;
  const { atOwner = false } = runtime;
  const sealing = { lease, outputs: outcome.outputs, atOwner, policy, policyDigest, definitionDigest };
  const sealed = await withSpan('sealflow.task.seal', {}, () => sealOutputs(sealing, deps));
  const inputs = [
    ...lease.inputs.map(({ port, edge, commitment }) => ({ port, edge, commitment })),
    ...stateInputs(opened),
  ];
  const { runId, taskId: stepId, attempt } = lease;
  const evidencePackage = await deps.evidence.forStatement(
    policyDigest,
    askedPackages(lease, opened),
    stepNonce({ runId, stepId, attempt, inputs }),
  );
  const packageDigest = await deps.blobs.put(evidencePackage);
  const predicate: StepPredicate = {
    runId,
    stepId,
    attempt,
    kind: runtime.kind,
    operation: lease.operation,
    assurance: claimedAssurance(runtime),
    definitionDigest,
    planDigest: opened.planDigest,
    policyDigest,
    inputs,
    outputs: sealed.outputs.map(({ port, edge, commitment }) => ({ port, edge, commitment })),
    public: publicFacts(outcome),
    startedAt: formatTime(startedMs),
    endedAt: formatTime(deps.now()),
    executor: {
      id: deps.identity.workerId,
      key: toBase64(deps.identity.signPublicKey),
      softwareDigest: deps.imageDigest,
    },
    sealing: { suite: 2, readers: sealed.readers, offers: sealed.offers },
    evidence: {
      ...outcome.evidence,
      ...(runtime.kind.startsWith('tee') ? { platform: 'intel-tdx' } : {}),
      package: packageDigest,
    },
    metrics: {
      ...outcome.metrics,
      openMs: openedMs - startedMs,
      runMs: ranMs - openedMs,
      sealMs: deps.now() - ranMs,
      peakMiB,
    },
  };
  const concealed = concealStatement(buildStepStatement(predicate), deps.random);
  const statement = signStatement({ ...concealed, seed: deps.identity.signSeed });
  return { statement, outputs: sealed.outputs, blobs: [packageDigest, ...(outcome.blobs ?? [])] };
}

/** Facts of the step. A disclosable output opens its digest under the name of its port. */
function publicFacts(outcome: TaskOutcome): JsonObject {
  const facts: Record<string, Json> = { ...outcome.public };
  for (const [port, output] of Object.entries(outcome.outputs)) {
    if (output.kind !== 'public') continue;
    const stated = facts[port];
    if (stated !== undefined && toText(stated) !== toText(output.value)) {
      throw new TaskError('OUTPUT_UNKNOWN', `the public fact ${port} differs from the output of that name`);
    }
    facts[port] = output.value;
  }
  return facts;
}

function toText(value: Json): string {
  return Buffer.from(canonicalBytes(value)).toString('utf8');
}

/** A ledger task reads pages that no task of this run made: the edge names book and version. */
function stateInputs({ task }: OpenedTask): { port: string; edge: string; commitment: string }[] {
  const { state } = task;
  if (state === null || typeof state['available'] !== 'string' || typeof state['reserved'] !== 'string')
    return [];
  const { ledger, version } = state;
  return (['available', 'reserved'] as const).map((book) => ({
    port: `state-${book}`,
    edge: `ledger/${String(ledger)}/${book}@${String(version)}`,
    commitment: parseDigest(String(state[book])),
  }));
}

/** A claim; the verifier recomputes it and may only lower it. */
function claimedAssurance(runtime: TaskRuntime): StepPredicate['assurance'] {
  if (runtime.kind === 'zk.groth16') {
    return { integrity: 'PROVED', confidentiality: runtime.atOwner === true ? 'CLIENT_ONLY' : 'ENCLAVE' };
  }
  if (runtime.kind === 'fhe.bfv') return { integrity: 'REPLAYED', confidentiality: 'ENCRYPTED' };
  return { integrity: 'ATTESTED', confidentiality: 'ENCLAVE' };
}

/** Answers of this worker that the run's records hold: those of the steps before, then those the client accepted. */
function askedPackages(lease: Lease__Output, { task }: OpenedTask): Digest[] {
  const before = Object.values(task.inputs).flatMap(({ producer }) =>
    producer === null ? [] : (parseStepPredicate(producer.predicate).sealing.offers ?? []),
  );
  return [...before.map((offer) => offer.package), ...lease.offerPackages.filter(isDigest)];
}
