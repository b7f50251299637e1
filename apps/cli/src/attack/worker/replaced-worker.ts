import { encodeEvidencePackage, parseEvidencePackage } from '#attestation';
import { digestOf, parseDigest, utf8 } from '#canonical';
import type {
  GetWorkerOffersRequest__Output,
  GetWorkerOffersResponse__Output,
  ServiceClients,
} from '#contracts';
import { measureTree, workerImage } from '#worker';
import { inputsOf, makeApplications } from '../../demo/application.js';
import { prepareRun } from '../../demo/credit-run.js';
import { makeParties } from '../../demo/parties.js';
import { projectRoot } from '../../installation/paths.js';
import type { RunningStack } from '../../stack/stack.js';
import { type Answer, type AttackCase, stackOf } from '../attack-case.js';
import { lieAbout } from '../network/relay.js';
import { throughRelay } from '../network/through-relay.js';
import { stoppedAt } from '../stopped-run.js';
import { dialAsWorker, machineOf, type RogueIdentity, registeredAs, rogueIdentity } from './rogue-worker.js';

const OFFERS = '/sealflow.attestation.v1.AttestationService/GetWorkerOffers';
const IMAGE = 'tee-worker';
const WORKER = `${IMAGE}-0`;
/** A worker that others know. */
const KNOWN = 'rogue-known';
const NONCE_BYTES = 32;
const NO_POLICY = digestOf(utf8('no policy'));

/** Workers in the place of others: the customer appraised one machine, and another one of that name gets the work. */
export const replacedWorkers: readonly AttackCase[] = [
  {
    name: 'worker-replaced',
    actor: 'worker',
    tries: 'take the work of the machine that the customer appraised, as another machine of the same name',
    expected: 'RECIPIENTS_GONE',
    noticedBy: 'orchestrator',
    needs: 'stack',
    leaves: 'a run of the credit workflow that is cancelled',
    lane: 'runs',
    attack: async (scene) => {
      const { plans } = await scene.credit();
      const [application] = makeApplications(makeParties(), Date.now());
      if (application === undefined) throw new Error('no application');
      // Genuine, measured, and gone by the time that its tasks come: what is asked for its key cannot be answered.
      const { evidence } = machineOf(stackOf(scene).installation.authority(), IMAGE, {
        workerId: WORKER,
        imageDigest: measureTree(projectRoot, workerImage(IMAGE).folders),
      });
      const appraised = lieAbout<GetWorkerOffersRequest__Output, GetWorkerOffersResponse__Output>(OFFERS, {
        answer: async (_told, { nonce, policy }) => {
          const bytes = await evidence.answer(new Uint8Array(nonce), parseDigest(policy));
          return { offers: [{ worker: `workers/${WORKER}`, package: Buffer.from(bytes), collateral: [] }] };
        },
      });
      const prepared = await throughRelay(scene, [appraised], (client) =>
        prepareRun(client, plans.credit, inputsOf(application)),
      );
      const { reason, state } = await stoppedAt(scene.client, prepared, 'extract');
      return { reason, detail: `run ${state}: its inputs open to the keys of the appraised machine alone` };
    },
  },
  {
    name: 'name-taken-over',
    actor: 'worker',
    tries: 'take over the name of a known worker, with a key of its own and the evidence of another machine',
    expected: 'WORKER_KEY_UNATTESTED',
    noticedBy: 'orchestrator',
    needs: 'stack',
    leaves: 'the name of a worker that is gone',
    lane: 'runs',
    attack: async (scene) => {
      const stack = stackOf(scene);
      const services = dialAsWorker(stack, KNOWN);
      try {
        return await takenOver(stack, services);
      } finally {
        services.close();
      }
    },
  },
];

async function takenOver(stack: RunningStack, services: ServiceClients): Promise<Answer> {
  const boot = (): RogueIdentity => rogueIdentity(stack, IMAGE, KNOWN);
  const first = await registeredAs(services, boot());
  if (first !== null) return { reason: null, detail: `the known worker itself was refused: ${first}` };
  const another = await boot().evidence.answer(new Uint8Array(NONCE_BYTES), NO_POLICY);
  const { cpu } = parseEvidencePackage(another);
  const reason = await registeredAs(services, boot(), (own) =>
    encodeEvidencePackage({ ...parseEvidencePackage(own), cpu }),
  );
  return { reason, detail: 'a name keeps its first key until a CPU signs for another one' };
}
