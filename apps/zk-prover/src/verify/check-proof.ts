// SPDX-License-Identifier: GPL-3.0
import { failedChecks, type Json, toJson } from '#canonical';
import { type SignalExpectation, verifyGroth16 } from '#proofs';
import type { Circuit } from '../circuit/circuit.js';

/** One proof to verify; plain data, it crosses to the verifying thread. */
export interface ProofToCheck {
  readonly circuit: Pick<Circuit, 'manifestBytes' | 'manifestDigest' | 'vkeyBytes'>;
  readonly proof: string;
  readonly publicSignals: readonly string[];
  /** Null: whoever asked ties the signals to a run himself. */
  readonly expectation: SignalExpectation | null;
}

const BINDINGS = 'ZK-G16-012';
const nothing: SignalExpectation = { context: 0n, inputs: {}, outputs: {}, public: {} };

/** What does not hold of a proof: ids of the checks with their reasons, at best none. Never throws. */
export function failuresOf({ circuit, proof, publicSignals, expectation }: ProofToCheck): readonly string[] {
  const checks = verifyGroth16(
    {
      manifest: circuit.manifestBytes,
      vkey: circuit.vkeyBytes,
      proof: parsed(proof),
      publicSignals: [...publicSignals],
    },
    expectation ?? nothing,
    // Own circuit, whatever its state: whether a dev key is good enough is the verifier's decision.
    { manifests: [circuit.manifestDigest], allowDev: true },
  );
  return failedChecks(checks)
    .filter(({ id }) => expectation !== null || id !== BINDINGS)
    .map(({ id, reason }) => `${id} ${reason}`);
}

function parsed(proof: string): Json {
  try {
    return toJson(JSON.parse(proof));
  } catch {
    return null;
  }
}
