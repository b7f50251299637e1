import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { MachineFacts } from '../sessions/machine-facts.js';
import { bytea, moment, sealflow } from './columns.js';

export * from './blob-schema.js';
export { sealflow } from './columns.js';
export * from './key-schema.js';
export * from './log-schema.js';
export * from './page-ledger-schema.js';
export * from './retention-schema.js';
export * from './tenant-schema.js';
export * from './workflow-schema.js';

/** Fencing tokens: one sequence for all leases, so that every dispatch has a greater one. */
export const fence = sealflow.sequence('fence');

export const plans = sealflow.table(
  'plans',
  {
    digest: text('digest').notNull(),
    tenant: text('tenant').notNull(),
    /** Blob of the plan as a DSSE envelope. */
    signedPlan: text('signed_plan').notNull(),
    plan: jsonb('plan').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  // Two tenants that plan the same workflow get the same plan, and each may run it.
  (table) => [primaryKey({ columns: [table.digest, table.tenant] })],
);

export interface RunInput {
  readonly name: string;
  readonly commitment: string;
  readonly blob: string;
  /** Envelopes of the same content that were sealed before, to workers that are gone. */
  readonly earlier?: readonly string[];
}

export interface RunOffer {
  readonly operation: string;
  readonly package: string;
  /** base64, 32 bytes */
  readonly nonce: string;
}

export const runs = sealflow.table(
  'runs',
  {
    runId: text('run_id').primaryKey(),
    tenant: text('tenant').notNull(),
    requestId: text('request_id').notNull(),
    /** Digest of everything in the request that makes it this run. */
    contentDigest: text('content_digest').notNull(),
    plan: text('plan').notNull(),
    policy: text('policy').notNull(),
    state: text('state').notNull(),
    reason: text('reason'),
    inputs: jsonb('inputs').$type<readonly RunInput[]>().notNull(),
    offers: jsonb('offers').$type<readonly RunOffer[]>().notNull(),
    clientSealKey: bytea('client_seal_key').notNull(),
    clientSignKey: bytea('client_sign_key').notNull(),
    /** Run of the same tenant that this one repeats or amends, and the root digest that its bundle had then. */
    previousRun: text('previous_run'),
    previousRoot: text('previous_root'),
    /** Name of the stored revision that its plan is of; null where none was asked for. */
    workflowRevision: text('workflow_revision'),
    /** W3C Trace Context of its creation; empty when nothing was traced. */
    traceparent: text('traceparent').notNull().default(''),
    cancelRequested: boolean('cancel_requested').notNull().default(false),
    /** Version of the interpreter that the run began with, and goes on with. */
    interpreter: text('interpreter').notNull().default('v1'),
    /** Which durable workflow of the run: it gets another one when it is taken up again after its end. */
    generation: integer('generation').notNull().default(1),
    /** Set while the state is PAUSED: the state that the pause covers. */
    pausedFrom: text('paused_from'),
    /** Higher ones get workers first. */
    priority: integer('priority').notNull().default(0),
    /** Step that a repeated execution is at, and how often the process ended at it. */
    crashStep: text('crash_step'),
    crashes: integer('crashes').notNull().default(0),
    /** Bundles of ends that the run was taken up from again, oldest first. */
    earlierBundles: jsonb('earlier_bundles').$type<readonly string[]>(),
    /** Blobs of the bundle before it has its log entry, and of that entry. */
    pendingBundle: text('pending_bundle'),
    pendingLeaf: text('pending_leaf'),
    bundle: text('bundle'),
    /** Versions of bundles that a stamp took the place of: nobody is given them, and retention takes them along. */
    replacedBundles: jsonb('replaced_bundles').$type<readonly string[]>(),
    deadline: moment('deadline').notNull(),
    createdAt: moment('created_at').notNull(),
    endedAt: moment('ended_at'),
    /** When retention took away its sealed inputs and outputs, and its bundle and statements. */
    payloadDeletedAt: moment('payload_deleted_at'),
    evidenceDeletedAt: moment('evidence_deleted_at'),
    /** The bundle that its tenant's bytes were counted with last, and how many of them are of bundles of the run. */
    countedBundle: text('counted_bundle'),
    bundleBytes: bigint('bundle_bytes', { mode: 'number' }).notNull().default(0),
    /** Name of the workflow in its plan; where a replica of an older release leaves it out, a trigger of the table puts it in. */
    workflow: text('workflow'),
    /** What its statements reach by the look of this server, when it ended; see `seen-assurance`. Null before. */
    integrity: text('integrity'),
    confidentiality: text('confidentiality'),
    assurance: text('assurance'),
  },
  (table) => [
    // Counts over a period are answered from this index alone.
    index('runs_overview').on(
      table.tenant,
      table.createdAt,
      table.state,
      table.workflow,
      table.assurance,
      table.evidenceDeletedAt,
    ),
    index('runs_of_workflow').on(table.tenant, table.workflow, table.createdAt),
    index('runs_of_policy').on(table.tenant, table.policy, table.createdAt),
    index('runs_with_payload')
      .on(table.tenant, table.endedAt)
      .where(sql`ended_at is not null and payload_deleted_at is null`),
    index('runs_with_evidence')
      .on(table.tenant, table.endedAt)
      .where(sql`ended_at is not null and evidence_deleted_at is null`),
    index('runs_uncounted')
      .on(table.endedAt)
      .where(sql`bundle is not null and counted_bundle is distinct from bundle`),
    uniqueIndex('runs_request').on(table.tenant, table.requestId),
    index('runs_recent').on(table.tenant, table.createdAt),
    index('runs_open').on(table.state).where(sql`ended_at is null`),
  ],
);

export interface TaskOutputRow {
  readonly port: string;
  readonly edge: string;
  readonly commitment: string;
  readonly blob: string;
}

export const tasks = sealflow.table(
  'tasks',
  {
    runId: text('run_id').notNull(),
    taskId: text('task_id').notNull(),
    operation: text('operation').notNull(),
    state: text('state').notNull(),
    attempt: integer('attempt').notNull().default(0),
    worker: text('worker'),
    reason: text('reason'),
    public: jsonb('public').$type<Readonly<Record<string, unknown>>>(),
    /** Blob of the step statement. */
    statement: text('statement'),
    outputs: jsonb('outputs').$type<readonly TaskOutputRow[]>(),
    /** Blobs that the bundle carries for this step. */
    blobs: jsonb('blobs').$type<readonly string[]>(),
    /** What the worker's processes held at most while they did it, by its statement. */
    memoryMib: integer('memory_mib'),
    startedAt: moment('started_at'),
    endedAt: moment('ended_at'),
    /** Attempts that failed since the run was last taken up. */
    failures: integer('failures').notNull().default(0),
    /** When it is tried again; null where nothing of that kind is waited for. */
    retryAt: moment('retry_at'),
    /** Whether it waits for the client to seal an input again. */
    awaitsInput: boolean('awaits_input').notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.taskId] }),
    index('tasks_out').on(table.runId).where(sql`state in ('DISPATCHED', 'AWAITING_APPROVAL')`),
  ],
);

