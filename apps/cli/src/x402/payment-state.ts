import { isJsonObject, type Json, type JsonObject } from '#canonical';
import type { Run__Output } from '#contracts';

/**
 * What became of the money of a payment.
 *
 * `NOT_BEGUN`: the orchestrator has no run of it, so nothing is set aside; the same payload may make it now.
 * `UNKNOWN`: it may be set aside or taken, and nobody here can say; it is asked about again by the name of the payment,
 * and never signed again.
 */
export type PaymentState = 'NOT_BEGUN' | 'RESERVED' | 'SETTLED' | 'RELEASED' | 'UNKNOWN';

export interface PaymentStanding {
  readonly state: PaymentState;
  /** The ledger's or the run's reason, where something was refused. */
  readonly reason: string | null;
}

const ENDED = [
  'RUN_STATE_SUCCEEDED',
  'RUN_STATE_REJECTED',
  'RUN_STATE_FAILED',
  'RUN_STATE_CANCELLED',
  'RUN_STATE_EXPIRED',
];

/**
 * A payment is a run of `agent-call`: what its steps state of the ledger is where its money is.
 *
 * @param run null where the orchestrator was asked and has no run of this id; never for one that could not be asked
 */
export function paymentOf(run: Pick<Run__Output, 'state' | 'reason' | 'steps'> | null): PaymentStanding {
  if (run === null) return { state: 'NOT_BEGUN', reason: null };
  const facts = (step: string): JsonObject => factsOf(run, step);
  const reserved = facts('reserve.confirm');
  const settled = facts('settle.confirm');
  const released = facts('settle.release.confirm');
  const reason = reasonOf([settled, reserved], run.reason);
  if (settled['outcome'] === 'committed') return { state: 'SETTLED', reason: null };
  if (settled['outcome'] === 'released' || released['outcome'] === 'released')
    return { state: 'RELEASED', reason };
  if (reserved['outcome'] === 'reserved')
    return { state: ENDED.includes(run.state) ? 'UNKNOWN' : 'RESERVED', reason };
  if (reserved['outcome'] !== undefined) return { state: 'RELEASED', reason };
  // Nothing was submitted, or the run ended before it could be.
  const submitted = facts('reserve.submit')['ledger'] !== undefined;
  return { state: ENDED.includes(run.state) && !submitted ? 'RELEASED' : 'UNKNOWN', reason };
}

/**
 * Whether the same payload may make the run of a payment. A run that was on the way when it was asked for takes the
 * request id, and what comes after it is refused; the order is spent by whichever was first.
 */
export function mayBegin({ state }: PaymentStanding): boolean {
  return state === 'NOT_BEGUN';
}

/** Whether nothing about the money changes any more. */
export function isOver({ state }: PaymentStanding): boolean {
  return state === 'SETTLED' || state === 'RELEASED';
}

function reasonOf(facts: readonly JsonObject[], ofRun: string): string | null {
  const stated = facts.map(({ reason }) => reason).find((reason) => typeof reason === 'string');
  return typeof stated === 'string' ? stated : ofRun === '' ? null : (ofRun.split(': ').at(-1) ?? ofRun);
}

function factsOf({ steps }: Pick<Run__Output, 'steps'>, id: string): JsonObject {
  const text = steps.find((step) => step.id === id)?.publicJson || '{}';
  const facts = JSON.parse(text) as Json;
  return isJsonObject(facts) ? facts : {};
}
