import { z } from 'zod';
import { exitCode, UsageError } from '../output/failure.js';

/** What the doctor reads of a cluster: `kubectl get ... -o json`. Nothing of it is believed to be whole. */
const texts = z.record(z.string(), z.string()).default({});
const metadata = z.looseObject({ name: z.string(), labels: texts });
const conditions = z
  .array(z.looseObject({ type: z.string(), status: z.string(), message: z.string().default('') }))
  .default([]);

const nodeSchema = z.looseObject({
  metadata,
  spec: z.looseObject({ unschedulable: z.boolean().default(false) }).default({ unschedulable: false }),
  status: z.looseObject({ allocatable: texts, conditions }),
});
const runtimeClassSchema = z.looseObject({
  metadata,
  scheduling: z.looseObject({ nodeSelector: texts }).optional(),
});
const resources = z.looseObject({ limits: texts }).optional();
const workloadSchema = z.looseObject({
  metadata,
  spec: z.looseObject({
    replicas: z.number().int().default(1),
    template: z.looseObject({
      spec: z.looseObject({
        runtimeClassName: z.string().optional(),
        nodeSelector: texts,
        containers: z.array(z.looseObject({ resources })).default([]),
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
  status: z.looseObject({ hard: texts, used: texts }).optional(),
});
const state = z.looseObject({ waiting: z.looseObject({ reason: z.string().default('') }).optional() });
const podSchema = z.looseObject({
  metadata,
  status: z.looseObject({
    phase: z.string().default(''),
    conditions,
    containerStatuses: z
      .array(z.looseObject({ restartCount: z.number().default(0), state: state.optional() }))
      .default([]),
  }),
});

export type ClusterNode = z.infer<typeof nodeSchema>;
export type Workload = z.infer<typeof workloadSchema>;
export type Conditions = z.infer<typeof conditions>;

export interface ClusterObjects {
  readonly nodes: readonly ClusterNode[];
  readonly runtimeClasses: readonly z.infer<typeof runtimeClassSchema>[];
  readonly workloads: readonly Workload[];
  readonly certificates: readonly z.infer<typeof certificateSchema>[];
  readonly quotas: readonly z.infer<typeof quotaSchema>[];
  readonly pods: readonly z.infer<typeof podSchema>[];
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
  };
}
