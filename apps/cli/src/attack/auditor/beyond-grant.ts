import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { toBase64Url, utf8 } from '#canonical';
import { askStatement } from '#client';
import {
  type CancelRunResponse__Output,
  type GetBundleResponse__Output,
  type ServiceClients,
  unary,
} from '#contracts';
import { redactBundle } from '#evidence';
import { dial } from '../../stack/dial.js';
import { tenantKey } from '../../stack/tenant-key.js';
import { type Answer, type AttackCase, paidRun, refusal, type Scene, stackOf } from '../attack-case.js';
import { judgedAfter } from './changed-bundles.js';

const DEADLINE = { deadlineMs: 10_000 };
const RUN_MS = 120_000;
/** Of a grant that ends while the pack runs; the API counts in seconds. */
const GRANT_S = 5;
const TURN_MS = 250;
/** A tenant that has nothing, for a key that opens nothing. */
const OTHER_TENANT = 'attack-pack';

/** Somebody who was let in to look, and looks or does more than was granted. */
export const beyondGrant: readonly AttackCase[] = [
  {
    ...granted('grant-as-submitter', 'cancel a run with a key that may read evidence and do nothing else'),
    expected: 'ROLE_MISSING',
    attack: (scene) =>
      asAuditor(scene, scene.client.options.tenant, async (services, name) => {
        await readBundle(services, name);
        return refusal(() =>
          unary<CancelRunResponse__Output>(
            (options, callback) => services.run.cancelRun({ name, reason: '' }, options, callback),
            DEADLINE,
          ),
        );
      }),
  },
  {
    ...granted('grant-run-out', 'go on reading evidence with a key whose time is over'),
    expected: 'KEY_EXPIRED',
    attack: (scene) =>
      asAuditor(
        scene,
        scene.client.options.tenant,
        async (services, name) => {
          await readBundle(services, name);
          for (let turn = 0; turn * TURN_MS < 4_000 * GRANT_S; turn += 1) {
            const answer = await refusal(() => readBundle(services, name));
            if (answer.reason !== null) return answer;
            await sleep(TURN_MS);
          }
          return {
            reason: null,
            detail: `evidence was given ${4 * GRANT_S} s after a grant of ${GRANT_S} s`,
          };
        },
        GRANT_S,
      ),
  },
  {
    ...granted('grant-of-another-tenant', 'read the evidence of a tenant with the key of another one'),
    expected: 'TENANT_MISMATCH',
    leaves: `a tenant ${OTHER_TENANT} that has nothing, with an API key of an auditor, for a day`,
    attack: (scene) =>
      asAuditor(scene, OTHER_TENANT, (services, name) => refusal(() => readBundle(services, name))),
  },
  {
    ...granted('balance-of-another', 'ask the key enclave for the balance of an account of somebody else'),
    expected: 'ANSWER_REFUSED',
    noticedBy: 'key enclave',
    needs: 'target',
    leaves: 'a question in the log, and an answer of the size of any other',
    lane: 'money',
    attack: async (scene) => {
      const money = await scene.money();
      const asker = { account: 'budget', seed: money.seedOf('stranger') };
      const options = { deadlineMs: RUN_MS, requestId: randomUUID() };
      return refusal(() => askStatement(money.client, money.founded.ledger, asker, options));
    },
  },
  {
    ...granted('withheld-guessed', 'open a field that was withheld from it, by a value that it guessed'),
    expected: 'DISCLOSURE_UNUSED',
    ...{ noticedBy: 'verifier', needs: 'target', leaves: '' },
    attack: (scene) =>
      judgedAfter(
        scene,
        (whole) => redactBundle(whole, { profile: 'public' }),
        (bundle) => {
          const guess = JSON.stringify(['AAAAAAAAAAAAAAAAAAAAAA', 'tenant', scene.client.options.tenant]);
          bundle.disclosures.push(toBase64Url(utf8(guess)));
        },
      ),
  },
  {
    ...granted(
      'withheld-concealed',
      'pass evidence on without a step, and without saying that there was one',
    ),
    expected: 'STEP_MISSING',
    ...{ noticedBy: 'verifier', needs: 'target', leaves: '' },
    attack: (scene) =>
      judgedAfter(
        scene,
        (whole) => redactBundle(whole, { withhold: ['step:score'] }),
        (bundle) => {
          if (bundle.withheldSteps?.length !== 1) throw new Error('expected one withheld step');
          bundle.withheldSteps = [];
        },
      ),
  },
];

function granted(name: string, tries: string) {
  return {
    ...{ name, tries, actor: 'auditor', noticedBy: 'orchestrator', needs: 'stack' },
    leaves: 'an API key of an auditor, for a day; entries in the record of accesses',
  } as const satisfies Partial<AttackCase>;
}

/** With a key that the operator made for an auditor of a tenant, on the paid run. */
async function asAuditor(
  scene: Scene,
  tenant: string,
  work: (services: ServiceClients, run: string) => Promise<Answer>,
  lifetimeS?: number,
): Promise<Answer> {
  const { runId } = await paidRun(scene);
  const { grpc, tls } = scene.place;
  const operator = stackOf(scene).installation.keys.read('operator') ?? undefined;
  const bearer = await tenantKey(grpc, operator, tenant, ['auditor'], tls, lifetimeS);
  const services = dial(grpc, { bearer, tls });
  try {
    return await work(services, `tenants/${scene.client.options.tenant}/runs/${runId}`);
  } finally {
    services.close();
  }
}

function readBundle({ evidence }: ServiceClients, run: string): Promise<GetBundleResponse__Output> {
  return unary<GetBundleResponse__Output>(
    (options, callback) => evidence.getBundle({ run }, options, callback),
    DEADLINE,
  );
}
