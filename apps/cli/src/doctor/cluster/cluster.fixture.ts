import type { Finding } from '../finding.js';
import { checkCluster } from './check-cluster.js';
import { parseCluster } from './cluster-objects.js';

/** Labels of a node for GPUs in SEV-SNP guests: of kata-deploy, node feature discovery and NVIDIA's GPU operator. */
export const gpuLabels: Readonly<Record<string, string>> = {
  'katacontainers.io/kata-runtime': 'true',
  'amd.feature.node.kubernetes.io/snp': 'true',
  'nvidia.com/gpu.present': 'true',
  'nvidia.com/gpu.workload.config': 'vm-passthrough',
  'nvidia.com/cc.mode': 'on',
  'nvidia.com/cc.mode.state': 'on',
  'nvidia.com/cc.ready.state': 'true',
};
export const tdxLabels: Readonly<Record<string, string>> = {
  'katacontainers.io/kata-runtime': 'true',
  'intel.feature.node.kubernetes.io/tdx': 'true',
};
const ours = { 'app.kubernetes.io/part-of': 'sealflow' };
const ready = { conditions: [{ type: 'Ready', status: 'True' }] };

/** What a node has for pods, in the units of kubelets. */
export const allocatable: Readonly<Record<string, string>> = {
  ...{ cpu: '96', memory: '263929248Ki', 'ephemeral-storage': '861019391064', pods: '110' },
  ...{ 'nvidia.com/pgpu': '8', 'sev-snp.amd.com/esids': '99', 'tdx.intel.com/keys': '31' },
};
export const nodeInfo = { kubeletVersion: 'v1.34.2', containerRuntimeVersion: 'containerd://2.2.1' };

export function node(changed: {
  readonly labels?: Readonly<Record<string, string>>;
  readonly allocatable?: Readonly<Record<string, string>>;
  readonly nodeInfo?: object;
  readonly spec?: object;
  readonly conditions?: readonly object[];
}): object {
  return {
    kind: 'Node',
    metadata: { name: 'n1', labels: changed.labels ?? gpuLabels },
    spec: changed.spec ?? {},
    status: {
      allocatable: changed.allocatable ?? allocatable,
      conditions: changed.conditions ?? ready.conditions,
      nodeInfo: changed.nodeInfo ?? nodeInfo,
    },
  };
}

const selectors = {
  snp: { 'katacontainers.io/kata-runtime': 'true', 'amd.feature.node.kubernetes.io/snp': 'true' },
  tdx: { 'katacontainers.io/kata-runtime': 'true', 'intel.feature.node.kubernetes.io/tdx': 'true' },
};

/** A class as kata-deploy makes it where node feature discovery counts the guests that the firmware has room for. */
export function runtimeClass(name: string): object {
  const cpu = name.includes('tdx') ? 'tdx' : 'snp';
  const memory = name.includes('nvidia') ? '10Gi' : '2Gi';
  return {
    kind: 'RuntimeClass',
    metadata: { name },
    overhead: {
      podFixed: {
        cpu: '1',
        memory,
        [cpu === 'tdx' ? 'tdx.intel.com/keys' : 'sev-snp.amd.com/esids']: '1',
      },
    },
    scheduling: { nodeSelector: selectors[cpu] },
  };
}

export interface WorkloadChange {
  readonly name?: string;
  readonly runtimeClassName?: string | null;
  readonly limits?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly own?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly volumes?: readonly object[];
  readonly volumeMounts?: readonly object[];
  readonly runAsUser?: number;
}

/** A pool of workers with a GPU each, unless said. */
export function workload(changed: WorkloadChange = {}): object {
  const { name = 'sf-tee-worker', runtimeClassName = 'kata-qemu-nvidia-gpu-snp', annotations = {} } = changed;
  const env = changed.env ?? {
    SEALFLOW_QUOTE_PROVIDER: 'coco',
    SEALFLOW_ORCHESTRATOR: 'sf-orchestrator.sealflow.svc:7443',
  };
  return {
    kind: 'StatefulSet',
    metadata: { name, namespace: 'sealflow', labels: ours, annotations: changed.own ?? {} },
    spec: {
      replicas: 1,
      template: {
        metadata: { labels: { ...ours, 'app.kubernetes.io/name': name }, annotations },
        spec: {
          ...(runtimeClassName === null ? {} : { runtimeClassName }),
          nodeSelector: {},
          securityContext: { runAsUser: changed.runAsUser ?? 65_532 },
          volumes: changed.volumes ?? [],
          containers: [
            {
              image: changed.image ?? 'registry.example.org:5000/sealflow/tee-worker@sha256:11',
              env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
              resources: { limits: changed.limits ?? { cpu: '8', memory: '64Gi', 'nvidia.com/pgpu': '1' } },
              volumeMounts: changed.volumeMounts ?? [],
            },
          ],
        },
      },
    },
  };
}

export function orchestrator(
  env: Readonly<Record<string, string>> = {},
  changed: WorkloadChange = {},
): object {
  return workload({
    name: 'sf-orchestrator',
    runtimeClassName: null,
    limits: { cpu: '2', memory: '1Gi' },
    env: { SEALFLOW_GRPC_ADDRESS: '0.0.0.0:7443', ...env },
    ...changed,
  });
}

export function policy(name: string, egress: readonly object[], changed: object = {}): object {
  return {
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'sealflow' },
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
      policyTypes: ['Ingress', 'Egress'],
      egress,
      ...changed,
    },
  };
}

export const certificate = {
  kind: 'Certificate',
  metadata: { name: 'sf-tee-worker-tls-0', namespace: 'sealflow', labels: ours },
  status: ready,
};

export function pod(status: object = { phase: 'Running', ...ready }, name = 'sf-tee-worker-0'): object {
  return { kind: 'Pod', metadata: { name, namespace: 'sealflow', labels: ours }, status };
}

/** A pod that came as far as its phase and no further. */
export const waiting = { phase: 'Pending', containerStatuses: [] };

export const dials = [
  { ports: [{ port: 7443, protocol: 'TCP' }] },
  { ports: [{ port: 53, protocol: 'UDP' }] },
  { ports: [{ port: 5000, protocol: 'TCP' }] },
];
export const gpuClass = runtimeClass('kata-qemu-nvidia-gpu-snp');
export const workerPolicy = policy('sf-tee-worker', dials);

/** A pool whose pods serve. */
export const sound: readonly object[] = [node({}), gpuClass, workload(), workerPolicy, certificate, pod()];

export function findingsOf(items: readonly object[]): readonly Finding[] {
  const list = new TextEncoder().encode(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  return checkCluster(parseCluster(list));
}

/** What is not well. */
export function examined(items: readonly object[]): readonly Finding[] {
  return findingsOf(items).filter(({ status }) => status !== 'ok');
}
