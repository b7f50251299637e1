import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { helm, parseObjects, rendered, stagedCharts, template } from '../../tools/k8s/src/helm.js';
import { type KubernetesObject, loadSchemas } from '../../tools/k8s/src/kubernetes-schemas.js';
import { helmNames } from '../../tools/k8s/src/tools.js';
import { cases } from './cases.js';

const kubeVersions = ['1.30.0', '1.32.0', '1.36.0'];
const apiSets = [[], ['cert-manager.io/v1', 'monitoring.coreos.com/v1', 'keda.sh/v1alpha1']];
const { check } = loadSchemas();

describe.each(cases)('$name', ({ chart, valueFiles }) => {
  it.each(helmNames)('passes the lint of %s', (name) => {
    const flags = valueFiles.flatMap((file) => ['--values', file]);
    const { status, stdout } = helm(name, ['lint', '--strict', `${stagedCharts}/${chart}`, ...flags]);
    expect(status, stdout).toBe(0);
  });

  it('is the same for both helms, every version of Kubernetes and whatever it has installed', () => {
    const variants = helmNames.flatMap((name) =>
      kubeVersions.flatMap((kubeVersion) =>
        apiSets.map((apiVersions) =>
          sorted(rendered({ helm: name, chart, valueFiles, kubeVersion, apiVersions })),
        ),
      ),
    );
    const [first = []] = variants;
    expect(first.length).toBeGreaterThan(0);
    expect(variants.map((variant) => isDeepStrictEqual(variant, first))).not.toContain(false);
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

  it.each(helmNames)('is byte by byte the same again under %s, as an upgrade too', (name) => {
    const once = template({ helm: name, chart, valueFiles }).stdout;
    expect(template({ helm: name, chart, valueFiles }).stdout).toBe(once);
    const upgrade = template({ helm: name, chart, valueFiles, flags: ['--is-upgrade'] }).stdout;
    expect(parseObjects(upgrade)).toEqual(parseObjects(once));
  });
});

function where({ kind, metadata }: KubernetesObject): { object: string } {
  return { object: `${kind}/${metadata.name}` };
}

/** In what order objects are printed is a matter of the helm; in what order they are applied is not. */
function sorted(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const place = ({ kind, metadata }: KubernetesObject): string => `${kind}/${metadata.name}`;
  return objects.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}
