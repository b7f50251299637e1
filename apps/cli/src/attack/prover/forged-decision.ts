import type { EdgePayload } from '#canonical';
import type { TaskRuntime } from '#worker';
import { inputsOf, makeApplications } from '../../demo/application.js';
import { type FinishedRun, followRun, prepareRun } from '../../demo/credit-run.js';
import { makeParties } from '../../demo/parties.js';
import { type Answer, type AttackCase, type Scene, stackOf } from '../attack-case.js';
import { firstFailure } from '../stopped-run.js';
import {
  isFenced,
  type OtherStatement,
  rogueIdentity,
  rogueServes,
  rogueWorker,
} from '../worker/rogue-worker.js';
import { type StolenProof, stolenEvidence, stolenProof } from './stolen-proof.js';

const IMAGE = 'zk-prover';

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
  lane: 'runs',
  attack: (scene) => answeredByRogue(scene, 'rogue-zk-prover'),
};

/**
 * A prover that takes the step of one run and signs, with its own attested key, for another: the run that was approved.
 * What it says would be true there.
 */
export const otherRunSigned: AttackCase = {
  name: 'signed-for-another-run',
  actor: 'worker',
  tries: 'sign the step of one run for another run',
  expected: 'STATEMENT_MISMATCH',
  noticedBy: 'orchestrator',
  needs: 'stack',
  leaves: 'a run of the credit workflow that ends as declined; a worker that is out of service and gone',
  lane: 'runs',
  attack: (scene) =>
    answeredByRogue(scene, 'rogue-signer', ({ runId }) => (predicate) => ({ ...predicate, runId })),
};

/** The rogue answers for a declined applicant with the proof of the approved one. What is told is what stopped it. */
async function answeredByRogue(
  scene: Scene,
  workerId: string,
  signing?: (approved: FinishedRun) => OtherStatement,
): Promise<Answer> {
  const { plans, runs } = await scene.credit();
  const [approved] = runs;
  if (approved === undefined) throw new Error('no approved run to steal a proof from');
  const declined = makeApplications(makeParties(), Date.now()).find(({ name }) => name === 'declined');
  if (declined === undefined) throw new Error('no declined application');
  const limit = approved.outputs['limit'];
  const runtime = forgingRuntime(stolenProof(approved.bundlePath), limit);
  const played = rogueIdentity(stackOf(scene), IMAGE, workerId);
  const instead = signing?.(approved);
  const lie = instead === undefined ? { played } : { played, instead };
  const rogue = rogueWorker(stackOf(scene), IMAGE, runtime, lie);
  try {
    await rogueServes(scene.client.services.attestation, workerId);
    const prepared = await prepareRun(scene.client, plans.credit, inputsOf(declined));
    const run = await followRun(scene.client, prepared, { bundles: scene.bundles });
    const decision = run.facts['score']?.['decision'];
    const fenced = await isFenced(scene.client.services.attestation, workerId);
    return {
      reason: decision === 'decline' && fenced ? await firstFailure(scene.client, prepared, 'score') : null,
      detail: `the worker was fenced, an honest prover repeated the step: decision ${String(decision)}, run ${run.state}`,
    };
  } finally {
    await rogue.stop();
  }
}

function forgingRuntime(stolen: StolenProof, limit: EdgePayload | undefined): TaskRuntime {
  if (limit?.alg !== 'poseidon-bn254') throw new Error('the approved run left no limit');
  const { fields, salt, value } = limit;
  return {
    operation: 'scorecard.prove',
    kind: 'zk.groth16',
    run: async () => ({
      public: stolen.public,
      outputs: {
        decision: { kind: 'public', value: 'approve' },
        limit: { kind: 'sealed-fields', fields: fields.map(BigInt), salt: BigInt(salt), value },
      },
      ...stolenEvidence(stolen),
    }),
  };
}
