import { describe, expect, it } from 'vitest';
import { encodeInitdata, initdataToml } from '../../initdata/initdata.js';
import {
  dials,
  examined,
  findingsOf,
  gpuClass,
  node,
  orchestrator,
  policy,
  sound,
  workerPolicy,
  workload,
} from './cluster.fixture.js';

const base = [node({}), gpuClass];
const [toOrchestrator, toDns, toRegistry] = dials;
const tcp = (port: number): object => ({ ports: [{ port, protocol: 'TCP' }] });
const annotations = {
  'io.katacontainers.config.hypervisor.cc_init_data': encodeInitdata(
    initdataToml('sha256', {
      'aa.toml': '[token_configs.kbs]\nurl = "https://kbs.example.org:8080"\n',
      'cdh.toml': '[kbc]\n# url = "https://old.example.org:1"\nurl = "https://kbs.example.org:8080"\n',
    }),
  ),
};
const vendors = {
  SEALFLOW_COLLATERAL_KDS_URL: 'https://kdsintf.amd.com',
  SEALFLOW_COLLATERAL_PCS_URL: 'https://pccs.example.org:8081',
  SEALFLOW_COLLATERAL_OCSP_URL: 'http://ocsp.example.org',
  SEALFLOW_WITNESSES: 'https://witness.example.org:9443 witness+1234+AAAA',
};

describe('pods that may dial whom they need', () => {
  it.each<[string, readonly object[]]>([
    ['are well', sound],
    ['are well where no policy selects them', [...sound.slice(0, 3), policy('other', [])]],
    [
      'are well where one policy opens what another does not',
      [...sound, policy('deny', [], { podSelector: {} })],
    ],
    [
      'are well where a policy bounds who calls them alone',
      [...sound, policy('sf-tee-worker', [], { policyTypes: ['Ingress'] })],
    ],
    ['are well where everybody may be dialled', [...base, workload(), policy('sf-tee-worker', [{}])]],
    [
      'are well where a range has the port',
      [...base, workload(), policy('sf-tee-worker', [{ ports: [{ port: 5_000, endPort: 8_000 }] }])],
    ],
    [
      'are well where the whole network of addresses is open',
      [...base, workload(), policy('sf-tee-worker', [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }])],
    ],
  ])('%s', (_what, items) => {
    const ways = examined(items).filter(({ what }) => what.startsWith('way to'));
    expect(ways).toEqual([]);
    expect(findingsOf(items)).toContainEqual(
      expect.objectContaining({ status: 'ok', what: 'way to those whom it dials' }),
    );
  });
});

describe('a policy', () => {
  it.each<[string, readonly object[], object]>([
    [
      'that keeps workers from the orchestrator',
      [...base, workload(), policy('sf-tee-worker', [toDns, toRegistry] as object[])],
      {
        what: 'way to the orchestrator',
        where: 'sf-tee-worker',
        expected: 'sf-orchestrator.sealflow.svc:7443 may be dialled',
        got: 'no rule of NetworkPolicy sf-tee-worker has port 7443',
        todo: expect.stringContaining('networkPolicy.egressPorts: [7443]'),
      },
    ],
    [
      'that keeps a guest from the registry of its image',
      [...base, workload(), policy('sf-tee-worker', [toOrchestrator] as object[])],
      {
        what: 'way to the registry, from which the guest pulls its image',
        expected: 'registry.example.org:5000 may be dialled',
      },
    ],
    [
      'that keeps a guest from the public registry, which an image without a host means',
      [...base, workload({ image: 'sealflow/tee-worker@sha256:11' }), workerPolicy],
      { expected: 'registry-1.docker.io:443 may be dialled' },
    ],
    [
      'that keeps a guest from its key broker',
      [...base, workload({ annotations }), workerPolicy],
      {
        what: 'way to the key broker of its initdata',
        expected: 'kbs.example.org:8080 may be dialled',
      },
    ],
    [
      'that keeps the orchestrator from a vendor',
      [orchestrator(vendors), policy('sf-orchestrator', [tcp(8_081), tcp(80), tcp(9_443)])],
      { what: 'way to collateral of AMD (KDS)', expected: 'kdsintf.amd.com:443 may be dialled' },
    ],
    [
      'that keeps the orchestrator from a mirror on a port of its own',
      [orchestrator(vendors), policy('sf-orchestrator', [tcp(443), tcp(80), tcp(9_443)])],
      { what: 'way to collateral of Intel (PCS)', expected: 'pccs.example.org:8081 may be dialled' },
    ],
    [
      'that keeps the orchestrator from answers in the clear',
      [orchestrator(vendors), policy('sf-orchestrator', [tcp(443), tcp(8_081), tcp(9_443)])],
      { what: 'way to revocation answers of NVIDIA (OCSP)', expected: 'ocsp.example.org:80 may be dialled' },
    ],
    [
      'that keeps the orchestrator from its witness',
      [orchestrator(vendors), policy('sf-orchestrator', [tcp(443), tcp(8_081), tcp(80)])],
      { what: 'way to a witness', expected: 'witness.example.org:9443 may be dialled' },
    ],
    [
      'that opens the port for another protocol',
      [...base, workload(), policy('sf-tee-worker', [{ ports: [{ port: 7_443, protocol: 'UDP' }] }])],
      { what: 'way to the orchestrator' },
    ],
    [
      'of the whole namespace',
      [...base, workload(), policy('deny', [], { podSelector: {} })],
      { got: 'no rule of NetworkPolicy deny has port 7443' },
    ],
    [
      'that selects by an expression',
      [
        ...base,
        workload(),
        policy('deny', [], {
          podSelector: {
            matchExpressions: [{ key: 'app.kubernetes.io/part-of', operator: 'In', values: ['sealflow'] }],
          },
        }),
      ],
      { got: 'no rule of NetworkPolicy deny has port 7443' },
    ],
  ])('%s is named, with what to set', (_what, items, finding) => {
    expect(examined(items)).toContainEqual(expect.objectContaining({ status: 'failed', ...finding }));
  });

  it.each<[string, object]>([
    ['some addresses', { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ...tcp(7_443) }],
    ['pods of some labels', { to: [{ podSelector: {} }], ...tcp(7_443) }],
    ['a port by its name', { ports: [{ port: 'grpc' }] }],
  ])('that opens %s is not judged, and says where to look', (_what, rule) => {
    const items = [...base, workload(), policy('sf-tee-worker', [rule])];
    expect(examined(items)).toContainEqual(
      expect.objectContaining({ status: 'skipped', what: 'way to the orchestrator' }),
    );
  });

  it('of another namespace says nothing of these pods', () => {
    const foreign = policy('deny', [], { podSelector: {} }) as { metadata: object };
    const items = [...sound, { ...foreign, metadata: { name: 'deny', namespace: 'other' } }];
    expect(examined(items)).toEqual([]);
  });

  it('is asked of every replica that a worker may dial', () => {
    const env = {
      SEALFLOW_QUOTE_PROVIDER: 'coco',
      SEALFLOW_ORCHESTRATOR: 'ipv4:10.0.0.1:7443,10.0.0.2:7444',
    };
    const bad = examined([...base, workload({ env }), workerPolicy]);
    expect(bad).toContainEqual(
      expect.objectContaining({ expected: '10.0.0.2:7444 may be dialled', status: 'failed' }),
    );
  });
});
