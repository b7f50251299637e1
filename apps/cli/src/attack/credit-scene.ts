import { randomBytes } from 'node:crypto';
import { ed25519PublicKey, toBase64 } from '#canonical';
import { ClientError, type SealflowClient, signCharter } from '#client';
import { ApiError } from '#contracts';
import { inputsOf, makeApplications } from '../demo/application.js';
import { followRun, prepareRun } from '../demo/credit-run.js';
import { makePlans } from '../demo/demo-plans.js';
import { makeParties, openingAccounts } from '../demo/parties.js';
import { CannotRun, type Credit } from './attack-case.js';

/** What a target answers that has not the workers of a workflow, or none that the trust file accepts. */
const LACKING = [
  'ROUTE_UNSATISFIABLE',
  'WORKER_CAPACITY',
  'EVIDENCE_REFUSED',
  'OWNER_REQUIRED',
  'ROLE_MISSING',
];

/** Founds a ledger of its own and pays one loan: what attackers then want to have again, or otherwise. */
export function makeCredit(client: SealflowClient, bundles: string): Promise<Credit> {
  return orCannot('the credit workflow', async () => {
    const parties = makeParties();
    const { approvers } = client.options.trust;
    // Nobody decides in these runs; a plan has to name somebody who could.
    const named = approvers.length > 0 ? approvers : [toBase64(ed25519PublicKey(randomBytes(32)))];
    const plans = await makePlans(client, parties, named);
    const accounts = openingAccounts(parties);
    const charter = signCharter({ ledger: parties.ledger, accounts }, parties.bankSeed);
    const founding = await followRun(client, await prepareRun(client, plans.ledgerOpen, { charter }), {
      bundles,
    });
    if (founding.state !== 'SUCCEEDED') throw new CannotRun(`the ledger did not open: ${founding.reason}`);
    const applications = makeApplications(parties, Date.now());
    const [application] = applications;
    if (application === undefined) throw new Error('no application');
    const prepared = await prepareRun(client, plans.credit, inputsOf(application));
    const open = ['limit', 'settlement', 'findings'];
    const run = await followRun(client, prepared, { bundles, open });
    if (run.state !== 'SUCCEEDED') throw new CannotRun(`the honest run ended ${run.state}: ${run.reason}`);
    if (run.verdict.outcome !== 'verified')
      throw new CannotRun(`the bundle of the honest run is ${run.verdict.outcome} under the trust file`);
    return { plans, applications, runs: [run, founding] };
  });
}

/** Honest work first: where the target cannot do it, nothing is learnt from an attack on it. */
export async function orCannot<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof ApiError ? error.reason : error instanceof ClientError ? error.code : '';
    if (!LACKING.includes(code)) throw error;
    throw new CannotRun(`the target cannot serve ${what}: ${code}: ${(error as Error).message}`);
  }
}
