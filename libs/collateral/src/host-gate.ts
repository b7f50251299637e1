import { CollateralError } from './collateral-error.js';

export interface HostGateOptions {
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** A caller waits at most so long for its turn; beyond it the answer is an error with the time to come back. */
  readonly waitMsMax: number;
}

interface Host {
  /** No request before this time. */
  nextMs: number;
  /** Ends when the request under way ends: one at a time per host. */
  busy: Promise<void>;
  waiting: number;
}

const WAITING_MAX = 64;
const RETRY_AFTER_MS_MIN = 1000;
const RETRY_AFTER_MS_MAX = 3_600_000;

/** One request at a time per host, spaced as the vendor wants it, and none while the host said to stay away. */
export class HostGate {
  readonly #hosts = new Map<string, Host>();

  constructor(private readonly options: HostGateOptions) {}

  /** @throws CollateralError `COLLATERAL_RATE_LIMITED` */
  async run<T>(name: string, intervalMs: number, work: () => Promise<T>): Promise<T> {
    const host = this.#host(name);
    if (host.waiting >= WAITING_MAX) throw this.#limited(name, host.nextMs);
    host.waiting += 1;
    const before = host.busy;
    let done: () => void = () => undefined;
    host.busy = new Promise((resolve) => {
      done = resolve;
    });
    try {
      await before;
      const waitMs = host.nextMs - this.options.clock();
      if (waitMs > this.options.waitMsMax) throw this.#limited(name, host.nextMs);
      if (waitMs > 0) await this.options.sleep(waitMs);
      host.nextMs = this.options.clock() + intervalMs;
      return await work();
    } finally {
      host.waiting -= 1;
      done();
    }
  }

  /** The host answered 429 or 503. Its wish is bounded: a hostile host could otherwise stop us for years. */
  backOff(name: string, retryAfter: string | undefined, standardMs: number): number {
    const host = this.#host(name);
    const now = this.options.clock();
    const asked = retryAfterMs(retryAfter, now) ?? standardMs;
    const waitMs = Math.min(RETRY_AFTER_MS_MAX, Math.max(RETRY_AFTER_MS_MIN, asked));
    host.nextMs = Math.max(host.nextMs, now + waitMs);
    return host.nextMs;
  }

  #host(name: string): Host {
    const found = this.#hosts.get(name) ?? { nextMs: 0, busy: Promise.resolve(), waiting: 0 };
    this.#hosts.set(name, found);
    return found;
  }

  #limited(name: string, retryAtMs: number): CollateralError {
    const at = new Date(retryAtMs).toISOString();
    return new CollateralError('COLLATERAL_RATE_LIMITED', `${name}: not before ${at}`, { retryAtMs });
  }
}

/** RFC 9110 section 10.2.3: seconds or a date. Null for anything else. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  // Date.parse would read a date into almost anything.
  const date = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(value)
    ? Date.parse(value)
    : Number.NaN;
  return Number.isNaN(date) ? null : date - nowMs;
}
