import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrustFile } from '#evidence';
import { freePort } from '#loopback';
import type { TlsFiles } from '#tls';
import { workerImages } from '#worker';
import { DEVELOPMENT_TRUST_DOMAIN } from '../installation/development-tls.js';
import { Installation, type OrchestratorKeys } from '../installation/installation.js';
import { get } from './dial.js';
import { takeHome } from './home-lock.js';
import { ServiceProcess } from './service-process.js';
import { Starvation } from './starvation.js';

/** Where a running stack listens; kept in the installation's home while it runs. */
export interface StackAddress {
  readonly grpc: string;
  readonly http: string;
  /** Process id of whoever supervises the stack. */
  readonly supervisor: number;
  /** What a caller needs for TLS; absent where the stack speaks in the clear. */
  readonly tls?: TlsFiles;
}

export interface RunningStack {
  readonly installation: Installation;
  readonly address: StackAddress;
  readonly trust: TrustFile;
  /** Milliseconds from the first process to readiness; null for a stack that ran already. */
  readonly startedMs: number | null;
  readonly processes: readonly ServiceProcess[];
  stop(): Promise<void>;
}

const READY_MS = 120_000;
/** However busy the machine is. */
const STARVED_MS_MAX = 480_000;
const POLL_MS = 50;

/** Where the stack of this home listens, or did; whether it answers is another question. */
export function readAddress(installation: Installation): StackAddress | null {
  const file = addressFile(installation);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StackAddress) : null;
}

/** The stack that runs in this home, if one does and answers. */
export async function findStack(installation: Installation): Promise<RunningStack | null> {
  const address = readAddress(installation);
  if (address === null || !(await isReady(address))) return null;
  const trust = installation.writeTrust(await fetchKeys(address));
  return { installation, address, trust, startedMs: null, processes: [], stop: async () => undefined };
}

export interface StackOptions {
  /** How often a service that dies is started again; 0 leaves it to the caller. */
  readonly restartsMax?: number;
  /** Where further replicas of the orchestrator listen, for workers to go to when this one is away. */
  readonly replicas?: readonly string[];
  /** A database server that is there already; the orchestrator's own unless said. */
  readonly databaseUrl?: string;
  /** TLS on both ports and certificates for every worker, of the development CA of the installation. */
  readonly tls?: boolean;
  /** Where a worker dials; at all orchestrators unless said. */
  readonly dial?: (worker: string, own: string) => readonly string[];
  /** Further variables of the orchestrator; its own addresses go before. */
  readonly environment?: (address: StackAddress) => Readonly<Record<string, string>>;
  /** Further variables of every worker. */
  readonly workerEnvironment?: Readonly<Record<string, string>>;
}

/**
 * Starts every service of the installation and waits until each operation has a worker. Two at once in one home would
 * end each other's database, so the second is refused for as long as the first runs.
 *
 * @throws UsageError
 */
export async function startStack(
  installation: Installation,
  onGiveUp: (name: string) => void,
  options: StackOptions = {},
): Promise<RunningStack> {
  const giveBackHome = takeHome(installation);
  try {
    const stack = await startServices(installation, onGiveUp, options);
    return { ...stack, stop: () => stack.stop().finally(giveBackHome) };
  } catch (error) {
    giveBackHome();
    throw error;
  }
}

