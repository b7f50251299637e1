import { availableParallelism } from 'node:os';
import type { ClaimedSpend, SpendTerms } from '#ledger';
import { AskedThread, scriptBeside } from '#threads';

export interface SpendQuestion {
  readonly spends: readonly ClaimedSpend[];
  readonly terms: SpendTerms;
  /** What the weights of the batch are drawn from, see `drawnWeights`. */
  readonly weights: string;
}

/** The first reason for each spend whose proof does not hold; null where it does. */
export type SpendReasons = readonly (string | null)[];

const script = scriptBeside(import.meta.url, 'spend-thread');
/** Keys and manifests are below 1 MiB; the pairing's garbage is young. */
const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 };
/** More of them would hold more memory than a batch is worth. */
const threadsMax = 4;

/**
 * Verifies proofs of spends on all cores, in threads of this measured program: a batch is 10 ms and more for each proof,
 * and the sessions, deadlines and other ledgers of the process would wait for it.
 */
export class SpendVerifier {
  readonly #threads = Array.from(
    { length: Math.min(availableParallelism(), threadsMax) },
    () => new AskedThread<SpendQuestion, SpendReasons>(script, resourceLimits),
  );
  #asked = 0;

  /** Each question goes to the next thread, so a batch is best asked in parts. */
  reasonsOf(question: SpendQuestion): Promise<SpendReasons> {
    const thread = this.#threads[this.#asked % this.#threads.length];
    this.#asked += 1;
    if (thread === undefined) throw new RangeError('no thread verifies proofs');
    return thread.ask(question);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}
