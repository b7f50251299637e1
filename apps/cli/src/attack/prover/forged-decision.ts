import { readFileSync } from 'node:fs';
import { type EdgePayload, isJsonObject, type JsonObject, parseJsonStrict } from '#canonical';
import { type AttestationServiceClient, type ListWorkersResponse__Output, unary } from '#contracts';
import { parseStepPredicate, parseZkEvidence, readContainer, statementOf, type ZkEvidence } from '#evidence';
import type { TaskRuntime } from '#worker';
import { inputsOf, makeApplications } from '../../demo/application.js';
import { followRun, prepareRun } from '../../demo/credit-run.js';
import { makeParties } from '../../demo/parties.js';
import { type AttackCase, type Scene, stackOf } from '../attack-case.js';
import { rogueWorker } from '../worker/rogue-worker.js';

const CONNECT_MS = 5_000;

/**
 * A prover that wants a declined applicant approved. It has what an approved run left behind, a valid proof and the
 * opening of its limit, and returns them for another applicant.
 */
export const forgedDecision: AttackCase = {
  name: 'forged-decision',
  actor: 'prover',
  tries: 'return "approve" with a proof of another applicant',
  expected: 'PROOF_INVALID',
  noticedBy: 'orchestrator',
  needs: 'stack',
  leaves: 'a run of the credit workflow that ends as declined; a worker that is out of service and gone',
  attack: async (scene) => {
    const { plans, runs } = await scene.credit();
    const [approved] = runs;
    if (approved === undefined) throw new Error('no approved run to steal a proof from');
    const declined = makeApplications(makeParties(), Date.now()).find(({ name }) => name === 'declined');
    if (declined === undefined) throw new Error('no declined application');
    const limit = approved.outputs['limit'];
    const runtime = forgingRuntime(stolenProof(approved.bundlePath), limit);
    const rogue = rogueWorker(stackOf(scene), 'zk-prover', runtime);
    const reasons: string[] = [];
    try {
      await connected(scene);
      const prepared = await prepareRun(scene.client, plans.credit, inputsOf(declined));
      const run = await followRun(scene.client, prepared, {
        bundles: scene.bundles,
        onStep: (step) => {
          if (step.id === 'score' && step.reason !== '') reasons.push(step.reason);
        },
      });
      const decision = run.facts['score']?.['decision'];
      const fenced = await isFenced(scene.client.services.attestation);
      return {
        reason: decision === 'decline' && fenced ? (reasons[0] ?? null) : null,
        detail: `the worker was fenced, an honest prover repeated the step: decision ${String(decision)}, run ${run.state}`,
      };
    } finally {
      await rogue.stop();
    }
  },
};

function stolenProof(bundlePath: string): { evidence: ZkEvidence; public: JsonObject } {
  const bundle = parseJsonStrict(readFileSync(bundlePath));
  for (const step of isJsonObject(bundle) ? readContainer(bundle).steps : []) {
    const predicate = parseStepPredicate(statementOf(step).predicate);
    if (predicate.kind === 'zk.groth16')
      return { evidence: parseZkEvidence(predicate.evidence), public: predicate.public };
  }
  throw new Error('the bundle holds no proof');
}

function forgingRuntime(
  stolen: { evidence: ZkEvidence; public: JsonObject },
  limit: EdgePayload | undefined,
): TaskRuntime {
  if (limit?.alg !== 'poseidon-bn254') throw new Error('the approved run left no limit');
  const { fields, salt, value } = limit;
  return {
    operation: 'scorecard.prove',
    kind: 'zk.groth16',
    run: async () => {
      const { proof, publicSignals, publicSignalMap, manifest, vkey } = stolen.evidence;
      return {
        public: stolen.public,
        outputs: {
          decision: { kind: 'public', value: 'approve' },
          limit: { kind: 'sealed-fields', fields: fields.map(BigInt), salt: BigInt(salt), value },
        },
        evidence: {
          system: 'groth16',
          curve: 'bn254',
          manifest,
          vkey,
          proof,
          publicSignals: [...publicSignals],
          publicSignalMap: publicSignalMap.map(({ index, name, commitmentOf }) => ({
            index,
            name,
            ...(commitmentOf === null ? {} : { commitmentOf }),
          })),
        },
        blobs: [manifest, vkey],
      };
    },
  };
}

async function connected(scene: Scene): Promise<void> {
  const until = Date.now() + CONNECT_MS;
  while (Date.now() < until) {
    const { workers } = await listWorkers(scene.client.services.attestation);
    if (workers.some(({ name }) => name.startsWith('workers/rogue'))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the rogue worker did not connect');
}

async function isFenced(client: AttestationServiceClient): Promise<boolean> {
  const { workers } = await listWorkers(client);
  return workers.some(({ name, fenced }) => name.startsWith('workers/rogue') && fenced);
}

function listWorkers(client: AttestationServiceClient): Promise<ListWorkersResponse__Output> {
  return unary<ListWorkersResponse__Output>(
    (options, callback) => client.listWorkers({ pageSize: 0, pageToken: '' }, options, callback),
    { deadlineMs: 5_000 },
  );
}
