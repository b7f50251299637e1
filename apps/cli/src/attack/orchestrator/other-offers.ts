import { randomBytes } from 'node:crypto';
import { BindingMemory, createSimulationAuthority, type SimulationAuthority } from '#attestation';
import { digestOf, parseDigest, utf8 } from '#canonical';
import { findWorkers, type SealflowClient } from '#client';
import type { GetWorkerOffersRequest__Output, GetWorkerOffersResponse__Output } from '#contracts';
import { measureTree, workerImage } from '#worker';
import { projectRoot } from '../../installation/paths.js';
import { type AttackCase, appraisalRefusal, type Scene, stackOf } from '../attack-case.js';
import { orCannot } from '../credit-scene.js';
import { type Lie, lieAbout } from '../network/relay.js';
import { throughRelay } from '../network/through-relay.js';
import { machineOf } from '../worker/rogue-worker.js';

const OFFERS = '/sealflow.attestation.v1.AttestationService/GetWorkerOffers';
const OPERATION = 'document.extract';
const IMAGE = 'tee-worker';

type Offers = GetWorkerOffersResponse__Output;

/** Somebody who wants inputs sealed to a key of their own. */
export const ownKeyOffered: AttackCase = {
  name: 'own-key-offered',
  actor: 'orchestrator',
  tries: 'offer a sealing key of its own, under hardware that it made up',
  expected: 'UNKNOWN_ISSUER',
  noticedBy: 'client',
  needs: 'target',
  leaves: '',
  attack: (scene) => {
    const stranger = createSimulationAuthority((count) => new Uint8Array(randomBytes(count)), Date.now());
    return offered(scene, evidenceOf(stranger, measureTree(projectRoot, workerImage(IMAGE).folders)));
  },
};

export const evidenceReplayed: AttackCase = {
  name: 'evidence-replayed',
  actor: 'network',
  tries: 'answer a customer with evidence that another customer got before',
  expected: 'NONCE_UNKNOWN',
  noticedBy: 'client',
  needs: 'target',
  leaves: '',
  attack: async (scene) => {
    let recorded: Offers | null = null;
    const record = lieAbout<GetWorkerOffersRequest__Output, Offers>(OFFERS, {
      answer: (told) => {
        recorded = told;
        return told;
      },
    });
    await orCannot(OPERATION, () => throughRelay(scene, [record], ask));
    const again = lieAbout<GetWorkerOffersRequest__Output, Offers>(OFFERS, {
      answer: (told) => recorded ?? told,
    });
    return offered(scene, again);
  },
};

export const otherImage: AttackCase = {
  name: 'other-image',
  actor: 'worker',
  tries: 'run other code than was measured, on genuine hardware',
  expected: 'MEASUREMENT_UNKNOWN',
  noticedBy: 'client',
  needs: 'stack',
  leaves: '',
  attack: async (scene) =>
    offered(scene, evidenceOf(stackOf(scene).installation.authority(), digestOf(utf8('other code')))),
};

export const simulatedAsReal: AttackCase = {
  name: 'simulated-as-real',
  actor: 'orchestrator',
  tries: 'pass simulated hardware off as real, to a customer who accepts none',
  expected: 'SIMULATED_HARDWARE',
  noticedBy: 'client',
  needs: 'stack',
  leaves: '',
  attack: (scene) => {
    const { trust } = scene.client.options;
    const strict = { ...trust, policy: { ...trust.policy, allowSimulated: false } };
    return throughRelay(scene, [], (client) => appraisalRefusal(() => ask(client, strict)));
  },
};

/** What a machine of this authority and code would answer to the customer's own nonce. */
function evidenceOf(authority: SimulationAuthority, imageDigest: ReturnType<typeof digestOf>): Lie {
  const { evidence } = machineOf(authority, IMAGE, { workerId: 'tee-worker-0', imageDigest });
  return lieAbout<GetWorkerOffersRequest__Output, Offers>(OFFERS, {
    answer: async (_told, { nonce, policy }) => {
      const bytes = await evidence.answer(new Uint8Array(nonce), parseDigest(policy));
      return { offers: [{ worker: 'workers/tee-worker-0', package: Buffer.from(bytes), collateral: [] }] };
    },
  });
}

async function offered(scene: Scene, lie: Lie) {
  await orCannot(OPERATION, () => throughRelay(scene, [], ask));
  return throughRelay(scene, [lie], (client) => appraisalRefusal(() => ask(client)));
}

function ask({ options, services, policyDigest }: SealflowClient, trust = options.trust) {
  const { random, now } = options;
  return findWorkers(OPERATION, { services, policyDigest, random, now, trust, memory: new BindingMemory() });
}
