import { join } from 'node:path';
import { freePort } from '#loopback';
import type { TlsFiles } from '#tls';
import { DEVELOPMENT_TRUST_DOMAIN } from '../../apps/cli/src/installation/development-tls.js';
import { get } from '../../apps/cli/src/stack/dial.js';
import { ServiceProcess } from '../../apps/cli/src/stack/service-process.js';
import { orchestratorProgram, tlsEnvironment } from '../../apps/cli/src/stack/stack.js';
import { until } from './until.js';

const READY_MS = 120_000;

/** What replicas of one stack share. */
export interface SharedStack {
  readonly home: string;
  readonly installation: { readonly logs: string };
  databaseUrl(): string;
}

export interface ReplicaOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** What it shows on both ports, and whom it believes; in the clear without. */
  readonly tls?: Required<TlsFiles>;
}

/** Another orchestrator on the database and with the key of a stack's own. */
export class Replica {
  #process: ServiceProcess | null = null;
  #http = '';
  #grpc = '';

  constructor(
    private readonly stack: SharedStack,
    private readonly executor: string,
    /** Where it listens; a free port unless said. */
    private readonly grpc: string | null = null,
    private readonly options: ReplicaOptions = {},
  ) {}

  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error(`${this.executor} does not run`);
    return pid;
  }

  get grpcAddress(): string {
    return this.#grpc;
  }

  get logFile(): string {
    return join(this.stack.installation.logs, `${this.executor}.log`);
  }

  get http(): string {
    return this.#http;
  }

  /** @throws Error with the last words of a process that ended instead of serving */
  async start(): Promise<void> {
    this.#grpc = this.grpc ?? `127.0.0.1:${await freePort()}`;
    const http = await freePort();
    const { environment, tls } = this.options;
    this.#http = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${http}`;
    const started = new ServiceProcess(
      {
        ...orchestratorProgram,
        name: this.executor,
        logFile: this.logFile,
        restartsMax: 0,
        environment: {
          ...environment,
          ...tlsEnvironment(tls ?? {}),
          SEALFLOW_TLS_TRUST_DOMAIN: tls === undefined ? '' : DEVELOPMENT_TRUST_DOMAIN,
          NODE_ENV: 'production',
          SEALFLOW_HOME: this.stack.home,
          DATABASE_URL: this.stack.databaseUrl(),
          SEALFLOW_GRPC_ADDRESS: this.#grpc,
          SEALFLOW_HTTP_PORT: String(http),
          SEALFLOW_EXECUTOR_ID: this.executor,
          SEALFLOW_PEER_ADDRESS: this.#grpc,
          SEALFLOW_EXIT_WITH_PARENT: String(process.pid),
        },
      },
      () => undefined,
    );
    this.#process = started;
    started.start();
    const asked = { timeoutMs: 10_000 };
    const serves = async () => {
      if (started.pid === undefined) throw new Error(`${this.executor} ended: ${started.lastWords()}`);
      return (await get(`${this.#http}/readyz`, tls ?? null, asked).catch(() => null))?.ok === true;
    };
    await until(`${this.executor} serves`, serves, READY_MS);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const ending = this.#process;
    this.#process = null;
    if (ending?.pid === undefined) return;
    process.kill(ending.pid, signal);
    await until(`${this.executor} is gone`, () => ending.pid === undefined);
  }
}
