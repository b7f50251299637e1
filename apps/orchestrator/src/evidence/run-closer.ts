import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { commitSha256, type Digest, formatTime, isDigest, parseDigest, toJson, utf8 } from '#canonical';
import { withSpan } from '#contracts';
import {
  type BuiltBundle,
  BundleDraft,
  buildBundle,
  type EdgeReaders,
  type FailedAttempt,
  type LogEntry,
  parseEnvelope as parseStatement,
  parseStepPredicate,
  type RunRecord,
  type RunValue,
  statedModels,
  statementOf,
  stepPredicateType,
  type TaskStatus,
} from '#evidence';
import { parseManifest } from '#proofs';
import { parseEnvelope } from '#sealing';
import type { Logger } from '#telemetry';
import type { Plan, RunStatus } from '#workflow';
import { BlobStore } from '../blobs/blob-store.js';
import { TransparencyLog } from '../log/transparency-log.js';
import { logAppendSeconds, runSeconds } from '../observability/instruments.js';
import { PlanStore } from '../plans/plan-store.js';
import { type RunChange, type RunRow, RunStore, type TaskRow, terminalStates } from '../runs/run-store.js';
import type { LeaseRow } from '../sessions/lease-book.js';
import { BundleStamper } from '../timestamps/bundle-stamper.js';
import { CLOCK, type Clock, LOGGER } from '../tokens.js';
import { PackageAppraiser, type StoredAppraisals } from './package-appraiser.js';
import { endOf, type RunEnd } from './run-end.js';
import { restsOn, type SeenStep, seenAssurance } from './seen-assurance.js';
import { SigningKey } from './signing-key.js';

const taskStatus: Readonly<Record<string, TaskStatus>> = {
  SUCCEEDED: 'succeeded',
  SKIPPED: 'skipped',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
};

interface Known {
  readonly run: RunRow;
  readonly tasks: readonly TaskRow[];
}

type RecordEnd = (change: RunChange, time: Date) => Promise<void>;

/**
 * Ends a run: assembles the bundle, logs its root, stores it, and only then calls the run over. A crash anywhere
 * repeats the whole; the log takes a run once, so the repeat uses the bundle that was logged.
 */
