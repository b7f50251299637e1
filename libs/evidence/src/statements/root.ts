import {
  type Commitment,
  canonicalBytes,
  commitSha256,
  type Digest,
  fromBase64,
  isUlid,
  type Json,
  type JsonObject,
  toJson,
} from '#canonical';
import { FieldReader } from '../field-reader.js';
import { type Statement, type Subject, subjectOf } from './statement.js';
import { type EdgeReaders, edgeReaders, jsonObject, type Offer, offersOf } from './step.js';

/*
 * The orchestrator's signature on the root has no weight for the truth of a step. It says one thing: "this is the
 * set I assembled", so that a step cannot be dropped, added or swapped afterwards.
 */

export const rootPredicateType = 'https://sealflow.dev/evidence/run/v1';

export const runStatuses = ['completed', 'rejected', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof runStatuses)[number];

export const taskStatuses = ['succeeded', 'skipped', 'failed', 'cancelled', 'not-started'] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export interface RunValue {
  readonly name: string;
  readonly edge: string;
  readonly commitment: Commitment;
}

/** What became of one task of the plan. `index` is its leaf in the step tree when it has a statement. */
export interface RunTask {
  readonly taskId: string;
  readonly status: TaskStatus;
  readonly index: number | null;
  /** Attempts before the one that the status is about, or all of them. Absent: none failed. */
  readonly failedAttempts?: readonly FailedAttempt[];
}

/** One time that a task was given out and nothing came of it, in the word of the orchestrator. */
export interface FailedAttempt {
  readonly attempt: number;
  readonly reason: string;
  /** What the engine made of the reason: whether another attempt was worth it. */
  readonly errorClass: string;
}

/** Members that may be withheld are null then. */
export interface RootPredicate {
  readonly runId: string;
  /** 32 random bytes, base64: makes the log leaf hiding. */
  readonly salt: string;
  /** Raw Ed25519 key that signs this root, base64. */
  readonly orchestratorKey: string;
  readonly tenant: Commitment | null;
  readonly workflow: {
    readonly definitionDigest: Digest;
    readonly schemaVersion: string;
    readonly name: string | null;
    readonly version: string | null;
    readonly compilerVersion: string;
  };
  /** Blob of the signed plan. */
  readonly plan: Digest;
  readonly planDigest: Digest;
  /** Blob of the appraisal policy that the client pinned; steps carry the same digest. */
  readonly policy: Digest;
  readonly dag: { readonly nodeCount: number; readonly edgeCount: number };
  readonly tasks: readonly RunTask[];
  readonly steps: { readonly treeRoot: string; readonly count: number; readonly hash: 'rfc6962-sha256' };
  readonly inputs: readonly RunValue[];
  readonly outputs: readonly RunValue[];
  readonly policies: readonly {
    readonly id: string;
    readonly version: string;
    readonly digest: Digest;
    readonly effectiveFrom: string;
  }[];
  readonly routing: readonly Json[] | null;
  readonly oversight: { readonly required: boolean; readonly approvals: readonly Digest[] };
  readonly models:
    | readonly {
        readonly name: string;
        readonly version: string;
        readonly weightsDigest: Digest;
        readonly cardDigest: Digest | null;
      }[]
    | null;
  readonly period: { readonly start: string; readonly end: string; readonly clockSource: string };
  readonly status: RunStatus;
  /** Why the run ended as it did, e.g. a reason code; empty when completed. */
  readonly reason: string | null;
  readonly previousRun: Digest | null;
  readonly readers: readonly EdgeReaders[];
  /** Workers that answered the client's nonces. */
  readonly offers: readonly Offer[];
  /** Digests of the appraisal statements, in the order of the bundle. */
  readonly appraisals: readonly Digest[];
}

const tasksMax = 1024;
const attemptsMax = 64;

export function buildRootStatement(predicate: RootPredicate): Statement {
  const statement: Statement = {
    subject: rootSubjects(predicate),
    predicateType: rootPredicateType,
    predicate: jsonObject(predicate),
  };
  parseRootPredicate(statement.predicate);
  return statement;
}

