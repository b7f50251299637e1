import { describe, expect, it } from 'vitest';
import { encodeInitdata, initdataDigests, initdataToml } from '../../initdata/initdata.js';
import {
  examined,
  findingsOf,
  gpuClass,
  node,
  orchestrator,
  pod,
  runtimeClass,
  tdxLabels,
  type WorkloadChange,
  waiting,
  workerPolicy,
  workload,
} from './cluster.fixture.js';

const toml = initdataToml('sha256', { 'policy.rego': 'package agent_policy' });
const packed = encodeInitdata(toml);
const INITDATA = 'io.katacontainers.config.hypervisor.cc_init_data';
const KERNEL = 'io.katacontainers.config.hypervisor.kernel_params';
const base = [node({}), gpuClass, workerPolicy];
const plainClass = runtimeClass('kata-qemu-snp');
const plain: WorkloadChange = { runtimeClassName: 'kata-qemu-snp', limits: { memory: '4Gi' } };
const source = (provider: string, changed: WorkloadChange = {}): object =>
  workload({
    runtimeClassName: null,
    limits: { memory: '4Gi' },
    ...changed,
    env: { SEALFLOW_QUOTE_PROVIDER: provider, SEALFLOW_ORCHESTRATOR: 'o:7443' },
  });
const configfs = { name: 'configfs', hostPath: { path: '/sys/kernel/config' } };
const tdx = [
  node({ labels: tdxLabels }),
  runtimeClass('kata-qemu-tdx'),
  workload({ runtimeClassName: 'kata-qemu-tdx', limits: { memory: '4Gi' } }),
  workerPolicy,
];

