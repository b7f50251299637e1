import { startTestStack, type TestStack } from './test-stack.js';
import { until } from './until.js';

export const FIRST = 'orchestrator-0';
export const SECOND = 'orchestrator-1';
export type Executor = typeof FIRST | typeof SECOND;

/** Two orchestrators on a database that neither owns; workers and clients know both. */
export class TwoReplicas {
  private constructor(readonly stack: TestStack) {}

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<TwoReplicas> {
    return new TwoReplicas(await startTestStack({ second: { environment } }));
  }

  /** Which replica a run is executed by. */
  async executorOf(runId: string): Promise<Executor> {
    const [row] = await this.stack.query<{ executor_id: string }>(
      'select executor_id from dbos.workflow_status where workflow_uuid = $1',
      [runId],
    );
    return row?.executor_id === SECOND ? SECOND : FIRST;
  }

  pid(executor: Executor): number {
    return executor === SECOND ? this.#second.pid : this.stack.pid('orchestrator');
  }

  http(executor: Executor): string {
    return executor === SECOND ? this.#second.http : this.stack.address.http;
  }

  grpc(executor: Executor): string {
    return executor === SECOND ? this.#second.grpcAddress : this.stack.address.grpc;
  }

  async kill(executor: Executor, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (executor === SECOND) await this.#second.kill(signal);
    else await this.stack.kill('orchestrator', signal);
  }

  /** Starts one that ended, and waits until it serves; the workers stay where they went. */
  async start(executor: Executor): Promise<void> {
    if (executor === SECOND) await this.#second.start();
    else this.stack.service('orchestrator').start();
    await this.ready(executor);
  }

  async ready(executor: Executor): Promise<void> {
    await until(
      `${executor} serves`,
      async () => (await fetch(`${this.http(executor)}/readyz`).catch(() => null))?.ok === true,
      180_000,
    );
  }

  get #second() {
    const { second } = this.stack;
    if (second === null) throw new Error('this stack has one orchestrator');
    return second;
  }
}
