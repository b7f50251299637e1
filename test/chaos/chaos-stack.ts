import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SealflowClient } from '#client';
import type { TrustFile } from '#evidence';
import { freePort } from '#loopback';
import { Installation } from '../../apps/cli/src/installation/installation.js';
import { ServiceProcess } from '../../apps/cli/src/stack/service-process.js';
import {
  orchestratorProgram,
  type RunningStack,
  startStack,
  targetOf,
  waitUntilReady,
} from '../../apps/cli/src/stack/stack.js';
import { everyTenantRole, tenantKey } from '../../apps/cli/src/stack/tenant-key.js';
import { EmbeddedPostgres } from '../../apps/orchestrator/src/database/embedded-postgres.js';
import { until } from '../support/until.js';
import { Clocks } from './clocks.js';
import { SmallDisk } from './small-disk.js';
import { Wire } from './wire.js';

export const replicas = ['orchestrator-0', 'orchestrator-1'] as const;
export const workers = ['tee-worker', 'zk-prover', 'fhe-service'] as const;
export const services = [...replicas, ...workers] as const;
export type Replica = (typeof replicas)[number];
export type Service = (typeof services)[number];

const READY_MS = 120_000;
const DATABASES = '/var/lib/sealflow';

interface Place {
  readonly grpc: string;
  readonly http: string;
}

/**
 * Two replicas, three workers and a database, every connection between two of them over a wire that can be cut, every
 * service with a clock of its own, the database on a small disk. Services that die are started again.
 */
export class ChaosStack {
  readonly #clients: SealflowClient[] = [];
  #foreignKey: Promise<string> | null = null;

  private constructor(
    private readonly running: RunningStack,
    private readonly second: ServiceProcess,
    private readonly postgres: EmbeddedPostgres,
    private readonly places: Readonly<Record<Replica, Place>>,
    readonly wires: readonly Wire[],
    readonly clocks: Clocks,
    /** Null where this process may not mount one. */
    readonly disk: SmallDisk | null,
  ) {}

  static async start(): Promise<ChaosStack> {
    const home = mkdtempSync(join(tmpdir(), 'sealflow-chaos-'));
    const databaseHome = join(DATABASES, `chaos-${randomBytes(6).toString('hex')}`);
    const disk = SmallDisk.mount(databaseHome);
    if (disk !== null) writeFileSync(join(home, 'postgres.path'), databaseHome, { mode: 0o600 });
    const installation = Installation.open(home);
    const clocks = new Clocks(join(home, 'clocks'));
    Object.assign(process.env, clocks.environment());
    const postgres = new EmbeddedPostgres(installation.postgresHome);
    const wires = new Map<string, Wire>();
    try {
      const databaseUrl = await postgres.start();
      for (const name of names()) wires.set(name, await Wire.open(name));
      const wire = (name: string): Wire => wires.get(name) ?? missing(name);
      for (const replica of replicas) wire(`${replica} database`).leadTo(new URL(databaseUrl).host);
      const through = (replica: Replica): string =>
        databaseUrl.replace(new URL(databaseUrl).host, wire(`${replica} database`).address);
      const second = { grpc: `127.0.0.1:${await freePort()}`, http: await freePort() };
      for (const from of ['client', ...workers]) wire(`${from} orchestrator-1`).leadTo(second.grpc);
      const running = await startStack(installation, () => undefined, {
        restartsMax: Number.POSITIVE_INFINITY,
        databaseUrl: through('orchestrator-0'),
        dial: (worker, own) => {
          for (const from of ['client', worker]) wire(`${from} orchestrator-0`).leadTo(own);
          return replicas.map((replica) => wire(`${worker} ${replica}`).address);
        },
      });
      const other = secondOrchestrator(installation, second, through('orchestrator-1'));
      other.start();
      const places = {
        'orchestrator-0': running.address,
        'orchestrator-1': { grpc: second.grpc, http: `http://127.0.0.1:${second.http}` },
      };
      const stack = new ChaosStack(running, other, postgres, places, [...wires.values()], clocks, disk);
      await stack.ready().catch(async (error: unknown) => {
        await Promise.all([running.stop(), other.stop()]);
        throw error;
      });
      return stack;
    } catch (error) {
      await clearAway({ installation, postgres, wires: [...wires.values()], clocks, disk });
      throw error;
    }
  }

  get trust(): TrustFile {
    return this.running.trust;
  }

  get home(): string {
    return this.running.installation.home;
  }

  get logs(): string {
    return this.running.installation.logs;
  }

  get databaseFolder(): string {
    return join(this.running.installation.postgresHome, 'data');
  }

  /** Where a replica itself listens, past every wire. */
  place(replica: Replica): Place {
    return this.places[replica];
  }

  get tenantKey(): string {
    return this.running.installation.keys.read('tenant') ?? '';
  }

