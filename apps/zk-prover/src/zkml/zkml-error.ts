// SPDX-License-Identifier: GPL-3.0
export type ZkmlErrorCode =
  /** No circuit of the limits that this prover has. */
  | 'CIRCUIT_TOO_LARGE'
  /** The tau that was drawn has no Lagrange basis; about once in 2^236 setups. */
  | 'TAU_UNUSABLE'
  /** What was asked for is no request: names, widths, ranges. */
  | 'REQUEST_MALFORMED'
  /** Inputs or words that are not as many as the network has. */
  | 'SHAPE_MISMATCH'
  /** A line of a file of samples that is none. */
  | 'SAMPLES_MALFORMED'
  /** The compiler ended with an error. */
  | 'COMPILER_FAILED';

export class ZkmlError extends Error {
  override readonly name = 'ZkmlError';

  constructor(
    readonly code: ZkmlErrorCode,
    message: string,
  ) {
    super(message);
  }
}