describe('the way to evidence', () => {
  it.each<[string, readonly object[], object]>([
    [
      'of a guest that serves no attestation, as the pod itself asks for',
      [
        ...base,
        plainClass,
        workload({ ...plain, annotations: { [KERNEL]: 'a=1 agent.guest_components_rest_api=resource' } }),
      ],
      {
        status: 'failed',
        what: 'REST API of the guest',
        got: 'agent.guest_components_rest_api=resource',
        todo: expect.stringContaining('agent.guest_components_rest_api=all'),
      },
    ],
    [
      'of a guest with other kernel parameters',
      [...base, plainClass, workload({ ...plain, annotations: { [KERNEL]: 'agent.log=debug' } })],
      { status: 'failed', got: 'an annotation without it' },
    ],
    [
      'of a guest whose shim refuses the annotation',
      [
        ...base,
        runtimeClass('kata-qemu-nvidia-gpu-snp-runtime-rs'),
        workload({
          runtimeClassName: 'kata-qemu-nvidia-gpu-snp-runtime-rs',
          annotations: { [KERNEL]: 'agent.guest_components_rest_api=all' },
        }),
      ],
      {
        status: 'failed',
        got: `annotation ${KERNEL}, which kata-qemu-nvidia-gpu-snp-runtime-rs refuses`,
        todo: expect.stringContaining('podAnnotations'),
      },
    ],
    [
      "of a guest whose parameters are in the shim's configuration",
      [...base, workload(), pod(waiting)],
      {
        status: 'skipped',
        what: 'REST API of the guest',
        todo: expect.stringContaining('agent.guest_components_rest_api=all'),
      },
    ],
    [
      'of a TDX guest, whose host must quote',
      [...tdx, pod(waiting)],
      {
        status: 'skipped',
        what: 'quoting service (QGS)',
        todo: expect.stringContaining('qgsd'),
      },
    ],
    [
      'by configfs without root',
      [node({}), source('tsm', { volumes: [configfs] })],
      { status: 'failed', what: 'configfs-tsm', got: 'mounted, user 65532' },
    ],
    [
      'by configfs that is not mounted',
      [node({}), source('tsm', { runAsUser: 0 })],
      { status: 'failed', what: 'configfs-tsm', got: 'not mounted, user 0' },
    ],
    [
      'by dstack without its socket',
      [node({}), source('dstack')],
      { status: 'failed', what: 'socket of dstack', todo: expect.stringContaining('tee.hostAccess') },
    ],
    [
      'of simulated hardware',
      [node({}), source('simulated')],
      { status: 'warning', what: 'hardware', got: expect.stringContaining('SIMULATED') },
    ],
    [
      'with initdata that no tool packed',
      [...base, workload({ annotations: { [INITDATA]: 'AAAA' } })],
      { status: 'failed', what: 'initdata', expected: 'what sealflow initdata build prints' },
    ],
    [
      'with another HOSTDATA than the values expect',
      [
        ...base,
        workload({
          annotations: { [INITDATA]: packed },
          own: { 'sealflow.dev/expected-hostdata': 'b'.repeat(64) },
        }),
      ],
      {
        status: 'failed',
        what: 'HOSTDATA of its initdata',
        expected: 'b'.repeat(64),
        got: initdataDigests(toml).hostData,
      },
    ],
    [
      'with another MRCONFIGID than the values expect',
      [
        ...base,
        workload({
          annotations: { [INITDATA]: packed },
          own: { 'sealflow.dev/expected-mrconfigid': 'b'.repeat(96) },
        }),
      ],
      { status: 'failed', what: 'MRCONFIGID of its initdata', got: initdataDigests(toml).mrConfigId },
    ],
    [
      'with initdata that nobody injected',
      [...base, workload({ annotations: { 'sealflow.dev/initdata-configmap': 'guest' } }), pod()],
      { status: 'failed', what: 'initdata', where: 'sf-tee-worker-0', got: 'a pod without it' },
    ],
    [
      'without collateral of SEV-SNP and of NVIDIA',
      [...base, workload(), orchestrator()],
      {
        status: 'warning',
        what: 'collateral of the vendors',
        where: 'sf-orchestrator',
        got: 'none in config.collateral.kdsUrl, config.collateral.rimUrl, config.collateral.ocspUrl',
      },
    ],
    [
      'without collateral of TDX',
      [...tdx, orchestrator({ SEALFLOW_COLLATERAL_KDS_URL: 'https://kdsintf.amd.com' })],
      { status: 'warning', got: 'none in config.collateral.pcsUrl' },
    ],
    [
      'with a folder of collateral that nobody mounted',
      [...base, workload(), orchestrator({ SEALFLOW_COLLATERAL_OFFLINE: '/etc/sealflow/collateral' })],
      {
        status: 'failed',
        what: 'folder of collateral',
        got: 'none there',
        todo: expect.stringContaining('extraVolumes'),
      },
    ],
  ])('%s is told with what to do', (_what, items, finding) => {
    expect(examined(items)).toContainEqual(expect.objectContaining(finding));
  });

  it.each<[string, readonly object[], string]>([
    [
      'of a guest whose kernel parameters the pod names',
      [
        ...base,
        plainClass,
        workload({ ...plain, annotations: { [KERNEL]: 'agent.guest_components_rest_api=attestation' } }),
      ],
      'REST API of the guest',
    ],
    ['of a worker that was taken, whatever nobody sees', [...tdx, pod()], 'quote source'],
    [
      'by dstack',
      [source('dstack', { volumes: [{ name: 'a', hostPath: { path: '/var/run/dstack.sock' } }] })],
      'socket of dstack',
    ],
    ['by configfs, as root', [source('tsm', { volumes: [configfs], runAsUser: 0 })], 'configfs-tsm'],
    [
      'with the initdata that the values expect',
      [
        ...base,
        workload({
          annotations: { [INITDATA]: packed },
          own: { 'sealflow.dev/expected-hostdata': initdataDigests(toml).hostData },
        }),
      ],
      'HOSTDATA of its initdata',
    ],
    [
      'with addresses of all vendors',
      [
        ...base,
        workload(),
        orchestrator({
          SEALFLOW_COLLATERAL_KDS_URL: 'https://a',
          SEALFLOW_COLLATERAL_RIM_URL: 'https://a',
          SEALFLOW_COLLATERAL_OCSP_URL: 'https://a',
        }),
      ],
      'collateral of the vendors',
    ],
    [
      'with a folder of collateral',
      [
        orchestrator(
          { SEALFLOW_COLLATERAL_OFFLINE: '/etc/sealflow/collateral' },
          { volumeMounts: [{ name: 'collateral', mountPath: '/etc/sealflow' }] },
        ),
      ],
      'folder of collateral',
    ],
  ])('%s is well', (_what, items, what) => {
    expect(findingsOf(items)).toContainEqual(expect.objectContaining({ status: 'ok', what }));
  });

  it('of simulated hardware asks for no collateral', () => {
    const all = findingsOf([source('simulated'), orchestrator()]);
    expect(all.filter(({ what }) => what === 'collateral of the vendors')).toEqual([]);
  });
});
