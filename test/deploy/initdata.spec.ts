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

const ANNOTATION = 'io.katacontainers.config.hypervisor.cc_init_data';
const textOf = (name: string): string => readFileSync(join(repositoryRoot, 'deploy/initdata', name), 'utf8');

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
