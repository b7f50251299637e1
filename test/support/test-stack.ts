import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { SealflowClient } from '#client';
import { type ListWorkersResponse__Output, unary } from '#contracts';
import type { TrustFile } from '#evidence';
import { freePort } from '#loopback';
import { Installation } from '../../apps/cli/src/installation/installation.js';
import { DEVELOPMENT_TENANT } from '../../apps/cli/src/installation/installation-keys.js';
import type { ServiceProcess } from '../../apps/cli/src/stack/service-process.js';
import {
  type RunningStack,
  type StackAddress,
  startStack,
  targetOf,
  waitUntilReady,
} from '../../apps/cli/src/stack/stack.js';
import { everyTenantRole, tenantKey } from '../../apps/cli/src/stack/tenant-key.js';
import { EmbeddedPostgres } from '../../apps/orchestrator/src/database/embedded-postgres.js';
import { Replica } from './replica.js';
import { until } from './until.js';

export type ServiceName = 'orchestrator' | 'tee-worker' | 'zk-prover' | 'fhe-service';

export interface TestStackOptions {
  /** Folder of the installation; one of its own below the system's temporary folder, removed at the end, unless said. */
  readonly home?: string;
  /** How often the supervisor starts a dead service again. 0, so that a test decides when, unless said. */
  readonly restartsMax?: number;
  /** TLS everywhere, of the development CA of the installation. */
  readonly tls?: boolean;
  /** Where further replicas will listen; workers and clients of the stack go there when its own orchestrator is away. */
  readonly replicas?: readonly string[];
  /** Starts a second orchestrator on a database that neither owns; clients call both in turn. */
  readonly second?: SecondOptions;
  /** Further variables of the stack's own orchestrator. */
  readonly environment?: (address: StackAddress) => Readonly<Record<string, string>>;
  /** Further variables of every worker. */
  readonly workerEnvironment?: Readonly<Record<string, string>>;
}

export interface SecondOptions {
  /** Services that connect to the second alone, and all others to the first alone. Unless said all know both. */
  readonly pinned?: readonly ServiceName[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Every service as a process of its own, in a home of its own, for one suite. */
export interface TestStack {
  readonly home: string;
  readonly installation: Installation;
  readonly address: StackAddress;
  readonly trust: TrustFile;
  readonly postgres: EmbeddedPostgres;
  /** As the command line program holds it. */
  readonly running: RunningStack;
  /** The other orchestrator, where there are two. */
  readonly second: Replica | null;
  /** A client that trusts this installation; closed with the stack. */
  client(tenant?: string): SealflowClient;
  /** An API key with every role of a tenant, which is made if it is not there. */
  key(tenant: string): Promise<string>;
  service(name: ServiceName): ServiceProcess;
  /** Process id of a service that runs. */
  pid(name: ServiceName): number;
  /** Stops a service where it is (SIGSTOP), so that it holds what it gets and answers nothing, until it is killed. */
  freeze(name: ServiceName): void;
  thaw(name: ServiceName): void;
  /** Ends a service by its process id and waits until it is gone. */
  kill(name: ServiceName, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a service that ended, and waits until it serves again. */
  start(name: ServiceName): Promise<void>;
  /** Waits until every operation has a worker. */
  ready(): Promise<void>;
  /** `kill` and `start`. */
  restart(name: ServiceName, signal?: NodeJS.Signals): Promise<void>;
  /** Process id of the database server; null while none runs. */
  postmaster(): number | null;
  databaseUrl(): string;
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  log(name: ServiceName): string;
  /** Stops everything and removes what the stack left on the disk. */
  stop(): Promise<void>;
}

/** Starts a stack from `dist`; `test/support/build.ts` as global setup keeps that up to date. */
export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'sealflow-test-'));
  const installation = Installation.open(home);
  const { restartsMax = 0, replicas = [], tls = false, environment, workerEnvironment = {} } = options;
  const ownsHome = options.home === undefined;
  if (options.second !== undefined)
    return startTwo(installation, options.second, { restartsMax, ownsHome, tls, workerEnvironment });
  const stack = await startStack(installation, () => undefined, {
    restartsMax,
    replicas,
    tls,
    workerEnvironment,
    ...(environment === undefined ? {} : { environment }),
  });
  return new LocalTestStack(stack, { ownsHome, replicas });
}

