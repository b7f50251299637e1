import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#loopback';
import { workerImages } from '#worker';
import { Installation } from '../../apps/cli/src/installation/installation.js';
import { EmbeddedPostgres } from '../../apps/orchestrator/src/database/embedded-postgres.js';
import { rendered } from '../../tools/k8s/src/helm.js';
import { repositoryRoot } from '../architecture/source-file.js';
import { until } from '../support/until.js';
import { digests, profilesFolder } from './cases.js';
import { health } from './health.js';
import { type Container, type PlacedPod, podsOf } from './pods.js';

const READY_MS = 150_000;
const pods = podsOf(
  rendered({
    helm: 'helm3',
    chart: 'sealflow',
    valueFiles: [digests, join(profilesFolder, 'dev-insecure.yaml')],
  }),
);

/** What mounts are in a pod are folders below `scratch` here; what a cluster resolves are ports of this machine. */
const scratch = mkdtempSync(join(tmpdir(), 'sealflow-pods-'));
const installation = Installation.open(join(scratch, 'installation'));
const postgres = new EmbeddedPostgres(installation.postgresHome);
const children: ChildProcess[] = [];
let grpcPort = 0;
let httpPort = 0;

beforeAll(async () => {
  installation.keys.renew(Date.now());
  [grpcPort, httpPort] = [await freePort(), await freePort()];
  await postgres.start();
}, 400_000);

afterAll(async () => {
  for (const child of children.toReversed()) await stopped(child);
  await postgres.stop();
  rmSync(scratch, { recursive: true, force: true });
  rmSync(installation.postgresHome, { recursive: true, force: true });
}, 120_000);

describe('the programs, with exactly the arguments and variables of the charts', () => {
  it('bring the schema up to date as the hook does', async () => {
    const child = started(podOf('Job/sf-orchestrator-migrate'), {});
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  });

  it('serve, as the probes of the chart ask', async () => {
    started(podOf('StatefulSet/sf-orchestrator'), {
      'root.key': Buffer.alloc(32, 1),
      'orchestrator.key': Buffer.alloc(32, 2),
      'bootstrap-keys.json': readFileSync(join(installation.home, 'bootstrap-keys.json')),
    });
    for (const { name } of workerImages) {
      const healthPort = await freePort();
      started(podOf(`StatefulSet/sf-${name}`), {}, healthPort);
      await until(
        `${name} is ready`,
        async () => (await health(healthPort, 'ready')) === 'SERVING',
        READY_MS,
      );
      expect(await health(healthPort, '')).toBe('SERVING');
    }
    const response = await fetch(`http://127.0.0.1:${httpPort}/readyz`);
    const { operations } = (await response.json()) as { operations: string[] };
    expect(operations).toEqual(
      expect.arrayContaining(workerImages.flatMap((image) => [...image.operations])),
    );
    expect((await fetch(`http://127.0.0.1:${httpPort}/healthz`)).status).toBe(200);
  }, 400_000);

  it('tell the story of the credit demo to a client of this installation', async () => {
    const address = {
      grpc: `127.0.0.1:${grpcPort}`,
      http: `http://127.0.0.1:${httpPort}`,
      supervisor: process.pid,
    };
    writeFileSync(join(installation.home, 'stack.json'), JSON.stringify(address));
    const log = openSync(join(scratch, 'demo.log'), 'a');
    const demo = spawn(process.execPath, ['dist/apps/cli/main.js', 'demo', 'credit', '--json'], {
      cwd: repositoryRoot,
      env: {
        PATH: process.env['PATH'] ?? '',
        SEALFLOW_HOME: installation.home,
        DATABASE_URL: postgres.localUrl(),
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    children.push(demo);
    const [code] = (await once(demo, 'exit')) as [number];
    expect(code, readFileSync(join(scratch, 'demo.log'), 'utf8').slice(-20_000)).toBe(0);
  }, 300_000);
});

function podOf(where: string): PlacedPod {
  const found = pods.find((pod) => pod.where === where);
  if (found === undefined) throw new Error(`no ${where} in the chart`);
  return found;
}

/** Starts the first container of a pod where the image would have it. */
function started(
  { where, pod }: PlacedPod,
  secrets: Readonly<Record<string, Buffer>>,
  healthPort = 0,
): ChildProcess {
  const name = `${where.split('/')[1]}-0`;
  const home = join(scratch, name);
  mkdirSync(join(home, 'shared'), { recursive: true });
  for (const file of ['site.json', 'simulation.json', 'machine.key'])
    copyFileSync(join(installation.home, file), join(home, file));
  writeFileSync(join(home, 'worker.key'), installation.keys.read('worker') ?? '');
  for (const [file, bytes] of Object.entries(secrets))
    writeFileSync(join(home, file), bytes, { mode: 0o600 });
  const [container] = pod.containers;
  if (container === undefined) throw new Error(`${where} has no container`);
  const log = openSync(join(scratch, `${name}.log`), 'a');
  const child = spawn(process.execPath, container.args ?? [], {
    cwd: repositoryRoot,
    env: {
      PATH: process.env['PATH'] ?? '',
      // Not of the chart: a test that is killed leaves nobody behind.
      SEALFLOW_EXIT_WITH_PARENT: String(process.pid),
      ...environmentOf(container, name, home, healthPort),
    },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  children.push(child);
  return child;
}

function environmentOf({ env = [] }: Container, pod: string, home: string, healthPort: number) {
  const fromSecrets: Readonly<Record<string, string>> = {
    DATABASE_URL: postgres.localUrl(),
    SEALFLOW_WORKER_ID: pod,
    SEALFLOW_EXECUTOR_ID: pod,
  };
  const here = (value: string): string =>
    value
      .replace('$(SEALFLOW_EXECUTOR_ID)', pod)
      .replace('/var/lib/sealflow-shared', join(home, 'shared'))
      .replace('/var/lib/sealflow', home)
      .replace('/etc/sealflow/keys', home)
      .replace('/etc/sealflow/site', home)
      .replace('0.0.0.0:7443', `127.0.0.1:${grpcPort}`)
      .replace('0.0.0.0:7481', `127.0.0.1:${healthPort}`)
      .replace(/^sf-orchestrator\.sealflow\.svc:7443$/, `127.0.0.1:${grpcPort}`)
      .replace(/^0\.0\.0\.0$/, '127.0.0.1')
      .replace(/^7480$/, String(httpPort));
  return Object.fromEntries(
    env.map(({ name, value }) => [name, value === undefined ? fromSecrets[name] : here(value)]),
  );
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const killing = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await ended;
  clearTimeout(killing);
}