export const leases = sealflow.table(
  'leases',
  {
    lease: text('lease').primaryKey(),
    fence: bigint('fence', { mode: 'bigint' }).notNull().default(sql`nextval('sealflow.fence')`),
    runId: text('run_id').notNull(),
    taskId: text('task_id').notNull(),
    attempt: integer('attempt').notNull(),
    operation: text('operation').notNull(),
    /** queued, sent, completed, failed, revoked */
    state: text('state').notNull(),
    worker: text('worker'),
    bootId: text('boot_id'),
    deadline: moment('deadline').notNull(),
    /** Ledger head the task works on. */
    ledgerState: jsonb('ledger_state').$type<Readonly<Record<string, unknown>>>(),
    /** Who waits for the lease: a durable workflow, null for those of interpreter v1, `rows` from v3 on. */
    waiter: text('waiter'),
    priority: integer('priority').notNull().default(0),
    /** Why the attempt failed, and the class of that. */
    reason: text('reason'),
    errorClass: text('error_class'),
    endedAt: moment('ended_at'),
    /** What the worker sent: blob of the statement, outputs, blobs; or the reason it failed. */
    result: jsonb('result').$type<Readonly<Record<string, unknown>>>(),
    sentAt: moment('sent_at'),
  },
  (table) => [
    uniqueIndex('leases_attempt').on(table.runId, table.taskId, table.attempt),
    index('leases_open').on(table.state).where(sql`state in ('queued', 'sent')`),
  ],
);

export const runEvents = sealflow.table(
  'run_events',
  {
    runId: text('run_id').notNull(),
    sequence: integer('sequence').notNull(),
    /** Task the event is about; null for the run itself. */
    taskId: text('task_id'),
    body: jsonb('body').$type<Readonly<Record<string, unknown>>>().notNull(),
    prevDigest: text('prev_digest').notNull(),
    digest: text('digest').notNull(),
    time: moment('time').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.sequence] })],
);

export const ledgers = sealflow.table(
  'ledgers',
  {
    tenant: text('tenant').notNull(),
    ledger: text('ledger').notNull(),
    version: integer('version').notNull(),
    available: text('available').notNull(),
    reserved: text('reserved').notNull(),
    receipt: text('receipt').notNull(),
    /** Run and step whose authorised change is not applied yet; only that step may authorise and apply. */
    claimedBy: text('claimed_by'),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.ledger] })],
);

