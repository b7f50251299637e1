import { readFileSync } from 'node:fs';

/** A service as it runs now; undefined between a death and the next start. */
export interface Watched {
  readonly pid: number | undefined;
}

const NS_PER_MS = 1e6;

/**
 * How long services were ready to run and got no CPU, as Linux counts it for the main thread of a process
 * (`/proc/<pid>/schedstat`, second number, nanoseconds). A machine with too much to do is slow, and not broken: who
 * waits for services takes this off his patience. Nothing where the system does not say.
 */
export class Starvation {
  /** By process: a service that dies and comes again has several. */
  readonly #seen = new Map<Watched, Map<number, number>>();
  readonly #before: ReadonlyMap<Watched, number>;

  constructor(
    private readonly services: readonly Watched[],
    private readonly starvedMs: (pid: number) => number = starvedMsOf,
  ) {
    this.#look();
    this.#before = new Map(services.map((service) => [service, this.#sum(service)]));
  }

  /** Since this was made, of the service that had the least luck. */
  get ms(): number {
    this.#look();
    return Math.max(0, ...this.services.map((each) => this.#sum(each) - (this.#before.get(each) ?? 0)));
  }

  #look(): void {
    for (const service of this.services) {
      if (service.pid === undefined) continue;
      const times = this.#seen.get(service) ?? new Map<number, number>();
      this.#seen.set(service, times);
      times.set(service.pid, Math.max(times.get(service.pid) ?? 0, this.starvedMs(service.pid)));
    }
  }

  #sum(service: Watched): number {
    return [...(this.#seen.get(service)?.values() ?? [])].reduce((sum, ms) => sum + ms, 0);
  }
}

function starvedMsOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / NS_PER_MS || 0;
  } catch {
    return 0;
  }
}
