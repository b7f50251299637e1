import { parentPort, type ResourceLimits, Worker } from 'node:worker_threads';
import { sourceFlags } from './source-flags.js';

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

interface Numbered<Content> {
  readonly id: number;
  readonly content: Content;
}

/**
 * A thread for work that the event loop would miss. It gets no environment, starts with the first question, answers one
 * after the other, and keeps the process alive only while it works. One that ends, for lack of memory say, fails what
 * waits for it; the next question starts another.
 */
export class AskedThread<Question, Answer> {
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #thread: Worker | null = null;
  #nextId = 1;

  /** @param script calls `answerQuestions`; see `scriptBeside` */
  constructor(
    private readonly script: URL,
    private readonly resourceLimits: ResourceLimits,
  ) {}

  /** @param question whatever can be cloned (HTML, StructuredSerialize) */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId;
      this.#nextId += 1;
      this.#waiting.set(id, { resolve, reject });
      const thread = this.#started();
      thread.ref();
      thread.postMessage({ id, content: question } satisfies Numbered<Question>);
    });
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
    this.#fail();
  }

  #started(): Worker {
    if (this.#thread !== null) return this.#thread;
    const { script, resourceLimits } = this;
    const thread = new Worker(script, { execArgv: [...sourceFlags(script.href)], env: {}, resourceLimits });
    thread.on('message', ({ id, content }: Numbered<Answer>) => {
      this.#waiting.get(id)?.resolve(content);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) thread.unref();
    });
    thread.on('error', () => this.#fail());
    this.#thread = thread;
    return thread;
  }

  #fail(): void {
    this.#thread = null;
    for (const { reject } of this.#waiting.values()) reject(new Error('the thread that was asked ended'));
    this.#waiting.clear();
  }
}

/** The other end, in the thread. Whatever it throws ends the thread. */
export function answerQuestions<Question, Answer>(answer: (question: Question) => Answer): void {
  parentPort?.on('message', ({ id, content }: Numbered<Question>) => {
    parentPort?.postMessage({ id, content: answer(content) } satisfies Numbered<Answer>);
  });
}
