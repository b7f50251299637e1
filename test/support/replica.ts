import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsFiles } from '#tls';
import { DEVELOPMENT_TRUST_DOMAIN } from '../../apps/cli/src/installation/development-tls.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { get } from '../../apps/cli/src/stack/dial.js';
import { tlsEnvironment } from '../../apps/cli/src/stack/stack.js';
import { freePort } from './free-port.js';
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
  #child: ChildProcess | null = null;
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
    const pid = this.#child?.pid;
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

  async start(): Promise<void> {
    this.#grpc = this.grpc ?? `127.0.0.1:${await freePort()}`;
    const http = await freePort();
    const { environment, tls } = this.options;
    this.#http = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${http}`;
    const log = openSync(this.logFile, 'a', 0o600);
    this.#child = spawn(process.execPath, [join(projectRoot, 'dist/apps/orchestrator/main.js')], {
      env: {
        ...process.env,
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
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const asked = { timeoutMs: 10_000 };
    const serves = async () =>
      (await get(`${this.#http}/readyz`, tls ?? null, asked).catch(() => null))?.ok === true;
    await until(`${this.executor} serves`, serves, READY_MS);
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
