import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chartsFolder } from '../../tools/k8s/src/generated-files.js';
import { template } from '../../tools/k8s/src/helm.js';
import { helmNames } from '../../tools/k8s/src/tools.js';
import { parts } from './cases.js';

/** Chart, values beside the least ones, and what the message has: of a guard its whole line, of the schema the key. */
type Refusal = readonly [chart: string, set: Readonly<Record<string, unknown>>, message: string | RegExp];

const digest = `sha256:${'a'.repeat(64)}`;

const guards: readonly Refusal[] = [
  ...parts.flatMap((chart): readonly Refusal[] => [
    [chart, { 'image.digest': '' }, 'values: image.digest: got nothing, want sha256:'],
    [chart, { 'image.digest': '', allowInsecure: true }, 'values: image.tag: got nothing, want'],
    [
      chart,
      { 'image.digest': '', 'image.tag': 'latest', allowInsecure: true },
      'values: image.tag: got latest',
    ],
    [chart, { 'secrets.existingSecret': '' }, 'values: secrets.existingSecret: got nothing, want'],
    [
      chart,
      { 'site.existingConfigMap': '' },
      'values: site: got neither site.json nor site.existingConfigMap',
    ],
    [chart, { 'site.json': '{"v":"sealflow/site/v1"}' }, 'values: site: got both site.json and'],
    [
      chart,
      { 'site.json': '{}', 'site.existingConfigMap': '' },
      'values: site.json: got a text that is no site',
    ],
    [chart, { 'tls.mode': 'none' }, 'values: tls.mode: got none, want certManager or existingSecret'],
    [chart, { 'tls.issuerRef.name': '' }, 'values: tls.issuerRef.name: got nothing, want'],
    [chart, { 'tls.mode': 'existingSecret' }, 'values: tls.existingSecret: got nothing, want'],
    [
      chart,
      { autoscaling: { enabled: true, minReplicas: 5 } },
      'values: autoscaling.maxReplicas: got 4, want at',
    ],
    [chart, { 'autoscaling.enabled': true }, 'values: autoscaling.prometheus.serverAddress: got nothing'],
    [
      chart,
      { extraContainers: [{ name: 'a', image: 'a:1' }] },
      'values: extraContainers: got image a:1, want',
    ],
    [chart, { extraEnv: [{ name: 'DATABASE_URL', value: 'x' }] }, 'values: extraEnv: got DATABASE_URL, want'],
    [
      chart,
      { extraEnv: [{ name: 'SEALFLOW_WORKER_KEY', value: 'sfk_secret' }] },
      'values: extraEnv: got SEALFLOW_WORKER_KEY with a value, want valueFrom.secretKeyRef',
    ],
    [
      chart,
      { terminationGracePeriodSeconds: 1 },
      'values: terminationGracePeriodSeconds: got 1, want at least',
    ],
    [chart, { ingress: { enabled: true } }, 'values: ingress: removed, '],
  ]),
  ['orchestrator', { replicaCount: 2 }, 'values: storage.accessMode: got ReadWriteOnce, want ReadWriteMany'],
  [
    'orchestrator',
    { 'metrics.serviceMonitor.enabled': true },
    'values: metrics.serviceMonitor.bearerSecret.name:',
  ],
  ['orchestrator', { 'config.witnesses.quorum': 1 }, 'values: config.witnesses.quorum: got 1, want at most'],
  [
    'orchestrator',
    { postgresql: { enabled: true } },
    'values: postgresql: removed, no database comes with the',
  ],
  [
    'orchestrator',
    { databaseUrl: 'postgres://u:p@h/d' },
    'values: databaseUrl: removed, put it into a Secret',
  ],
  [
    'orchestrator',
    { 'tls.selfSigned': true },
    'values: tls.selfSigned: removed, no certificate is generated',
  ],
  ['tee-worker', { 'orchestrator.address': '' }, 'values: orchestrator.address: got nothing, want host:port'],
  ['tee-worker', { 'tee.provider': 'none' }, 'values: tee.provider: got none, want confidential hardware'],
  ['tee-worker', { 'tee.cpu': 'coco-dev' }, 'values: tee.cpu: got coco-dev, want confidential hardware'],
  [
    'tee-worker',
    { 'tee.provider': 'none', allowInsecure: true },
    'values: tee.simulation.existingSecret: got nothing, want a Secret with simulation.json',
  ],
  [
    'tee-worker',
    { 'tee.provider': 'dstack' },
    'values: tee.hostAccess: got false, want true: provider dstack',
  ],
  ['tee-worker', { 'tee.provider': 'tsm' }, 'values: tee.hostAccess: got false, want true: provider tsm'],
  ['tee-worker', { 'tee.hostAccess': true }, 'values: tee.hostAccess: got true, want false: provider coco'],
  [
    'tee-worker',
    { 'tee.runtimeClassName': 'kata-qemu-nvidia-gpu', 'tee.gpu.enabled': true },
    'values: tee.runtimeClassName: got kata-qemu-nvidia-gpu, want kata-qemu-nvidia-gpu-snp or -tdx',
  ],
  [
    'tee-worker',
    { 'tee.runtimeClassName': 'kata-qemu-snp', 'tee.gpu.enabled': true },
    'values: tee.runtimeClassName: got kata-qemu-snp, want a runtime class with a GPU',
  ],
  [
    'tee-worker',
    {
      tee: { provider: 'none', gpu: { enabled: true }, simulation: { existingSecret: 'a' } },
      allowInsecure: true,
    },
    'values: tee.gpu.enabled: got true, want false with provider none',
  ],
  [
    'tee-worker',
    { 'tee.gpu.ppcie.enabled': true },
    'values: tee.gpu.ppcie.enabled: got true, want false, or',
  ],
  [
    'tee-worker',
    { tee: { gpu: { enabled: true, count: 4, ppcie: { enabled: true } } } },
    'values: tee.gpu.count: got 4, want 8: protected PCIe takes all GPUs of a Hopper node',
  ],
  [
    'tee-worker',
    { 'tee.initdata': { inline: 'AAAA', existingConfigMap: 'a' } },
    'values: tee.initdata: got both',
  ],
  [
    'tee-worker',
    { 'tee.expected.mrConfigId': 'b'.repeat(96) },
    'values: tee.expected.mrConfigId: got a value',
  ],
  [
    'tee-worker',
    { tee: { cpu: 'tdx', expected: { hostData: 'b'.repeat(64) } } },
    'values: tee.expected.hostData:',
  ],
  [
    'tee-worker',
    { 'resources.requests': { memory: '1Gi' } },
    'values: resources.requests: got other amounts',
  ],
  ['tee-worker', { 'resources.limits.memory': null }, 'values: resources.limits.memory: got nothing, want'],
  [
    'tee-worker',
    {
      tee: { gpu: { enabled: true } },
      autoscaling: { enabled: true, prometheus: { serverAddress: 'http://p' } },
    },
    'values: autoscaling.enabled: got true, want false for workers with a GPU',
  ],
  [
    'tee-worker',
    { 'tee.runtimeClass': 'kata' },
    'values: tee.runtimeClass: removed, set tee.runtimeClassName',
  ],
  ['tee-worker', { service: { port: 1 } }, 'values: service: removed, workers dial out and have no Service'],
  ['tee-worker', { workerKey: 'sfk_secret' }, 'values: workerKey: removed, put it into a Secret'],
];

