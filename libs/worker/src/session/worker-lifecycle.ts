import type { WorkerAgent } from './worker-agent.js';
import { WorkerHealth } from './worker-health.js';

export interface WorkerLifecycleOptions {
  readonly agent: WorkerAgent;
  /** How long running tasks may take to end after a SIGTERM. */
  readonly drainMs: number;
  /** host:port where whoever supervises the process asks how it is; null: nobody does. */
  readonly healthAddress?: string | null;
  /** Ends child processes and channels after the agent has stopped. */
  readonly close: () => Promise<void>;
}

/** An agent in the shape of a Nest provider: it starts with the application and drains before it stops. */
export class WorkerLifecycle {
  #running: Promise<void> | null = null;
  #health: WorkerHealth | null = null;

  constructor(private readonly options: WorkerLifecycleOptions) {}

  async onApplicationBootstrap(): Promise<void> {
    const { agent, healthAddress = null } = this.options;
    if (healthAddress !== null) this.#health = await WorkerHealth.listen(agent, healthAddress);
    this.#running = agent.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.options.agent.stop(this.options.drainMs);
    await this.#running;
    this.#health?.close();
    await this.options.close();
  }
}
