import { Inject, Injectable } from '@nestjs/common';
import {
  canonicalBytes,
  digestOf,
  equalBytes,
  failedChecks,
  fromBase64,
  isDigest,
  type Json,
  type JsonObject,
  parseDigest,
  parseTime,
} from '#canonical';
import {
  clockSkewMs,
  type DsseEnvelope,
  EvidenceError,
  isSignedBy,
  parseEnvelope,
  parseStepPredicate,
  parseZkEvidence,
  proofContext,
  type StepPredicate,
  statementOf,
  stepPredicateType,
} from '#evidence';
import { verifyGroth16 } from '#proofs';
import { parseEnvelope as parseSealed, SealingError } from '#sealing';
import type { SiteFile } from '#worker';
import type { PlanTask } from '#workflow';
import { BlobStore } from '../blobs/blob-store.js';
import type { TaskOutputRow } from '../database/schema.js';
import { PackageAppraiser } from '../evidence/package-appraiser.js';
import { isPageLedgerTask, PageLedgerTasks } from '../ledger/page-ledger-tasks.js';
import { PlanStore } from '../plans/plan-store.js';
import { type RunRow, RunStore, type TaskRow } from '../runs/run-store.js';
import type { CompletedResult, LeaseRow } from '../sessions/lease-book.js';
import { LeaseMessages } from '../sessions/lease-messages.js';
import { CLOCK, type Clock, SITE } from '../tokens.js';
import { appliedReceipt } from './applied-receipt.js';
import { statementMismatch } from './statement-match.js';

export interface CheckedResult {
  /** Null when every check passed. */
  readonly reason: string | null;
  /** base64 of the key that signed, when that much is known. */
  readonly signKey: string | null;
  readonly statement: string;
  readonly public: JsonObject;
  readonly outputs: readonly TaskOutputRow[];
  readonly blobs: readonly string[];
  /** What the worker says that it took; null where it says nothing. */
  readonly memoryMib: number | null;
}

/** Of a worker whose clock is wrong, which is no lie: the verifier would refuse the bundle for it (BND-FRESH-001). */
export const OUTSIDE_PERIOD = 'STEP_OUTSIDE_PERIOD';

/** Blobs that the bundle carries for one step. */
const CARRIED_MAX = 16;
/** More than any machine has. */
const MEMORY_MIB_MAX = 64 * 1_048_576;

/**
 * Checks a worker's result before the graph advances: right task, right inputs, planned outputs, a key whose
 * evidence passes the client's policy, a proof that verifies strictly, ledger pages that the receipt announced.
 */
