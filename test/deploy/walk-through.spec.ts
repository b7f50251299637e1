import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DevelopmentCa } from '#dev-ca';
import { Installation } from '../../apps/cli/src/installation/installation.js';
import { EmbeddedPostgres } from '../../apps/orchestrator/src/database/embedded-postgres.js';
import { ApiServer } from '../../tools/k8s/src/api-server.js';
import { loadSchemas } from '../../tools/k8s/src/kubernetes-schemas.js';
import { tool, toolsFolder } from '../../tools/k8s/src/tools.js';
import { repositoryRoot } from '../architecture/source-file.js';
import build from '../support/build.js';
import { until } from '../support/until.js';
import { digests } from './cases.js';
import { type CertificateRequest, LoopbackCluster } from './cluster/loopback-cluster.js';
import { dnsHook } from './cluster/pod-process.js';
import { codeBlocks } from './code-blocks.js';
import { clusterOf } from './confidential-cluster.js';

const BLOCK_MS = 420_000;
const HOUR_MS = 3_600_000;
const LIST = 'sealflow worker list --orchestrator sealflow.example.org:7443';
const blocks = codeBlocks(
  readFileSync(join(repositoryRoot, 'docs/operations.md'), 'utf8'),
  "An operator's walk-through",
);

const scratch = mkdtempSync(join(tmpdir(), 'sealflow-walk-'));
// Programs run as another user than the test, where that can be had.
chmodSync(scratch, 0o755);
const desk = join(scratch, 'desk');
const installation = Installation.open(join(desk, 'site'));
const postgres = new EmbeddedPostgres(installation.postgresHome);
let server: ApiServer;
let cluster: LoopbackCluster;

beforeAll(async () => {
  build();
  await postgres.start();
  const { check } = loadSchemas();
  server = await ApiServer.start(
    // No schema of CSI's snapshots is at hand.
    (object) =>
      (object as { kind?: string }).kind === 'VolumeSnapshot' ? Promise.resolve([]) : check(object),
    { hasNodes: true },
  );
  installation.tls.renew([], Date.now());
  cluster = new LoopbackCluster({
    api: server,
    folder: scratch,
    issue: certificateOf,
    hardware: ['simulation.json', 'machine.key'].map((file) => join(installation.home, file)),
    external: { 'sealflow.example.org': 'sealflow-orchestrator' },
  });
  for (const object of clusterOf('snp')) server.put(object);
  layDesk();
  cluster.start();
}, 400_000);

afterAll(async () => {
  await cluster.stop();
  await server.stop();
  await postgres.stop();
  rmSync(scratch, { recursive: true, force: true });
  rmSync(installation.postgresHome, { recursive: true, force: true });
}, 180_000);

