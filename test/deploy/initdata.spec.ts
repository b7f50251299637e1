import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  encodeInitdata,
  initdataDigests,
  initdataToml,
  readInitdata,
} from '../../apps/cli/src/initdata/initdata.js';
import { chartsFolder } from '../../tools/k8s/src/generated-files.js';
import { rendered } from '../../tools/k8s/src/helm.js';
import { helmNames } from '../../tools/k8s/src/tools.js';
import { repositoryRoot } from '../architecture/source-file.js';
import { podsOf } from './pods.js';

const ANNOTATION = 'io.katacontainers.config.hypervisor.cc_init_data';
const textOf = (name: string): string => readFileSync(join(repositoryRoot, 'deploy/initdata', name), 'utf8');

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

describe.each(helmNames)('initdata under %s', (name) => {
  it('reaches the guest as it was built, so that the hardware signs what was foretold', () => {
    const toml = initdataToml('sha256', { 'aa.toml': textOf('aa.toml'), 'cdh.toml': textOf('cdh.toml') });
    const { hostData } = initdataDigests(toml);
    const objects = rendered({
      helm: name,
      chart: 'tee-worker',
      valueFiles: [join(chartsFolder, 'tee-worker', 'ci', 'minimal-values.yaml')],
      set: { 'tee.initdata.inline': encodeInitdata(toml), 'tee.expected.hostData': hostData },
    });
    const workload = objects.find(({ kind }) => kind === 'StatefulSet');
    const { template } = (workload?.['spec'] ?? {}) as {
      template: { metadata: { annotations: Record<string, string> } };
    };
    const carried = readInitdata(Buffer.from(template.metadata.annotations[ANNOTATION] ?? ''));
    expect(initdataDigests(carried).hostData).toBe(hostData);
    expect(workload?.metadata.annotations?.['sealflow.dev/expected-hostdata']).toBe(hostData);
  });
});
