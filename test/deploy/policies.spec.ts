import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { rendered } from '../../tools/k8s/src/helm.js';
import type { KubernetesObject } from '../../tools/k8s/src/kubernetes-schemas.js';
import { cases } from './cases.js';
import { podsOf, variableOf } from './pods.js';

/** Providers whose node is the guest see its socket or configfs; they say so by tee.hostAccess. */
const onTheirNode = /(dstack|tsm)$/;

/** Of every container. */
const restricted = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

/** Values that say where a key is: a file, a resource of the guest's broker. */
const namesNoSecret = /(TLS_KEY|COCO_SEALING_KEY)$/;

describe.each(cases)('$name', ({ chart, name, valueFiles }) => {
  const objects = rendered({ helm: 'helm3', chart, valueFiles });
  const pods = podsOf(objects);
  const containers = pods.flatMap(({ pod }) => pod.containers);
  const isInsecure = name.includes('insecure');

  it('keeps to the restricted profile of Pod Security Standards', () => {
    for (const { pod, where } of pods) {
      expect(pod.securityContext, where).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 65_532,
        runAsGroup: 65_532,
        fsGroup: 65_532,
        supplementalGroups: [65_532],
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace'])
        expect(pod, where).not.toHaveProperty(field);
    }
    for (const container of containers) {
      expect(container.securityContext, container.name).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(container.securityContext).not.toHaveProperty('privileged');
    }
  });

  it('has no container of root, but for the one that writes to configfs of its node', () => {
    const asRoot = pods.flatMap(({ where, pod }) =>
      pod.containers
        .filter(({ securityContext }) => !isDeepStrictEqual(securityContext, restricted))
        .map(({ securityContext }) => ({ where, securityContext })),
    );
    const root = {
      ...restricted,
      runAsNonRoot: false,
      runAsUser: 0,
      appArmorProfile: { type: 'Unconfined' },
    };
    expect(asRoot).toEqual(
      name.endsWith(' tsm') ? [{ where: 'StatefulSet/sf-tee-worker', securityContext: root }] : [],
    );
  });

  it('mounts nothing of the node', () => {
    const paths = pods.flatMap(({ pod }) => (pod.volumes ?? []).filter((volume) => 'hostPath' in volume));
    expect(paths.length).toBe(onTheirNode.test(name) ? 1 : 0);
  });

  it('gives no pod a token of the API server, and no permission', () => {
    for (const { pod, where } of pods) expect(pod.automountServiceAccountToken, where).toBe(false);
    expect(objects.filter(({ kind }) => /Role/.test(kind))).toEqual([]);
  });

  it('names every image by its digest', () => {
    for (const { image } of containers)
      expect(image).toMatch(isInsecure ? /(:0\.1\.0|@sha256:[0-9a-f]{64})$/ : /@sha256:[0-9a-f]{64}$/);
  });

  it('has no secret in its objects', () => {
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    for (const { env = [] } of containers)
      for (const { name: variable, value } of env)
        if (/(KEY|SECRET|TOKEN|PASSWORD|DATABASE_URL)$/.test(variable) && !namesNoSecret.test(variable))
          expect(value, variable).toBeUndefined();
  });

  it('hands out files with keys as the programs take them: of root, for the group of the pod alone', () => {
    for (const { pod, where } of pods) {
      const { fsGroup } = pod.securityContext as { fsGroup: number };
      const volumes = (pod.volumes ?? []) as readonly {
        secret?: { defaultMode?: number };
        projected?: { defaultMode?: number };
      }[];
      expect(fsGroup, where).not.toBe(0);
      for (const { secret, projected } of volumes) {
        const modes = [secret, projected].filter((part) => part !== undefined);
        for (const { defaultMode } of modes) expect(defaultMode, where).toBe(0o440);
      }
    }
  });

  it('gives a confidential guest what it asks for, no more and no less', () => {
    for (const { pod, where } of pods.filter(
      ({ pod: { runtimeClassName } }) => runtimeClassName !== undefined,
    ))
      for (const { resources } of pod.containers) {
        expect(resources?.requests, where).toEqual(resources?.limits);
        expect(resources?.limits, where).toHaveProperty('memory');
      }
  });

  it('asks for GPUs where the runtime class has them, and only there', () => {
    for (const { pod, where } of pods) {
      const amounts = pod.containers.flatMap(({ resources }) => Object.keys(resources?.limits ?? {}));
      const hasGpu = amounts.includes('nvidia.com/pgpu');
      if (pod.runtimeClassName?.startsWith('kata') === true)
        expect(pod.runtimeClassName.includes('nvidia-gpu'), where).toBe(hasGpu);
      if (name.includes('ppcie') && hasGpu) {
        expect(amounts).toContain('nvidia.com/nvswitch');
        expect(pod.containers[0]?.resources?.limits?.['nvidia.com/pgpu']).toBe('8');
      }
    }
  });

  it('does not restrict GPU nodes by a label that operators have taken away', () => {
    expect(JSON.stringify(objects)).not.toContain('nvidia.com/cc.capable');
  });

  it('lets nobody call a worker: no Service, no port but the one that the kubelet asks', () => {
    const workers = pods.filter(({ where }) => /StatefulSet\/.*(worker|prover|fhe)/.test(where));
    for (const { pod } of workers)
      expect(pod.containers[0]?.ports).toEqual([{ name: 'health', containerPort: 7481, protocol: 'TCP' }]);
    const selected = objects.filter(({ kind }) => kind === 'Service').map((service) => selectorOf(service));
    for (const { labels } of workers)
      expect(
        selected.some((selector) => Object.entries(selector).every(([key, value]) => labels[key] === value)),
      ).toBe(false);
    const policies = objects.filter(
      ({ kind, metadata }) => kind === 'NetworkPolicy' && !/orchestrator/.test(metadata.name),
    );
    for (const policy of policies) expect(policy['spec']).toMatchObject({ ingress: [] });
  });

  it('pulls the pods of tests and hooks as it pulls the workload', () => {
    const wanted = new Set(pods.map(({ pod }) => JSON.stringify(pod.imagePullSecrets ?? [])));
    expect(wanted.size).toBe(1);
  });

  it('selects pods by labels that no release changes', () => {
    for (const workload of objects.filter(({ kind }) => kind === 'StatefulSet')) {
      const { matchLabels } = (workload['spec'] as { selector: { matchLabels: object } }).selector;
      expect(Object.keys(matchLabels).sort()).toEqual([
        'app.kubernetes.io/instance',
        'app.kubernetes.io/name',
      ]);
    }
  });

  it('gives pods of a StatefulSet the time that their drain takes', () => {
    for (const { pod, where } of pods.filter(({ where: place }) => place.startsWith('StatefulSet/'))) {
      const drainMs = Number(
        variableOf(pod.containers[0], 'SEALFLOW_DRAIN_MS') ??
          variableOf(pod.containers[0], 'SEALFLOW_DRAIN_NOTICE_MS'),
      );
      expect((pod.terminationGracePeriodSeconds ?? 0) * 1_000, where).toBeGreaterThan(drainMs);
    }
  });
});

function selectorOf(service: KubernetesObject): Readonly<Record<string, string>> {
  return (service['spec'] as { selector: Record<string, string> }).selector;
}
