import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rendered, template } from '../../tools/k8s/src/helm.js';
import type { KubernetesObject } from '../../tools/k8s/src/kubernetes-schemas.js';
import { helmNames } from '../../tools/k8s/src/tools.js';
import { repositoryRoot } from '../architecture/source-file.js';
import { cases, digests, profilesFolder } from './cases.js';

/*
 * What genpolicy of Kata Containers 4.1 does with a workload, by its sources (src/tools/genpolicy): it ends at a kind, a
 * type or a mount that it does not know, and at every field unless it is told to leave unknown ones out. `contrast
 * generate` has its own build of it. Neither is a package that a test can fetch, so they are not run here.
 */

/** Every field that it knows of those that charts write; null where it takes what is below as it is. */
const known = {
  StatefulSet: ['apiVersion', 'kind', 'metadata', 'spec'],
  'StatefulSet.metadata': ['name', 'labels', 'annotations', 'namespace'],
  'StatefulSet.spec': [
    ...['serviceName', 'replicas', 'selector', 'template', 'volumeClaimTemplates', 'updateStrategy'],
    ...['podManagementPolicy', 'persistentVolumeClaimRetentionPolicy'],
  ],
  'StatefulSet.spec.selector': ['matchLabels'],
  'StatefulSet.spec.updateStrategy': ['type', 'rollingUpdate'],
  'StatefulSet.spec.persistentVolumeClaimRetentionPolicy': ['whenDeleted', 'whenScaled'],
  'StatefulSet.spec.volumeClaimTemplates': ['metadata', 'spec'],
  'StatefulSet.spec.volumeClaimTemplates.metadata': ['name', 'labels'],
  'StatefulSet.spec.volumeClaimTemplates.spec': ['accessModes', 'resources', 'storageClassName'],
  'StatefulSet.spec.volumeClaimTemplates.spec.resources': ['requests'],
  'StatefulSet.spec.template': ['metadata', 'spec'],
  'StatefulSet.spec.template.metadata': ['labels', 'annotations'],
  'StatefulSet.spec.template.spec': [
    ...['containers', 'nodeSelector', 'runtimeClassName', 'imagePullSecrets', 'affinity', 'volumes'],
    ...['serviceAccountName', 'terminationGracePeriodSeconds', 'tolerations', 'topologySpreadConstraints'],
    ...['securityContext', 'priorityClassName'],
  ],
  'StatefulSet.spec.template.spec.imagePullSecrets': ['name'],
  'StatefulSet.spec.template.spec.tolerations': ['key', 'operator', 'value', 'effect', 'tolerationSeconds'],
  'StatefulSet.spec.template.spec.topologySpreadConstraints': [
    ...['maxSkew', 'topologyKey', 'whenUnsatisfiable', 'labelSelector'],
  ],
  'StatefulSet.spec.template.spec.topologySpreadConstraints.labelSelector': ['matchLabels'],
  'StatefulSet.spec.template.spec.securityContext': [
    ...['runAsUser', 'runAsGroup', 'fsGroup', 'supplementalGroups'],
  ],
  'StatefulSet.spec.template.spec.volumes': [
    ...['name', 'emptyDir', 'persistentVolumeClaim', 'configMap', 'projected', 'secret'],
  ],
  'StatefulSet.spec.template.spec.volumes.emptyDir': ['medium', 'sizeLimit'],
  'StatefulSet.spec.template.spec.volumes.configMap': ['name', 'items', 'optional'],
  'StatefulSet.spec.template.spec.volumes.projected': ['defaultMode'],
  'StatefulSet.spec.template.spec.volumes.secret': ['secretName', 'defaultMode', 'items', 'optional'],
  'StatefulSet.spec.template.spec.volumes.secret.items': ['key', 'path'],
  'StatefulSet.spec.template.spec.containers': [
    ...['name', 'image', 'imagePullPolicy', 'securityContext', 'volumeMounts', 'env', 'resources', 'ports'],
    ...['args', 'lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe', 'terminationMessagePolicy'],
  ],
  'StatefulSet.spec.template.spec.containers.securityContext': [
    ...['readOnlyRootFilesystem', 'allowPrivilegeEscalation', 'capabilities', 'seccompProfile'],
  ],
  'StatefulSet.spec.template.spec.containers.securityContext.capabilities': ['drop'],
  'StatefulSet.spec.template.spec.containers.securityContext.seccompProfile': ['type'],
  'StatefulSet.spec.template.spec.containers.volumeMounts': ['mountPath', 'name', 'readOnly'],
  'StatefulSet.spec.template.spec.containers.env': ['name', 'value', 'valueFrom'],
  'StatefulSet.spec.template.spec.containers.env.valueFrom': ['fieldRef'],
  'StatefulSet.spec.template.spec.containers.env.valueFrom.fieldRef': ['fieldPath'],
  'StatefulSet.spec.template.spec.containers.resources': ['limits', 'requests'],
  'StatefulSet.spec.template.spec.containers.ports': ['containerPort', 'name', 'protocol'],
  ...Object.fromEntries(
    ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) => [
      [
        `StatefulSet.spec.template.spec.containers.${probe}`,
        ['grpc', 'periodSeconds', 'failureThreshold', 'timeoutSeconds'],
      ],
      [`StatefulSet.spec.template.spec.containers.${probe}.grpc`, ['port', 'service']],
    ]),
  ),
} as Readonly<Record<string, readonly string[]>>;

/**
 * Those that it leaves out with `--silent-unsupported-fields`, each with why its policy is the same without it: what they
 * say is decided outside of the guest, or is what the policy says of every container anyway.
 */
