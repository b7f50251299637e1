/** Work on one thing one after another, on different things beside each other. */
export class Turns {
  readonly #tails = new Map<string, Promise<unknown>>();

  async take<T>(subject: string, run: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(subject) ?? Promise.resolve();
    const turn = before.then(run);
    const tail = turn.catch(() => undefined);
    this.#tails.set(subject, tail);
    try {
      return await turn;
    } finally {
      if (this.#tails.get(subject) === tail) this.#tails.delete(subject);
    }
  }
}
