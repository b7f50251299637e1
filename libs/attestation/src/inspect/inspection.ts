import { AttestationError } from '../attestation-error.js';
import type { Outcome } from '../check-list.js';
import type { AttestationErrorCode, ReasonCode } from '../reasons.js';

/**
 * What a store may do with a piece of collateral: keep it until it expires, or refuse it. An inspection is no
 * verdict about a machine; verifiers judge the same bytes again. It exists because a store that keeps what nobody
 * signed can be filled, and its high-water marks pushed up, by whoever stands between it and the vendor.
 */
export type Inspection =
  | {
      readonly ok: true;
      readonly issuedAtMs: number;
      /** Null: what the piece says does not change with time (a chip's certificate does expire, its content never). */
      readonly expiresAtMs: number | null;
      /** `tcbEvaluationDataNumber`; null where pieces are not numbered. */
      readonly sequence: number | null;
    }
  | {
      readonly ok: false;
      readonly reason: ReasonCode | AttestationErrorCode;
      readonly expected: string;
      readonly actual: string;
    };

export function refused(outcome: Outcome): Inspection {
  const { reason, expected = '', actual = '' } = outcome;
  return { ok: false, reason: reason ?? 'COLLATERAL_MALFORMED', expected, actual };
}

/** A piece that cannot be read is refused like any other; only faults of the program are thrown on. */
export function inspection(work: () => Inspection): Inspection {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error;
    return { ok: false, reason: error.code, expected: 'a well-formed piece', actual: error.message };
  }
}
