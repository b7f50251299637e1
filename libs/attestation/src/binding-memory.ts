import { toHex } from '#canonical';
import type { Binding } from './binding.js';

/** What memory says of a nonce that came back. */
export type NonceState = 'fresh' | 'unknown' | 'reused';

const NONCES_MAX = 65_536;
const BOOTS_MAX = 65_536;

interface Challenge {
  readonly notAfterMs: number;
  readonly answersMax: number;
  readonly answered: Set<string>;
}

/**
 * What a verifier has to remember between appraisals: which nonces it issued and which came back, and the
 * highest epoch of each boot. It lives in memory, takes time as an argument and is bounded; a verifier that
 * restarts forgets its open challenges, and workers then simply answer a new one.
 */
export class BindingMemory {
  readonly #nonces = new Map<string, Challenge>();
  readonly #epochs = new Map<string, number>();

  /**
   * Remembers a challenge of 32 random bytes until `notAfterMs`.
   *
   * @param answersMax how many boots were asked; each may answer once
   */
  issue(nonce: Uint8Array, notAfterMs: number, answersMax = 1): void {
    trim(this.#nonces, NONCES_MAX);
    this.#nonces.set(toHex(nonce), { notAfterMs, answersMax, answered: new Set() });
  }

  /** Takes a boot's answer. One after the challenge ran out is as good as an answer to no challenge. */
  redeem(
    { nonce, workerId, bootId }: Pick<Binding, 'nonce' | 'workerId' | 'bootId'>,
    atMs: number,
  ): NonceState {
    const issued = this.#nonces.get(toHex(nonce));
    const boot = bootKey(workerId, bootId);
    if (issued !== undefined && (issued.answered.has(boot) || issued.answered.size >= issued.answersMax))
      return 'reused';
    if (issued === undefined || atMs > issued.notAfterMs) return 'unknown';
    issued.answered.add(boot);
    return 'fresh';
  }

  /** The highest epoch seen of this worker's boot, or null. A lower one would be evidence of an older state. */
  epochOf({ workerId, bootId }: Pick<Binding, 'workerId' | 'bootId'>): number | null {
    return this.#epochs.get(bootKey(workerId, bootId)) ?? null;
  }

  /** Call with accepted evidence only: refused evidence must not raise anybody's epoch. */
  remember({ workerId, bootId, epoch }: Pick<Binding, 'workerId' | 'bootId' | 'epoch'>): void {
    const key = bootKey(workerId, bootId);
    trim(this.#epochs, BOOTS_MAX);
    this.#epochs.set(key, Math.max(epoch, this.#epochs.get(key) ?? 0));
  }
}

function bootKey(workerId: string, bootId: Uint8Array): string {
  return `${toHex(bootId)} ${workerId}`;
}

/** Forgets the oldest. A nonce that is forgotten is unknown, which is refused. */
function trim(map: Map<string, unknown>, sizeMax: number): void {
  if (map.size < sizeMax) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
