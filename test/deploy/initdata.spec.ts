import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf, fromHex, utf8 } from '#canonical';
import {
  encodeInitdata,
  type InitdataDigests,
  initdataDigests,
  initdataToml,
  readInitdata,
} from '../../apps/cli/src/initdata/initdata.js';
import type { ImageFiles } from '../../apps/cli/src/reference-values/image-files.js';
import {
  allowed,
  type Launch,
  referenceValues,
} from '../../apps/cli/src/reference-values/reference-values.js';
import { failures } from '../../libs/attestation/src/machine.fixture.js';
import {
  judgeWhole,
  standardPolicy,
  type WholeMachine,
} from '../../libs/attestation/src/whole-machine.fixture.js';
import { chartsFolder } from '../../tools/k8s/src/generated-files.js';
import { rendered } from '../../tools/k8s/src/helm.js';
import { helmNames } from '../../tools/k8s/src/tools.js';
import { repositoryRoot } from '../architecture/source-file.js';
import { podsOf } from './pods.js';

const ANNOTATION = 'io.katacontainers.config.hypervisor.cc_init_data';
const textOf = (name: string): string => readFileSync(join(repositoryRoot, 'deploy/initdata', name), 'utf8');

// Packages at hand evaluate what the compiler of the Open Policy Agent made of Rego, and none brings that compiler.
console.log('policy.rego is read as a text and evaluated by nothing here: no evaluator of Rego is at hand');

describe('the policy of a guest', () => {
  const policy = textOf('policy.rego');
  const defaults = new Map(
    [...policy.matchAll(/^default (\w+) := (true|false)$/gm)].map(([, name = '', value]) => [name, value]),
  );

  it.each([
    ...['AllowRequestsFailingPolicy', 'SetPolicyRequest', 'CreateContainerRequest', 'ExecProcessRequest'],
    ...['WriteStreamRequest', 'StartTracingRequest', 'StopTracingRequest'],
  ])('refuses %s unless a rule allows it', (request) => {
    expect(defaults.get(request)).toBe('false');
  });

  it('has one rule, which takes images that it names', () => {
    expect(policy.match(/^\w+ if \{$/gm)).toEqual(['CreateContainerRequest if {']);
    expect(policy).toContain('storage.source == allowed_image');
    expect(/"allowed_images": \[([^\]]*)\]/.exec(policy)?.[1]?.match(/"[^"]*"/g)).toEqual([
      '"pause"',
      '"IMAGE"',
    ]);
  });

  it('fits into initdata beside the other files, with the image of a rendered pod in its place', () => {
    const objects = rendered({
      helm: 'helm4',
      chart: 'tee-worker',
      valueFiles: [join(chartsFolder, 'tee-worker', 'ci', 'minimal-values.yaml')],
    });
    const image = podsOf(objects)[0]?.pod.containers[0]?.image ?? '';
    expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
    const files = { 'policy.rego': policy.replace('"IMAGE"', JSON.stringify(image)) };
    const toml = initdataToml('sha384', { ...files, 'aa.toml': textOf('aa.toml') });
    expect(readInitdata(Buffer.from(encodeInitdata(toml)))).toContain(image);
  });
});

/** Guests of simulated hardware, whose root the fixture lets stand for that of the vendor. */
describe.each<{
  cpu: string;
  valueFile: string;
  expected: 'hostData' | 'mrConfigId';
  annotation: string;
  guest: (digests: InitdataDigests) => WholeMachine;
  launch: Launch;
}>([
  {
    cpu: 'snp',
    valueFile: 'minimal-values.yaml',
    expected: 'hostData',
    annotation: 'sealflow.dev/expected-hostdata',
    guest: ({ hostData }) => ({ format: 'snp-report', snp: { hostData: fromHex(hostData) } }),
    launch: { platform: 'snp', measurement: 'ab'.repeat(48) },
  },
  {
    cpu: 'tdx',
    valueFile: 'tdx-existing-values.yaml',
    expected: 'mrConfigId',
    annotation: 'sealflow.dev/expected-mrconfigid',
    guest: ({ mrConfigId }) => ({ td: { mrConfigId } }),
    launch: { platform: 'tdx', measurement: 'ab'.repeat(48) },
  },
])('initdata of a guest on $cpu', ({ cpu, valueFile, expected, annotation, guest, launch }) => {
  const toml = initdataToml('sha384', {
    'aa.toml': textOf('aa.toml'),
    'cdh.toml': textOf('cdh.toml'),
    'policy.rego': textOf('policy.rego'),
  });
  const digests = initdataDigests(toml);
  const image: ImageFiles = {
    digest: digestOf(utf8('image')),
    files: new Map([['app/dist/a.js', Buffer.from('aa', 'hex')]]),
  };
  const worker = { name: 'tee-worker', entry: '', folders: ['dist'], operations: [], gpus: 0 };
  const policy = allowed(standardPolicy, referenceValues(image, worker, [launch], digests));

  it.each(helmNames)(
    'reaches it as it was built, by %s, so that the hardware signs what was foretold',
    (name) => {
      const objects = rendered({
        helm: name,
        chart: 'tee-worker',
        valueFiles: [join(chartsFolder, 'tee-worker', 'ci', valueFile)],
        set: { 'tee.initdata.inline': encodeInitdata(toml), [`tee.expected.${expected}`]: digests[expected] },
      });
      const workload = objects.find(({ kind }) => kind === 'StatefulSet');
      const { template } = (workload?.['spec'] ?? {}) as {
        template: { metadata: { annotations: Record<string, string> }; spec: { runtimeClassName: string } };
      };
      expect(template.spec.runtimeClassName).toContain(cpu);
      const carried = readInitdata(Buffer.from(template.metadata.annotations[ANNOTATION] ?? ''));
      expect(initdataDigests(carried)[expected]).toBe(digests[expected]);
      expect(workload?.metadata.annotations?.[annotation]).toBe(digests[expected]);
    },
  );

  it('is accepted of it under the exported reference values', () => {
    const appraisal = judgeWhole(guest(digests), policy);
    expect(failures(appraisal.checks)).toEqual([]);
    expect(appraisal.accepted).toBe(true);
  });

  it.each([
    [
      'another policy of the agent',
      initdataDigests(toml.replace('SetPolicyRequest := false', 'SetPolicyRequest := true')),
    ],
    ['none', { ...digests, hostData: '00'.repeat(32), mrConfigId: '00'.repeat(48) }],
  ])('is refused when the guest has %s', (_what, other) => {
    const appraisal = judgeWhole(guest(other), policy);
    expect(failures(appraisal.checks)).toEqual(['MEASUREMENT_UNKNOWN']);
    expect(appraisal.accepted).toBe(false);
  });
});
