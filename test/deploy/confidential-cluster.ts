import type { KubernetesObject } from '../../tools/k8s/src/kubernetes-schemas.js';

type Cpu = 'snp' | 'tdx';

const labelsOf: Readonly<Record<Cpu, Readonly<Record<string, string>>>> = {
  snp: { 'amd.feature.node.kubernetes.io/snp': 'true' },
  tdx: { 'intel.feature.node.kubernetes.io/tdx': 'true' },
};
/** Guests that the firmware has room for, which node feature discovery counts. */
const guestsOf: Readonly<Record<Cpu, string>> = { snp: 'sev-snp.amd.com/esids', tdx: 'tdx.intel.com/keys' };
const kata = { 'katacontainers.io/kata-runtime': 'true' };
const gpu = {
  'nvidia.com/gpu.present': 'true',
  'nvidia.com/gpu.workload.config': 'vm-passthrough',
  ...{ 'nvidia.com/cc.mode': 'on', 'nvidia.com/cc.mode.state': 'on', 'nvidia.com/cc.ready.state': 'true' },
};

/**
 * A node of each kind and the runtime classes for it, as kata-deploy, node feature discovery and NVIDIA's GPU operator
 * leave them: labels, what a node counts, and what a class adds to a pod.
 */
export function clusterOf(...cpus: readonly Cpu[]): readonly KubernetesObject[] {
  return cpus.flatMap((cpu) => [nodeOf(cpu), classOf(cpu, ''), classOf(cpu, '-nvidia-gpu')]);
}

function nodeOf(cpu: Cpu): KubernetesObject {
  return {
    ...{ apiVersion: 'v1', kind: 'Node', spec: {} },
    metadata: { name: `node-${cpu}`, labels: { ...kata, ...labelsOf[cpu], ...gpu } },
    status: {
      allocatable: {
        ...{ cpu: '96', memory: '1055717192Ki', 'ephemeral-storage': '861019391064', pods: '110' },
        ...{ 'nvidia.com/pgpu': '8', [guestsOf[cpu]]: '99' },
      },
      conditions: [{ type: 'Ready', status: 'True' }],
      nodeInfo: { kubeletVersion: 'v1.34.2', containerRuntimeVersion: 'containerd://2.2.1' },
    },
  };
}

function classOf(cpu: Cpu, device: string): KubernetesObject {
  const name = `kata-qemu${device}-${cpu}`;
  return {
    ...{ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, handler: name },
    overhead: { podFixed: { cpu: '1', memory: device === '' ? '2Gi' : '10Gi', [guestsOf[cpu]]: '1' } },
    scheduling: { nodeSelector: { ...kata, ...labelsOf[cpu] } },
  };
}