@Injectable()
export class RunCloser {
  constructor(
    private readonly runs: RunStore,
    private readonly plans: PlanStore,
    private readonly blobs: BlobStore,
    private readonly appraiser: PackageAppraiser,
    private readonly log: TransparencyLog,
    private readonly stamper: BundleStamper,
    private readonly key: SigningKey,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async close(runId: string, status: RunStatus): Promise<void> {
    const run = await this.runs.get(runId);
    const tasks = await this.runs.tasks(runId);
    await this.end({ run, tasks }, status, (change, time) => this.runs.changeRun(runId, change, time));
  }

  /** The same for a run whose rows the caller knows. @param record how it ended, in its row and as its last event */
  async end({ run, tasks }: Known, status: RunStatus, record: RecordEnd): Promise<void> {
    if (terminalStates.includes(run.state)) return;
    const endedAt = new Date(this.clock());
    const end = { ...endOf(status, run, tasks, endedAt.getTime()), status, endedAt };
    const traced = { parent: run.traceparent, facts: { run: run.runId, state: end.state } };
    await withSpan('sealflow.close', traced, () => this.#end({ run, tasks }, end, record));
  }

  async #end(
    { run, tasks }: Known,
    {
      status,
      state,
      reason,
      stated,
      endedAt,
    }: RunEnd & { readonly status: RunStatus; readonly endedAt: Date },
    record: RecordEnd,
  ): Promise<void> {
    const { runId } = run;
    const { plan, signedPlan } = await this.plans.get(run.plan);
    const steps = await Promise.all(
      inPlanOrder(plan, tasks).flatMap((task) =>
        task.statement === null ? [] : [this.blobs.get(task.statement)],
      ),
    );
    const appraisals = await this.appraiser.appraisals(run, tasks);
    const carried = await this.#carried(run, tasks, plan, appraisals.collateral);
    const built = buildBundle({
      run: runRecord(run, tasks, plan, { status, reason: stated, endedAt }, await this.#attempts(run, tasks)),
      signedPlan: await this.blobs.get(signedPlan),
      policy: await this.blobs.get(run.policy),
      steps,
      appraisals: appraisals.statements,
      blobs: carried,
      inputReaders: await this.#inputReaders(run),
      orchestratorSeed: this.key.seed,
      random: (bytes) => randomBytes(bytes),
    });
    // The draft is stored first: a crash after the log entry finds the very root that was logged.
    const subject = logSubject(run);
    const pending = await this.#keepPending(run, subject, built);
    const logged = logAppendSeconds.startTimer();
    const entry = await withSpan('sealflow.log.append', {}, () =>
      this.log.append(subject, pending.leafEntry, pending.isQueued),
    );
    logged();
    const bundle = await this.#complete(run, pending.draft, entry);
    const levels = seenAssurance(steps.map((step) => seenStep(step, appraisals.levels, carried)));
    await record({ state, reason, bundle, endedAt, ...levels }, endedAt);
    const tookMs = Math.max(0, endedAt.getTime() - run.createdAt.getTime());
    runSeconds.observe({ state }, tookMs / 1_000);
    this.logger.info({ run: runId, state, ms: tookMs }, 'run ended');
  }

  async #keepPending({ runId, tenant }: RunRow, subject: string, { draft, leafEntry }: BuiltBundle) {
    const [bundle, leaf] = await Promise.all([
      this.blobs.put(draft.keep(), tenant, { readSoon: false }),
      this.blobs.put(leafEntry, tenant, { readSoon: false }),
    ]);
    const kept = await this.runs.pendingBundle(runId, { bundle, leaf, entry: leafEntry, subject });
    if (kept === null) return { draft, leafEntry, isQueued: true };
    const [first, entry] = await Promise.all([this.blobs.get(kept.bundle), this.blobs.get(kept.leaf)]);
    const restored = await BundleDraft.restore(first, (digest) => this.blobs.get(digest));
    return { draft: restored, leafEntry: entry, isQueued: false };
  }

  /** Every lease of the run, where one may have come to nothing. */
  async #attempts({ runId }: RunRow, tasks: readonly TaskRow[]): Promise<readonly LeaseRow[]> {
    const straight = tasks.every(({ state, attempt }) => attempt <= 1 && state !== 'FAILED');
    return straight ? [] : this.runs.attempts(runId);
  }

  /** What a bundle gets after its root is logged. None of it is under the root's signature; each part proves itself. */
  async #complete({ runId, tenant }: RunRow, draft: BundleDraft, entry: LogEntry): Promise<Digest> {
    const bundle = await this.stamper.stamp(runId, draft.complete(entry), entry);
    return this.blobs.put(bundle, tenant, { readSoon: false });
  }

  /** Evidence, keys and receipts. Ciphertext pages stay in the blob store: the bundle names them by digest. */
  async #carried(
    run: RunRow,
    tasks: readonly TaskRow[],
    plan: Plan,
    collateral: readonly Digest[],
  ): Promise<ReadonlyMap<Digest, Uint8Array>> {
    const digests = new Set<Digest>(collateral);
    for (const offer of run.offers) digests.add(parseDigest(offer.package));
    for (const task of tasks) {
      for (const blob of task.blobs ?? []) digests.add(parseDigest(blob));
      for (const output of task.outputs ?? []) {
        if (output.port === 'receipt') digests.add(parseDigest(output.blob));
      }
    }
    if (plan.tasks.some(({ ledgerState }) => ledgerState)) {
      for (const receipt of await this.runs.receiptsBefore(run)) digests.add(parseDigest(receipt));
    }
    const carried = new Map<Digest, Uint8Array>();
    for (const digest of digests) carried.set(digest, await this.blobs.get(digest));
    return carried;
  }

  async #inputReaders(run: RunRow): Promise<EdgeReaders[]> {
    return Promise.all(
      // A ciphertext has no envelope, and so no recipients: who can open it is said in the ledger's own receipts.
      run.inputs.filter(isSealed).map(async ({ name, blob, earlier = [] }) => {
        // Whoever could open an envelope that was replaced is a reader too.
        const readers = new Map<string, EdgeReaders['recipients'][number]>();
        for (const envelope of [blob, ...earlier]) {
          const { header } = parseEnvelope(await this.blobs.get(envelope));
          for (const { role, kid } of header.recipients) readers.set(kid, { role, kid: parseDigest(kid) });
        }
        return { edge: `inputs/${name}`, recipients: [...readers.values()] };
      }),
    );
  }
}