/** Neither orchestrator owns the database: either may end without the other. */
async function startTwo(
  installation: Installation,
  { pinned, environment = {} }: SecondOptions,
  {
    restartsMax,
    ownsHome,
    tls,
    workerEnvironment,
  }: {
    restartsMax: number;
    ownsHome: boolean;
    tls: boolean;
    workerEnvironment: Readonly<Record<string, string>>;
  },
): Promise<TestStack> {
  const postgres = new EmbeddedPostgres(installation.postgresHome);
  const databaseUrl = await postgres.start();
  const address = `127.0.0.1:${await freePort()}`;
  const shared = { home: installation.home, installation, databaseUrl: () => databaseUrl };
  if (tls) installation.tls.renew([], Date.now());
  const second = new Replica(shared, 'orchestrator-1', address, {
    environment,
    ...(tls ? { tls: installation.tls.files('orchestrator') } : {}),
  });
  const dial = (worker: string, own: string): string[] => {
    if (pinned === undefined) return [own, address];
    return [pinned.some((name) => name === worker) ? address : own];
  };
  const starting = startStack(installation, () => undefined, {
    restartsMax,
    databaseUrl,
    dial,
    tls,
    workerEnvironment,
    environment: ({ grpc }) => ({ SEALFLOW_PEER_ADDRESS: grpc }),
  });
  try {
    const [running] = await Promise.all([starting, second.start()]);
    return new LocalTestStack(running, { ownsHome, replicas: [address], second });
  } catch (error) {
    await starting.then(({ stop }) => stop()).catch(() => undefined);
    await second.kill();
    await postgres.stop();
    throw error;
  }
}

class LocalTestStack implements TestStack {
  readonly postgres: EmbeddedPostgres;
  readonly #clients: SealflowClient[] = [];
  readonly #keys = new Map<string, Promise<string>>();

  readonly second: Replica | null;

  constructor(
    readonly running: RunningStack,
    private readonly options: { ownsHome: boolean; replicas: readonly string[]; second?: Replica },
  ) {
    this.second = options.second ?? null;
    this.postgres = new EmbeddedPostgres(running.installation.postgresHome);
  }

  get home(): string {
    return this.running.installation.home;
  }

  get installation(): Installation {
    return this.running.installation;
  }

  get address(): StackAddress {
    return this.running.address;
  }

  get trust(): TrustFile {
    return this.running.trust;
  }

  client(tenant = 'demo'): SealflowClient {
    const client = new SealflowClient({
      target: targetOf([this.address.grpc, ...this.options.replicas]),
      tenant,
      token: () => this.key(tenant),
      tls: this.address.tls,
      trust: this.trust,
      random: (n) => new Uint8Array(randomBytes(n)),
      now: () => Date.now(),
    });
    this.#clients.push(client);
    return client;
  }

  key(tenant: string): Promise<string> {
    const { keys } = this.installation;
    const made =
      this.#keys.get(tenant) ??
      (tenant === DEVELOPMENT_TENANT
        ? Promise.resolve(keys.read('tenant') ?? '')
        : tenantKey(
            this.address.grpc,
            keys.read('operator') ?? undefined,
            tenant,
            everyTenantRole,
            this.address.tls,
          ));
    this.#keys.set(tenant, made);
    return made;
  }

  service(name: ServiceName): ServiceProcess {
    const service = this.running.processes.find(({ spec }) => spec.name === name);
    if (service === undefined) throw new RangeError(`no service ${name}`);
    return service;
  }

  pid(name: ServiceName): number {
    const { pid } = this.service(name);
    if (pid === undefined) throw new Error(`${name} does not run`);
    return pid;
  }

  freeze(name: ServiceName): void {
    process.kill(this.pid(name), 'SIGSTOP');
  }

  thaw(name: ServiceName): void {
    process.kill(this.pid(name), 'SIGCONT');
  }

  async kill(name: ServiceName, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const pid = this.pid(name);
    process.kill(pid, signal);
    await until(`${name} is gone`, () => this.service(name).pid !== pid);
  }

  async start(name: ServiceName): Promise<void> {
    // The orchestrator may still list the boot that died; only another one counts.
    const before = name === 'orchestrator' ? [] : await this.#boots(name);
    this.service(name).start();
    await this.ready();
    if (name === 'orchestrator') return;
    await until(`a new boot of ${name}`, async () =>
      (await this.#boots(name)).some((boot) => !before.includes(boot)),
    );
  }

  ready(): Promise<void> {
    return waitUntilReady(this.address, this.installation, new AbortController().signal);
  }

  async restart(name: ServiceName, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.kill(name, signal);
    await this.start(name);
  }

  postmaster(): number | null {
    const file = join(this.installation.postgresHome, 'data', 'postmaster.pid');
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : null;
  }

  databaseUrl(): string {
    return this.postgres.url();
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.databaseUrl() });
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  log(name: ServiceName): string {
    return readFileSync(this.service(name).spec.logFile, 'utf8');
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.running.stop();
    await this.second?.kill('SIGTERM');
    // An orchestrator that was killed last left its database running.
    await this.postgres.stop();
    if (!this.options.ownsHome) return;
    rmSync(this.installation.postgresHome, { recursive: true, force: true });
    rmSync(this.home, { recursive: true, force: true });
  }

  async #boots(name: ServiceName): Promise<string[]> {
    const client = this.#clients[0] ?? this.client();
    const { workers } = await unary<ListWorkersResponse__Output>(
      (options, callback) => client.services.attestation.listWorkers({}, options, callback),
      { deadlineMs: 5_000 },
    );
    return workers.filter((worker) => worker.name === `workers/${name}-0`).map(({ bootId }) => bootId);
  }
}
