import type { PlannedWorkflow, SealflowClient } from '#client';
import { circuitManifestDigest } from '../installation/installation.js';
import { planBuiltin } from './credit-run.js';
import type { Parties } from './parties.js';

/** The two workflows of the demo, planned and compared before any data is sealed. */
export interface DemoPlans {
  readonly ledgerOpen: PlannedWorkflow;
  readonly credit: PlannedWorkflow;
}

/** Pins what a plan can pin: the ledger, the circuit whose proofs count, and who may decide. */
export async function makePlans(
  client: SealflowClient,
  parties: Parties,
  trusted: readonly string[],
): Promise<DemoPlans> {
  const { ledger } = parties;
  const approvers = [...trusted];
  return {
    ledgerOpen: await planBuiltin(client, 'ledger-open', { open: { ledger } }),
    credit: await planBuiltin(client, 'credit', {
      review: { approvers },
      reserve: { ledger, approvers, manifest: circuitManifestDigest() },
      settle: { ledger },
    }),
  };
}