function seenStep(
  statement: Uint8Array,
  levels: StoredAppraisals['levels'],
  carried: ReadonlyMap<Digest, Uint8Array>,
): SeenStep {
  const predicate = parseStepPredicate(statementOf(parseStatement(statement), stepPredicateType).predicate);
  const { package: evidence, manifest } = restsOn(predicate);
  const circuit = manifest === null ? undefined : carried.get(manifest);
  return {
    predicate,
    level: evidence === null ? null : (levels.get(evidence) ?? 'NONE'),
    // A manifest that is not there says nothing good.
    devKeys: manifest !== null && (circuit === undefined || parseManifest(circuit).state === 'dev'),
  };
}

function isSealed({ commitment }: RunRow['inputs'][number]): boolean {
  return !isDigest(commitment);
}

function runRecord(
  run: RunRow,
  tasks: readonly TaskRow[],
  plan: Plan,
  end: { status: RunStatus; reason: string; endedAt: Date },
  attempts: readonly LeaseRow[],
): RunRecord {
  const tenantSalt = randomBytes(32);
  return {
    runId: run.runId,
    tenant: commitSha256({ label: 'tenant', salt: tenantSalt, plaintext: utf8(run.tenant) }),
    workflow: {
      definitionDigest: plan.definitionDigest,
      schemaVersion: plan.definition.schema,
      name: plan.definition.name,
      version: String(plan.definition.version),
      compilerVersion: plan.v,
    },
    tasks: inPlanOrder(plan, tasks).map((task) => ({
      taskId: task.taskId,
      status: taskStatus[task.state] ?? 'not-started',
      failedAttempts: failedAttempts(task, attempts),
    })),
    inputs: run.inputs.map(({ name, commitment }) => ({ name, edge: `inputs/${name}`, commitment })),
    outputs: runOutputs(plan, tasks),
    policies: [
      {
        id: 'appraisal',
        version: '1',
        digest: parseDigest(run.policy),
        effectiveFrom: formatTime(run.createdAt.getTime()),
      },
    ],
    routing: plan.routes.map((route) => toJson(route)),
    models: statedModels(
      inPlanOrder(plan, tasks).flatMap(({ operation, statement, public: facts }) =>
        statement === null || facts === null ? [] : [{ operation, public: facts }],
      ),
    ),
    period: {
      start: formatTime(run.createdAt.getTime()),
      end: formatTime(end.endedAt.getTime()),
      clockSource: 'orchestrator system clock',
    },
    status: end.status,
    reason: end.reason,
    previousRun: run.previousRoot === null ? null : parseDigest(run.previousRoot),
    offers: run.offers.map(({ operation, package: evidence, nonce }) => ({
      operation,
      package: parseDigest(evidence),
      nonce,
    })),
  };
}

/** Attempts that came to nothing, with the reason; the one that succeeded has its statement. */
function failedAttempts(task: TaskRow, attempts: readonly LeaseRow[]): FailedAttempt[] {
  return attempts.flatMap(({ taskId, attempt, reason, errorClass }) =>
    taskId === task.taskId && reason !== null ? [{ attempt, reason, errorClass: errorClass ?? '' }] : [],
  );
}

/** A run that was taken up again after an end has a leaf for each of its ends. */
function logSubject({ runId, earlierBundles }: RunRow): string {
  return earlierBundles === null ? runId : `${runId}/${earlierBundles.length + 1}`;
}

function runOutputs(plan: Plan, tasks: readonly TaskRow[]): RunValue[] {
  const outputs = new Map(
    tasks.flatMap((task) => (task.outputs ?? []).map((output) => [output.edge, output])),
  );
  return Object.entries(plan.outputs).flatMap(([name, edge]) => {
    const output = outputs.get(edge);
    return output === undefined ? [] : [{ name, edge, commitment: output.commitment }];
  });
}

function inPlanOrder(plan: Plan, tasks: readonly TaskRow[]): TaskRow[] {
  const byId = new Map(tasks.map((task) => [task.taskId, task]));
  return plan.tasks.flatMap(({ id }) => byId.get(id) ?? []);
}
