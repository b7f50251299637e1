import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { equalBytes } from '#canonical';
import { OwnerFolder } from '#owner';
import { workerImage } from '#worker';
import { ServiceProcess } from '../stack/service-process.js';

/** A cold machine loads the circuits' keys first. */
const READY_MS = 60_000;
const POLL_MS = 50;

export interface OwnerProverOptions {
  /** Shared with the client of the same owner: values that do not leave, and the prover's key. */
  readonly folder: string;
  /** Installation that the prover believes: site file, evidence of its machine, its API key. */
  readonly home: string;
  readonly orchestrator: string;
  readonly workerId: string;
}

/** The prover of a data owner: the program of apps/zk-prover, started again when it dies. */
export class OwnerProver {
  readonly #process: ServiceProcess;
  readonly #owner: OwnerFolder;
  readonly #failed = new AbortController();
  readonly #before: Uint8Array | null;

  constructor(options: OwnerProverOptions) {
    const folder = resolve(options.folder);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#owner = OwnerFolder.open(folder);
    this.#before = this.#owner.proverKey();
    const { name, entry } = workerImage('zk-prover');
    this.#process = new ServiceProcess(
      {
        name,
        entry,
        logFile: join(folder, 'prover.log'),
        heapMib: 256,
        environment: {
          SEALFLOW_OWNER_FOLDER: folder,
          SEALFLOW_HOME: resolve(options.home),
          SEALFLOW_ORCHESTRATOR: options.orchestrator,
          SEALFLOW_WORKER_ID: options.workerId,
          SEALFLOW_EXIT_WITH_PARENT: String(process.pid),
          NODE_ENV: 'production',
        },
      },
      (service) => this.#failed.abort(new Error(`the prover keeps failing: ${service.lastWords()}`)),
    );
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Aborted when the prover was given up. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** Starts it and waits until an orchestrator took it and its key of this boot is known to the owner's client. */
  async start(): Promise<Uint8Array> {
    this.#process.start();
    const untilMs = performance.now() + READY_MS;
    while (performance.now() < untilMs) {
      this.failed.throwIfAborted();
      const key = this.#owner.proverKey();
      if (key !== null && (this.#before === null || !equalBytes(key, this.#before))) return key;
      await sleep(POLL_MS);
    }
    throw new Error(`the prover is not ready after ${READY_MS / 1000} s: ${this.#process.lastWords()}`);
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }
}