  /** Of another tenant, which has a key and no good in mind. */
  foreignKey(): Promise<string> {
    const operator = this.running.installation.keys.read('operator') ?? undefined;
    this.#foreignKey ??= tenantKey(this.places['orchestrator-0'].grpc, operator, 'mallory', everyTenantRole);
    return this.#foreignKey;
  }

  /** A client of the development tenant, over wires. */
  client(): SealflowClient {
    const addresses = this.wires
      .filter(({ name }) => name.startsWith('client '))
      .map(({ address }) => address);
    const client = new SealflowClient({
      target: targetOf(addresses),
      tenant: 'demo',
      apiKey: this.tenantKey,
      trust: this.trust,
      random: (n) => new Uint8Array(randomBytes(n)),
      now: () => Date.now(),
    });
    this.#clients.push(client);
    return client;
  }

  /** Undefined while it is not running. */
  pid(service: Service): number | undefined {
    return this.#process(service).pid;
  }

  /** Kill -9; it is started again a moment later. False where it was dead already. */
  kill(service: Service): boolean {
    const pid = this.pid(service);
    if (pid === undefined) return false;
    process.kill(pid, 'SIGKILL');
    return true;
  }

  /** Kill -9 of the database server. False where it was dead already. */
  killDatabase(): boolean {
    const pid = this.#postmaster();
    if (pid === null) return false;
    try {
      process.kill(pid, 'SIGKILL');
      return true;
    } catch {
      return false;
    }
  }

  /** Starts the database where it is dead. What its processes left may take a moment to go. */
  async reviveDatabase(): Promise<void> {
    await until(
      'the database serves',
      async () => {
        await this.postgres.revive().catch(() => sleep(200));
        return this.query('select 1').then(
          () => true,
          () => false,
        );
      },
      READY_MS,
    );
  }

  /** Waits until both replicas serve and every operation has a worker. */
  async ready(): Promise<void> {
    for (const { grpc, http } of Object.values(this.places)) {
      const address = { grpc, http, supervisor: process.pid };
      const processes = [...this.running.processes, this.second];
      await waitUntilReady(address, this.running.installation, new AbortController().signal, processes);
    }
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.postgres.url() });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** Copies the logs to where they outlive the stack, and says where that is. */
  keepLogs(name: string): string {
    const folder = mkdtempSync(join(tmpdir(), `sealflow-faults-${name.replace(/[^\w-]/g, '_')}-`));
    cpSync(this.logs, folder, { recursive: true });
    return folder;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    for (const wire of this.wires) wire.set('open');
    await Promise.all([this.running.stop(), this.second.stop()]);
    const { postgres, wires, clocks, disk } = this;
    await clearAway({ installation: this.running.installation, postgres, wires, clocks, disk });
  }

  #process(service: Service): ServiceProcess {
    if (service === 'orchestrator-1') return this.second;
    const name = service === 'orchestrator-0' ? 'orchestrator' : service;
    return this.running.processes.find(({ spec }) => spec.name === name) ?? missing(name);
  }

  #postmaster(): number | null {
    try {
      return Number(readFileSync(join(this.databaseFolder, 'postmaster.pid'), 'utf8').split('\n')[0]);
    } catch {
      return null;
    }
  }
}

interface Left {
  readonly installation: Installation;
  readonly postgres: EmbeddedPostgres;
  readonly wires: readonly Wire[];
  readonly clocks: Clocks;
  readonly disk: SmallDisk | null;
}

/** Everything but the services. */
async function clearAway({ installation, postgres, wires, clocks, disk }: Left): Promise<void> {
  await postgres.stop();
  for (const wire of wires) await wire.close();
  for (const name of Object.keys(clocks.environment())) delete process.env[name];
  const { postgresHome, home } = installation;
  disk?.unmount();
  rmSync(postgresHome, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
}

function secondOrchestrator(
  { home, logs }: Installation,
  { grpc, http }: { grpc: string; http: number },
  databaseUrl: string,
): ServiceProcess {
  const spec = {
    ...orchestratorProgram,
    name: 'orchestrator-1',
    logFile: join(logs, 'orchestrator-1.log'),
    restartsMax: Number.POSITIVE_INFINITY,
    environment: {
      SEALFLOW_HOME: home,
      NODE_ENV: 'production',
      UV_THREADPOOL_SIZE: '2',
      SEALFLOW_EXIT_WITH_PARENT: String(process.pid),
      DATABASE_URL: databaseUrl,
      SEALFLOW_GRPC_ADDRESS: grpc,
      SEALFLOW_HTTP_PORT: String(http),
      SEALFLOW_EXECUTOR_ID: 'orchestrator-1',
    },
  };
  return new ServiceProcess(spec, () => undefined);
}

function names(): string[] {
  return [
    ...['client', ...workers].flatMap((from) => replicas.map((replica) => `${from} ${replica}`)),
    ...replicas.map((replica) => `${replica} database`),
  ];
}

function missing(name: string): never {
  throw new RangeError(`nothing called ${name} in this stack`);
}
