import { setImmediate as nextTurn } from 'node:timers/promises';
import { currentPrincipal } from '../auth/call-context.js';

/** Read together at most; the rest goes with the read after. */
const KEYS_MAX = 64;

class Waiting<Value> {
  resolve: (value: Value | undefined) => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;
  readonly found = new Promise<Value | undefined>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** What a tenant waits for, by key. */
type Lane<Value> = Map<string, Waiting<Value>>;

/**
 * Reads for a tenant, one after the other: what is asked for meanwhile is read together, as the next one. So a database
 * that many ask at once is asked once for all of them. This is no cache: a read begins after everybody who gets its
 * answer has asked, so that nobody is told what was so before.
 */
export class SharedReads<Value> {
  /** Of each tenant that waits; never one for two, since the database shows each its own rows. */
  readonly #lanes = new Map<string | null, Lane<Value>>();

  /** @param read what there is of the keys, for the tenant that calls */
  constructor(private readonly read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>) {}

  /** What there is for the tenant that calls; whoever asks for it at the same time gets the same object. */
  get(key: string): Promise<Value | undefined> {
    const tenant = currentPrincipal()?.tenant ?? null;
    const lane = this.#lanes.get(tenant);
    if (lane !== undefined) return waitIn(lane, key);
    const begun: Lane<Value> = new Map();
    this.#lanes.set(tenant, begun);
    const found = waitIn(begun, key);
    // Goes on as this caller, and so as the tenant of all who come meanwhile.
    void this.#readAll(tenant, begun);
    return found;
  }

  async #readAll(tenant: string | null, lane: Lane<Value>): Promise<void> {
    while (lane.size > 0) {
      // Calls that came in the same packet are all heard before they are answered.
      await nextTurn();
      const taken = [...lane].slice(0, KEYS_MAX);
      for (const [key] of taken) lane.delete(key);
      try {
        const found = await this.read(taken.map(([key]) => key));
        for (const [key, { resolve }] of taken) resolve(found.get(key));
      } catch (error) {
        for (const [, { reject }] of taken) reject(error);
      }
    }
    this.#lanes.delete(tenant);
  }
}

function waitIn<Value>(lane: Lane<Value>, key: string): Promise<Value | undefined> {
  const known = lane.get(key);
  if (known !== undefined) return known.found;
  const waiting = new Waiting<Value>();
  lane.set(key, waiting);
  return waiting.found;
}
