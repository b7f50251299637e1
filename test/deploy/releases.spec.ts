import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiServer } from '../../tools/k8s/src/api-server.js';
import { type HelmRun, helmBeside, rendered, stagedCharts } from '../../tools/k8s/src/helm.js';
import { type KubernetesObject, loadSchemas } from '../../tools/k8s/src/kubernetes-schemas.js';
import { type HelmName, helmNames } from '../../tools/k8s/src/tools.js';
import { digests, profilesFolder } from './cases.js';

const { check } = loadSchemas();
const valueFiles = [digests, join(profilesFolder, 'cpu-snp.yaml')];
/** The umbrella as it was released, packed by helm: what a release is upgraded from, and rolled back to. */
const releasedBefore = join(import.meta.dirname, 'released', 'sealflow-0.1.0.tgz');
const newer = `sha256:${'f'.repeat(64)}`;
const HELM_MS = 60_000;

let server: ApiServer;
let folder: string;

beforeEach(async () => {
  server = await ApiServer.start(check);
  server.addNamespace('sealflow');
  folder = mkdtempSync(join(tmpdir(), 'sealflow-releases-'));
  writeFileSync(
    join(folder, 'kubeconfig'),
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'double', cluster: { server: server.url } }],
      contexts: [{ name: 'double', context: { cluster: 'double', user: 'nobody' } }],
      users: [{ name: 'nobody', user: {} }],
      'current-context': 'double',
    }),
  );
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

describe.each(helmNames)('a release under %s', (name) => {
  it('is installed, upgraded, rolled back, tested and taken away', async () => {
    const values = valueFiles.flatMap((file) => ['--values', file]);
    const chart = join(stagedCharts, 'sealflow');
    await helmOk(name, ['install', 'sf', chart, ...values]);
    expect(workloads()).toEqual(workloads(rendered({ helm: name, chart: 'sealflow', valueFiles })));
    const imagesBefore = imagesOf(workloads());

    const set = { 'tee-worker.image.digest': newer };
    await helmOk(name, [
      'upgrade',
      'sf',
      chart,
      ...values,
      '--set-json',
      `tee-worker.image.digest="${newer}"`,
    ]);
    expect(workloads()).toEqual(workloads(rendered({ helm: name, chart: 'sealflow', valueFiles, set })));
    expect(imagesOf(workloads()).join(' ')).toContain(newer);

    await helmOk(name, ['rollback', 'sf', '1']);
    expect(imagesOf(workloads())).toEqual(imagesBefore);

    expect((await helmOk(name, ['test', 'sf'])).stdout).toMatch(/Phase:\s+Succeeded/);
    expect((await helmOk(name, ['get', 'values', 'sf', '--all'])).stdout).not.toMatch(/sfk_|postgres:\/\//);

    await helmOk(name, ['uninstall', 'sf']);
    expect(server.objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
      'PersistentVolumeClaim/sf-orchestrator-shared',
    ]);
  });

  it('is upgraded from the charts of the release before, and rolled back to them', async () => {
    const values = valueFiles.flatMap((file) => ['--values', file]);
    await helmOk(name, ['install', 'sf', releasedBefore, ...values]);
    const before = workloads();
    expect(chartsOf(server.objects)).toContain('tee-worker-0.1.0');

    await helmOk(name, ['upgrade', 'sf', join(stagedCharts, 'sealflow'), ...values]);
    expect(workloads()).toEqual(workloads(rendered({ helm: name, chart: 'sealflow', valueFiles })));
    expect(chartsOf(server.objects)).not.toContain('tee-worker-0.1.0');

    await helmOk(name, ['rollback', 'sf', '1']);
    expect(workloads()).toEqual(before);
    expect(chartsOf(server.objects)).toContain('tee-worker-0.1.0');
  });

  it.each([
    ['orchestrator.databaseUrl', 'values: databaseUrl: removed, put it into a Secret and name that in'],
    ['orchestrator.ingress.enabled', 'values: ingress: removed, expose the Service by a load balancer'],
    ['tee-worker.workerKey', 'values: workerKey: removed, put it into a Secret and name that in'],
    ['tee-worker.tee.runtimeClass', 'values: tee.runtimeClass: removed, set tee.runtimeClassName'],
  ])('keeps what it was when an upgrade still sets %s, and says where that went', async (key, message) => {
    const values = valueFiles.flatMap((file) => ['--values', file]);
    await helmOk(name, ['install', 'sf', releasedBefore, ...values]);
    const before = server.objects;
    const chart = join(stagedCharts, 'sealflow');
    const { status, stderr } = await run(name, [
      ...['upgrade', 'sf', chart, ...values, '--set-string', `${key}=sfk_secret`],
    ]);
    expect(status).not.toBe(0);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('sfk_secret');
    expect(server.objects).toEqual(before);
  });

  it('is not upgraded to labels that select other pods', async () => {
    const values = valueFiles.flatMap((file) => ['--values', file]);
    const chart = join(stagedCharts, 'sealflow');
    await helmOk(name, ['install', 'sf', chart, ...values]);
    const { status, stderr } = await run(name, [
      ...['upgrade', 'sf', chart, ...values],
      ...['--set', 'tee-worker.nameOverride=worker,tee-worker.fullnameOverride=sf-tee-worker'],
    ]);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/spec\.selector: field is immutable/);
  });
});

function run(name: HelmName, args: readonly string[]): Promise<HelmRun> {
  const place = ['--kubeconfig', join(folder, 'kubeconfig'), '--namespace', 'sealflow'];
  return helmBeside(name, [...args, ...place], HELM_MS);
}

async function helmOk(name: HelmName, args: readonly string[]): Promise<HelmRun> {
  const done = await run(name, args);
  expect(done.status, `${args[0]}: ${done.stderr}`).toBe(0);
  return done;
}

function chartsOf(objects: readonly KubernetesObject[]): readonly string[] {
  return objects.map(({ metadata }) => metadata.labels?.['helm.sh/chart'] ?? '');
}

/** Specs of the StatefulSets, as they were written. */
function workloads(objects: readonly KubernetesObject[] = server.objects): readonly [string, unknown][] {
  return objects
    .filter(({ kind }) => kind === 'StatefulSet')
    .map(({ metadata, spec }): [string, unknown] => [metadata.name, spec])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function imagesOf(sets: readonly [string, unknown][]): readonly string[] {
  return sets.flatMap(([, spec]) => JSON.stringify(spec).match(/"image":"[^"]*"/g) ?? []);
}
