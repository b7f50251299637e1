import { describe, expect, it } from 'vitest';
import { runModel } from '../testing/model-run.fixture.js';

const STEPS = 100_000;

describe('the state machine of the page ledger', () => {
  it.each([11, 12, 13, 14, 15, 16, 17, 18, 19, 20])(
    'decides 100,000 of a million random intents as a plain ledger does (seed %i)',
    (seed) => {
      const { steps, batches, stepsPerSecond } = runModel(seed, STEPS, () => performance.now());
      console.info(`model, seed ${seed}: ${steps} steps in ${batches} batches, ${stepsPerSecond} steps/s`);
      expect(steps).toBe(STEPS);
    },
  );
});
