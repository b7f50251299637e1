import type { G2 } from './points.js';
import type { VerificationKey } from './verification-key.js';

/**
 * Why a key's points prove nothing, or null. Each relation below lets anybody satisfy the equation for signals of
 * their choice, with no witness and no secret:
 * - delta = gamma, no phase-2 contribution: A = alpha, B = beta, C = -vk_x; with delta = -gamma, C = vk_x;
 * - gamma = ±beta: A = alpha ± vk_x, B = beta + delta, C = A;
 * - delta = ±beta: A = vk_x, B = gamma, C = ∓alpha.
 *
 * Compared as points: as text, a leading zero would make equal points look different.
 */
export function keyWeakness({
  beta,
  gamma,
  delta,
}: VerificationKey): 'VKEY_WITHOUT_PHASE2' | 'VKEY_DEGENERATE' | null {
  if (gamma.equals(delta)) return 'VKEY_WITHOUT_PHASE2';
  const related = sameLine(gamma, delta) || sameLine(gamma, beta) || sameLine(delta, beta);
  return related ? 'VKEY_DEGENERATE' : null;
}

function sameLine(left: G2, right: G2): boolean {
  return left.equals(right) || left.equals(right.negate());
}