async function startServices(
  installation: Installation,
  onGiveUp: (name: string) => void,
  options: StackOptions,
): Promise<RunningStack> {
  const startMs = performance.now();
  installation.keys.renew(Date.now());
  const [grpcPort, httpPort] = [await freePort(), await freePort()];
  const { tls = false } = options;
  if (tls) installation.tls.renew(workerImages.map(workerIdOf), Date.now());
  const address: StackAddress = {
    grpc: `127.0.0.1:${grpcPort}`,
    http: `${tls ? 'https' : 'http'}://127.0.0.1:${httpPort}`,
    supervisor: process.pid,
    ...(tls ? { tls: { ca: installation.tls.ca } } : {}),
  };
  const restarts = options.restartsMax === undefined ? {} : { restartsMax: options.restartsMax };
  const failed = new AbortController();
  const processes = services(installation, address, httpPort, options).map(
    (spec) =>
      new ServiceProcess({ ...spec, ...restarts }, (service) => {
        failed.abort(
          new Error(
            `${service.spec.name} does not start: ${service.lastWords()} (log ${service.spec.logFile})`,
          ),
        );
        onGiveUp(service.spec.name);
      }),
  );
  const stop = async (): Promise<void> => {
    rmSync(addressFile(installation), { force: true });
    const [orchestrator, ...workers] = processes;
    // Workers first: they hand back what they hold while the orchestrator still listens.
    await Promise.all(workers.map((worker) => worker.stop()));
    await orchestrator?.stop();
  };
  for (const service of processes) service.start();
  try {
    await waitUntilReady(address, installation, failed.signal, processes);
    const trust = installation.writeTrust(await fetchKeys(address));
    writeAddress(installation, address);
    return { installation, address, trust, startedMs: performance.now() - startMs, processes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Of the first worker of an image. */
export function workerIdOf({ name }: { readonly name: string }): string {
  return `${name}-0`;
}

/** A gRPC target that tries several addresses in turn (gRPC naming, scheme ipv4). */
export function targetOf(addresses: readonly string[]): string {
  const [only, ...others] = addresses;
  return only !== undefined && others.length === 0 ? only : `ipv4:${addresses.join(',')}`;
}

/** How an orchestrator is started, whichever of several it is. */
export const orchestratorProgram = {
  entry: 'dist/apps/orchestrator/main.js',
  heapMib: 512,
  // It works for all runs at once: what is a burst elsewhere is its every day.
  semiSpaceMib: 16,
  // Under so small a bound V8 marks everything again for every 20 MiB of buffers that pass, which are large blobs.
  heapGrowthPercent: 100,
} as const;

function services(
  installation: Installation,
  address: StackAddress,
  httpPort: number,
  {
    replicas = [],
    databaseUrl,
    tls = false,
    dial = (_, own) => [own, ...replicas],
    environment = () => ({}),
    workerEnvironment = {},
  }: StackOptions,
) {
  const common = {
    SEALFLOW_HOME: installation.home,
    NODE_ENV: 'production',
    // onnxruntime and the circuit's witness calculator use their own threads; the pool only serves files.
    UV_THREADPOOL_SIZE: '2',
    SEALFLOW_EXIT_WITH_PARENT: String(process.pid),
  };
  const log = (name: string): string => join(installation.logs, `${name}.log`);
  return [
    {
      ...orchestratorProgram,
      name: 'orchestrator',
      logFile: log('orchestrator'),
      environment: {
        ...environment(address),
        ...common,
        SEALFLOW_POSTGRES_HOME: installation.postgresHome,
        SEALFLOW_GRPC_ADDRESS: address.grpc,
        SEALFLOW_HTTP_PORT: String(httpPort),
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
        ...tlsEnvironment(tls ? installation.tls.files('orchestrator') : {}),
        SEALFLOW_TLS_TRUST_DOMAIN: tls ? DEVELOPMENT_TRUST_DOMAIN : '',
        SEALFLOW_TLS_CLIENTS: '',
      },
    },
    ...workerImages.map((image) => ({
      name: image.name,
      entry: image.entry,
      logFile: log(image.name),
      heapMib: 256,
      // A batch of a ledger is thousands of intents that are opened at once, and all of them garbage afterwards.
      ...(image.name === 'tee-worker' ? { semiSpaceMib: 16 } : {}),
      environment: {
        // Where nobody names a model server, conversations are with the small model that comes with the worker.
        SEALFLOW_MODEL_URL: process.env['SEALFLOW_MODEL_URL'] ?? 'small',
        ...workerEnvironment,
        ...common,
        SEALFLOW_WORKER_ID: workerIdOf(image),
        ...tlsEnvironment(tls ? installation.tls.files(workerIdOf(image)) : {}),
        SEALFLOW_ORCHESTRATOR: targetOf(dial(image.name, address.grpc)),
      },
    })),
  ];
}

/** Empty says that there is none: what the command itself was given is not for its services. */
export function tlsEnvironment({ certificate = '', key = '', ca = '' }: TlsFiles): Record<string, string> {
  return { SEALFLOW_TLS_CERT: certificate, SEALFLOW_TLS_KEY: key, SEALFLOW_TLS_CA: ca };
}

/**
 * Waits until the orchestrator answers and each operation has a worker. Time in which a service that is waited for was
 * ready to run and got no CPU does not count, up to a bound.
 */
export async function waitUntilReady(
  address: StackAddress,
  installation: Installation,
  failed: AbortSignal,
  services: readonly ServiceProcess[] = [],
): Promise<void> {
  const beganMs = performance.now();
  const starvation = new Starvation(services);
  const starvedMs = (): number => Math.min(starvation.ms, STARVED_MS_MAX);
  const wanted = workerImages.flatMap((image) => image.operations);
  let lacking = '';
  while (performance.now() < beganMs + READY_MS + starvedMs()) {
    failed.throwIfAborted();
    const { operations, why } = await askReady(address);
    const missing = wanted.filter((operation) => operations?.includes(operation) !== true);
    if (operations !== null && missing.length === 0) return;
    lacking = operations === null ? why : `no worker for ${missing.join(', ')}`;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(
    `the stack is not ready after ${seconds(performance.now() - beganMs)}, in which it waited ${seconds(starvation.ms)} for a CPU: ${lacking}; the logs are in ${installation.logs}`,
  );
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}

async function isReady(address: StackAddress): Promise<boolean> {
  return (await askReady(address)).operations !== null;
}

interface Answer {
  /** Null where the orchestrator does not serve. */
  readonly operations: readonly string[] | null;
  /** Why not. */
  readonly why: string;
}

async function askReady(address: StackAddress): Promise<Answer> {
  try {
    const response = await get(`${address.http}/readyz`, address.tls ?? null, { timeoutMs: 2_000 });
    const { operations, missing } = (await response.json()) as { operations?: string[]; missing?: string[] };
    if (response.ok && operations !== undefined) return { operations, why: '' };
    return {
      operations: null,
      why: `the orchestrator says that it lacks ${missing?.join(', ') ?? 'something'}`,
    };
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    const reason = code ?? (error instanceof Error ? error.name : 'unknown');
    return { operations: null, why: `the orchestrator does not answer at ${address.http} (${reason})` };
  }
}

async function fetchKeys(address: StackAddress): Promise<OrchestratorKeys> {
  const url = `${address.http}/.well-known/sealflow-keys`;
  const response = await get(url, address.tls ?? null, { timeoutMs: 5_000 });
  return (await response.json()) as OrchestratorKeys;
}

function addressFile(installation: Installation): string {
  return join(installation.home, 'stack.json');
}

function writeAddress(installation: Installation, address: StackAddress): void {
  const file = addressFile(installation);
  writeFileSync(`${file}.new`, JSON.stringify(address), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
