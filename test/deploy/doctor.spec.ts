import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { vendorAddresses } from '#collateral';
import { checkCluster } from '../../apps/cli/src/doctor/cluster/check-cluster.js';
import { parseCluster } from '../../apps/cli/src/doctor/cluster/cluster-objects.js';
import type { Finding } from '../../apps/cli/src/doctor/finding.js';
import { ApiServer } from '../../tools/k8s/src/api-server.js';
import { helmBeside, stagedCharts } from '../../tools/k8s/src/helm.js';
import { loadSchemas } from '../../tools/k8s/src/kubernetes-schemas.js';
import { tool } from '../../tools/k8s/src/tools.js';
import { repositoryRoot } from '../architecture/source-file.js';
import { digests, profilesFolder } from './cases.js';
import { clusterOf } from './confidential-cluster.js';

const HELM_MS = 60_000;
/** As the README and the walk-through print it. */
const kinds = 'nodes,runtimeclasses,statefulsets,certificates,resourcequotas,networkpolicies,pods';
const run = promisify(execFile);
const { check } = loadSchemas();
const folder = mkdtempSync(join(tmpdir(), 'sealflow-doctor-'));
let server: ApiServer;

/** What kubectl prints after an installation by helm, with the nodes and classes of such a cluster. */
const printed = new Map<string, string>();
const collateral = join(profilesFolder, 'examples', 'collateral.yaml');

beforeAll(async () => {
  server = await ApiServer.start(check, { hasNodes: true });
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'double' },
      clusters: [{ name: 'double', cluster: { server: server.url } }],
      contexts: [{ name: 'double', context: { cluster: 'double', user: 'nobody' } }],
      users: [{ name: 'nobody', user: {} }],
    }),
  );
  for (const object of clusterOf('snp', 'tdx')) server.put(object);
  for (const [profile, ...values] of [['gpu-snp'], ['cpu-tdx', collateral], ['airgap']]) {
    server.addNamespace(profile ?? '');
    const files = [digests, join(profilesFolder, `${profile}.yaml`), ...values].flatMap((file) => [
      '--values',
      file,
    ]);
    const place = ['--kubeconfig', kubeconfig, '--namespace', profile ?? ''];
    const chart = join(stagedCharts, 'sealflow');
    // Its migration is a Job, which nobody runs here.
    const flags = ['--set', 'orchestrator.database.migrate=false'];
    const done = await helmBeside('helm4', ['install', 'sf', chart, ...files, ...flags, ...place], HELM_MS);
    expect(done.status, done.stderr).toBe(0);
    for (const object of server.objects.filter(({ kind }) => kind === 'Certificate'))
      server.put({ ...object, status: { conditions: [{ type: 'Ready', status: 'True' }] } } as typeof object);
    const { stdout } = await run(tool('kubectl').path, [...place, 'get', kinds, '-o', 'json']);
    printed.set(profile ?? '', stdout);
  }
}, 240_000);

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

interface Printed {
  readonly items: {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
    readonly spec: { readonly egress?: { ports: { port: number }[] }[] };
    readonly status: { readonly allocatable: Record<string, string> };
  }[];
}

function examined(profile: string, change: (list: Printed) => void = () => undefined): readonly Finding[] {
  const list = JSON.parse(printed.get(profile) ?? '') as Printed;
  change(list);
  return checkCluster(parseCluster(new TextEncoder().encode(JSON.stringify(list))));
}

function badOf(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ status }) => status === 'failed' || status === 'warning');
}

describe('what kubectl prints of an installation', () => {
  it.each([
    ['cpu-tdx', []],
    ['airgap', []],
    // This profile names no vendor: the values with their addresses go beside it.
    ['gpu-snp', ['collateral of the vendors']],
  ])('has nothing that the doctor of clusters misses, with profile %s', (profile, expected) => {
    const findings = examined(profile);
    expect(badOf(findings).map(({ what }) => what)).toEqual(expected);
    const ways = findings.filter(
      ({ what, status }) => what === 'way to those whom it dials' && status === 'ok',
    );
    expect(ways.map(({ where }) => where).sort()).toEqual(
      ['fhe-service', 'orchestrator', 'tee-worker', 'zk-prover'].map((part) => `sf-${part}`),
    );
  });

  it.each<[string, string, (list: Printed) => void, object]>([
    [
      'a node that lost its label',
      'cpu-tdx',
      ({ items }) => {
        for (const { kind, metadata } of items)
          if (kind === 'Node') delete metadata.labels?.['intel.feature.node.kubernetes.io/tdx'];
      },
      {
        where: 'sf-tee-worker',
        got: expect.stringContaining('lacks label intel.feature.node.kubernetes.io/tdx'),
      },
    ],
    [
      'a node with room for the limits of a worker and not for its guest',
      'gpu-snp',
      ({ items }) => {
        for (const { kind, status } of items) if (kind === 'Node') status.allocatable['memory'] = '66Gi';
      },
      { where: 'sf-tee-worker', got: expect.stringContaining('memory 74Gi (10Gi of it overhead)') },
    ],
    [
      'a runtime class that was taken away',
      'airgap',
      (list) => {
        list.items.splice(0, list.items.length, ...list.items.filter(({ kind }) => kind !== 'RuntimeClass'));
      },
      { what: 'runtime class', where: 'sf-tee-worker', expected: 'kata-qemu-snp' },
    ],
    [
      'a policy that lets the orchestrator dial its database alone',
      'cpu-tdx',
      ({ items }) => {
        for (const { kind, metadata, spec } of items)
          if (kind === 'NetworkPolicy' && metadata.name === 'sf-orchestrator') spec.egress?.splice(1);
      },
      { what: 'way to collateral of Intel (PCS)', got: expect.stringContaining('has port 443') },
    ],
  ])('shows %s', (_what, profile, change, finding) => {
    expect(badOf(examined(profile, change))).toContainEqual(expect.objectContaining(finding));
  });

  it.each(['docs/operations.md', 'deploy/README.md'])(
    'is asked for as %s prints it, without Secrets',
    (file) => {
      expect(readFileSync(join(repositoryRoot, file), 'utf8')).toContain(
        `get ${kinds} -o json > cluster.json`,
      );
      expect(kinds).not.toContain('secret');
    },
  );
});

describe('values with the addresses of the vendors', () => {
  it('are those that the programs know', () => {
    const { orchestrator } = parse(readFileSync(collateral, 'utf8')) as {
      orchestrator: { config: { collateral: Record<string, string> } };
    };
    expect(new Set(Object.values(orchestrator.config.collateral))).toEqual(
      new Set(Object.values(vendorAddresses)),
    );
  });
});
