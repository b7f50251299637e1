import { randomBytes, randomUUID } from 'node:crypto';
import {
  BindingMemory,
  encodeCollateral,
  encodeIntelCollateral,
  simulateIntelCollateral,
} from '#attestation';
import { findWorkers, type SealflowClient, sealInputs } from '#client';
import type { GetWorkerOffersRequest__Output, GetWorkerOffersResponse__Output } from '#contracts';
import { inputsOf } from '../../demo/application.js';
import { prepareRun } from '../../demo/credit-run.js';
import {
  type Answer,
  type AttackCase,
  appraisalRefusal,
  refusal,
  type Scene,
  stackOf,
} from '../attack-case.js';
import { orCannot } from '../credit-scene.js';
import { lieAbout } from './relay.js';
import { throughRelay } from './through-relay.js';

const OFFERS = '/sealflow.attestation.v1.AttestationService/GetWorkerOffers';
const OPERATION = 'document.extract';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Offers = GetWorkerOffersResponse__Output;

/** Things whose time is over, and clocks that are set so that it seems not to be. */
export const wrongTimes: readonly AttackCase[] = [
  {
    name: 'collateral-run-out',
    actor: 'network',
    tries: 'pass on what the vendor said of the hardware in the past, when its weakness was not known',
    expected: 'COLLATERAL_EXPIRED',
    noticedBy: 'client',
    needs: 'stack',
    leaves: '',
    attack: oldCollateral,
  },
  {
    name: 'clock-set-back',
    actor: 'network',
    tries: 'set the clock of a customer back, so that evidence that has run out would count again',
    expected: 'BINDING_LIFETIME_EXCEEDED',
    noticedBy: 'client',
    needs: 'target',
    leaves: '',
    attack: (scene) => atAnotherTime(scene, -1),
  },
  {
    name: 'clock-set-ahead',
    actor: 'network',
    tries: 'set the clock of a customer ahead, so that what it seals would seem fresh for longer',
    expected: 'BINDING_EXPIRED',
    noticedBy: 'client',
    needs: 'target',
    leaves: '',
    attack: (scene) => atAnotherTime(scene, 1),
  },
  {
    name: 'inputs-run-out',
    actor: 'network',
    tries: 'hand in sealed inputs whose time is over, as if they had been held back',
    expected: 'ENVELOPE_CONTEXT_MISMATCH',
    noticedBy: 'orchestrator',
    needs: 'target',
    leaves: 'sealed inputs that no run names, for a day',
    attack: runOutInputs,
  },
];

/** Signed as the vendor signs, and its next update is a day ago: a newer one may say that this hardware is broken. */
async function oldCollateral(scene: Scene): Promise<Answer> {
  const nowMs = scene.client.options.now();
  const past = new Date(nowMs - DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z');
  const collateral = simulateIntelCollateral(
    stackOf(scene).installation.authority(),
    {
      tee: 'TDX',
      issuedMs: nowMs - HOUR_MS / 60,
      editTcbInfo: (tcbInfo) => ({ ...tcbInfo, nextUpdate: past }),
    },
    (count) => new Uint8Array(randomBytes(count)),
  );
  const document = encodeCollateral({
    kind: 'intel-dcap',
    data: encodeIntelCollateral(collateral),
    fetchedAtMs: null,
    source: null,
  });
  const lie = lieAbout<GetWorkerOffersRequest__Output, Offers>(OFFERS, {
    answer: ({ offers }) => ({
      offers: offers.map((offer) => ({ ...offer, collateral: [Buffer.from(document)] })),
    }),
  });
  await orCannot(OPERATION, () => throughRelay(scene, [], (client) => ask(client)));
  return throughRelay(scene, [lie], (client) => appraisalRefusal(() => ask(client)));
}

/** Beyond what the trust file lets evidence live, so that it is wrong by this clock whatever workers state. */
async function atAnotherTime(scene: Scene, direction: 1 | -1): Promise<Answer> {
  const { trust, now } = scene.client.options;
  const shiftMs = direction * (trust.policy.bindingLifetimeMsMax + HOUR_MS);
  await orCannot(OPERATION, () => throughRelay(scene, [], (client) => ask(client)));
  return throughRelay(scene, [], (client) => appraisalRefusal(() => ask(client, () => now() + shiftMs)));
}

function ask({ options, services, policyDigest }: SealflowClient, now = options.now) {
  const { random, trust } = options;
  return findWorkers(OPERATION, { services, policyDigest, random, now, trust, memory: new BindingMemory() });
}

async function runOutInputs({ client, credit }: Scene): Promise<Answer> {
  const { applications, plans } = await credit();
  const [application] = applications;
  if (application === undefined) throw new Error('no application');
  const values = inputsOf(application);
  const prepared = await prepareRun(client, plans.credit, values);
  const { tenant, now, random } = client.options;
  const inputs = await sealInputs(
    {
      plan: prepared.planned.plan,
      ...{ runId: prepared.runId, tenant, policyDigest: client.policyDigest },
      ...{ identity: prepared.identity, values },
      workers: new Map(prepared.workers.map((worker) => [worker.operation, [worker]])),
      notAfterMs: now() - HOUR_MS / 60,
    },
    { services: client.services, random },
  );
  const request = { ...prepared.request, inputs: inputs.map((input) => ({ ...input })) };
  return refusal(() => client.createRaw({ ...request, requestId: randomUUID() }));
}
