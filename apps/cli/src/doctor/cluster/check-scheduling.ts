import { type Finding, Findings } from '../finding.js';
import {
  type ClusterNode,
  type ClusterObjects,
  conditionOf,
  type RuntimeClass,
  type Workload,
} from './cluster-objects.js';
import { type ConfidentialGuest, confidentialGuestOf } from './confidential-guest.js';
import { added, amountOf, shownAmount } from './quantity.js';

const MODE = 'nvidia.com/cc.mode';
const MODE_STATE = 'nvidia.com/cc.mode.state';
const READY_STATE = 'nvidia.com/cc.ready.state';
const WORKLOAD_CONFIG = 'nvidia.com/gpu.workload.config';
const workloadConfigs = ['container', 'vm-passthrough', 'vm-vgpu'];

/** What to do about a lack, by the beginning of its words. */
const remedies: readonly (readonly [lack: string, todo: string])[] = [
  [
    'label katacontainers.io/kata-runtime',
    'kata-deploy has not finished on that node: see its pod there, and whether its node selector takes the node',
  ],
  [
    'label amd.feature.node.kubernetes.io/snp',
    'switch SEV-SNP on in the firmware and the kernel of that node; node feature discovery with the rule of kata-deploy then labels it',
  ],
  [
    'label intel.feature.node.kubernetes.io/tdx',
    'switch TDX on in the firmware and the kernel of that node; node feature discovery with the rule of kata-deploy then labels it',
  ],
  [
    'sev-snp.amd.com/esids',
    'node feature discovery counts what the firmware gives: is its minimum SEV ASID above 1, and do other guests hold the rest?',
  ],
  [
    'tdx.intel.com/keys',
    'node feature discovery counts what the firmware gives: are there TDX keys, and do other guests hold them?',
  ],
  [
    'label nvidia.com/cc.',
    'label the node nvidia.com/cc.mode as wanted and wait for its manager; where no such label comes, the manager does not know the model of the GPU (deploy/cluster-prereqs.md)',
  ],
  [
    'nvidia.com/',
    'label the node nvidia.com/gpu.workload.config=vm-passthrough; where the device plugin names models, set tee.gpu.resourceName',
  ],
  ['kubelet', 'upgrade the node: GPUs in Kata guests need it (deploy/cluster-prereqs.md)'],
  ['containerd', 'upgrade containerd of the node: GPUs in Kata guests need it (deploy/cluster-prereqs.md)'],
  ['schedulable', 'kubectl uncordon the node when what it was cordoned for is done'],
  ['ready', 'see the conditions of the node, and its kubelet'],
];

/** Whether each workload finds a node, and its pods their share of the quotas. */
export function checkScheduling(objects: ClusterObjects): Finding[] {
  const findings = new Findings('cluster');
  for (const workload of objects.workloads) {
    const runtimeClass = runtimeClassOf(workload, objects);
    if (runtimeClass === undefined) noRuntimeClass(findings, workload);
    else checkNodes(findings, workload, runtimeClass, objects);
    checkQuota(findings, workload, runtimeClass ?? null, objects);
  }
  for (const node of objects.nodes) checkGpuMode(findings, node);
  return findings.list;
}

/** Null for a workload that names none, undefined for one whose class is not there. */
function runtimeClassOf(
  workload: Workload,
  { runtimeClasses }: ClusterObjects,
): RuntimeClass | null | undefined {
  const { runtimeClassName } = workload.spec.template.spec;
  if (runtimeClassName === undefined) return null;
  return runtimeClasses.find(({ metadata }) => metadata.name === runtimeClassName);
}

function noRuntimeClass(findings: Findings, { metadata, spec }: Workload): void {
  findings.fail(
    {
      what: 'runtime class',
      where: metadata.name,
      expected: spec.template.spec.runtimeClassName ?? '',
      got: 'none of this name',
    },
    'install kata-deploy with this runtime class, or set tee.runtimeClassName (deploy/cluster-prereqs.md)',
  );
}

/** A pod runs where its runtime class, its selector and its resources all fit one node. */
function checkNodes(
  findings: Findings,
  workload: Workload,
  runtimeClass: RuntimeClass | null,
  { nodes }: ClusterObjects,
): void {
  const lacks = nodes.map((node) => ({
    node: node.metadata.name,
    lack: lackOf(node, workload, runtimeClass),
  }));
  const nearest = lacks.toSorted((a, b) => a.lack.length - b.lack.length)[0];
  const todos = remedies
    .filter(([lack]) => nearest?.lack.some((one) => one.startsWith(lack)))
    .map(([, todo]) => todo);
  findings.judge(
    nearest?.lack.length === 0,
    {
      what: 'a node for its pods',
      where: workload.metadata.name,
      expected: 'one with its labels and resources',
      got:
        nearest === undefined
          ? 'no node in what kubectl printed'
          : nearest.lack.length === 0
            ? `${lacks.filter(({ lack }) => lack.length === 0).length} of ${lacks.length} nodes`
            : `the nearest, ${nearest.node}, lacks ${nearest.lack.join(', ')}`,
    },
    todos.length > 0
      ? todos.join('; ')
      : 'label or enlarge that node (deploy/cluster-prereqs.md), or change nodeSelector and resources; overhead is what the runtime class adds for the guest',
  );
}

