import type { LeaseRow } from '../sessions/lease-book.js';

/** What an interpreter that goes on from rows is told. Lost, it costs the interval at which rows are looked at anyway. */
export type Mail =
  /** A lease has its result, as its row says. */
  | { readonly lease: LeaseRow }
  /** The rows changed. */
  | { readonly look: true };

/** The interpreters of this process that wait, by run. */
export class Mailboxes {
  readonly #boxes = new Map<string, Set<Mailbox>>();

  /** Mail that comes from now on is kept for the owner until it is taken. */
  open(runId: string): Mailbox {
    const box = new Mailbox(() => {
      const boxes = this.#boxes.get(runId);
      boxes?.delete(box);
      if (boxes?.size === 0) this.#boxes.delete(runId);
    });
    const boxes = this.#boxes.get(runId) ?? new Set();
    this.#boxes.set(runId, boxes.add(box));
    return box;
  }

  /** @returns whether anybody here executes the run */
  post(runId: string, mail: Mail): boolean {
    const boxes = this.#boxes.get(runId);
    for (const box of boxes ?? []) box.put(mail);
    return boxes !== undefined;
  }
}

export class Mailbox implements Disposable {
  #mail: Mail[] = [];
  #wake: (() => void) | null = null;

  constructor(private readonly close: () => void) {}

  put(mail: Mail): void {
    this.#mail.push(mail);
    this.#wake?.();
  }

  /** Everything that came since the last time, at once when there is something; nothing after `timeoutMs`. */
  async take(timeoutMs: number): Promise<readonly Mail[]> {
    if (this.#mail.length === 0) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          this.#wake = null;
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        this.#wake = done;
      });
    }
    const mail = this.#mail;
    this.#mail = [];
    return mail;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