const leftOut: Readonly<Record<string, string>> = {
  'StatefulSet.spec.template.spec.automountServiceAccountToken': 'a mount less than the policy allows',
  'StatefulSet.spec.template.spec.enableServiceLinks': 'fewer variables than the policy allows',
  'StatefulSet.spec.template.spec.securityContext.runAsNonRoot': 'asked of the kubelet; the user is a number',
  'StatefulSet.spec.template.spec.securityContext.fsGroupChangePolicy':
    'of the kubelet, which sets the owner',
  'StatefulSet.spec.template.spec.securityContext.seccompProfile': 'stands at each container too',
  'StatefulSet.spec.template.spec.volumes.projected.sources': 'the mount is of the whole volume',
  'StatefulSet.spec.template.spec.containers.securityContext.runAsNonRoot': 'as that of the pod',
  'StatefulSet.spec.template.spec.containers.lifecycle.preStop.sleep': 'the kubelet waits',
};

/** What it reads as text whatever it says: a number there ends it. */
const texts =
  /\.(labels|annotations|matchLabels|nodeSelector|limits|requests)\.[^ ]+$|\.(value|sizeLimit|whenDeleted)$/;

const readme = readFileSync(join(repositoryRoot, 'deploy/README.md'), 'utf8');

const isForGuest = ({ spec }: KubernetesObject): boolean =>
  /^(kata-|contrast-cc)/.test(podOf(spec)?.runtimeClassName ?? '');

const confidential = cases.flatMap(({ chart, name, valueFiles }) => {
  const sets = rendered({ helm: 'helm4', chart, valueFiles }).filter(isForGuest);
  return sets.map((set) => ({ title: `${set.metadata.name} of ${name}`, set }));
});

describe.each(confidential)('$title, as genpolicy reads it', ({ set }) => {
  const fields = fieldsOf(set, set.kind);

  it('has no field that it does not know and that says something to its guest', () => {
    const unknown = fields.filter(({ path, parent, name }) => {
      const list = known[parent];
      return list !== undefined && !list.includes(name) && leftOut[path] === undefined;
    });
    expect(unknown.map(({ path }) => path)).toEqual([]);
  });

  it('has texts where it reads texts', () => {
    const wrong = fields.filter(({ path, value }) => texts.test(path) && typeof value !== 'string');
    expect(wrong.filter(({ value }) => typeof value !== 'object').map(({ path }) => path)).toEqual([]);
  });

  it('has volumes of kinds that it knows, mounted as a whole', () => {
    for (const { volumes = [], containers } of [podOf(set['spec'])].filter((pod) => pod !== undefined)) {
      for (const volume of volumes) expect(Object.keys(volume)).toHaveLength(2);
      for (const mount of containers.flatMap(({ volumeMounts = [] }) => volumeMounts))
        expect(mount).not.toHaveProperty('subPath');
    }
  });

  it('puts no secret into variables, which would stand in the policy for everybody to read', () => {
    const containers = podOf(set['spec'])?.containers ?? [];
    for (const container of containers) expect(container).not.toHaveProperty('envFrom');
    const taken = containers.flatMap(({ env = [] }) =>
      env.filter(({ valueFrom }) => valueFrom !== undefined),
    );
    expect(taken).toEqual([
      { name: 'SEALFLOW_WORKER_ID', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ]);
  });

  it('has no variable inside of others, since its rules take the name of a pod alone', () => {
    const pod = podOf(set['spec']);
    const values = pod?.containers.flatMap(({ env = [], args = [] }) => [
      ...args,
      ...env.map(({ value = '' }) => value),
    ]);
    expect(values?.filter((value) => value.includes('$('))).toEqual([]);
  });

  it('gets its policy with its initdata, and not by the annotation of before', () => {
    expect(JSON.stringify(set)).not.toContain('io.katacontainers.config.agent.policy');
  });
});

describe('the workloads of guests', () => {
  it('are there under every provider that has a runtime class', () => {
    expect(confidential.length).toBeGreaterThan(15);
    expect(confidential.some(({ set }) => podOf(set['spec'])?.runtimeClassName === 'contrast-cc')).toBe(true);
  });

  // Among the kinds of a release are some at which genpolicy ends: NetworkPolicy, Certificate, ServiceMonitor.
  it.each(helmNames)('can be rendered alone by %s, as deploy/README.md says', (name) => {
    for (const part of ['tee-worker', 'zk-prover', 'fhe-service']) {
      const flags = ['--show-only', `charts/${part}/templates/workload.yaml`];
      if (part === 'tee-worker') expect(readme).toContain(flags.join(' '));
      const { status, stdout, stderr } = template({
        ...{ helm: name, chart: 'sealflow', flags },
        valueFiles: [digests, `${profilesFolder}/cpu-snp.yaml`],
      });
      expect(status, stderr).toBe(0);
      expect(stdout.match(/^kind: .*$/gm)).toEqual(['kind: StatefulSet']);
    }
  });
});

interface Container {
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly volumeMounts?: readonly object[];
}

interface PodSpec {
  readonly runtimeClassName?: string;
  readonly volumes?: readonly object[];
  readonly containers: readonly Container[];
}

function podOf(spec: unknown): PodSpec | undefined {
  return (spec as { template?: { spec?: PodSpec } } | undefined)?.template?.spec;
}

interface Field {
  readonly path: string;
  readonly parent: string;
  readonly name: string;
  readonly value: unknown;
}

/** Every member at every depth; what lies in a list stands under the name of the list. */
function fieldsOf(value: unknown, parent: string): readonly Field[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsOf(item, parent));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const path = `${parent}.${name}`;
    return [{ path, parent, name, value: member as unknown }, ...fieldsOf(member, path)];
  });
}
