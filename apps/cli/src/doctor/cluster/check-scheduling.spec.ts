import { describe, expect, it } from 'vitest';
import {
  allocatable,
  examined,
  gpuClass,
  gpuLabels,
  node,
  nodeInfo,
  runtimeClass,
  sound,
  tdxLabels,
  workload,
} from './cluster.fixture.js';

const { 'nvidia.com/pgpu': _, ...withoutGpus } = allocatable;
const { 'sev-snp.amd.com/esids': __, ...withoutGuests } = allocatable;
const quota = (hard: Record<string, string>, used: Record<string, string>): object => ({
  kind: 'ResourceQuota',
  metadata: { name: 'team' },
  status: { hard, used },
});

describe('a cluster', () => {
  it.each<[string, readonly object[], object]>([
    [
      'without the runtime class',
      [node({}), workload()],
      { what: 'runtime class', expected: 'kata-qemu-nvidia-gpu-snp', got: 'none of this name' },
    ],
    [
      'whose node lacks a label of the runtime class',
      [
        node({ labels: { ...gpuLabels, 'amd.feature.node.kubernetes.io/snp': 'false' } }),
        gpuClass,
        workload(),
      ],
      {
        got: 'the nearest, n1, lacks label amd.feature.node.kubernetes.io/snp=true',
        todo: expect.stringContaining('SEV-SNP'),
      },
    ],
    [
      'whose node is of the other maker',
      [node({}), runtimeClass('kata-qemu-tdx'), workload({ runtimeClassName: 'kata-qemu-tdx', limits: {} })],
      {
        got: 'the nearest, n1, lacks label intel.feature.node.kubernetes.io/tdx=true',
        todo: expect.stringContaining('TDX'),
      },
    ],
    [
      'whose node has no GPU to pass through',
      [node({ allocatable: withoutGpus }), gpuClass, workload()],
      {
        got: 'the nearest, n1, lacks nvidia.com/pgpu 1',
        todo: expect.stringContaining('vm-passthrough'),
      },
    ],
    [
      'whose node is too small',
      [node({ allocatable: { ...allocatable, cpu: '7900m' } }), gpuClass, workload()],
      { got: 'the nearest, n1, lacks cpu 9 (1 of it overhead)' },
    ],
    [
      'whose node has room for the pod and none for what its guest adds',
      [node({ allocatable: { ...allocatable, memory: '70Gi' } }), gpuClass, workload()],
      {
        got: 'the nearest, n1, lacks memory 74Gi (10Gi of it overhead)',
        todo: expect.stringContaining('overhead'),
      },
    ],
    [
      'whose node counts no guests of SEV-SNP',
      [node({ allocatable: withoutGuests }), gpuClass, workload()],
      {
        got: 'the nearest, n1, lacks sev-snp.amd.com/esids 1',
        todo: expect.stringContaining('ASID'),
      },
    ],
    [
      'whose node has no more keys of TDX',
      [
        node({ labels: tdxLabels, allocatable: { ...allocatable, 'tdx.intel.com/keys': '0' } }),
        runtimeClass('kata-qemu-tdx'),
        workload({ runtimeClassName: 'kata-qemu-tdx', limits: { memory: '4Gi' } }),
      ],
      { got: 'the nearest, n1, lacks tdx.intel.com/keys 1', todo: expect.stringContaining('TDX keys') },
    ],
    [
      'whose kubelet gives no GPU to a Kata guest',
      [node({ nodeInfo: { ...nodeInfo, kubeletVersion: 'v1.31.9-eks-1' } }), gpuClass, workload()],
      { got: 'the nearest, n1, lacks kubelet 1.32 (has v1.31.9-eks-1)' },
    ],
    [
      'whose containerd gives no GPU to a Kata guest',
      [
        node({ nodeInfo: { ...nodeInfo, containerRuntimeVersion: 'containerd://1.7.27' } }),
        gpuClass,
        workload(),
      ],
      { got: 'the nearest, n1, lacks containerd 2.2 (has 1.7.27)' },
    ],
    [
      'whose GPUs are in ordinary mode, and everybody says so',
      [
        node({
          labels: {
            ...gpuLabels,
            'nvidia.com/cc.mode': 'off',
            'nvidia.com/cc.mode.state': 'off',
            'nvidia.com/cc.ready.state': 'false',
          },
        }),
        gpuClass,
        workload(),
      ],
      {
        got: 'the nearest, n1, lacks label nvidia.com/cc.mode.state=on',
        todo: expect.stringContaining('nvidia.com/cc.mode'),
      },
    ],
    [
      'that wants protected PCIe of a node in another mode',
      [
        node({ allocatable: { ...allocatable, 'nvidia.com/nvswitch': '4' } }),
        gpuClass,
        workload({ limits: { 'nvidia.com/pgpu': '8', 'nvidia.com/nvswitch': '4' } }),
      ],
      { got: 'the nearest, n1, lacks label nvidia.com/cc.mode.state=ppcie' },
    ],
    [
      'whose node is cordoned',
      [node({ spec: { unschedulable: true } }), gpuClass, workload()],
      { got: 'the nearest, n1, lacks schedulable', todo: expect.stringContaining('uncordon') },
    ],
    [
      'whose node is not ready',
      [node({ conditions: [{ type: 'Ready', status: 'Unknown' }] }), gpuClass, workload()],
      { got: 'the nearest, n1, lacks ready' },
    ],
    ['without nodes', [gpuClass, workload()], { got: 'no node in what kubectl printed' }],
    [
      'whose GPUs are in the mode for developers',
      [
        node({
          labels: { ...gpuLabels, 'nvidia.com/cc.mode.state': 'devtools', 'nvidia.com/cc.ready.state': '' },
        }),
        gpuClass,
        workload(),
      ],
      {
        what: 'confidential mode of the GPUs',
        got: 'devtools, ready "", while nvidia.com/cc.mode=on',
      },
    ],
    [
      'whose GPUs wait for a pod that holds them',
      [node({ labels: { ...gpuLabels, 'nvidia.com/cc.ready.state': 'false' } }), gpuClass, workload()],
      {
        what: 'confidential mode of the GPUs',
        got: 'on, ready "false"',
        todo: expect.stringContaining('drain'),
      },
    ],
    [
      'whose node is told to run what no operator knows',
      [node({ labels: { ...gpuLabels, 'nvidia.com/gpu.workload.config': 'kata' } }), gpuClass, workload()],
      { what: 'nvidia.com/gpu.workload.config', got: 'kata' },
    ],
    [
      'whose quota is used up',
      [...sound, quota({ 'limits.cpu': '16' }, { 'limits.cpu': '10' })],
      { status: 'warning', what: 'quota team', expected: '9 of limits.cpu for one pod more', got: '6 left' },
    ],
    [
      'whose quota has room for the pod and none for what its guest adds',
      [...sound, quota({ 'requests.memory': '70Gi' }, { 'requests.memory': '0' })],
      { expected: '74Gi of requests.memory for one pod more', got: '70Gi left' },
    ],
  ])('%s is told so', (_what, items, finding) => {
    expect(examined(items)).toContainEqual(expect.objectContaining(finding));
  });

  it('is told what to do about each thing that its node lacks', () => {
    const old = { kubeletVersion: 'v1.31.9', containerRuntimeVersion: 'containerd://1.7.27' };
    const bare = node({ labels: {}, allocatable: withoutGpus, nodeInfo: old });
    const todo = examined([bare, gpuClass, workload()]).find(({ what }) => what.startsWith('a node'))?.todo;
    for (const word of [
      'kata-deploy',
      'SEV-SNP',
      'cc.mode',
      'vm-passthrough',
      'upgrade the node',
      'containerd',
    ])
      expect(todo).toContain(word);
  });

  it('with a node for ordinary work beside those of guests is well', () => {
    const ordinary = node({
      labels: {
        'nvidia.com/gpu.workload.config': 'container',
        'nvidia.com/cc.mode': 'off',
        'nvidia.com/cc.mode.state': 'off',
        'nvidia.com/cc.ready.state': 'false',
      },
    });
    expect(examined([ordinary, ...sound])).toEqual([]);
  });

  it('whose pods ask for no GPU may have old kubelets', () => {
    const old = node({
      nodeInfo: { kubeletVersion: 'v1.30.4', containerRuntimeVersion: 'containerd://1.7.27' },
    });
    const plain = workload({ runtimeClassName: 'kata-qemu-snp', limits: { cpu: '2', memory: '4Gi' } });
    expect(examined([old, runtimeClass('kata-qemu-snp'), plain, ...sound.slice(3)])).toEqual([]);
  });
});