describe("the operator's walk-through, as printed", () => {
  it('has the parts that an operator needs, in their order', () => {
    expect([...new Set(blocks.map(({ heading }) => heading))]).toEqual([
      ...['Install', 'Add a pool of GPU workers', 'Rotate certificates', 'Upgrade', 'Roll back', 'Drain'],
      'Disaster recovery',
    ]);
  });

  it('installs: migrations, replicas and workers over mTLS, until the test of the release passes', async () => {
    const said = await followed('Install');
    expect(said).toMatch(/Phase:\s+Succeeded/);
    expect(said).toContain('workers/sealflow-tee-worker-0  IN SERVICE');
  }, 600_000);

  it('adds a pool of GPU workers', async () => {
    expect(await followed('Add a pool of GPU workers')).toContain('workers/gpu-tee-worker-0  IN SERVICE');
  }, 400_000);

  it('rotates certificates under processes that go on', async () => {
    const pids = () =>
      ['sealflow-orchestrator-0', 'sealflow-tee-worker-0', 'gpu-tee-worker-0'].map((pod) => cluster.pid(pod));
    const before = [await serialNumber(), ...pids()];
    await followed('Rotate certificates');
    const serial = await until('a new certificate is shown', async () => {
      const shown = await serialNumber();
      return shown === before[0] ? null : shown;
    });
    // One has it of cert-manager, the other of a Secret that was made by hand.
    for (const pod of ['sealflow-tee-worker-0', 'gpu-tee-worker-0'])
      await until(`${pod} takes its certificate over`, () =>
        /certificates taken over/.test(readFileSync(cluster.log(pod), 'utf8')),
      );
    expect(serial).not.toBe(before[0]);
    expect(pids()).toEqual(before.slice(1));
    // The CA is the same: those who believed it before do so still, in both directions.
    expect(await typed(LIST)).toMatch(
      /gpu-tee-worker-0 {2}IN SERVICE[\s\S]*sealflow-tee-worker-0 {2}IN SERVICE/,
    );
  }, 600_000);

  it('serves the credit demo over TLS to a client outside, with two pools and the certificates of after the rotation', async () => {
    await demo();
  }, 400_000);

  it('upgrades to other images, pod by pod', async () => {
    const pid = workerPid();
    expect(await followed('Upgrade')).toMatch(/Phase:\s+Succeeded/);
    expect(imageOf('sealflow-tee-worker')).toContain(`sha256:${'4'.repeat(64)}`);
    expect(workerPid()).not.toBe(pid);
    for (const file of ['values-before.yaml', 'next.yaml'])
      expect(readFileSync(join(desk, file), 'utf8')).not.toMatch(/sfk_|postgres(ql)?:\/\//);
  }, 600_000);

  it('rolls back to the images of before', async () => {
    await followed('Roll back');
    expect(imageOf('sealflow-tee-worker')).toContain(`sha256:${'1'.repeat(64)}`);
  }, 600_000);

  it('drains a worker, replaces it, and puts it back into service', async () => {
    const pid = workerPid();
    const said = await followed('Drain');
    expect(said).toContain('workers/sealflow-tee-worker-0  DRAINED');
    // The pod is ready before its worker has dialled again.
    await until('it is in service', async () =>
      /workers\/sealflow-tee-worker-0 {2}IN SERVICE/.test(
        await typed('sealflow worker list --orchestrator sealflow.example.org:7443'),
      ),
    );
    expect(workerPid()).not.toBe(pid);
  }, 400_000);

  it('comes back from its copies after the loss of releases, volumes and Secrets', async () => {
    const leaves = await checkpointSize();
    const said = await followed('Disaster recovery', async (index) => {
      if (index !== 1) return;
      // The loss: what is left is what the snapshots hold, and the database.
      await until('pods are gone', () => cluster.pid('sealflow-orchestrator-0') === undefined);
      for (const claim of ['sealflow-orchestrator-shared', 'state-sealflow-tee-worker-0'])
        rmSync(cluster.claim(claim), { recursive: true, force: true });
    });
    expect(said).toContain('workers/sealflow-tee-worker-0  IN SERVICE');
    // Runs of before are there; what was signed of the log before is in what is signed now.
    expect(said).toContain('SUCCEEDED');
    expect(await checkpointSize()).toBeGreaterThanOrEqual(leaves);
  }, 900_000);

  it('leaves no secret in what helm keeps of a release', () => {
    const kept = server.objects.filter(({ metadata }) => metadata.name.startsWith('sh.helm.release'));
    expect(kept.length).toBeGreaterThan(0);
    for (const word of secretWords()) expect(JSON.stringify(kept)).not.toContain(word);
  });
});

/** Blocks of a heading one after the other, each in the shell that the one before left. */
async function followed(heading: string, after: (index: number) => Promise<void> = async () => undefined) {
  const said: string[] = [];
  for (const [index, { code }] of blocks.filter((block) => block.heading === heading).entries()) {
    said.push(await typed(code));
    await after(index);
  }
  return said.join('');
}

async function typed(code: string): Promise<string> {
  // One stream, so that what was printed first is read first.
  const shell = `exec 2>&1; set -euo pipefail; [ ! -f .shell ] || . ./.shell; ${code}\nexport -p > .shell`;
  const child = spawn('bash', ['-c', shell], {
    cwd: desk,
    timeout: BLOCK_MS,
    env: {
      PATH: `${join(scratch, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: join(scratch, 'home'),
      KUBECONFIG: join(scratch, 'kubeconfig'),
      CLUSTER_DNS: cluster.dnsFile,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += String(part)));
  const watching = setInterval(() => {
    // A shell that waits for pods would wait for its whole time.
    if (cluster.failure !== null) child.kill();
  }, 500);
  const [code_] = (await once(child, 'close')) as [number | null];
  clearInterval(watching);
  if (cluster.failure !== null) throw cluster.failure;
  expect(code_, `${code}\n${output.slice(-20_000)}\n${logs()}`).toBe(0);
  return output;
}

const outsiders = ['dishonest submitter', 'replaying network'];

interface DemoReport {
  readonly runs: readonly {
    application: string;
    state: string;
    reason: string;
    consistent: boolean;
    verdict: string;
  }[];
  readonly attacks: readonly { attacker: string; attempts: readonly { stoppedBy: string | null }[] }[];
}

async function demo(): Promise<void> {
  const address = {
    grpc: 'sealflow.example.org:7443',
    http: 'https://sealflow.example.org:7480',
    supervisor: process.pid,
    tls: { ca: installation.tls.ca },
  };
  writeFileSync(join(installation.home, 'stack.json'), JSON.stringify(address));
  // Two of its attackers need what only the machine of the services has: its files and their logs. The demo says so.
  await typed('SEALFLOW_HOME=$PWD/site sealflow demo credit --json > demo.json || true');
  const { runs, attacks } = JSON.parse(readFileSync(join(desk, 'demo.json'), 'utf8')) as DemoReport;
  expect(
    runs.map(({ application, state, reason, consistent, verdict }) => [
      application,
      state,
      reason,
      consistent,
      verdict,
    ]),
  ).toEqual([
    ['approved', 'SUCCEEDED', '', true, 'verified'],
    ['declined', 'REJECTED', 'DECLINED', true, 'verified'],
    ['reviewed', 'SUCCEEDED', '', true, 'verified'],
    ['overdrawn', 'REJECTED', 'INSUFFICIENT', true, 'verified'],
  ]);
  const fromOutside = attacks.filter(({ attacker }) => outsiders.includes(attacker));
  expect(fromOutside.flatMap(({ attempts }) => attempts.map(({ stoppedBy }) => stoppedBy))).toEqual([
    ...['NULLIFIER_SPENT', 'COMMITMENT_MISMATCH', 'REQUEST_ID_REUSED'],
    ...['ENVELOPE_CONTEXT_MISMATCH', 'LEASE_FENCED'],
  ]);
}

/** Programs that the walk-through calls, and the files that only an operator can write. */
function layDesk(): void {
  for (const folder of ['bin', 'home']) mkdirSync(join(scratch, folder), { recursive: true });
  const helmHome = join(toolsFolder, '.cache', 'helm4-home');
  const program = (name: string, line: string): void =>
    writeFileSync(join(scratch, 'bin', name), `#!/bin/sh\n${line} "$@"\n`, { mode: 0o755 });
  program('helm', `HELM_CACHE_HOME=${helmHome}/cache exec ${tool('helm4').path}`);
  program('kubectl', `exec ${tool('kubectl').path}`);
  const cli = join(repositoryRoot, 'dist/apps/cli/main.js');
  // It is called a dozen times.
  const compiled = join(scratch, 'compiled');
  program('sealflow', `NODE_COMPILE_CACHE=${compiled} exec ${process.execPath} --require ${dnsHook} ${cli}`);
  const roots = `NODE_EXTRA_CA_CERTS=${installation.tls.ca}`;
  program('sealflow-node', `${roots} exec ${process.execPath} --require ${dnsHook} --eval`);
  writeFileSync(
    join(scratch, 'kubeconfig'),
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'double' },
      clusters: [{ name: 'double', cluster: { server: server.url } }],
      contexts: [{ name: 'double', context: { cluster: 'double', user: 'nobody' } }],
      users: [{ name: 'nobody', user: {} }],
    }),
  );
  cpSync(join(repositoryRoot, 'deploy'), join(desk, 'deploy'), { recursive: true });
  cpSync(join(installation.home, 'site.json'), join(desk, 'site.json'));
  cpSync(installation.tls.ca.replace('ca.crt', 'ca.key'), join(desk, 'ca.key'));
  writeFileSync(join(desk, 'database-url'), postgres.url());
  const now = readFileSync(digests, 'utf8');
  writeFileSync(join(desk, 'digests.yaml'), now);
  writeFileSync(join(desk, 'digests-next.yaml'), now.replace('1'.repeat(64), '4'.repeat(64)));
}

/** As an Issuer of cert-manager, under the CA that stands beside the installation. */
function certificateOf({ dnsNames, uris }: CertificateRequest): Readonly<Record<string, string>> {
  const { ca } = installation.tls;
  const root = readFileSync(ca, 'utf8');
  const authority = DevelopmentCa.of(root, readFileSync(ca.replace('ca.crt', 'ca.key'), 'utf8'), (count) =>
    crypto.getRandomValues(new Uint8Array(count)),
  );
  const { certificate, key } = authority.issue({
    commonName: 'sealflow',
    notBeforeMs: Date.now() - HOUR_MS,
    notAfterMs: Date.now() + 24 * HOUR_MS,
    usages: dnsNames === undefined ? ['clientAuth'] : ['serverAuth'],
    ...(dnsNames === undefined ? {} : { dns: dnsNames }),
    ...(uris === undefined ? {} : { uris }),
  });
  return { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': root };
}

function workerPid(): number | undefined {
  return cluster.pid('sealflow-tee-worker-0');
}

function imageOf(set: string): string {
  const found = server.objects.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === set);
  return JSON.stringify(found?.['spec']).match(/"image":"([^"]*)"/)?.[1] ?? '';
}

