import { z } from 'zod';
import { exitCode, UsageError } from '../../output/failure.js';

/** What the doctor reads of a cluster: `kubectl get ... -o json`. Nothing of it is believed to be whole. */
const texts = z.record(z.string(), z.string()).default({});
/** An API server prints quantities as texts; whoever wrote the file by hand may have left them numbers. */
const quantities = z.record(z.string(), z.union([z.string(), z.number().transform(String)])).default({});
const metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  labels: texts,
  annotations: texts,
});
const conditions = z
  .array(z.looseObject({ type: z.string(), status: z.string(), message: z.string().default('') }))
  .default([]);

const nodeInfo = z
  .looseObject({ kubeletVersion: z.string().default(''), containerRuntimeVersion: z.string().default('') })
  .default({ kubeletVersion: '', containerRuntimeVersion: '' });
const nodeSchema = z.looseObject({
  metadata,
  spec: z.looseObject({ unschedulable: z.boolean().default(false) }).default({ unschedulable: false }),
  status: z.looseObject({ allocatable: quantities, conditions, nodeInfo }),
});
const runtimeClassSchema = z.looseObject({
  metadata,
  overhead: z.looseObject({ podFixed: quantities }).optional(),
  scheduling: z.looseObject({ nodeSelector: texts }).optional(),
});

const securityContext = z.looseObject({ runAsUser: z.number().optional() }).optional();
const containerSchema = z.looseObject({
  image: z.string().default(''),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
  resources: z.looseObject({ limits: quantities }).optional(),
  securityContext,
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })).default([]),
});
const volumeSchema = z.looseObject({
  name: z.string(),
  hostPath: z.looseObject({ path: z.string() }).optional(),
});
const workloadSchema = z.looseObject({
  metadata,
  spec: z.looseObject({
    replicas: z.number().int().default(1),
    template: z.looseObject({
      metadata: z.looseObject({ labels: texts, annotations: texts }).default({ labels: {}, annotations: {} }),
      spec: z.looseObject({
        runtimeClassName: z.string().optional(),
        nodeSelector: texts,
        securityContext,
        containers: z.array(containerSchema).default([]),
        volumes: z.array(volumeSchema).default([]),
      }),
    }),
  }),
});
const certificateSchema = z.looseObject({
  metadata,
  status: z.looseObject({ conditions }).optional(),
});
const quotaSchema = z.looseObject({
  metadata,
  status: z.looseObject({ hard: quantities, used: quantities }).optional(),
});
const stateSchema = z.looseObject({
  waiting: z.looseObject({ reason: z.string().default(''), message: z.string().default('') }).optional(),
  terminated: z
    .looseObject({
      exitCode: z.number().default(0),
      reason: z.string().default(''),
      message: z.string().default(''),
    })
    .optional(),
});
const podSchema = z.looseObject({
  metadata,
  status: z.looseObject({
    phase: z.string().default(''),
    conditions,
    containerStatuses: z
      .array(
        z.looseObject({
          restartCount: z.number().default(0),
          state: stateSchema.optional(),
          lastState: stateSchema.optional(),
        }),
      )
      .default([]),
  }),
});

const selectorSchema = z.looseObject({
  matchLabels: texts,
  matchExpressions: z
    .array(
      z.looseObject({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).default([]),
      }),
    )
    .default([]),
});
const ruleSchema = z.looseObject({
  to: z
    .array(
      z.looseObject({
        ipBlock: z.looseObject({ cidr: z.string(), except: z.array(z.string()).default([]) }).optional(),
      }),
    )
    .default([]),
  ports: z
    .array(
      z.looseObject({
        port: z.union([z.number(), z.string()]).optional(),
        endPort: z.number().optional(),
        protocol: z.string().default('TCP'),
      }),
    )
    .default([]),
});
const networkPolicySchema = z.looseObject({
  metadata,
  spec: z.looseObject({
    podSelector: selectorSchema.default({ matchLabels: {}, matchExpressions: [] }),
    policyTypes: z.array(z.string()).optional(),
    egress: z.array(ruleSchema).optional(),
  }),
});