export const ledgerEntries = sealflow.table(
  'ledger_entries',
  {
    tenant: text('tenant').notNull(),
    ledger: text('ledger').notNull(),
    version: integer('version').notNull(),
    operation: text('operation').notNull(),
    intentId: text('intent_id'),
    runId: text('run_id').notNull(),
    taskId: text('task_id').notNull(),
    receipt: text('receipt').notNull(),
    time: moment('time').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.ledger, table.version] }),
    // Money moves once: one reserve, one commit or release per intent.
    uniqueIndex('ledger_entries_intent').on(table.tenant, table.ledger, table.operation, table.intentId),
  ],
);

/** Which replicas live: each says so every second, by the clock of the database. */
export const replicas = sealflow.table('replicas', {
  executorId: text('executor_id').primaryKey(),
  seenAt: moment('seen_at').notNull(),
  /** Where other replicas reach it; null: nowhere. */
  address: text('address'),
});

/**
 * Notes that were spent, and claims and encounters that were accepted, by what a proof names them with. One number stands
 * for one of them whoever names it, so it is unique over all tenants; it outlives the run, or what it stands for could be
 * used again once that is deleted.
 */
export const nullifiers = sealflow.table('nullifiers', {
  nullifier: text('nullifier').primaryKey(),
  tenant: text('tenant').notNull(),
  runId: text('run_id').notNull(),
  taskId: text('task_id').notNull(),
  time: moment('time').notNull(),
});

/** Workers by the replica that they are connected to; a row counts while that replica lives. */
export const workerSessions = sealflow.table(
  'worker_sessions',
  {
    bootId: text('boot_id').notNull(),
    executorId: text('executor_id').notNull(),
    workerId: text('worker_id').notNull(),
    sealKeyId: text('seal_key_id').notNull(),
    signKey: text('sign_key').notNull(),
    operations: jsonb('operations').$type<readonly string[]>().notNull(),
    imageDigest: text('image_digest').notNull(),
    connectedAt: moment('connected_at').notNull(),
    /** Whose steps alone it is given; null: everybody's. */
    tenant: text('tenant'),
    machine: jsonb('machine').$type<MachineFacts>(),
  },
  (table) => [primaryKey({ columns: [table.bootId, table.executorId] })],
);

/** A verifier's question for evidence, put to the workers of other replicas; it lives for seconds. */
export const offerQuestions = sealflow.table('offer_questions', {
  id: text('id').primaryKey(),
  askedBy: text('asked_by').notNull(),
  operation: text('operation').notNull(),
  policy: text('policy').notNull(),
  nonce: bytea('nonce').notNull(),
  offersMax: integer('offers_max').notNull(),
  at: moment('at').notNull(),
  /** Who asks; null: the platform. */
  tenant: text('tenant'),
  /** base64 of the key of the one worker that is to answer; null: any. */
  signKey: text('sign_key'),
});

/** What the workers of one replica answered: evidence packages, or nothing. */
export const offerAnswers = sealflow.table(
  'offer_answers',
  {
    id: text('id').notNull(),
    executorId: text('executor_id').notNull(),
    offers: jsonb('offers').$type<readonly RelayedOffer[]>().notNull(),
    at: moment('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.id, table.executorId] })],
);

export interface RelayedOffer {
  readonly worker: string;
  readonly operations: readonly string[];
  /** base64 */
  readonly package: string;
}

/** Workers that operators take out of service, by their ids: each boot of one. */
export const drainedWorkers = sealflow.table('drained_workers', {
  workerId: text('worker_id').primaryKey(),
  reason: text('reason').notNull(),
  at: moment('at').notNull(),
});

/** Signing keys that returned what no honest worker can return. A new boot has a new key. */
export const fencedWorkers = sealflow.table('fenced_workers', {
  signKey: text('sign_key').primaryKey(),
  reason: text('reason').notNull(),
  at: moment('at').notNull(),
});

/** The key that signs the results of a worker, by worker id; see `WorkerKeys`. */
export const workerKeys = sealflow.table('worker_keys', {
  workerId: text('worker_id').primaryKey(),
  /** base64, Ed25519 */
  signKey: text('sign_key').notNull(),
  bootId: text('boot_id').notNull(),
  seenAt: moment('seen_at').notNull().defaultNow(),
});

/** Request ids of calls that are not kept for ever; see `RequestBook`. */
export const requests = sealflow.table(
  'requests',
  {
    tenant: text('tenant').notNull(),
    requestId: text('request_id').notNull(),
    contentDigest: text('content_digest').notNull(),
    done: boolean('done').notNull(),
    /** What the call made, for the answer to the call that repeats it. */
    resource: text('resource').notNull().default(''),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.requestId] }),
    index('requests_age').on(table.createdAt),
  ],
);