const schema: readonly Refusal[] = [
  ...parts.flatMap((chart): readonly Refusal[] => [
    [chart, { replicas: 3 }, /additional propert(y|ies) '?replicas/i],
    [chart, { image: { digest, sha: 'x' } }, /additional propert(y|ies) '?sha/i],
    [chart, { 'image.digest': 'sha256:abc' }, /image[./]digest/],
    [chart, { 'image.pullPolicy': 'Sometimes' }, /image[./]pullPolicy/],
    [chart, { replicaCount: '3' }, /replicaCount/],
    [chart, { replicaCount: -1 }, /replicaCount/],
    [chart, { 'podSecurityContext.runAsUser': 0 }, /podSecurityContext[./]runAsUser/],
    [chart, { 'tls.mode': 'selfSigned' }, /tls[./]mode/],
    [chart, { 'tls.duration': 'a day' }, /tls[./]duration/],
    [chart, { 'config.logLevel': 'verbose' }, /config[./]logLevel/],
    [chart, { 'autoscaling.type': 'vpa' }, /autoscaling[./]type/],
    [chart, { 'podLabels.a': 1 }, /podLabels[./]a/],
    [chart, { extraEnv: [{ value: 'x' }] }, /extraEnv/],
  ]),
  ['orchestrator', { 'config.interpreter': 'v9' }, /config[./]interpreter/],
  ['orchestrator', { 'config.heartbeatMs': 1 }, /config[./]heartbeatMs/],
  ['orchestrator', { 'storage.accessMode': 'ReadOnlyMany' }, /storage[./]accessMode/],
  ['orchestrator', { 'database.port': 70_000 }, /database[./]port/],
  ['tee-worker', { 'tee.provider': 'sgx' }, /tee[./]provider/],
  ['tee-worker', { 'tee.cpu': 'sev' }, /tee[./]cpu/],
  ['tee-worker', { 'tee.gpu.count': 0 }, /tee[./]gpu[./]count/],
  ['tee-worker', { 'tee.initdata.inline': 'version = "0.1.0"' }, /tee[./]initdata[./]inline/],
  ['tee-worker', { 'tee.expected.hostData': 'ab' }, /tee[./]expected[./]hostData/],
  ['tee-worker', { 'config.leasesMax': 65 }, /config[./]leasesMax/],
  ['zk-prover', { 'config.threads': 'all' }, /config[./]threads/],
  ['zk-prover', { 'config.memoryMib': 64 }, /config[./]memoryMib/],
];

describe.each(helmNames)('%s', (name) => {
  it.each([...guards, ...schema])('refuses %s with %j', (chart, set, message) => {
    const minimal = join(chartsFolder, chart, 'ci', 'minimal-values.yaml');
    const { status, stderr, stdout } = template({ helm: name, chart, valueFiles: [minimal], set });
    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    const lines = stderr
      .split('\n')
      .filter((line) => (message instanceof RegExp ? message.test(line) : line.includes(message)));
    expect(lines.length, stderr).toBe(1);
    expect(stderr).not.toContain('sfk_secret');
    expect(stderr).not.toContain('u:p@h');
  });
});
