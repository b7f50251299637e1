/**
 * Many proofs in one pairing check.
 *
 * Trust is that of `verifyGroth16`, and so are the verdicts: each proof gets the checks that it would get alone.
 * Shared is the pairing equation alone: the proofs' equations are raised to weights and multiplied (small exponents
 * test of Bellare, Garay and Rabin, Eurocrypt 1998). Whoever could foresee a weight could make two false proofs that
 * cancel out, so weights come from the caller's source of randomness. The test is sound in the group of order r
 * alone, which is why every point of every proof was found in it before.
 */
import { type Check, type Digest, digestOf, toHex } from '#canonical';
import {
  equationHolds,
  equationsHold,
  type Groth16Equation,
  vkXOf,
  type WeightedEquation,
} from './equation.js';
import type { CircuitPolicy, ReadKey } from './key-checks.js';
import type { SignalExpectation } from './signal-bindings.js';
import { parseVerificationKey, type VerificationKey } from './verification-key.js';
import { concludeGroth16, examineGroth16, type Groth16Evidence } from './verify-groth16.js';

export interface Groth16Claim {
  readonly evidence: Groth16Evidence;
  readonly expectation: SignalExpectation;
}

/** 2^-128 is the chance of a batch that hides a false proof. */
const WEIGHT_BYTES = 16;
/** Bounds the memory of one pairing check; the shared pairings are a small part from here on. */
const BATCH_MAX = 128;

/**
 * @param random gives that many bytes which nobody else knew before; 16 are taken a proof.
 * @returns for each claim what `verifyGroth16` would return, in the order of the claims.
 */
export function verifyGroth16Batch(
  claims: readonly Groth16Claim[],
  policy: CircuitPolicy,
  random: (count: number) => Uint8Array,
): readonly (readonly Check[])[] {
  const read = keyReader();
  const examined = claims.map((claim) => ({ claim, proof: examineGroth16(claim.evidence, policy, read) }));
  const equations = examined.flatMap(({ proof }) => proof.equation ?? []);
  const holding = holdingOf(equations, random);
  return examined.map(({ claim, proof }) =>
    concludeGroth16(proof, proof.equation !== null && holding.has(proof.equation), claim.expectation),
  );
}

function holdingOf(
  open: readonly Groth16Equation[],
  random: (count: number) => Uint8Array,
): ReadonlySet<Groth16Equation> {
  const weights = weightsFor(open.length, random);
  // A source of randomness that repeats itself gives weights that a forger may know: each proof for itself, then.
  if (weights === null) return new Set(open.filter(equationHolds));
  const found = new Set(open);
  const weighted = open.flatMap(
    (equation, index): (WeightedEquation & { readonly of: Groth16Equation })[] => {
      const vkX = vkXOf(equation);
      if (vkX === null) found.delete(equation);
      return vkX === null ? [] : [{ ...equation, vkX, weight: weights[index] ?? 0n, of: equation }];
    },
  );
  for (let start = 0; start < weighted.length; start += BATCH_MAX)
    for (const { of } of falseOnes(weighted.slice(start, start + BATCH_MAX))) found.delete(of);
  return found;
}

/** Halves what does not hold until single proofs are left. One that is alone is judged exactly: its weight is no zero. */
function falseOnes<T extends WeightedEquation>(equations: readonly T[], known = false): readonly T[] {
  if (equations.length === 0 || (!known && equationsHold(equations))) return [];
  if (equations.length === 1) return equations;
  const middle = equations.length >> 1;
  const left = falseOnes(equations.slice(0, middle));
  // The product of both halves is not one; if the left one is, the right one cannot be.
  return [...left, ...falseOnes(equations.slice(middle), left.length === 0)];
}

/** Null when two are equal or one is zero, which fair bytes show once in 2^100 batches. */
function weightsFor(count: number, random: (count: number) => Uint8Array): readonly bigint[] | null {
  const weights = Array.from({ length: count }, () => {
    const bytes = random(WEIGHT_BYTES);
    return bytes.length === WEIGHT_BYTES ? BigInt(`0x${toHex(bytes)}`) : 0n;
  });
  return weights.includes(0n) || new Set(weights).size < count ? null : weights;
}

/** Reads each key once, and gives the same answer, refusals too, to whoever asks again. */
function keyReader(): ReadKey {
  const known = new Map<Digest, () => VerificationKey>();
  return (bytes) => {
    const digest = digestOf(bytes);
    const seen = known.get(digest) ?? once(() => parseVerificationKey(bytes));
    known.set(digest, seen);
    return seen;
  };
}

function once<T>(read: () => T): () => T {
  let kept: { readonly value: T } | { readonly error: unknown } | null = null;
  return () => {
    if (kept === null) {
      try {
        kept = { value: read() };
      } catch (error) {
        kept = { error };
      }
    }
    if ('error' in kept) throw kept.error;
    return kept.value;
  };
}
