import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLoopbackAddress } from '../../apps/tee-worker/src/runtimes/openai/loopback-address.js';
import { chartsFolder } from '../../tools/k8s/src/generated-files.js';
import { rendered } from '../../tools/k8s/src/helm.js';
import { helmNames } from '../../tools/k8s/src/tools.js';
import { repositoryRoot } from '../architecture/source-file.js';
import { blocksOf } from '../docs/markdown-blocks.js';
import { type Container, podsOf, variableOf } from './pods.js';

const values = join(chartsFolder, 'tee-worker/ci/model-server-values.yaml');
const shown = blocksOf(readFileSync(join(repositoryRoot, 'docs/operations.md'), 'utf8')).find(
  ({ info, heading }) => info === 'yaml' && heading === 'A model server',
);

/** What every container must keep to is asked of these values in policies.spec.ts. */
describe('a model server in the guest of its worker', () => {
  it('is set up by the values that the operations manual shows, letter by letter', () => {
    expect(readFileSync(values, 'utf8')).toContain(shown?.text ?? 'no block is shown');
  });

  it.each(helmNames)(
    'is asked by its worker over loopback, and loads the file that the worker reads: %s',
    (name) => {
      const [pod] = podsOf(rendered({ helm: name, chart: 'tee-worker', valueFiles: [values] })).filter(
        ({ where }) => where.startsWith('StatefulSet/'),
      );
      const [worker, server, ...others] = pod?.pod.containers ?? [];
      expect(others).toEqual([]);
      expect([worker?.name, server?.name]).toEqual(['tee-worker', 'model-server']);
      const address = parseLoopbackAddress(variableOf(worker, 'SEALFLOW_MODEL_URL') ?? '');
      expect(address).toMatchObject({
        hosts: [option(server, '--host')],
        port: Number(option(server, '--port')),
      });
      expect(option(server, '--model')).toBe(variableOf(worker, 'SEALFLOW_MODEL_WEIGHTS'));
      expect(option(server, '--alias')).toBe(variableOf(worker, 'SEALFLOW_MODEL_ID'));
      expect(server).toMatchObject({ volumeMounts: [{ name: 'models', readOnly: true }] });
      // The only port of the pod is the one that the kubelet asks.
      expect(server?.ports).toBeUndefined();
    },
  );
});

function option(container: Container | undefined, flag: string): string | undefined {
  const at = container?.args?.indexOf(flag) ?? -1;
  return at < 0 ? undefined : container?.args?.[at + 1];
}