@Injectable()
export class StatementChecker {
  constructor(
    private readonly blobs: BlobStore,
    private readonly plans: PlanStore,
    private readonly runs: RunStore,
    private readonly messages: LeaseMessages,
    private readonly appraiser: PackageAppraiser,
    private readonly pages: PageLedgerTasks,
    @Inject(SITE) private readonly site: SiteFile,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param tasks of the run, where the caller knows them */
  async check(
    run: RunRow,
    task: PlanTask,
    lease: LeaseRow,
    result: CompletedResult,
    tasks?: readonly TaskRow[],
  ): Promise<CheckedResult> {
    const { statement, outputs, blobs } = result;
    const base = { statement, outputs, blobs, memoryMib: null };
    const bytes = await this.blobs.get(result.statement);
    let envelope: DsseEnvelope;
    let predicate: StepPredicate;
    try {
      envelope = parseEnvelope(bytes);
      predicate = parseStepPredicate(statementOf(envelope, stepPredicateType).predicate);
    } catch (error) {
      if (!(error instanceof EvidenceError)) throw error;
      return { ...base, reason: 'STATEMENT_MALFORMED', signKey: null, public: {} };
    }
    const { key } = predicate.executor;
    if (!isSignedBy(envelope, fromBase64(key))) {
      return { ...base, reason: 'SIGNATURE_INVALID', signKey: null, public: {} };
    }
    const reason =
      (await this.#mismatch(run, task, lease, predicate, tasks)) ??
      (await this.#outputs(run, predicate, result)) ??
      (await this.#carried(predicate, result)) ??
      (await this.#executor(run, task, predicate)) ??
      (await this.#proof(run, task, predicate)) ??
      (await this.#ledger(run, task, predicate, tasks)) ??
      outsidePeriod(run, task, predicate, this.clock());
    // Strictly parsed objects have no prototype, which the query builder does not take.
    const memoryMib = memoryOf(predicate);
    return { ...base, reason, signKey: key, public: structuredClone(predicate.public), memoryMib };
  }

  async #mismatch(
    run: RunRow,
    task: PlanTask,
    lease: LeaseRow,
    predicate: StepPredicate,
    tasks: readonly TaskRow[] | undefined,
  ): Promise<string | null> {
    const { plan } = await this.plans.get(run.plan);
    const { inputs } = await this.messages.inputsOf(run, task, tasks);
    return statementMismatch(predicate, {
      run,
      task,
      attempt: lease.attempt,
      definitionDigest: plan.definitionDigest,
      inputs,
    });
  }

  /** Every output has its bytes in the store; a digest is a digest of them, and a disclosed value opens its own. */
  async #outputs(run: RunRow, predicate: StepPredicate, result: CompletedResult): Promise<string | null> {
    if (result.outputs.length !== predicate.outputs.length) return 'EDGE_MISMATCH';
    for (const stated of predicate.outputs) {
      const sent = result.outputs.find(({ edge }) => edge === stated.edge);
      if (sent?.commitment !== stated.commitment || sent.port !== stated.port) return 'EDGE_MISMATCH';
      const bytes = await this.blobs.find(sent.blob);
      if (bytes === undefined) return 'OUTPUT_MISSING';
      if (!isDigest(stated.commitment)) {
        const reason = envelopeMismatch(bytes, run, stated.edge);
        if (reason !== null) return reason;
        continue;
      }
      if (sent.blob !== stated.commitment) return 'COMMITMENT_MISMATCH';
      const fact = predicate.public[stated.port];
      if (fact !== undefined && digestOf(canonicalBytes(fact)) !== stated.commitment)
        return 'COMMITMENT_MISMATCH';
    }
    return null;
  }

  /** What the bundle will carry for the step is there; the evidence package comes first. */
  async #carried(predicate: StepPredicate, { blobs }: CompletedResult): Promise<string | null> {
    if (blobs.length > CARRIED_MAX) return 'LIMIT_EXCEEDED';
    for (const blob of blobs) {
      if (!isDigest(blob) || (await this.blobs.size(blob)) === undefined) return 'OUTPUT_MISSING';
    }
    if (predicate.kind === 'human') return null;
    return blobs[0] === predicate.evidence['package'] ? null : 'EVIDENCE_INVALID';
  }

  async #executor(run: RunRow, task: PlanTask, predicate: StepPredicate): Promise<string | null> {
    // A person's key was checked against the plan when the decision came in.
    if (task.kind === 'human') return null;
    const named = predicate.evidence['package'];
    if (typeof named !== 'string' || !isDigest(named)) return 'EVIDENCE_INVALID';
    if ((await this.blobs.size(named)) === undefined) return 'EVIDENCE_INVALID';
    const { accepted, binding, measurement } = await this.appraiser.appraise(named, parseDigest(run.policy));
    if (!accepted || binding === null) return 'EVIDENCE_INVALID';
    if (!equalBytes(binding.signKey, fromBase64(predicate.executor.key))) return 'EVIDENCE_UNBOUND';
    return measurement?.operations.includes(task.operation) === true ? null : 'MEASUREMENT_NOT_ALLOWED';
  }

  async #proof(run: RunRow, task: PlanTask, predicate: StepPredicate): Promise<string | null> {
    if (task.kind !== 'zk.groth16') return null;
    const evidence = readZkEvidence(predicate);
    if (evidence === null) return 'PROOF_INVALID';
    const [manifest, vkey] = await Promise.all([
      this.blobs.find(evidence.manifest),
      this.blobs.find(evidence.vkey),
    ]);
    if (manifest === undefined || vkey === undefined) return 'PROOF_INVALID';
    const byPort = (edges: StepPredicate['inputs']): Record<string, string> =>
      Object.fromEntries(edges.map(({ port, commitment }) => [port, commitment]));
    const checks = verifyGroth16(
      { manifest, vkey, proof: evidence.proof, publicSignals: [...evidence.publicSignals] },
      {
        context: proofContext(run.runId, task.id, parseDigest(run.plan)),
        inputs: byPort(predicate.inputs),
        outputs: byPort(predicate.outputs),
        public: predicate.public,
      },
      this.site.circuits,
    );
    const failed = failedChecks(checks).map(({ reason }) => reason);
    if (failed.length === 0) return null;
    // A proof that holds, beside an output that it says nothing about.
    return failed.every((reason) => reason === 'OUTPUT_UNBOUND') ? 'OUTPUT_UNBOUND' : 'PROOF_INVALID';
  }

  /** The keyless service must arrive at the very pages that the key enclave announced. */
  async #ledger(
    run: RunRow,
    task: PlanTask,
    predicate: StepPredicate,
    tasks: readonly TaskRow[] | undefined,
  ): Promise<string | null> {
    if (isPageLedgerTask(task)) {
      return this.pages.mismatch(run, task, predicate, tasks ?? (await this.runs.tasks(run.runId)));
    }
    if (task.completes === null || !task.ledgerState) return null;
    const { receipt } = await appliedReceipt(this.runs, run.runId, task);
    const page = (port: string): Json =>
      predicate.outputs.find((output) => output.port === port)?.commitment ?? null;
    const same =
      page('pageAvailable') === receipt.next.available && page('pageReserved') === receipt.next.reserved;
    return same ? null : 'STATE_ROOT_MISMATCH';
  }
}

/** A sealed output that is no envelope of its edge would stop the next step, and others with it. */
function envelopeMismatch(bytes: Uint8Array, run: RunRow, edge: string): string | null {
  try {
    const { header } = parseSealed(bytes);
    return header.runId === run.runId && header.edge === edge ? null : 'ENVELOPE_CONTEXT_MISMATCH';
  } catch (error) {
    if (error instanceof SealingError) return error.code;
    throw error;
  }
}

function readZkEvidence(predicate: StepPredicate): ReturnType<typeof parseZkEvidence> | null {
  try {
    return parseZkEvidence(predicate.evidence);
  } catch (error) {
    if (error instanceof EvidenceError) return null;
    throw error;
  }
}

/** For estimates alone: a worker that says nothing, or nonsense, gets its result recorded all the same. */
function memoryOf({ metrics }: StepPredicate): number | null {
  const said = metrics?.['peakMiB'];
  return typeof said === 'number' && Number.isInteger(said) && said > 0 && said <= MEMORY_MIB_MAX
    ? said
    : null;
}

function outsidePeriod(run: RunRow, task: PlanTask, predicate: StepPredicate, nowMs: number): string | null {
  // A person's time was looked at when the decision came in.
  if (task.kind === 'human') return null;
  const [startedMs, endedMs] = [parseTime(predicate.startedAt), parseTime(predicate.endedAt)];
  const inside =
    startedMs <= endedMs &&
    startedMs >= run.createdAt.getTime() - clockSkewMs &&
    endedMs <= nowMs + clockSkewMs;
  return inside ? null : OUTSIDE_PERIOD;
}
