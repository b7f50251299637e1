import { canonicalBytes, sha256, toJson } from '#canonical';
import type { StepPredicate } from './step.js';

/**
 * The nonce of evidence that nobody asked for: a worker that keeps no fresh answer of this run makes one over its own
 * inputs. Commitments are salted, so nobody could know it before the inputs were made, and evidence that answers it is
 * younger than they are. It says nothing of any other step.
 *
 * @returns 32 bytes
 */
export function stepNonce(step: Pick<StepPredicate, 'runId' | 'stepId' | 'attempt' | 'inputs'>): Uint8Array {
  const { runId, stepId, attempt, inputs } = step;
  const named = inputs.map(({ edge, commitment }) => ({ edge, commitment }));
  return sha256(
    canonicalBytes(toJson({ v: 'sealflow/step-nonce/v1', runId, stepId, attempt, inputs: named })),
  );
}
