import { isUnreachable } from '#telemetry';

/** As long as a database that fails over may be away; then whoever asked is told, and asks again. */
const WITHIN_MS = 60_000;
const FIRST_PAUSE_MS = 20;
const PAUSE_MS_MAX = 1_000;
const DEPTH_MAX = 8;

/**
 * SQLSTATE of what the server took back by itself (class 40: two transactions that could not both go on, a deadlock)
 * and of what it could not do now (class 53: its disk is full, too many connections).
 */
const passing = /^(40001|40P01|53[0-9A-Z]{3})$/;

export interface Repeating {
  readonly withinMs?: number;
  /** Between 0 and 1. */
  readonly random?: () => number;
}

/**
 * Makes a change that may be made twice, again where the database took it back or was away, and not for ever: pauses
 * double up to a second, half of each by chance, so that two that were in each other's way do not meet again.
 *
 * A connection that breaks under a statement leaves open whether it was done; only what is the same after a second
 * time may be given here.
 */
export async function repeatChange<T>(
  change: () => Promise<T>,
  { withinMs = WITHIN_MS, random = Math.random }: Repeating = {},
): Promise<T> {
  const endMs = performance.now() + withinMs;
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    try {
      return await change();
    } catch (error) {
      if (!mayPass(error) || performance.now() + pauseMs > endMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, (pauseMs / 2) * (1 + random())));
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
    }
  }
}

function mayPass(error: unknown): boolean {
  if (isUnreachable(error)) return true;
  let cause = error;
  for (let depth = 0; depth < DEPTH_MAX && cause instanceof Error; depth += 1) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && passing.test(code)) return true;
    ({ cause } = cause);
  }
  return false;
}
