import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gauges } from '../../apps/orchestrator/src/observability/gauges.js';
import { chartsFolder } from '../../tools/k8s/src/generated-files.js';
import { rendered } from '../../tools/k8s/src/helm.js';
import type { KubernetesObject } from '../../tools/k8s/src/kubernetes-schemas.js';
import { repositoryRoot } from '../architecture/source-file.js';
import { parts } from './cases.js';

const autoscaling = {
  enabled: true,
  ...{ minReplicas: 2, maxReplicas: 5, queuedPerReplica: '3' },
  prometheus: { serverAddress: 'http://prometheus.monitoring.svc:9090' },
};
const reader = readFileSync(
  join(repositoryRoot, 'apps/orchestrator/src/observability/metrics-reader.ts'),
  'utf8',
);

describe.each(parts)('%s under an autoscaler', (chart) => {
  it('follows the leases that wait, which the orchestrator counts, by KEDA', () => {
    const spec = specOf(autoscaled(chart, 'keda'), 'ScaledObject') as {
      minReplicaCount: number;
      maxReplicaCount: number;
      triggers: readonly { type: string; metadata: Record<string, string> }[];
    };
    expect([spec.minReplicaCount, spec.maxReplicaCount]).toEqual([2, 5]);
    const [trigger, ...others] = spec.triggers;
    expect(others).toEqual([]);
    expect(trigger).toMatchObject({ type: 'prometheus', metadata: { threshold: '3' } });
    const [, metric, state] = /^max\((\w+)\{state="(\w+)"\}\)$/.exec(trigger?.metadata['query'] ?? '') ?? [];
    isCounted(metric, state);
  });

  it('follows the same by an external metric of a HorizontalPodAutoscaler', () => {
    const spec = specOf(autoscaled(chart, 'hpa'), 'HorizontalPodAutoscaler') as {
      minReplicas: number;
      maxReplicas: number;
      metrics: readonly {
        external: {
          metric: { name: string; selector: { matchLabels: { state: string } } };
          target: object;
        };
      }[];
    };
    expect([spec.minReplicas, spec.maxReplicas]).toEqual([2, 5]);
    const [metric, ...others] = spec.metrics;
    expect(others).toEqual([]);
    expect(metric?.external.target).toEqual({ type: 'AverageValue', averageValue: '3' });
    isCounted(metric?.external.metric.name, metric?.external.metric.selector.matchLabels.state);
  });

  it.each(['keda', 'hpa'])('leaves the number of pods to %s, and a certificate is there for each', (type) => {
    const objects = autoscaled(chart, type);
    expect(specOf(objects, 'StatefulSet')).not.toHaveProperty('replicas');
    if (chart === 'orchestrator') return;
    const names = objects.filter(({ kind }) => kind === 'Certificate').map(({ metadata }) => metadata.name);
    expect(names).toEqual([0, 1, 2, 3, 4].map((ordinal) => `sf-${chart}-tls-${ordinal}`));
  });
});

function autoscaled(chart: string, type: string): readonly KubernetesObject[] {
  return rendered({
    helm: 'helm4',
    chart,
    valueFiles: [join(chartsFolder, chart, 'ci', 'minimal-values.yaml')],
    set: {
      autoscaling: { ...autoscaling, type },
      ...(chart === 'orchestrator' ? { 'storage.accessMode': 'ReadWriteMany' } : {}),
    },
  });
}

function specOf(objects: readonly KubernetesObject[], kind: string): object {
  const found = objects.find((object) => object.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  const { scaleTargetRef } = found['spec'] as { scaleTargetRef?: { name: string } };
  if (scaleTargetRef !== undefined)
    expect(scaleTargetRef).toMatchObject({ kind: 'StatefulSet', name: found.metadata.name });
  return found['spec'] as object;
}

/** The gauge has this name, and the orchestrator sets it for this state. */
function isCounted(metric: string | undefined, state: string | undefined): void {
  expect((gauges.leases as unknown as { name: string }).name).toBe(metric);
  expect(reader).toContain(`gauges.leases.set({ state: '${state}' }`);
}
