// SPDX-License-Identifier: GPL-3.0
import type { Check } from '#canonical';

/** A circuit that the prover does not load. `reasons` are those of the checks that failed. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code = 'CIRCUIT_REFUSED';
  readonly reasons: readonly string[];

  constructor(folder: string, failed: readonly Check[]) {
    const lines = failed.map(({ reason, title, expected, actual }) =>
      [
        `${reason}: ${title}`,
        ...(expected === undefined ? [] : [`expected ${expected}`, `got ${actual}`]),
      ].join(', '),
    );
    super(
      `circuit ${folder} is refused: ${lines.join('; ')}; \`sealflow circuits verify\` shows every check`,
    );
    this.reasons = [...new Set(failed.map(({ reason }) => reason ?? 'CHECK_ERROR'))];
  }
}