export type ClusterNode = z.infer<typeof nodeSchema>;
export type RuntimeClass = z.infer<typeof runtimeClassSchema>;
export type Workload = z.infer<typeof workloadSchema>;
export type Container = z.infer<typeof containerSchema>;
export type PodStatus = z.infer<typeof podSchema>['status'];
export type NetworkPolicy = z.infer<typeof networkPolicySchema>;
export type Conditions = z.infer<typeof conditions>;

export interface ClusterObjects {
  readonly nodes: readonly ClusterNode[];
  readonly runtimeClasses: readonly RuntimeClass[];
  readonly workloads: readonly Workload[];
  readonly certificates: readonly z.infer<typeof certificateSchema>[];
  readonly quotas: readonly z.infer<typeof quotaSchema>[];
  readonly pods: readonly z.infer<typeof podSchema>[];
  /** Everybody's: those of others let pods dial too. */
  readonly networkPolicies: readonly NetworkPolicy[];
}

const listSchema = z.looseObject({
  kind: z.literal('List'),
  items: z.array(z.looseObject({ kind: z.string() })),
});
const PART_OF = 'app.kubernetes.io/part-of';

/** @throws UsageError that says which object is not what it should be */
export function parseCluster(bytes: Uint8Array): ClusterObjects {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new UsageError('cluster: expected JSON, as kubectl get -o json prints it', exitCode.malformed);
  }
  const list = listSchema.safeParse(json);
  if (!list.success)
    throw new UsageError(
      'cluster: expected a List, as kubectl get of several kinds prints it',
      exitCode.malformed,
    );
  const of = <T extends { metadata: { labels: Record<string, string> } }>(
    kind: string,
    schema: z.ZodType<T>,
  ): T[] =>
    list.data.items.flatMap((item, index) => {
      if (item.kind !== kind) return [];
      const parsed = schema.safeParse(item);
      if (parsed.success) return [parsed.data];
      const [issue] = parsed.error.issues;
      throw new UsageError(
        `cluster: items[${index}]: ${kind}: ${issue?.path.join('.')}: ${issue?.message}`,
        exitCode.malformed,
      );
    });
  const ours = <T extends { metadata: { labels: Record<string, string> } }>(objects: T[]): T[] =>
    objects.filter((object) => object.metadata.labels[PART_OF] === 'sealflow');
  return {
    nodes: of('Node', nodeSchema),
    runtimeClasses: of('RuntimeClass', runtimeClassSchema),
    workloads: ours(of('StatefulSet', workloadSchema)),
    certificates: ours(of('Certificate', certificateSchema)),
    quotas: of('ResourceQuota', quotaSchema),
    pods: ours(of('Pod', podSchema)),
    networkPolicies: of('NetworkPolicy', networkPolicySchema),
  };
}

export function conditionOf(conditions: Conditions, type: string): Conditions[number] | undefined {
  return conditions.find((condition) => condition.type === type);
}

/** Value of a variable of any container of a workload; undefined where it has none or takes it from elsewhere. */
export function variableOf({ spec }: Workload, name: string): string | undefined {
  return spec.template.spec.containers.flatMap(({ env }) => env).find((one) => one.name === name)?.value;
}

/** Pods of a workload, by the names that a StatefulSet gives. */
export function podsOf({ metadata }: Workload, { pods }: ClusterObjects): ClusterObjects['pods'] {
  return pods.filter(
    (pod) =>
      pod.metadata.namespace === metadata.namespace &&
      pod.metadata.name.replace(/-[0-9]+$/, '') === metadata.name,
  );
}

/** A pod that has served is one whose worker was taken: it found its quote source and reached the orchestrator. */
export function isReady({ conditions }: PodStatus): boolean {
  return conditionOf(conditions, 'Ready')?.status === 'True';
}
