import { describe, expect, it } from 'vitest';
import { checkCluster } from './check-cluster.js';
import { parseCluster } from './cluster-objects.js';

const labels = { 'app.kubernetes.io/part-of': 'sealflow' };
const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
const gpuLabels = {
  'amd.feature.node.kubernetes.io/snp': 'true',
  'nvidia.com/gpu.workload.config': 'vm-passthrough',
  'nvidia.com/cc.mode.state': 'on',
  'nvidia.com/cc.ready.state': 'true',
};

const node = (changed: object = {}, own: Record<string, string> = gpuLabels) => ({
  kind: 'Node',
  metadata: { name: 'n1', labels: own },
  spec: {},
  status: { ...ready, allocatable: { cpu: '32', memory: '128Gi', 'nvidia.com/pgpu': '8' } },
  ...changed,
});
const runtimeClass = {
  kind: 'RuntimeClass',
  metadata: { name: 'kata-qemu-nvidia-gpu-snp' },
  scheduling: { nodeSelector: { 'amd.feature.node.kubernetes.io/snp': 'true' } },
};
const workload = {
  kind: 'StatefulSet',
  metadata: { name: 'sf-tee-worker', labels },
  spec: {
    replicas: 1,
    template: {
      spec: {
        runtimeClassName: 'kata-qemu-nvidia-gpu-snp',
        nodeSelector: { 'nvidia.com/cc.ready.state': 'true' },
        containers: [{ resources: { limits: { cpu: '8', memory: '64Gi', 'nvidia.com/pgpu': '1' } } }],
      },
    },
  },
};
const certificate = { kind: 'Certificate', metadata: { name: 'sf-tee-worker-tls-0', labels }, status: ready };
const pod = {
  kind: 'Pod',
  metadata: { name: 'sf-tee-worker-0', labels },
  status: { phase: 'Running', ...ready },
};
const sound = [node(), runtimeClass, workload, certificate, pod];

function examined(items: readonly object[]) {
  const list = new TextEncoder().encode(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  return checkCluster(parseCluster(list)).filter(({ status }) => status !== 'ok');
}

describe('a cluster', () => {
  it('that has all that its pods ask for is well', () => {
    expect(examined(sound)).toEqual([]);
  });

  it.each<[string, readonly object[], object]>([
    ['without the workloads', [node()], { what: 'workloads', got: 'none' }],
    [
      'without the runtime class',
      [node(), workload],
      { what: 'runtime class', expected: 'kata-qemu-nvidia-gpu-snp', got: 'none of this name' },
    ],
    [
      'whose node lacks a label of the runtime class',
      [node({}, { ...gpuLabels, 'amd.feature.node.kubernetes.io/snp': 'false' }), runtimeClass, workload],
      { got: 'the nearest, n1, lacks label amd.feature.node.kubernetes.io/snp=true' },
    ],
    [
      'whose node has no GPU to pass through',
      [node({ status: { ...ready, allocatable: { cpu: '32', memory: '128Gi' } } }), runtimeClass, workload],
      { got: 'the nearest, n1, lacks nvidia.com/pgpu 1' },
    ],
    [
      'whose node is too small',
      [
        node({
          status: { ...ready, allocatable: { cpu: '7900m', memory: '128Gi', 'nvidia.com/pgpu': '1' } },
        }),
        runtimeClass,
        workload,
      ],
      { got: 'the nearest, n1, lacks cpu 8' },
    ],
    [
      'whose node is cordoned',
      [node({ spec: { unschedulable: true } }), runtimeClass, workload],
      { got: 'the nearest, n1, lacks schedulable' },
    ],
    ['without nodes', [runtimeClass, workload], { got: 'no node in what kubectl printed' }],
    [
      'whose GPUs are in the mode for developers',
      [
        node({}, { ...gpuLabels, 'nvidia.com/cc.mode.state': 'devtools', 'nvidia.com/cc.ready.state': '' }),
        runtimeClass,
        { ...workload, metadata: { name: 'a', labels } },
      ],
      { what: 'confidential mode of the GPUs', got: 'devtools, ready ""' },
    ],
    [
      'whose node is told to run what no operator knows',
      [node({}, { ...gpuLabels, 'nvidia.com/gpu.workload.config': 'kata' }), runtimeClass, workload],
      { what: 'nvidia.com/gpu.workload.config', got: 'kata' },
    ],
    [
      'whose certificate is not made',
      [
        ...sound.slice(0, 3),
        {
          ...certificate,
          status: { conditions: [{ type: 'Ready', status: 'False', message: 'issuer not found' }] },
        },
      ],
      { what: 'certificate', got: 'issuer not found' },
    ],
    [
      'whose quota is used up',
      [
        ...sound,
        {
          kind: 'ResourceQuota',
          metadata: { name: 'team' },
          status: { hard: { 'limits.cpu': '16' }, used: { 'limits.cpu': '10' } },
        },
      ],
      { status: 'warning', what: 'quota team', got: '6 left' },
    ],
    [
      'whose pod waits for its image',
      [
        ...sound.slice(0, 4),
        {
          ...pod,
          status: {
            phase: 'Pending',
            containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }],
          },
        },
      ],
      { what: 'pod', got: 'ImagePullBackOff' },
    ],
    [
      'whose worker is not taken by the orchestrator',
      [
        ...sound.slice(0, 4),
        { ...pod, status: { phase: 'Running', containerStatuses: [{ restartCount: 3 }] } },
      ],
      { what: 'pod', got: 'Running, not ready, 3 restarts', todo: expect.stringContaining('rest_api=all') },
    ],
  ])('%s is told so', (_what, items, finding) => {
    expect(examined(items)).toContainEqual(expect.objectContaining(finding));
  });
});

describe('what kubectl printed', () => {
  it.each([
    ['is no JSON', 'NAME  READY'],
    ['is one object', '{"kind":"Pod"}'],
    ['has a node without status', '{"kind":"List","items":[{"kind":"Node","metadata":{"name":"n"}}]}'],
    ['has a pod without a name', '{"kind":"List","items":[{"kind":"Pod","metadata":{},"status":{}}]}'],
  ])('is refused when it %s', (_what, text) => {
    expect(() => parseCluster(new TextEncoder().encode(text))).toThrow(/^cluster: /);
  });
});
