/**
 * The FHE engine as its users see it: asynchronous, restartable, bounded.
 *
 * node-seal runs in a child because its calls block their thread, its memory only grows, and at its 4 GB wall it
 * spins for ever. Whoever sends ciphertexts may make it try; the watchdog and the memory watermark here end that.
 */
import type { FheLibrary } from '#ciphertext';
import { EngineChild } from './engine-child.js';
import { FheProcessError } from './fhe-error.js';
import type { FheRequest, FheValue, WrappedKey } from './fhe-protocol.js';

export interface FheProcessOptions {
  /** True only in the key enclave: the child may make, open and use secret keys. */
  readonly keyed: boolean;
  /** A call that takes longer kills the child. An honest one takes milliseconds. */
  readonly callMs: number;
  readonly startMs: number;
  /** A child above this is replaced after the call that took it there. */
  readonly rssBytesMax: number;
  /** Calls that may wait for their turn; more are refused, so that pages do not pile up in memory. */
  readonly queueMax: number;
}

export interface FheProcessStats {
  readonly pid: number | null;
  readonly rssBytes: number;
  readonly calls: number;
  readonly starts: number;
  /** Children ended by the watchdog or lost. */
  readonly lost: number;
  /** Children replaced at the memory watermark. */
  readonly recycled: number;
}

const mib = 1024 * 1024;
const defaults: FheProcessOptions = {
  keyed: false,
  callMs: 5_000,
  startMs: 30_000,
  rssBytesMax: 256 * mib,
  queueMax: 64,
};

export class FheProcess {
  readonly #options: FheProcessOptions;
  readonly #counts = { calls: 0, starts: 0, lost: 0, recycled: 0 };
  #child: EngineChild | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #closed = false;

  constructor(options: Partial<FheProcessOptions> = {}) {
    this.#options = { ...defaults, ...options };
  }

  /** Starts the child ahead of the first call. @throws as the calls do */
  async start(): Promise<FheLibrary> {
    return await this.#inTurn(async () => (await this.#running()).library);
  }

  /** Makes a secret key inside the child and returns it wrapped. Keep `wrapKey` and `context`: they open it. */
  async createKey(wrapKey: Uint8Array, context: string): Promise<WrappedKey> {
    const wrapped = await this.#bytes({ op: 'createKey', wrapKey, context });
    return { wrapped, wrapKey, context };
  }

  /** @param slots from the page codec */
  async encrypt(key: WrappedKey, slots: BigUint64Array): Promise<Uint8Array> {
    return await this.#bytes({ op: 'encrypt', key, slots });
  }

  /** Raw values of the named slots. Only for a page whose lineage the caller has verified. */
  async readSlots(key: WrappedKey, page: Uint8Array, slots: readonly number[]): Promise<readonly bigint[]> {
    const value = await this.#call({ op: 'readSlots', key, page, slots });
    if (Array.isArray(value)) return value as readonly bigint[];
    throw new FheProcessError('FHE_PROCESS_LOST', 'engine process answered readSlots with another type');
  }

  /** Page plus delta, canonical. Needs no key. */
  async add(page: Uint8Array, delta: Uint8Array): Promise<Uint8Array> {
    return await this.#bytes({ op: 'add', page, delta });
  }

  /** Refuses a ciphertext that the engine could not compute on. */
  async check(ciphertext: Uint8Array): Promise<void> {
    await this.#call({ op: 'check', ciphertext });
  }

  stats(): FheProcessStats {
    return { pid: this.#child?.pid ?? null, rssBytes: this.#child?.rssBytes ?? 0, ...this.#counts };
  }

  /** Waits for the call in progress, refuses those behind it, ends the child. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#tail.catch(() => undefined);
    await this.#child?.close();
    this.#child = null;
  }

  async #bytes(request: FheRequest): Promise<Uint8Array> {
    const value = await this.#call(request);
    if (value instanceof Uint8Array) return value;
    throw new FheProcessError('FHE_PROCESS_LOST', `engine process answered ${request.op} with another type`);
  }

  async #call(request: FheRequest): Promise<FheValue> {
    return await this.#inTurn(async () => {
      const child = await this.#running();
      this.#counts.calls += 1;
      try {
        return await child.request(request, this.#options.callMs);
      } catch (error) {
        if (error instanceof FheProcessError && error.retryable) await this.#drop(child);
        throw error;
      } finally {
        await this.#recycleAboveWatermark();
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
    this.#child = await EngineChild.start(this.#options.keyed, this.#options.startMs);
    return this.#child;
  }

  async #drop(child: EngineChild): Promise<void> {
    child.kill();
    await child.exited;
    if (this.#child !== child) return;
    this.#child = null;
    this.#counts.lost += 1;
  }

  async #recycleAboveWatermark(): Promise<void> {
    const child = this.#child;
    if (child === null || child.rssBytes <= this.#options.rssBytesMax) return;
    this.#child = null;
    this.#counts.recycled += 1;
    await child.close();
  }
}
