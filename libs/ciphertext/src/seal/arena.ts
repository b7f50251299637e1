/** An object that lives in WebAssembly memory, which no garbage collector frees. */
export interface Handle {
  delete(): void;
}

/** Handles in use over all arenas of one engine. */
export interface HandleCounter {
  count: number;
}

/**
 * Owns the handles of one scope: `using arena = new Arena(counter)`.
 *
 * One forgotten ciphertext costs half a megabyte for the life of the process, and at the 4 GB wall the next call
 * spins for ever. Nothing in this folder creates a handle outside an arena.
 */
export class Arena implements Disposable {
  readonly #handles: Handle[] = [];

  constructor(private readonly counter: HandleCounter) {}

  keep<T extends Handle>(handle: T): T {
    this.#handles.push(handle);
    this.counter.count += 1;
    return handle;
  }

  [Symbol.dispose](): void {
    // Last in, first out: a handle may refer to one that was made before it.
    for (let handle = this.#handles.pop(); handle !== undefined; handle = this.#handles.pop()) {
      handle.delete();
      this.counter.count -= 1;
    }
  }
}
