// SPDX-License-Identifier: GPL-3.0
export type ScorecardErrorCode = 'ATTRIBUTE_OUT_OF_RANGE' | 'SCORE_OUT_OF_RANGE' | 'MODEL_MALFORMED';

/** Messages name attributes and ranges, never values: the values are a person's. */
export class ScorecardError extends Error {
  override readonly name = 'ScorecardError';

  constructor(
    readonly code: ScorecardErrorCode,
    message: string,
  ) {
    super(message);
  }
}
