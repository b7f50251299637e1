/**
 * The FHE engine as its users see it: asynchronous, restartable, bounded.
 *
 * node-seal runs in a child because its calls block their thread, its memory only grows, and at its 4 GB wall it
 * spins for ever. Whoever sends ciphertexts may make it try; the watchdog and the memory watermark here end that. Nor
 * does it give back the stack on which it threw an exception: after 3,962 refused ciphertexts (measured) it aborts, and
 * serves nothing from then on. A child is replaced long before, and at once when it aborted.
 */
import { CiphertextError, type FheLibrary } from '#ciphertext';
import { EngineChild, engineScript } from './engine-child.js';
import { FheCalls } from './fhe-calls.js';
import { FheProcessError } from './fhe-error.js';
import type { FheRequest, FheRole, FheValue } from './fhe-protocol.js';

export interface FheProcessOptions extends FheRole {
  /** A call that takes longer kills the child. An honest one takes milliseconds. */
  readonly callMs: number;
  readonly startMs: number;
  /** A child above this is replaced after the call that took it there. */
  readonly rssBytesMax: number;
  /** A child whose engine raised so many exceptions is replaced. */
  readonly exceptionsMax: number;
  /** Calls that may wait for their turn; more are refused, so that pages do not pile up in memory. */
  readonly queueMax: number;
  /** Entry of the child. */
  readonly script: URL;
}

export interface FheProcessStats {
  readonly pid: number | null;
  readonly rssBytes: number;
  /** Native objects that calls left behind in the child. */
  readonly handles: number;
  readonly calls: number;
  readonly starts: number;
  /** Children ended by the watchdog or lost. */
  readonly lost: number;
  /** Children replaced at the memory watermark, or because a call left native objects behind. */
  readonly recycled: number;
  /** Children replaced because others' bytes had made their engines raise so many exceptions. */
  readonly renewed: number;
}

const mib = 1024 * 1024;
const defaults: FheProcessOptions = {
  keyed: false,
  parameters: 'ledger',
  callMs: 5_000,
  startMs: 30_000,
  rssBytesMax: 256 * mib,
  exceptionsMax: 500,
  queueMax: 64,
  script: engineScript,
};

export class FheProcess extends FheCalls {
  readonly #options: FheProcessOptions;
  readonly #counts = { calls: 0, starts: 0, lost: 0, recycled: 0, renewed: 0 };
  #child: EngineChild | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #closed = false;

  constructor(options: Partial<FheProcessOptions> = {}) {
    super();
    this.#options = { ...defaults, ...options };
  }

  /** Starts the child ahead of the first call. @throws as the calls do */
  async start(): Promise<FheLibrary> {
    return await this.#inTurn(async () => (await this.#running()).library);
  }

  stats(): FheProcessStats {
    const child = this.#child;
    return {
      pid: child?.pid ?? null,
      rssBytes: child?.rssBytes ?? 0,
      handles: child?.handles ?? 0,
      ...this.#counts,
    };
  }

  /** Waits for the call in progress, refuses those behind it, ends the child. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#tail.catch(() => undefined);
    await this.#child?.close();
    this.#child = null;
  }

  async call(request: FheRequest): Promise<FheValue> {
    return await this.#inTurn(async () => {
      const child = await this.#running();
      this.#counts.calls += 1;
      try {
        return await child.request(request, this.#options.callMs);
      } catch (error) {
        if (isLost(error)) await this.#drop(child);
        throw error;
      } finally {
        await this.#recycle();
      }
    });
  }

  async #inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (this.#queued >= this.#options.queueMax) {
      throw new FheProcessError(
        'FHE_BUSY',
        `${this.#queued} calls wait for the engine, limit ${this.#options.queueMax}`,
      );
    }
    this.#queued += 1;
    const turn = this.#tail.then(async () => {
      if (this.#closed) throw new FheProcessError('FHE_CLOSED', 'the engine was closed');
      return await run();
    });
    this.#tail = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#queued -= 1;
    }
  }

  async #running(): Promise<EngineChild> {
    if (this.#child?.usable === true) return this.#child;
    if (this.#child !== null) this.#counts.lost += 1;
    this.#child = null;
    this.#counts.starts += 1;
    const { script, startMs } = this.#options;
    this.#child = await EngineChild.start(script, this.#options, startMs);
    return this.#child;
  }

  /** Calls that wait or run. */
  get queued(): number {
    return this.#queued;
  }

  async #drop(child: EngineChild): Promise<void> {
    child.kill();
    await child.exited;
    if (this.#child !== child) return;
    this.#child = null;
    this.#counts.lost += 1;
  }

  async #recycle(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const grown = child.rssBytes > this.#options.rssBytesMax || child.handles > 0;
    if (!grown && child.exceptions < this.#options.exceptionsMax) return;
    this.#child = null;
    if (grown) this.#counts.recycled += 1;
    else this.#counts.renewed += 1;
    await child.close();
  }
}

/** The child answers no longer, or its engine aborted, which no later call survives. */
function isLost(error: unknown): boolean {
  if (error instanceof CiphertextError) return error.code === 'ENGINE_FAILED';
  return error instanceof FheProcessError && error.retryable;
}
