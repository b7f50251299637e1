import type { SealflowClient } from '#client';
import type { RunningStack } from '../../stack/stack.js';
import type { Application } from '../application.js';
import type { FinishedRun } from '../credit-run.js';
import type { DemoPlans } from '../demo-plans.js';

/** What the attackers find: a stack that has just served four applications. */
export interface Scene {
  readonly stack: RunningStack;
  readonly client: SealflowClient;
  readonly plans: DemoPlans;
  readonly applications: readonly Application[];
  readonly runs: readonly FinishedRun[];
}

/** One thing an attacker tried, and what stopped it. */
export interface Attempt {
  readonly tried: string;
  /** Reason code; null when nothing stopped the attacker. */
  readonly stoppedBy: string | null;
  readonly detail: string;
}

export interface Attack {
  readonly attacker: string;
  readonly attempts: readonly Attempt[];
}

/** The reason with which the system refuses; null when it does not. */
export async function refusal(
  run: () => Promise<unknown>,
): Promise<{ reason: string | null; detail: string }> {
  try {
    await run();
    return { reason: null, detail: 'it was accepted' };
  } catch (error) {
    const { reason, code, message } = error as { reason?: string; code?: unknown; message?: string };
    const named = reason ?? (typeof code === 'string' ? code : 'UNKNOWN');
    return { reason: named, detail: message ?? '' };
  }
}
