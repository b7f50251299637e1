import type { WorkerAgent } from './worker-agent.js';

export interface WorkerLifecycleOptions {
  readonly agent: WorkerAgent;
  /** How long running tasks may take to end after a SIGTERM. */
  readonly drainMs: number;
  /** Ends child processes and channels after the agent has stopped. */
  readonly close: () => Promise<void>;
}

/** An agent in the shape of a Nest provider: it starts with the application and drains before it stops. */
export class WorkerLifecycle {
  #running: Promise<void> | null = null;

  constructor(private readonly options: WorkerLifecycleOptions) {}

  onApplicationBootstrap(): void {
    this.#running = this.options.agent.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.options.agent.stop(this.options.drainMs);
    await this.#running;
    await this.options.close();
  }
}
