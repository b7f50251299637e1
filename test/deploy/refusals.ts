import { parts } from './cases.js';

/**
 * Chart, values beside the least ones, and what the message has: of a guard its whole line, of the schema the key. The
 * version of Kubernetes where that matters.
 */
export type Refusal<M = string> = readonly [
  chart: string,
  set: Readonly<Record<string, unknown>>,
  message: M,
  kubeVersion?: string,
];

export const guards: readonly Refusal[] = [
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
      { extraEnv: [{ name: 'OTEL_EXPORTER_OTLP_HEADERS', value: 'authorization=sfk_secret' }] },
      'values: extraEnv: got OTEL_EXPORTER_OTLP_HEADERS with a value, want valueFrom.secretKeyRef',
    ],
    [
      chart,
      {
        extraObjects: [
          { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, stringData: { a: 'sfk_secret' } },
        ],
      },
      'values: extraObjects: got a Secret, want one that is there already',
    ],
    [
      chart,
      { extraObjects: ['apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {a: sfk_secret}\n'] },
      'values: extraObjects: got a Secret, want one that is there already',
    ],
    [
      chart,
      { 'tracing.endpoint': 'https://u:p@h' },
      'values: tracing.endpoint: got an address with a user, want one without',
    ],
    [
      chart,
      { 'autoscaling.prometheus.serverAddress': 'https://u:p@h' },
      'values: autoscaling.prometheus.serverAddress: got an address with a user, want one without',
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
    'values: metrics.serviceMonitor.bearerSecret.name: got nothing, want a Secret',
  ],
  ['orchestrator', { 'config.witnesses.quorum': 1 }, 'values: config.witnesses.quorum: got 1, want at most'],
  [
    'orchestrator',
    { 'tls.clients': 'everybody', 'config.browserOrigins': ['https://app.example.org'] },
    'values: config.browserOrigins: got https://app.example.org, want none where tls.clients is everybody',
  ],
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
  ...(['coco', 'contrast'] as const).map(
    (provider): Refusal => [
      'tee-worker',
      { tee: { provider, gpu: { enabled: true } } },
      'values: tee.gpu.enabled: got true on Kubernetes v1.31.9, want Kubernetes 1.32 or newer',
      '1.31.9',
    ],
  ),
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
    'values: tee.expected.hostData: got a value, want nothing with tee.cpu tdx',
  ],
  [
    'tee-worker',
    { 'resources.requests': { memory: '1Gi' } },
    'values: resources.requests: got other amounts',
  ],
  ...parts.slice(1).flatMap((chart): readonly Refusal[] => [
    [
      chart,
      {
        'tee.provider': 'coco',
        extraVolumeMounts: [{ name: 'site', mountPath: '/a', subPath: 'site.json' }],
      },
      'values: extraVolumeMounts: got subPath site.json, want a whole volume',
    ],
  ]),
  [
    'tee-worker',
    { tee: { provider: 'tsm', hostAccess: true } },
    'values: config.operations: got everything, want a list without ledger.* and pages.*: provider tsm has',
  ],
  [
    'tee-worker',
    { tee: { provider: 'tsm', hostAccess: true }, 'config.operations': ['document.extract', 'pages.*'] },
    'values: config.operations: got document.extract, pages.*, want a list without ledger.* and pages.*',
  ],
  ...['coco', 'contrast'].map(
    (provider): Refusal => [
      'tee-worker',
      { 'tee.provider': provider, 'tee.cocoSealingKey': '' },
      "values: tee.cocoSealingKey: got nothing, want repository/type/tag of a key at the guest's broker",
    ],
  ),
  [
    'tee-worker',
    { 'tee.cocoSealingKey': '', 'config.operations': ['document.extract', 'ledger.open.authorize'] },
    'values: tee.cocoSealingKey: got nothing, want',
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
  ...parts.slice(1).flatMap((chart): readonly Refusal[] => [
    [chart, { 'tee.runtimeClass': 'kata' }, 'values: tee.runtimeClass: removed, set tee.runtimeClassName'],
    [chart, { service: { port: 1 } }, 'values: service: removed, workers dial out and have no Service'],
    [chart, { workerKey: 'sfk_secret' }, 'values: workerKey: removed, put it into a Secret'],
  ]),
];
