// SPDX-License-Identifier: GPL-3.0

/** How soon a waiting proof gets a child. */
export const PRIORITIES = ['interactive', 'normal', 'batch'] as const;
export type Priority = (typeof PRIORITIES)[number];

/**
 * How much later a proof counts as having come. Finite, so that nothing waits for ever: a batch proof goes before
 * every interactive one that comes half a minute after it.
 */
const HANDICAP_MS: Readonly<Record<Priority, number>> = { interactive: 0, normal: 2_000, batch: 30_000 };

/** What the author of a workflow asked for in the step's parameter `priority`; anything else is `normal`. */
export function priorityOf(parameters: { readonly [name: string]: unknown }): Priority {
  return PRIORITIES.find((known) => known === parameters['priority']) ?? 'normal';
}

interface Entry<T> {
  readonly item: T;
  readonly dueMs: number;
  readonly order: number;
}

/** Proofs that wait for a child: the one that came first, with the handicap of its priority. */
export class ProofQueue<T> {
  readonly #entries: Entry<T>[] = [];
  #order = 0;

  get size(): number {
    return this.#entries.length;
  }

  get items(): readonly T[] {
    return this.#entries.map(({ item }) => item);
  }

  add(item: T, priority: Priority, nowMs: number): void {
    const entry = { item, dueMs: nowMs + HANDICAP_MS[priority], order: this.#order };
    this.#order += 1;
    const at = this.#entries.findIndex(({ dueMs }) => dueMs > entry.dueMs);
    this.#entries.splice(at === -1 ? this.#entries.length : at, 0, entry);
  }

  take(): T | undefined {
    return this.#entries.shift()?.item;
  }

  /** @returns whether it waited */
  remove(item: T): boolean {
    const at = this.#entries.findIndex((entry) => entry.item === item);
    if (at !== -1) this.#entries.splice(at, 1);
    return at !== -1;
  }
}
