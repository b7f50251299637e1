import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath } from 'grpc-health-check';
import { repositoryRoot } from '../../architecture/source-file.js';
import { type ContainerSpec, NotYet, type Objects, type ProbeSpec } from './pod-spec.js';
import type { PodUser } from './pod-user.js';

const PROBE_MS = 2_000;
const STOP_MS = 30_000;
export const dnsHook = fileURLToPath(new URL('cluster-dns.cjs', import.meta.url));

export interface Place {
  readonly pod: string;
  /** Folder that stands for the root of its file system. */
  readonly root: string;
  readonly address: string;
  readonly dnsFile: string;
  readonly log: string;
  readonly user: PodUser;
  /** What the node of the test gives in place of hardware. */
  readonly hardware: Readonly<Record<string, string>>;
}

/**
 * Starts a container of a pod as a process: with its arguments, and its variables as they are but for two things. Paths
 * of mounts lie below the folder of the pod, and the address that means "every interface" is the pod's own.
 *
 * @throws NotYet while a Secret is missing
 */
export function startContainer(container: ContainerSpec, place: Place, objects: Objects): ChildProcess {
  const log = openSync(place.log, 'a');
  const child = spawn(process.execPath, [...container.args], {
    cwd: repositoryRoot,
    env: {
      PATH: process.env['PATH'] ?? '',
      // Not of the chart: who resolves names, what was compiled for a pod before, and that a test that is killed leaves
      // nobody behind.
      NODE_OPTIONS: `--require ${dnsHook}`,
      CLUSTER_DNS: place.dnsFile,
      NODE_COMPILE_CACHE: compiledFolder(place),
      SEALFLOW_EXIT_WITH_PARENT: String(process.pid),
      ...environmentOf(container, place, objects),
      ...place.hardware,
    },
    stdio: ['ignore', log, log],
    ...(place.user ?? {}),
  });
  closeSync(log);
  return child;
}

/** Beside the folder of pods, for all of them: any user of a pod may write there. */
function compiledFolder({ root }: Place): string {
  const folder = join(dirname(dirname(root)), 'compiled-for-pods');
  if (!existsSync(folder)) {
    mkdirSync(folder);
    chmodSync(folder, 0o1777);
  }
  return folder;
}

export function environmentOf(
  { env = [], volumeMounts = [] }: ContainerSpec,
  { pod, root, address }: Pick<Place, 'pod' | 'root' | 'address'>,
  objects: Objects,
): Record<string, string> {
  const mounts = volumeMounts.map(({ mountPath }) => mountPath).toSorted((a, b) => b.length - a.length);
  const here = (value: string): string => {
    const mount = mounts.find((path) => value === path || value.startsWith(`${path}/`));
    return mount === undefined ? value.replace(/^0\.0\.0\.0(?=$|:)/, address) : join(root, value);
  };
  const given: Record<string, string> = {};
  for (const { name, value, valueFrom } of env) {
    if (valueFrom?.fieldRef?.fieldPath === 'metadata.name') given[name] = pod;
    else if (valueFrom?.secretKeyRef !== undefined) given[name] = secretOf(valueFrom.secretKeyRef, objects);
    else
      given[name] = here((value ?? '').replace(/\$\(([A-Z_]+)\)/g, (_, other: string) => given[other] ?? ''));
  }
  return given;
}

function secretOf({ name, key }: { name: string; key: string }, objects: Objects): string {
  const data = (objects('Secret', name)?.['data'] ?? {}) as Readonly<Record<string, string>>;
  const text = data[key];
  if (text === undefined) throw new NotYet(`Secret "${name}": no key ${key}`);
  return Buffer.from(text, 'base64').toString('utf8');
}

/** SIGTERM, and after the time of grace SIGKILL. */
export async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const killing = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(killing);
}

/** What a kubelet finds by the readiness probe; a container without one is ready. */
export function isReady({ readinessProbe, ports = [] }: ContainerSpec, address: string): Promise<boolean> {
  if (readinessProbe?.grpc !== undefined) return grpcHealth(address, readinessProbe.grpc);
  if (readinessProbe?.httpGet !== undefined) {
    const { port } = readinessProbe.httpGet;
    const number = ports.find(({ name }) => name === port)?.containerPort ?? 0;
    return httpHealth(address, number, readinessProbe.httpGet);
  }
  return Promise.resolve(true);
}

/** A kubelet asks over TLS without looking at the certificate. */
function httpHealth(
  host: string,
  port: number,
  { path, scheme = 'HTTP' }: NonNullable<ProbeSpec['httpGet']>,
): Promise<boolean> {
  const request = scheme === 'HTTPS' ? httpsRequest : httpRequest;
  const options = { host, port, path, timeout: PROBE_MS, rejectUnauthorized: false, agent: false };
  return new Promise((resolve) => {
    const call = request(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.once('error', () => resolve(false));
    call.once('timeout', () => call.destroy(new Error('timeout')));
    call.end();
  });
}

interface HealthClient {
  check(
    request: { service: string },
    options: { deadline: number },
    done: (error: Error | null, response?: { status: string }) => void,
  ): void;
  close(): void;
}

const { Health } = (
  loadPackageDefinition(loadSync(protoPath, { enums: String })) as unknown as {
    grpc: { health: { v1: { Health: new (target: string, channel: unknown) => HealthClient } } };
  }
).grpc.health.v1;

function grpcHealth(host: string, { port, service = '' }: NonNullable<ProbeSpec['grpc']>): Promise<boolean> {
  const client = new Health(`${host}:${port}`, credentials.createInsecure());
  return new Promise((resolve) => {
    client.check({ service }, { deadline: Date.now() + PROBE_MS }, (error, response) => {
      client.close();
      resolve(error === null && response?.status === 'SERVING');
    });
  });
}
