// SPDX-License-Identifier: GPL-3.0
import { AskedThread, scriptBeside } from '#threads';
import type { ProofToCheck } from './check-proof.js';

const script = scriptBeside(import.meta.url, 'verify-thread');
/** Proofs, keys and manifests are below 1 MiB; the pairing's garbage is young. */
const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 };

/**
 * Verifies proofs in a thread: a pairing takes 50 ms, which the front would miss. The thread is not one of the prover
 * children and sees no witness.
 */
export class ProofVerifier {
  readonly #thread = new AskedThread<ProofToCheck, readonly string[]>(script, resourceLimits);

  /** @returns ids of the checks that failed, with their reasons */
  failuresOf(proof: ProofToCheck): Promise<readonly string[]> {
    return this.#thread.ask(proof);
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
