import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { freePort } from './free-port.js';
import type { TestStack } from './test-stack.js';
import { until } from './until.js';

/** Another orchestrator on the database and with the key of a stack's own. */
export class Replica {
  #child: ChildProcess | null = null;
  #http = '';

  constructor(
    private readonly stack: TestStack,
    private readonly executor: string,
    /** Where it listens; a free port unless said. */
    private readonly grpc: string | null = null,
  ) {}

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`${this.executor} does not run`);
    return pid;
  }

  get http(): string {
    return this.#http;
  }

  async start(): Promise<void> {
    const grpc = this.grpc ?? `127.0.0.1:${await freePort()}`;
    const http = await freePort();
    this.#http = `http://127.0.0.1:${http}`;
    this.#child = spawn(process.execPath, [join(projectRoot, 'dist/apps/orchestrator/src/main.js')], {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        SEALFLOW_HOME: this.stack.home,
        DATABASE_URL: this.stack.databaseUrl(),
        SEALFLOW_GRPC_ADDRESS: grpc,
        SEALFLOW_HTTP_PORT: String(http),
        SEALFLOW_EXECUTOR_ID: this.executor,
        SEALFLOW_EXIT_WITH_PARENT: String(process.pid),
      },
      stdio: 'ignore',
    });
    await until(`${this.executor} serves`, async () => {
      const answer = await fetch(`${this.#http}/readyz`).catch(() => null);
      return answer?.ok === true;
    });
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}
