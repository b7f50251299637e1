import type { KubernetesObject } from '../../../tools/k8s/src/kubernetes-schemas.js';

/** What a kubelet reads of a pod, as far as the charts use it. */
export interface PodSpec {
  readonly runtimeClassName?: string;
  readonly securityContext: {
    readonly runAsUser: number;
    readonly runAsGroup: number;
    readonly fsGroup: number;
  };
  readonly containers: readonly ContainerSpec[];
  readonly volumes?: readonly VolumeSpec[];
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly EnvironmentVariable[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly readinessProbe?: ProbeSpec;
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
  }[];
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: { readonly fieldPath: string };
    readonly secretKeyRef?: { readonly name: string; readonly key: string };
  };
}

export interface ProbeSpec {
  readonly grpc?: { readonly port: number; readonly service?: string };
  readonly httpGet?: { readonly path: string; readonly port: string; readonly scheme?: 'HTTP' | 'HTTPS' };
}

export interface KeyItems {
  readonly name?: string;
  readonly secretName?: string;
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

export interface VolumeSpec {
  readonly name: string;
  readonly emptyDir?: object;
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly secret?: KeyItems & { readonly defaultMode?: number };
  readonly configMap?: KeyItems;
  readonly projected?: {
    readonly defaultMode?: number;
    readonly sources: readonly { readonly secret: KeyItems }[];
  };
}

export interface StatefulSetSpec {
  readonly replicas?: number;
  readonly template: {
    readonly metadata: { readonly labels: Record<string, string> };
    readonly spec: PodSpec;
  };
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
}

/** A pod cannot be started yet, since something that it names is not there. */
export class NotYet extends Error {}

export type Objects = (kind: string, name: string) => KubernetesObject | undefined;
