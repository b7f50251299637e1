import type { Digest } from '#canonical';

/** A ledger at a receipt. */
export interface AtReceipt {
  readonly version: number;
  readonly receipt: Digest;
}

/** What was authorised from one head before one of them became the next; more are forgotten, oldest first. */
const candidatesMax = 8;

/**
 * What this enclave has in memory of one ledger: the state at the newest receipt that it knows to be part of the
 * chain, and the states that it authorised from there.
 *
 * An authorised state is none of the ledger's until a head names its receipt. Then the others, which continue the
 * same version, can never be part of the chain, and are forgotten with all that was decided in them.
 */
export class ChainStates<T extends AtReceipt> {
  #settled: T | null = null;
  readonly #candidates = new Map<Digest, T>();

  /** The state at a head; from then on the ledger stands there. null when it has to be made again. */
  at({ version, receipt }: AtReceipt): T | null {
    if (this.#settled?.receipt === receipt) return this.#settled;
    const candidate = this.#candidates.get(receipt);
    if (candidate?.version !== version) return null;
    this.settle(candidate);
    return candidate;
  }

  /** A state whose chain was verified. */
  settle(state: T): void {
    this.#settled = state;
    this.#candidates.clear();
  }

  /** A state that was authorised from the settled one. */
  offer(candidate: T): void {
    this.#candidates.set(candidate.receipt, candidate);
    const [oldest] = this.#candidates.keys();
    if (this.#candidates.size > candidatesMax && oldest !== undefined) this.#candidates.delete(oldest);
  }

  get settled(): T | null {
    return this.#settled;
  }
}
