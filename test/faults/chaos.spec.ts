import { describe, expect, it } from 'vitest';
import { faultSession } from '../chaos/session.js';
import type { Tally } from '../chaos/tally.js';

/** The short form of `npm run faults`: one round of it, with three of the attackers. */
describe('one round of faults that a seed draws', () => {
  it('breaks services, wires and clocks, and breaks no invariant', async () => {
    const tally: Tally = await faultSession({
      seed: 'short-3',
      runs: 1,
      minutes: 2,
      runsPerRound: 5,
      faultsPerRound: 5,
      attacksPerRound: 3,
      ledgers: 1,
      say: console.log,
      // Before the test itself is over: a session that is stopped clears its stack away.
      stopped: AbortSignal.timeout(220_000),
    });
    console.log(tally.table());
    expect(tally.violations).toEqual([]);
    // Otherwise nothing was broken and the test says nothing.
    expect(tally.count('kills')).toBeGreaterThan(0);
    expect(tally.count('network') + tally.count('clock jumps')).toBeGreaterThan(0);
    expect(tally.count('hostile clients')).toBe(3);
    expect(tally.count('runs', 'accepted')).toBeGreaterThanOrEqual(6);
    expect(tally.invariants).toBeGreaterThan(50);
  }, 300_000);
});
