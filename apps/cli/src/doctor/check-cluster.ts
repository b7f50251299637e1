import type { ClusterNode, ClusterObjects, Conditions, Workload } from './cluster-objects.js';
import { type Finding, Findings } from './finding.js';

const MODE_STATE = 'nvidia.com/cc.mode.state';
const READY_STATE = 'nvidia.com/cc.ready.state';
const WORKLOAD_CONFIG = 'nvidia.com/gpu.workload.config';
const workloadConfigs = ['container', 'vm-passthrough', 'vm-vgpu'];
const suffixes: Readonly<Record<string, number>> = {
  ...{ '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
};

/** What keeps pods of Sealflow from running, as far as `kubectl`'s JSON shows it. */
export function checkCluster(objects: ClusterObjects): Finding[] {
  const findings = new Findings('cluster');
  if (objects.workloads.length === 0) {
    findings.fail(
      {
        what: 'workloads',
        where: 'StatefulSets with app.kubernetes.io/part-of=sealflow',
        expected: 'at least one',
        got: 'none',
      },
      'name the namespace of the release to kubectl (-n), and statefulsets among the kinds',
    );
  }
  for (const workload of objects.workloads) {
    checkNodes(findings, workload, objects);
    checkQuota(findings, workload, objects);
  }
  for (const node of objects.nodes) checkGpuMode(findings, node);
  for (const { metadata, status } of objects.certificates) {
    const ready = conditionOf(status?.conditions ?? [], 'Ready');
    findings.judge(
      ready?.status === 'True',
      {
        what: 'certificate',
        where: metadata.name,
        expected: 'ready',
        got: ready?.status === 'True' ? 'ready' : (ready?.message ?? 'no word of cert-manager'),
      },
      'see that cert-manager runs and that the issuer of tls.issuerRef signs these names',
    );
  }
  for (const { metadata, status } of objects.pods) checkPod(findings, metadata.name, status);
  return findings.list;
}

/** A pod runs where its runtime class, its selector and its resources all fit one node. */
function checkNodes(findings: Findings, workload: Workload, { nodes, runtimeClasses }: ClusterObjects): void {
  const pod = workload.spec.template.spec;
  const where = workload.metadata.name;
  const runtimeClass = runtimeClasses.find(({ metadata }) => metadata.name === pod.runtimeClassName);
  if (pod.runtimeClassName !== undefined && runtimeClass === undefined) {
    findings.fail(
      { what: 'runtime class', where, expected: pod.runtimeClassName, got: 'none of this name' },
      'install kata-deploy with this runtime class, or set tee.runtimeClassName (deploy/cluster-prereqs.md)',
    );
    return;
  }
  const wanted = { ...(runtimeClass?.scheduling?.nodeSelector ?? {}), ...pod.nodeSelector };
  const lackOf = (node: ClusterNode): readonly string[] => [
    ...Object.entries(wanted)
      .filter(([label, value]) => node.metadata.labels[label] !== value)
      .map(([label, value]) => `label ${label}=${value}`),
    ...[...limitsOf(workload)]
      .filter(([name, amount]) => amountOf(node.status.allocatable[name] ?? '0') < amount)
      .map(([name, amount]) => `${name} ${amount}`),
    ...(node.spec.unschedulable ? ['schedulable'] : []),
    ...(conditionOf(node.status.conditions, 'Ready')?.status === 'True' ? [] : ['ready']),
  ];
  const lacks = nodes.map((node) => ({ node: node.metadata.name, lack: lackOf(node) }));
  const nearest = lacks.toSorted((a, b) => a.lack.length - b.lack.length)[0];
  findings.judge(
    nearest?.lack.length === 0,
    {
      what: 'a node for its pods',
      where,
      expected: 'one with its labels and resources',
      got:
        nearest === undefined
          ? 'no node in what kubectl printed'
          : nearest.lack.length === 0
            ? `${lacks.filter(({ lack }) => lack.length === 0).length} of ${lacks.length} nodes`
            : `the nearest, ${nearest.node}, lacks ${nearest.lack.join(', ')}`,
    },
    'label or enlarge that node (deploy/cluster-prereqs.md), or change nodeSelector and resources',
  );
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
  if (mode === undefined) return;
  findings.judge(
    (mode === 'on' || mode === 'ppcie') && labels[READY_STATE] === 'true',
    {
      what: 'confidential mode of the GPUs',
      where: name,
      expected: 'on or ppcie, and ready',
      got: `${mode}, ready ${JSON.stringify(labels[READY_STATE] ?? 'unset')}`,
    },
    'label the node nvidia.com/cc.mode=on and wait for its manager; devtools and failed are not ready',
  );
}

/** Whether one pod more of the workload fits into what is left of each quota. */
function checkQuota(findings: Findings, workload: Workload, { quotas }: ClusterObjects): void {
  for (const { metadata, status } of quotas) {
    for (const [name, amount] of limitsOf(workload)) {
      const key = [`limits.${name}`, `requests.${name}`, name].find((one) => status?.hard[one] !== undefined);
      if (key === undefined) continue;
      const left = amountOf(status?.hard[key] ?? '0') - amountOf(status?.used[key] ?? '0');
      if (left >= amount) continue;
      findings.warn(
        {
          what: `quota ${metadata.name}`,
          where: workload.metadata.name,
          expected: `${amount} of ${key} for one pod more`,
          got: `${left} left`,
        },
        'raise the quota, or a pod that is replaced is not made again',
      );
    }
  }
}

function checkPod(
  findings: Findings,
  where: string,
  {
    phase,
    conditions,
    containerStatuses,
  }: {
    phase: string;
    conditions: Conditions;
    containerStatuses: ClusterObjects['pods'][number]['status']['containerStatuses'];
  },
): void {
  if (phase === 'Succeeded') return;
  const ready = conditionOf(conditions, 'Ready')?.status === 'True';
  const waiting = containerStatuses
    .map(({ state }) => state?.waiting?.reason ?? '')
    .find((reason) => reason !== '');
  const scheduled = conditionOf(conditions, 'PodScheduled');
  const restarts = Math.max(0, ...containerStatuses.map(({ restartCount }) => restartCount));
  const got = ready
    ? 'ready'
    : scheduled?.status === 'False'
      ? `not scheduled: ${scheduled.message}`
      : (waiting ?? `${phase}, not ready, ${restarts} restarts`);
  findings.judge(
    ready,
    { what: 'pod', where, expected: 'ready', got },
    scheduled?.status === 'False' || waiting === 'ImagePullBackOff'
      ? 'see the findings above, and the events of the pod'
      : 'read its log: a worker that lacks the attestation path says QUOTE_SOURCE_ABSENT or the 404 of the guest, for which the shim needs agent.guest_components_rest_api=all',
  );
}

function conditionOf(conditions: Conditions, type: string): Conditions[number] | undefined {
  return conditions.find((condition) => condition.type === type);
}

/** Of all containers of a pod together. */
function limitsOf(workload: Workload): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { resources } of workload.spec.template.spec.containers)
    for (const [name, text] of Object.entries(resources?.limits ?? {}))
      sums.set(name, (sums.get(name) ?? 0) + amountOf(text));
  return sums;
}

/** A quantity of Kubernetes; one that cannot be read counts as nothing. */
function amountOf(text: string): number {
  const [, digits = '0', suffix = ''] = /^([0-9.]+)([a-zA-Z]*)$/.exec(text) ?? [];
  return Number(digits) * (suffixes[suffix] ?? 0);
}