function lackOf(node: ClusterNode, workload: Workload, runtimeClass: RuntimeClass | null): readonly string[] {
  const pod = workload.spec.template.spec;
  const { labels } = node.metadata;
  const guest = confidentialGuestOf(workload);
  const wanted = {
    ...(runtimeClass?.scheduling?.nodeSelector ?? {}),
    ...modeOf(guest),
    ...pod.nodeSelector,
  };
  const overhead = added(new Map(), runtimeClass?.overhead?.podFixed ?? {});
  return [
    ...Object.entries(wanted)
      .filter(([label, value]) => labels[label] !== value)
      .map(([label, value]) => `label ${label}=${value}`),
    ...[...amountsOf(workload, runtimeClass)]
      .filter(([name, amount]) => amountOf(node.status.allocatable[name] ?? '0') < amount)
      .map(([name, amount]) => `${name} ${shownAmount(name, amount)}${ofOverhead(name, amount, overhead)}`),
    ...(guest.isKata && guest.hasGpu ? oldParts(node) : []),
    ...(node.spec.unschedulable ? ['schedulable'] : []),
    ...(conditionOf(node.status.conditions, 'Ready')?.status === 'True' ? [] : ['ready']),
  ];
}

/** Which mode the GPUs of a node must be in for a Kata guest: Hopper with its switches in protected PCIe. */
function modeOf({ isKata, hasGpu, isProtectedPcie }: ConfidentialGuest): Readonly<Record<string, string>> {
  return isKata && hasGpu ? { [MODE_STATE]: isProtectedPcie ? 'ppcie' : 'on' } : {};
}

function ofOverhead(name: string, amount: number, overhead: ReadonlyMap<string, number>): string {
  const part = overhead.get(name);
  return part === undefined || part === amount ? '' : ` (${shownAmount(name, part)} of it overhead)`;
}

/** What NVIDIA's reference architecture asks of a node whose GPUs go into Kata guests. */
function oldParts({ status: { nodeInfo } }: ClusterNode): readonly string[] {
  const { kubeletVersion, containerRuntimeVersion } = nodeInfo;
  const parts: readonly (readonly [name: string, version: string, major: number, minor: number])[] = [
    ['kubelet', kubeletVersion, 1, 32],
    ['containerd', /^containerd:\/\/(.*)$/.exec(containerRuntimeVersion)?.[1] ?? '', 2, 2],
  ];
  return parts
    .filter(([, version, ...least]) => isBelow(version, least))
    .map(([name, version, major, minor]) => `${name} ${major}.${minor} (has ${version})`);
}

/** A version that is not said, or not in numbers, is not below. */
function isBelow(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, ownMajor, ownMinor] = /^v?([0-9]+)\.([0-9]+)/.exec(version) ?? [];
  if (ownMajor === undefined) return false;
  return Number(ownMajor) < major || (Number(ownMajor) === major && Number(ownMinor) < minor);
}

function checkGpuMode(findings: Findings, { metadata: { name, labels } }: ClusterNode): void {
  const config = labels[WORKLOAD_CONFIG];
  if (config !== undefined && !workloadConfigs.includes(config)) {
    findings.fail(
      { what: WORKLOAD_CONFIG, where: name, expected: workloadConfigs.join(', '), got: config },
      'set vm-passthrough on nodes of confidential guests',
    );
  }
  const mode = labels[MODE_STATE];
  const wanted = labels[MODE];
  // Somebody keeps this node for ordinary work.
  if (mode === undefined || (mode === 'off' && wanted === 'off')) return;
  const said = { what: 'confidential mode of the GPUs', where: name, expected: 'on or ppcie, and ready' };
  const got = `${mode}, ready ${JSON.stringify(labels[READY_STATE] ?? 'unset')}`;
  const isSettled = wanted === undefined || wanted === mode;
  findings.judge(
    isSettled && (mode === 'on' || mode === 'ppcie') && labels[READY_STATE] === 'true',
    { ...said, got: isSettled ? got : `${got}, while ${MODE}=${wanted}` },
    mode === 'on' || mode === 'ppcie' || !isSettled
      ? 'a change takes one or two minutes, and waits for pods that hold the GPUs: drain them, then see the pod of the manager of confidential computing on that node'
      : 'label the node nvidia.com/cc.mode=on and wait for its manager; devtools and failed are not ready',
  );
}

/** Whether one pod more of the workload fits into what is left of each quota. */
function checkQuota(
  findings: Findings,
  workload: Workload,
  runtimeClass: RuntimeClass | null,
  { quotas }: ClusterObjects,
): void {
  for (const { metadata, status } of quotas) {
    for (const [name, amount] of amountsOf(workload, runtimeClass)) {
      const key = [`limits.${name}`, `requests.${name}`, name].find((one) => status?.hard[one] !== undefined);
      if (key === undefined) continue;
      const left = amountOf(status?.hard[key] ?? '0') - amountOf(status?.used[key] ?? '0');
      if (left >= amount) continue;
      findings.warn(
        {
          what: `quota ${metadata.name}`,
          where: workload.metadata.name,
          expected: `${shownAmount(name, amount)} of ${key} for one pod more`,
          got: `${shownAmount(name, left)} left`,
        },
        'raise the quota, or a pod that is replaced is not made again; what the runtime class adds counts too',
      );
    }
  }
}

/**
 * Of all containers of a pod together, and what its runtime class adds for the guest: the scheduler, quotas and the
 * kubelet count both (Kubernetes, Pod Overhead).
 */
function amountsOf(workload: Workload, runtimeClass: RuntimeClass | null): ReadonlyMap<string, number> {
  const { containers } = workload.spec.template.spec;
  const limits = containers.reduce<ReadonlyMap<string, number>>(
    (sums, { resources }) => added(sums, resources?.limits ?? {}),
    new Map(),
  );
  return added(limits, runtimeClass?.overhead?.podFixed ?? {});
}