/** Leaves under the newest checkpoint that is shown. */
async function checkpointSize(): Promise<number> {
  const text = await typed(
    `sealflow-node 'fetch("https://sealflow.example.org:7480/log/checkpoint").then(async (answer) => console.log(await answer.text()))'`,
  );
  return Number(text.split('\n')[1]);
}

async function serialNumber(): Promise<string> {
  const names = JSON.parse(readFileSync(cluster.dnsFile, 'utf8')) as Record<string, string[]>;
  const [host = ''] = names['sealflow.example.org'] ?? [];
  const socket = connect({ host, port: 7443, ALPNProtocols: ['h2'], rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { serialNumber: shown } = socket.getPeerCertificate();
  socket.destroy();
  return shown;
}

function secretWords(): readonly string[] {
  const keys = (['tenant', 'operator', 'worker'] as const).map((name) => installation.keys.read(name) ?? '');
  const seeds = ['orchestrator.key', 'root.key'].map((file) =>
    readFileSync(join(desk, file)).toString('base64'),
  );
  return [...keys, ...seeds, postgres.url()].filter((word) => word !== '');
}

/** Ends of the pods' logs, for whoever reads a failure. */
function logs(): string {
  const names = [
    'sealflow-orchestrator-0',
    'sealflow-tee-worker-0',
    'sealflow-zk-prover-0',
    'sealflow-fhe-service-0',
  ];
  return ['sealflow-orchestrator-migrate', ...names]
    .filter((name) => existsSync(cluster.log(name)))
    .map((name) => `--- ${name}\n${readFileSync(cluster.log(name), 'utf8').slice(-1_000)}`)
    .join('\n');
}