/** The run, as a commitment to its id, plan and inputs that the root's salt opens, and the values that came out. */
export function rootSubjects(
  root: Pick<RootPredicate, 'runId' | 'planDigest' | 'inputs' | 'outputs' | 'salt'>,
): Subject[] {
  const plaintext = canonicalBytes(
    toJson({ runId: root.runId, planDigest: root.planDigest, inputs: root.inputs }),
  );
  return [
    subjectOf('run', commitSha256({ label: 'run', salt: fromBase64(root.salt), plaintext })),
    ...root.outputs.map(({ name, commitment }) => subjectOf(`output/${name}`, commitment)),
  ];
}

export function parseRootPredicate(predicate: JsonObject): RootPredicate {
  const reader = new FieldReader(predicate, 'root', 'STATEMENT_MALFORMED');
  const workflow = reader.reader('workflow');
  const dag = reader.reader('dag');
  const steps = reader.reader('steps');
  const oversight = reader.reader('oversight');
  const period = reader.reader('period');
  const root: RootPredicate = {
    runId: reader.nonEmpty('runId', 64),
    salt: reader.base64('salt', 32),
    orchestratorKey: reader.base64('orchestratorKey', 32),
    tenant: reader.disclosable('tenant', () => reader.commitment('tenant')),
    workflow: {
      definitionDigest: workflow.digest('definitionDigest'),
      schemaVersion: workflow.nonEmpty('schemaVersion', 64),
      name: workflow.disclosable('name', () => workflow.text('name', 256)),
      version: workflow.disclosable('version', () => workflow.text('version', 64)),
      compilerVersion: workflow.text('compilerVersion', 64),
    },
    plan: reader.digest('plan'),
    planDigest: reader.digest('planDigest'),
    policy: reader.digest('policy'),
    dag: { nodeCount: dag.integer('nodeCount'), edgeCount: dag.integer('edgeCount') },
    tasks: reader.readers('tasks', tasksMax).map((entry) => ({
      taskId: entry.nonEmpty('taskId', 256),
      status: entry.oneOf('status', taskStatuses),
      index: entry.value['index'] === null ? null : entry.integer('index', { max: tasksMax - 1 }),
      ...(entry.value['failedAttempts'] === undefined
        ? {}
        : { failedAttempts: entry.readers('failedAttempts', attemptsMax).map(failedAttempt) }),
    })),
    steps: {
      treeRoot: steps.base64('treeRoot', 32),
      count: steps.integer('count', { max: tasksMax }),
      hash: steps.oneOf('hash', ['rfc6962-sha256']),
    },
    inputs: runValues(reader, 'inputs'),
    outputs: runValues(reader, 'outputs'),
    policies: reader.readers('policies', 16).map((entry) => ({
      id: entry.nonEmpty('id', 128),
      version: entry.nonEmpty('version', 64),
      digest: entry.digest('digest'),
      effectiveFrom: entry.time('effectiveFrom'),
    })),
    routing: reader.disclosable('routing', () => reader.items('routing', tasksMax)),
    oversight: { required: oversight.flag('required'), approvals: oversight.digests('approvals', 256) },
    models: reader.disclosable('models', () =>
      reader.readers('models', 64).map((entry) => ({
        name: entry.nonEmpty('name', 256),
        version: entry.nonEmpty('version', 64),
        weightsDigest: entry.digest('weightsDigest'),
        cardDigest: entry.digestOrNull('cardDigest'),
      })),
    ),
    period: {
      start: period.time('start'),
      end: period.time('end'),
      clockSource: period.nonEmpty('clockSource', 128),
    },
    status: reader.oneOf('status', runStatuses),
    reason: reader.disclosable('reason', () => reader.text('reason', 512)),
    previousRun: reader.disclosable('previousRun', () => reader.digestOrNull('previousRun')),
    readers: reader.readers('readers', 1024).map(edgeReaders),
    offers: offersOf(reader),
    appraisals: reader.digests('appraisals', 256),
  };
  if (!isUlid(root.runId)) reader.refuse('runId', 'a ULID');
  return root;
}

function failedAttempt(entry: FieldReader): FailedAttempt {
  return {
    attempt: entry.integer('attempt', { min: 1, max: 1_000_000 }),
    reason: entry.nonEmpty('reason', 64),
    errorClass: entry.text('errorClass', 64),
  };
}

function runValues(reader: FieldReader, name: string): RunValue[] {
  return reader.readers(name, 64).map((entry) => ({
    name: entry.nonEmpty('name', 128),
    edge: entry.nonEmpty('edge', 512),
    commitment: entry.commitment('commitment'),
  }));
}
