import { describe, expect, it } from 'vitest';
import { helm, type Rendering, rendered, stagedCharts, template } from '../../tools/k8s/src/helm.js';
import { type KubernetesObject, loadSchemas } from '../../tools/k8s/src/kubernetes-schemas.js';
import { helmNames } from '../../tools/k8s/src/tools.js';
import { cases } from './cases.js';

/** GPUs in confidential guests need 1.32. */
const kubeVersionsOf = (name: string): readonly string[] =>
  name.includes('gpu') ? ['1.32.0', '1.34.0', '1.36.0'] : ['1.30.0', '1.32.0', '1.36.0'];
const apiSets = [[], ['cert-manager.io/v1', 'monitoring.coreos.com/v1', 'keda.sh/v1alpha1']];
const { check } = loadSchemas();

describe.each(cases)('$name', ({ chart, name: title, valueFiles }) => {
  it.each(helmNames)('passes the lint of %s', (name) => {
    const flags = valueFiles.flatMap((file) => ['--values', file]);
    const { status, stdout } = helm(name, ['lint', '--strict', `${stagedCharts}/${chart}`, ...flags]);
    expect(status, stdout).toBe(0);
  });

  it('is the same, byte by byte, again and again, for every version of Kubernetes, whatever it has installed, and as an upgrade', () => {
    for (const name of helmNames) {
      const plain = textOf({ helm: name, chart, valueFiles });
      const others = [
        ...kubeVersionsOf(title).flatMap((kubeVersion) =>
          apiSets.map((apiVersions) => textOf({ helm: name, chart, valueFiles, kubeVersion, apiVersions })),
        ),
        textOf({ helm: name, chart, valueFiles, flags: ['--is-upgrade'] }),
      ];
      expect(others.map((text) => text === plain)).not.toContain(false);
    }
  });

  it('is the same for both helms', () => {
    const [first = [], ...others] = helmNames.map((name) =>
      sorted(rendered({ helm: name, chart, valueFiles })),
    );
    expect(first.length).toBeGreaterThan(0);
    for (const objects of others) expect(objects).toEqual(first);
  });

  it('is made of objects that Kubernetes and its operators know, field by field', async () => {
    const objects = rendered({ helm: 'helm3', chart, valueFiles });
    const problems = await Promise.all(
      objects.map(async (object) =>
        (await check(object)).map((problem) => ({ ...where(object), ...problem })),
      ),
    );
    expect(problems.flat()).toEqual([]);
  });

  it('has every object once, in the namespace of the release', () => {
    const objects = rendered({ helm: 'helm3', chart, valueFiles });
    const places = objects.map((object) => `${object.kind}/${object.metadata.name}`);
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
    for (const { kind, metadata } of objects)
      if (!metadata.name.endsWith('-more') && !metadata.name.endsWith('-text'))
        expect(metadata.namespace, `${kind}/${metadata.name}`).toBe('sealflow');
  });
});

function textOf(rendering: Rendering): string {
  const { status, stdout, stderr } = template(rendering);
  expect(status, stderr).toBe(0);
  return stdout;
}

function where({ kind, metadata }: KubernetesObject): { object: string } {
  return { object: `${kind}/${metadata.name}` };
}

/** In what order objects are printed is a matter of the helm; in what order they are applied is not. */
function sorted(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const place = ({ kind, metadata }: KubernetesObject): string => `${kind}/${metadata.name}`;
  return objects.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}
