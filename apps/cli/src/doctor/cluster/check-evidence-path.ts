import { initdataDigests, readInitdata } from '../../initdata/initdata.js';
import { type Finding, Findings } from '../finding.js';
import { reasonOf } from '../reason-of.js';
import { INITDATA_ANNOTATION } from './check-egress.js';
import { type ClusterObjects, isReady, podsOf, variableOf, type Workload } from './cluster-objects.js';
import { type ConfidentialGuest, confidentialGuestOf, takesKernelParameters } from './confidential-guest.js';

const KERNEL_PARAMETERS = 'io.katacontainers.config.hypervisor.kernel_params';
const REST_API = 'agent.guest_components_rest_api';
const OFFLINE = 'SEALFLOW_COLLATERAL_OFFLINE';

/**
 * The way from a worker to evidence that somebody can appraise: the guest that signs, what the host must have for that,
 * the initdata that is signed with it, and the vendors' collateral. Much of it lies on nodes, where kubectl does not
 * look; then it says where to look.
 */
export function checkEvidencePath(objects: ClusterObjects): Finding[] {
  const findings = new Findings('cluster');
  for (const workload of objects.workloads) {
    const guest = confidentialGuestOf(workload);
    if (guest.provider === undefined) continue;
    checkSource(findings, workload, guest, objects);
    checkInitdata(findings, workload, objects);
  }
  for (const workload of objects.workloads)
    if (variableOf(workload, 'SEALFLOW_GRPC_ADDRESS') !== undefined)
      checkCollateral(findings, workload, objects);
  return findings.list;
}

function checkSource(
  findings: Findings,
  workload: Workload,
  guest: ConfidentialGuest,
  objects: ClusterObjects,
): void {
  const where = workload.metadata.name;
  if (guest.provider === 'simulated') {
    findings.warn(
      {
        what: 'hardware',
        where,
        expected: 'confidential hardware',
        got: 'SIMULATED: it protects nothing, and every verdict says so',
      },
      'for development this is as it must be; for anything else set tee.provider and a profile of the hardware',
    );
    return;
  }
  if (guest.provider === 'tsm') checkConfigfs(findings, workload);
  if (guest.provider === 'dstack') checkSocket(findings, workload);
  const serves = podsOf(workload, objects).some(({ status }) => isReady(status));
  if (serves) {
    findings.ok({
      what: 'quote source',
      where,
      expected: 'one that answers',
      got: 'a pod of it was taken, so its guest serves evidence',
    });
    return;
  }
  if (guest.provider === 'coco') checkRestApi(findings, workload, guest);
  if (guest.cpu === 'tdx')
    findings.skipped(
      {
        what: 'quoting service (QGS)',
        where,
        expected: 'running on every TDX node, where its guests call it',
        got: 'not in what kubectl prints',
      },
      "on the node: systemctl status qgsd, its log while a worker starts, and the port of vsock in Kata's configuration (tdx_quote_generation_service_socket_port, 4050; 0 where QEMU takes the socket of qgsd); the platform must be registered with Intel, or its PCK be in your PCCS",
    );
}

/** Whether the guest serves attestation at all: a parameter of its kernel, which the shim's configuration has. */
function checkRestApi(findings: Findings, workload: Workload, guest: ConfidentialGuest): void {
  const said = {
    what: 'REST API of the guest',
    where: workload.metadata.name,
    expected: `${REST_API}=all or attestation among the kernel parameters of the guest`,
  };
  const text = workload.spec.template.metadata.annotations[KERNEL_PARAMETERS];
  const todo = `set ${REST_API}=all in kernel_params of the shim's configuration, once for the cluster; it is measured, so reference values change (deploy/cluster-prereqs.md)`;
  if (text === undefined) {
    findings.skipped({ ...said, got: "not in what kubectl prints: it is in the shim's configuration" }, todo);
    return;
  }
  if (!takesKernelParameters(guest)) {
    findings.fail(
      { ...said, got: `annotation ${KERNEL_PARAMETERS}, which ${guest.runtimeClass} refuses` },
      `take it out of podAnnotations, or no pod starts; ${todo}`,
    );
    return;
  }
  const value = new RegExp(`(?:^|\\s)${REST_API.replaceAll('.', '\\.')}=(\\S+)`).exec(text)?.[1];
  findings.judge(
    value === 'all' || value === 'attestation',
    { ...said, got: value === undefined ? 'an annotation without it' : `${REST_API}=${value}` },
    todo,
  );
}

/** configfs-tsm: its entries belong to root, so that nobody else writes `inblob`. */
function checkConfigfs(findings: Findings, workload: Workload): void {
  const { volumes, containers, securityContext } = workload.spec.template.spec;
  const mounted = volumes.some(({ hostPath }) => hostPath?.path.startsWith('/sys/kernel/config') === true);
  const user = containers[0]?.securityContext?.runAsUser ?? securityContext?.runAsUser;
  findings.judge(
    mounted && user === 0,
    {
      what: 'configfs-tsm',
      where: workload.metadata.name,
      expected: '/sys/kernel/config of the node, and root, who alone writes its reports',
      got: `${mounted ? 'mounted' : 'not mounted'}, user ${user ?? 'of the image'}`,
    },
    'tee.provider: tsm with tee.hostAccess: true mounts it and makes this one container root, without capabilities; or run the worker as a service of the guest (systemd)',
  );
}

