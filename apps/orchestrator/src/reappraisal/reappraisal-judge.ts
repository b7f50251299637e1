import { Worker } from 'node:worker_threads';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { encodeTrustFile, type Reappraisal, type ReappraisalQuestion, type TrustFile } from '#evidence';
import type { Answer, Order } from './reappraisal-thread.js';

/** A bundle of 16 MiB, taken apart, fits. */
const resourceLimits = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 16 };

interface Waiting {
  readonly order: Order;
  readonly answered: (answer: Answer) => void;
}

/**
 * Judges bundles in a thread of its own: a verification keeps a processor busy for a tenth of a second, and runs,
 * workers and heartbeats of the orchestrator must not wait for it. The thread is made at the first order.
 */
@Injectable()
export class ReappraisalJudge implements OnModuleDestroy {
  /** What runs in the thread. */
  protected readonly script: URL = new URL('./reappraisal-thread.js', import.meta.url);
  #thread: Worker | null = null;
  #ended = false;
  readonly #waiting: Waiting[] = [];

  async judge(
    bundle: Uint8Array,
    trust: TrustFile,
    question: ReappraisalQuestion,
  ): Promise<Reappraisal | null> {
    const order = { bundle, trust: encodeTrustFile(trust), question };
    const { reappraisal } = await new Promise<Answer>((answered) => {
      this.#waiting.push({ order, answered });
      if (this.#waiting.length === 1) this.#next();
    });
    return reappraisal;
  }

  async onModuleDestroy(): Promise<void> {
    this.#ended = true;
    await this.#thread?.terminate();
  }

  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    if (this.#ended) this.#answer({ reappraisal: stumbled });
    else this.#opened().postMessage(first.order);
  }

  #answer(answer: Answer): void {
    this.#waiting.shift()?.answered(answer);
    this.#next();
  }

  #opened(): Worker {
    if (this.#thread !== null) return this.#thread;
    const thread = new Worker(this.script, { resourceLimits });
    // Nobody waits for it at the end of the process.
    thread.unref();
    thread.on('message', (answer: Answer) => this.#answer(answer));
    // A bundle that brings the thread down says nothing about the next one.
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      this.#thread = null;
      if (this.#waiting.length > 0) this.#answer({ reappraisal: stumbled });
    });
    this.#thread = thread;
    return thread;
  }
}

/** Of a bundle that the verifier could not bear: nothing is known of it, and that is said. */
const stumbled: Reappraisal = {
  runId: null,
  name: null,
  endedAt: null,
  fate: 'undecided',
  exitCode: 70,
  outcome: 'failed',
  reason: 'VERIFIER_ERROR',
  reasons: ['VERIFIER_ERROR'],
  matchedBy: [],
  simulated: false,
};
