import { FheCalls } from './fhe-calls.js';
import { FheProcess, type FheProcessOptions, type FheProcessStats } from './fhe-process.js';
import type { FheRequest, FheValue } from './fhe-protocol.js';

/** A hundred megabytes each. */
const processesMax = 8;

/**
 * Engines side by side, for machines with cores to spare: each serves one call at a time, and a call goes to the one
 * with the fewest before it. Children start when they are needed, so a pool that is asked one thing at a time is one
 * process.
 */
export class FhePool extends FheCalls {
  readonly #processes: readonly FheProcess[];

  /**
   * @param size as a machine has cores; more than eight processes are never made
   * @throws RangeError
   */
  constructor(size: number, options: Partial<FheProcessOptions> = {}) {
    super();
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`a pool has at least one engine process, got ${size}`);
    }
    this.#processes = Array.from({ length: Math.min(size, processesMax) }, () => new FheProcess(options));
  }

  /** One entry for each engine. */
  stats(): readonly FheProcessStats[] {
    return this.#processes.map((process) => process.stats());
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.close()));
  }

  async call(request: FheRequest): Promise<FheValue> {
    return await this.#leastBusy().call(request);
  }

  #leastBusy(): FheProcess {
    return this.#processes.reduce((best, process) => (process.queued < best.queued ? process : best));
  }
}
