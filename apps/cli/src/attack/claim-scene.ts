import { MemberTable } from '#samples';
import { Insurer, newClaim, OPENINGS, openHospital, planClaim } from '../demo/claim/claim-parties.js';
import { type ClaimScene, fileClaim } from '../demo/claim/file-claim.js';
import { demoClient } from '../demo/frame/demo-client.js';
import { DemoLedger } from '../demo/frame/demo-ledger.js';
import type { RunningStack } from '../stack/stack.js';
import { CannotRun } from './attack-case.js';
import { orCannot } from './credit-scene.js';

/** Starts a hospital with its own prover, founds a ledger of claims and has one claim paid. */
export function makeClaim(
  stack: RunningStack,
): Promise<{ readonly scene: ClaimScene; readonly close: () => Promise<void> }> {
  return orCannot('the claim workflow', async () => {
    const insurance = demoClient(stack);
    const { bundles } = stack.installation;
    // While the prover of the hospital loads its keys.
    const founding = DemoLedger.found(insurance, OPENINGS, { name: 'claims', bundles });
    const [opened] = await Promise.allSettled([openHospital(stack), founding]);
    if (opened.status === 'rejected') {
      insurance.close();
      throw opened.reason;
    }
    const hospital = opened.value;
    const close = async (): Promise<void> => {
      insurance.close();
      hospital.client.close();
      await hospital.prover.stop();
    };
    try {
      const ledger = await founding;
      const members = new MemberTable();
      const parties = { hospital, insurer: new Insurer(ledger, members), ledger, members };
      const planned = await planClaim(parties);
      const paid = await fileClaim(stack, parties, planned, newClaim(hospital));
      if (paid.run.state !== 'SUCCEEDED')
        throw new CannotRun(`the honest claim ended ${paid.run.state}: ${paid.run.reason}`);
      return { scene: { stack, parties, planned, paid }, close };
    } catch (error) {
      await close();
      throw error;
    }
  });
}
