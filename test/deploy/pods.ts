import type { KubernetesObject } from '../../tools/k8s/src/kubernetes-schemas.js';

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly unknown[];
  readonly securityContext?: object;
  readonly resources?: {
    readonly limits?: Readonly<Record<string, string>>;
    readonly requests?: Readonly<Record<string, string>>;
  };
}

export interface Pod {
  readonly containers: readonly Container[];
  readonly volumes?: readonly object[];
  readonly securityContext?: object;
  readonly runtimeClassName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly imagePullSecrets?: readonly object[];
}

export interface PlacedPod {
  /** Kind and name of the object that makes it. */
  readonly where: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: Pod;
}

/** Every pod that the objects lead to: of workloads, of jobs, of tests. */
export function podsOf(objects: readonly KubernetesObject[]): readonly PlacedPod[] {
  return objects.flatMap((object): readonly PlacedPod[] => {
    const where = `${object.kind}/${object.metadata.name}`;
    if (object.kind === 'Pod')
      return [{ where, labels: object.metadata.labels ?? {}, pod: object['spec'] as Pod }];
    const { template } = (object['spec'] ?? {}) as {
      template?: { metadata: { labels: Record<string, string> }; spec: Pod };
    };
    if (template === undefined || !['StatefulSet', 'Deployment', 'Job', 'DaemonSet'].includes(object.kind))
      return [];
    return [{ where, labels: template.metadata.labels, pod: template.spec }];
  });
}

/** What the container has in its environment; undefined where it has none of that name, or takes it from elsewhere. */
export function variableOf(container: Container | undefined, variable: string): string | undefined {
  return container?.env?.find(({ name }) => name === variable)?.value;
}
