import { setImmediate as nextTurn } from 'node:timers/promises';
import { asSystem } from '../auth/call-context.js';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes of the orchestrator itself, one after the other: what comes meanwhile is written together, as the next one. A
 * statement, its commit and the way to the server cost about the same for many rows as for one.
 *
 * Whoever waits learns of its own write alone: when one of several fails, each is tried by itself.
 */
export class SharedWrites<Item, Result> {
  #waiting: Waiting<Item, Result>[] = [];
  #writing = false;

  /**
   * @param write all of them or none; a result for each, in their order
   * @param itemsMax of one write; the rest goes with the one after
   */
  constructor(
    private readonly write: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly itemsMax: number,
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#writing) void asSystem(() => this.#writeAll());
    });
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      // What came in the same packet is all heard before it is written.
      await nextTurn();
      const taken = this.#waiting.slice(0, this.itemsMax);
      this.#waiting = this.#waiting.slice(this.itemsMax);
      await this.#writeTogether(taken);
    }
    this.#writing = false;
  }

  async #writeTogether(taken: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.write(taken.map(({ item }) => item));
      for (const [index, { resolve }] of taken.entries()) resolve(results[index] as Result);
    } catch (error) {
      const [only, ...others] = taken;
      if (only === undefined) return;
      if (others.length === 0) only.reject(error);
      else for (const each of taken) await this.#writeTogether([each]);
    }
  }
}
