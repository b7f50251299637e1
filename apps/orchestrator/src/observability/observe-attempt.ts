import { leaseWaitSeconds, stepSeconds } from './instruments.js';
import { operationLabel } from './labels.js';

/** One attempt of a task, as it came to its end. */
export interface Attempt {
  readonly operation: string;
  readonly outcome: 'succeeded' | 'failed' | 'cancelled';
  readonly openedAt: Date | null;
  /** Null when no worker got it. */
  readonly sentAt: Date | null;
  readonly endedMs: number;
}

/** Clocks of replicas differ a little: what would be negative is nothing. */
export function observeAttempt({ operation: name, outcome, openedAt, sentAt, endedMs }: Attempt): void {
  if (openedAt === null) return;
  const operation = operationLabel(name);
  const seconds = (toMs: number): number => Math.max(0, toMs - openedAt.getTime()) / 1_000;
  stepSeconds.observe({ operation, outcome }, seconds(endedMs));
  if (sentAt !== null) leaseWaitSeconds.observe({ operation }, seconds(sentAt.getTime()));
}
