import { describe, expect, it } from 'vitest';
import { acceptedBundles } from './accepted.js';
import { randomMutants } from './corpus.js';
import { seededDraw } from './draw.js';
import { judgeMutants, tallyText } from './judge-mutants.js';

/** Half of the random corpus in each file: two files run side by side. `SEALFLOW_RANDOM_CHANGES` says how many in all. */
export function describeRandomChanges(seed: string): void {
  const count = Math.ceil(Number(process.env['SEALFLOW_RANDOM_CHANGES']) / 2);
  describe('random changes that know nothing of the form', () => {
    const verified = acceptedBundles();

    it(`${count} of them, over all golden bundles, are refused with a named reason`, async () => {
      const each = Math.ceil(count / verified.length);
      let judged = 0;
      for (const golden of verified) {
        const draw = seededDraw(`${seed} ${golden.name}`);
        const tally = await judgeMutants(golden, randomMutants(golden.bytes, each, draw));
        console.log(`${golden.name}: ${tallyText(tally)}`);
        judged += tally.judged;
      }
      expect(judged).toBeGreaterThanOrEqual(count);
    });
  });
}
