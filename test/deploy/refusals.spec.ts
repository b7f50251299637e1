import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chartsFolder } from '../../tools/k8s/src/generated-files.js';
import { template } from '../../tools/k8s/src/helm.js';
import { helmNames } from '../../tools/k8s/src/tools.js';
import { parts } from './cases.js';
import { guards, type Refusal } from './refusals.js';

/** Of open objects and lists; every other rule is told by schema-rules.spec.ts. */
const schema: readonly Refusal<RegExp>[] = parts.flatMap((chart): readonly Refusal<RegExp>[] => [
  [chart, { 'podLabels.a': 1 }, /podLabels[./]a/],
  [chart, { extraEnv: [{ value: 'x' }] }, /extraEnv/],
]);

describe.each(helmNames)('%s', (name) => {
  it.each(
    [...guards, ...schema].map(([chart, set, message, kubeVersion]) => ({
      chart,
      set,
      message,
      kubeVersion,
    })),
  )('refuses $chart with $set', ({ chart, set, message, kubeVersion }) => {
    const valueFiles = [join(chartsFolder, chart, 'ci', 'minimal-values.yaml')];
    const { status, stderr, stdout } = template({
      ...{ helm: name, chart, valueFiles, set },
      ...(kubeVersion === undefined ? {} : { kubeVersion }),
    });
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
