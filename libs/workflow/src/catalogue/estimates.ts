import type { Estimate } from './operation.js';

/** Placeholder tariff of an installation that has set no price: one second of a two-core worker. */
const COST_MICROS_PER_SECOND = 40;

/**
 * What a task takes on two shared cores with warm workers: an order of magnitude for the plan, not a promise.
 * `npm run bench` measures the running system; a change of a runtime changes the line here.
 */
export const ESTIMATES = {
  extract: estimate(60, 220),
  prove: estimate(900, 420),
  authorize: estimate(120, 260),
  apply: estimate(30, 180),
  /** A person is waited for, not computed. The step's timeout says for how long. */
  human: estimate(0, 0),
} as const;

function estimate(durationMs: number, memoryMiB: number): Estimate {
  return { durationMs, memoryMiB, costMicros: Math.ceil((durationMs * COST_MICROS_PER_SECOND) / 1000) };
}
