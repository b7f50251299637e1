import type { Digest } from '#canonical';
import type { IntentReason } from '../intent/reasons.js';

/** What a rule says about one intent. A refusal has changed nothing of any balance. */
export type Ruling = Applied | Refused;

export interface Applied {
  readonly status: 'applied';
  readonly transferred: bigint;
  readonly credited: string | null;
  /** The bid that won an auction. */
  readonly winner?: Digest;
  /** Number of the first note that was made. */
  readonly note?: number;
}

export interface Refused {
  readonly status: 'refused';
  readonly reason: IntentReason;
  /** The member that names what the reason is about; null when it is about the intent as a whole. */
  readonly place: string | null;
}

export function refused(reason: IntentReason, place: string | null = null): Refused {
  return { status: 'refused', reason, place };
}

export function applied(transferred = 0n, credited: string | null = null): Applied {
  return { status: 'applied', transferred, credited };
}
