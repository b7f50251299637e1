// SPDX-License-Identifier: GPL-3.0
export type R1csErrorCode = 'R1CS_MALFORMED' | 'WTNS_MALFORMED' | 'LIMIT_EXCEEDED' | 'WRONG_FIELD';

/** A file that is not what it should be. Messages name places and limits, never a value of a witness. */
export class R1csError extends Error {
  override readonly name = 'R1csError';

  constructor(
    readonly code: R1csErrorCode,
    message: string,
  ) {
    super(message);
  }
}
