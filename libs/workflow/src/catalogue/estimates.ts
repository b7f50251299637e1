import type { Estimate } from './operation.js';

/** Placeholder tariff of an installation that has set no price: one second of a two-core worker. */
const COST_MICROS_PER_SECOND = 40;

/**
 * What a task takes with warm workers, sealing and evidence included; memory of all processes of its worker.
 *
 * Measured on two shared cores under load and rounded up: an order of magnitude for the plan, not a promise.
 * `npm run bench` measures the running system; whoever changes a runtime compares and corrects the line here.
 */
export const ESTIMATES = {
  extract: estimate(50, 200),
  prove: estimate(800, 320),
  /** A small integer network inside an enclave. */
  decide: estimate(20, 200),
  /** Of 11,000 constraints. */
  proveClaim: estimate(2_500, 480),
  /** Reserve, the longest: verifies the proof of the decision once more. */
  authorize: estimate(200, 280),
  apply: estimate(50, 240),
  /** Of the step without the answers, whose time is the client's and the model's. */
  converse: estimate(100, 200),
  /** A person is waited for, not computed. The step's timeout says for how long. */
  human: estimate(0, 0),
} as const;

function estimate(durationMs: number, memoryMiB: number): Estimate {
  return { durationMs, memoryMiB, costMicros: costMicrosOf(durationMs) };
}

/** Millionths of a euro for the time of one worker. */
export function costMicrosOf(durationMs: number): number {
  return Math.ceil((durationMs * COST_MICROS_PER_SECOND) / 1000);
}
