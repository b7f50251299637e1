import { ledgerLimits } from '../limits.js';
import type { ReplayWindow } from './state.js';

const BITS = 64;
const ALL = (1n << 64n) - 1n;

export const freshWindow: ReplayWindow = { base: 0, mask: 0n };

export type NonceReason = 'NONCE_TOO_OLD' | 'REPLAYED' | 'NONCE_TOO_FAR';

/**
 * The window after `nonce` was used, or why it may not be. As in RFC 4303 section 3.4.3 a nonce beyond the window
 * moves it; unlike there by a bounded step, because nobody could ever lower it again.
 */
export function useNonce(window: ReplayWindow, nonce: number): ReplayWindow | NonceReason {
  const offset = nonce - window.base;
  if (offset < 0) return 'NONCE_TOO_OLD';
  if (offset < BITS) {
    const bit = 1n << BigInt(offset);
    return (window.mask & bit) === 0n ? { base: window.base, mask: window.mask | bit } : 'REPLAYED';
  }
  if (offset >= BITS + ledgerLimits.nonceStepMax) return 'NONCE_TOO_FAR';
  const base = nonce - (BITS - 1);
  const shift = base - window.base;
  const kept = shift >= BITS ? 0n : window.mask >> BigInt(shift);
  return { base, mask: (kept | (1n << BigInt(BITS - 1))) & ALL };
}
