import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EdgePayload, JsonObject } from '#canonical';
import { OwnerFolder } from '#owner';
import type { TaskRuntime } from '#worker';
import { inputsOf, newClaim, requestOf } from '../../demo/claim/claim-parties.js';
import { prepareRun } from '../../demo/credit-run.js';
import { demoClient } from '../../demo/frame/demo-client.js';
import { type AttackCase, CannotRun, stackOf } from '../attack-case.js';
import { stoppedAt } from '../stopped-run.js';
import { rogueIdentity, rogueServes, rogueWorker } from '../worker/rogue-worker.js';
import { type StolenProof, stolenEvidence, stolenProof } from './stolen-proof.js';

const IMAGE = 'zk-prover';
const PROVER = 'rogue-hospital';
const OPERATION = 'claim.adjudicate.owner';
const RAISED_CENTS = 100_000n;

/**
 * A prover that wants more paid than was proved. It has a valid proof of the circuit that the order asks for, and seals
 * another sum beside it.
 */
export const raisedPayment: AttackCase = {
  name: 'payment-raised',
  actor: 'prover',
  tries: 'have the insurer pay 1000.00 more than the proof of the claim says',
  expected: 'PROOF_INVALID',
  noticedBy: 'orchestrator',
  needs: 'stack',
  leaves: 'a run of the claim workflow that is cancelled; a prover that is out of service and gone',
  lane: 'claims',
  attack: async (scene) => {
    const stack = stackOf(scene);
    const { parties, planned, paid } = await scene.claim();
    const outcome = paid.run.outputs['outcome'];
    if (outcome === undefined) throw new CannotRun('the honest claim left no outcome');
    const folder = mkdtempSync(join(stack.installation.home, 'attack-hospital-'));
    const owner = OwnerFolder.open(folder);
    const played = rogueIdentity(stack, IMAGE, PROVER);
    owner.announceProver(played.identity.signPublicKey);
    const runtime = raisingRuntime(stolenProof(paid.run.bundlePath), outcome);
    const client = demoClient(stack, owner);
    const rogue = rogueWorker(stack, IMAGE, runtime, { played, kept: owner });
    try {
      await rogueServes(scene.client.services.attestation, PROVER);
      const claim = newClaim(parties.hospital);
      const orders = await parties.insurer.orders(requestOf(claim));
      const prepared = await prepareRun(client, planned, inputsOf(claim, parties.members, orders));
      const { reason, state } = await stoppedAt(client, prepared, 'adjudicate');
      return { reason, detail: `run ${state}: nothing was paid` };
    } finally {
      await rogue.stop();
      client.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function raisingRuntime(stolen: StolenProof, outcome: EdgePayload): TaskRuntime {
  if (outcome.alg !== 'poseidon-bn254') throw new Error('the paid claim has no committed outcome');
  const { salt } = outcome;
  const [insurer = 0n, ...others] = outcome.fields.map(BigInt);
  const value = { ...(outcome.value as JsonObject), insurerCents: `${insurer + RAISED_CENTS}` };
  return {
    operation: OPERATION,
    kind: 'zk.groth16',
    atOwner: true,
    run: async () => ({
      public: stolen.public,
      outputs: {
        rule: { kind: 'public', value: 'accepted' },
        outcome: {
          kind: 'sealed-fields',
          fields: [insurer + RAISED_CENTS, ...others],
          salt: BigInt(salt),
          value,
        },
      },
      ...stolenEvidence(stolen),
    }),
  };
}