function checkSocket(findings: Findings, workload: Workload): void {
  const { volumes } = workload.spec.template.spec;
  const mounted = volumes.some(({ hostPath }) => hostPath?.path.endsWith('dstack.sock') === true);
  findings.judge(
    mounted,
    {
      what: 'socket of dstack',
      where: workload.metadata.name,
      expected: 'dstack.sock of the node',
      got: mounted ? 'mounted' : 'not mounted',
    },
    'set tee.hostAccess: true; the node must be a dstack guest',
  );
}

/** What the hardware will sign is the digest of the initdata that the pod has, whatever the values expect. */
function checkInitdata(findings: Findings, workload: Workload, objects: ClusterObjects): void {
  const { annotations } = workload.spec.template.metadata;
  const where = workload.metadata.name;
  const injected = annotations['sealflow.dev/initdata-configmap'];
  if (injected !== undefined) {
    const without = podsOf(workload, objects).filter(
      ({ metadata }) => metadata.annotations[INITDATA_ANNOTATION] === undefined,
    );
    for (const { metadata } of without)
      findings.fail(
        {
          what: 'initdata',
          where: metadata.name,
          expected: `annotation ${INITDATA_ANNOTATION}, from ConfigMap ${injected}`,
          got: 'a pod without it',
        },
        'the admission policy that injects it did not see this pod; its guest has no policy, and nobody who allows HOSTDATA takes it',
      );
  }
  const packed = annotations[INITDATA_ANNOTATION];
  if (packed === undefined) return;
  const expected = [
    ['HOSTDATA', workload.metadata.annotations['sealflow.dev/expected-hostdata'], 'hostData'],
    ['MRCONFIGID', workload.metadata.annotations['sealflow.dev/expected-mrconfigid'], 'mrConfigId'],
  ] as const;
  try {
    const digests = initdataDigests(readInitdata(new TextEncoder().encode(packed)));
    for (const [name, value, field] of expected)
      if (value !== undefined)
        findings.judge(
          value === digests[field],
          { what: `${name} of its initdata`, where, expected: value, got: digests[field] },
          'tee.expected is of another initdata than tee.initdata.inline: run sealflow initdata hash, and allow what it prints',
        );
  } catch (error) {
    findings.fail(
      { what: 'initdata', where, expected: 'what sealflow initdata build prints', got: reasonOf(error) },
      'build it again, and set tee.initdata.inline',
    );
  }
}

/** What the workers of this namespace need that the orchestrator was not told to get. */
function checkCollateral(findings: Findings, orchestrator: Workload, objects: ClusterObjects): void {
  const folder = variableOf(orchestrator, OFFLINE);
  const where = orchestrator.metadata.name;
  if (folder !== undefined) {
    const mounts = orchestrator.spec.template.spec.containers.flatMap(({ volumeMounts }) => volumeMounts);
    const isMounted = mounts.some(
      ({ mountPath }) => folder === mountPath || folder.startsWith(`${mountPath}/`),
    );
    findings.judge(
      isMounted,
      {
        what: 'folder of collateral',
        where,
        expected: `a volume at ${folder}`,
        got: isMounted ? 'mounted' : 'none there',
      },
      'mount the folder that sealflow evidence collateral --out wrote by orchestrator.extraVolumes and extraVolumeMounts',
    );
    return;
  }
  const guests = objects.workloads
    .map(confidentialGuestOf)
    .filter(({ provider }) => provider !== undefined && provider !== 'simulated');
  const needs = [
    ['SEALFLOW_COLLATERAL_KDS_URL', 'kdsUrl', guests.some(({ cpu }) => cpu === 'snp')],
    ['SEALFLOW_COLLATERAL_PCS_URL', 'pcsUrl', guests.some(({ cpu }) => cpu === 'tdx')],
    ['SEALFLOW_COLLATERAL_RIM_URL', 'rimUrl', guests.some(({ hasGpu }) => hasGpu)],
    ['SEALFLOW_COLLATERAL_OCSP_URL', 'ocspUrl', guests.some(({ hasGpu }) => hasGpu)],
  ] as const;
  const lacking = needs.filter(
    ([name, , isNeeded]) => isNeeded && variableOf(orchestrator, name) === undefined,
  );
  if (needs.every(([, , isNeeded]) => !isNeeded)) return;
  const said = {
    what: 'collateral of the vendors',
    where,
    expected: 'an address, a mirror or a folder for each',
  };
  if (lacking.length === 0) {
    findings.ok({ ...said, got: 'addresses for all that its workers need' });
    return;
  }
  findings.warn(
    { ...said, got: `none in ${lacking.map(([, key]) => `config.collateral.${key}`).join(', ')}` },
    'nothing is fetched without: evidence that does not carry its collateral is refused by whoever asks for it. Set the addresses of the vendors or of your mirror, or offlineFolder where there is no network (docs/operations.md, collateral)',
  );
}
