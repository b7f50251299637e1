import { Inject, Injectable } from '@nestjs/common';
import { and, count, eq, inArray, isNotNull, isNull, notInArray } from 'drizzle-orm';
import { ApiError } from '#contracts';
import type { Logger } from '#telemetry';
import { asSystem } from '../auth/call-context.js';
import { Database } from '../database/database.js';
import { leases } from '../database/schema.js';
import type { RunView } from '../runs/run-view.js';
import { CLOCK, type Clock, LOGGER } from '../tokens.js';
import { type LeaseMessage, LeaseMessages } from './lease-messages.js';
import { LeaseQueue, type QueuedLease } from './lease-queue.js';
import { type LeaseRequest, rowOf } from './lease-request.js';
import {
  type CompletedResult,
  type FailedResult,
  fenced,
  isSameResult,
  type LeaseResult,
  ownWord,
} from './lease-result.js';
import { LeaseSilence } from './lease-silence.js';
import { type NewResult, ResultBook } from './result-book.js';
import { SessionRegistry } from './session-registry.js';
import type { WorkerSession } from './worker-session.js';

export type { CompletedResult, FailedResult, LeaseResult, LostInput } from './lease-result.js';
export type LeaseRow = typeof leases.$inferSelect;

/** Tells the workflow that waits for a lease that its result is in. */
export type LeaseListener = (lease: LeaseRow) => Promise<void>;

/** Leases that are given out with one statement. */
const GIVEN_AT_ONCE = 64;

/** A lease and the worker that is about to get it. */
interface Given {
  readonly row: LeaseRow;
  readonly session: WorkerSession;
  readonly message: LeaseMessage;
}

/**
 * Who may run which task until when.
 *
 * The book is not trusted with results: whoever rewrites it can delay a task or run it twice, and cannot forge one,
 * because every result is a statement under the worker's attested key. All state is in the database; the fence of a
 * lease comes from one sequence, so a later dispatch always has the greater one.
 */
@Injectable()
export class LeaseBook {
  #listener: LeaseListener = async () => undefined;
  #elsewhere: (message: string) => void = () => undefined;
  #assigning: Promise<void> | null = null;
  #again = false;
  /** Whether the next pass also looks at leases that no worker here has room for. */
  #thorough = false;
  readonly #queue: LeaseQueue;

  constructor(
    private readonly database: Database,
    private readonly registry: SessionRegistry,
    private readonly messages: LeaseMessages,
    private readonly silence: LeaseSilence,
    private readonly results: ResultBook,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#queue = new LeaseQueue(database);
    registry.onChange(() => this.assign());
  }

  onResult(listener: LeaseListener): void {
    this.#listener = listener;
  }

  /** Called with what other replicas should hear: `queued <lease>` and `revoked <lease> <reason>`. */
  onElsewhere(listener: (message: string) => void): void {
    this.#elsewhere = listener;
  }

  /** Opens the lease of one attempt, once: a repeated call returns the first lease. */
  async open(request: LeaseRequest): Promise<LeaseRow> {
    const [opened] = await this.database.queries
      .insert(leases)
      .values(rowOf(request))
      .onConflictDoNothing()
      .returning();
    const row = opened ?? (await this.get(request.lease));
    this.assignOthers();
    if (!request.forPerson) this.#elsewhere(`queued ${request.lease}`);
    return row;
  }

  /** Leases that were opened with a draft of the run. */
  opened(view: RunView, rows: readonly LeaseRow[]): void {
    for (const row of rows) {
      if (row.state !== 'queued') continue;
      this.#queue.add(view, row);
      this.#elsewhere(`queued ${row.lease}`);
    }
    // Also where none was opened: a ledger may be free now.
    this.assign();
  }

  /** There may be leases to give out that this replica does not know. */
  assignOthers(): void {
    this.#queue.mayHaveOthers();
    this.assign();
  }

  async get(lease: string): Promise<LeaseRow> {
    const [row] = await this.database.queries.select().from(leases).where(eq(leases.lease, lease));
    if (row === undefined) throw new ApiError('LEASE_FENCED', `no lease ${lease}`);
    return row;
  }

  /**
   * Gives queued leases to workers that have room. Calls that overlap become one more pass.
   *
   * @param thorough also finds leases whose inputs nobody can open any more
   */
  assign(thorough = false): void {
    this.#thorough ||= thorough;
    if (this.#assigning !== null) {
      this.#again = true;
      return;
    }
    // A call may have asked for it; what is given out is everybody's.
    this.#assigning = asSystem(() => this.#assignAll())
      .catch((error: unknown) => this.logger.error({ err: error }, 'lease assignment failed'))
      .finally(() => {
        this.#assigning = null;
        if (this.#again) {
          this.#again = false;
          this.assign();
        }
      });
  }

  /**
   * A worker says that it works on a lease. One that it does not hold is called back: its result would not count.
   */
  heard(session: WorkerSession, lease: string, fence: string, stage: string | null): void {
    if (this.silence.heard(session, lease, fence, stage)) return;
    // It may well hold it: what it was given before is still being read, and it speaks again with the next beat.
    if (!session.isResumed) return;
    session.send({ revoke: { lease, reason: 'LEASE_FENCED' } });
  }

  /** A result came and is about to be looked at. */
  resultCame(session: WorkerSession, lease: string): void {
    this.silence.answered(session, lease);
  }

  /**
   * A worker's result. Raises LEASE_FENCED unless the lease is open, under this fence, at this worker.
   *
   * @param brought what comes with a result that is not a failure
   */
  async settle(
    session: WorkerSession,
    {
      lease,
      fence,
      result,
    }: { readonly lease: string; readonly fence: string; readonly result: LeaseResult },
    brought: Pick<NewResult, 'statement' | 'named'> = { statement: null, named: [] },
  ): Promise<void> {
    session.leases.delete(lease);
    this.assign();
    const { bootId } = session.identity;
    const given = { lease, fence, bootId, result, ...brought, atMs: this.clock() };
    const settled = await this.results.add(given);
    if (settled === null) {
      const row = await this.get(lease);
      // It came before, and its answer was lost: with it, perhaps, the news of it.
      const isAgain = row.fence.toString() === fence && row.bootId === bootId && isSameResult(row, result);
      if (isAgain) return this.#listener(row);
      throw fenced(row, fence);
    }
    await this.#listener(settled);
  }

  /** Ends a lease whose result no longer counts, and tells its worker. Whoever judges it again says the same reason. */
  async revoke(lease: string, reason: string): Promise<void> {
    const open = and(eq(leases.lease, lease), inArray(leases.state, ['queued', 'sent']));
    const [row] = await this.database.queries
      .update(leases)
      .set({ state: 'revoked', reason })
      .where(open)
      .returning();
    if (row?.bootId == null) return;
    if (this.registry.byBoot(row.bootId) === undefined) this.#elsewhere(`revoked ${lease} ${reason}`);
    else this.tellRevoked(lease, reason);
  }

  /** Tells a worker that is connected here, if it is, that its result no longer counts. */
  tellRevoked(lease: string, reason: string): void {
    const session = this.registry.list().find(({ leases: held }) => held.has(lease));
    session?.leases.delete(lease);
    session?.send({ revoke: { lease, reason } });
    this.assign();
  }

  /** A person's answer, which the caller has verified. Raises LEASE_FENCED unless the step still waits for it. */
  async settleByPerson(lease: string, result: CompletedResult): Promise<void> {
    const [settled] = await this.database.queries
      .update(leases)
      .set({ state: 'completed', result: { ...result } })
      .where(and(eq(leases.lease, lease), eq(leases.state, 'sent'), isNull(leases.bootId)))
      .returning();
    if (settled === undefined) throw new ApiError('STEP_NOT_WAITING', `lease ${lease} waits for no person`);
    await this.#listener(settled);
  }

  /** Records why an attempt failed. */
  async conclude(
    lease: string,
    { reason, errorClass }: { readonly reason: string; readonly errorClass: string },
  ): Promise<void> {
    await this.database.queries
      .update(leases)
      .set({ reason: reason.slice(0, 64), errorClass, endedAt: new Date(this.clock()) })
      .where(eq(leases.lease, lease));
  }

  /** Keeps the first signature of a decision that needs two. Returns the one that is kept: whoever came first. */
  async keepFirstSignature(lease: string, statement: string): Promise<string> {
    const first = and(eq(leases.lease, lease), eq(leases.state, 'sent'), isNull(leases.result));
    const result = { kind: 'first-signature', statement };
    await this.database.queries.update(leases).set({ result }).where(first);
    const kept = (await this.get(lease)).result?.['statement'];
    return typeof kept === 'string' ? kept : statement;
  }

  /** Leases of a run that have a result. */
  answered(runId: string): Promise<LeaseRow[]> {
    return this.#ofRun(runId, ['completed', 'failed', 'revoked']);
  }

  /** Leases of a run that still wait for a worker, or for its result. */
  openLeases(runId: string): Promise<LeaseRow[]> {
    return this.#ofRun(runId, ['queued', 'sent']);
  }

  #ofRun(runId: string, states: string[]): Promise<LeaseRow[]> {
    const wanted = and(eq(leases.runId, runId), inArray(leases.state, states));
    return this.database.queries.select().from(leases).where(wanted);
  }

  /** How many tasks each boot of a worker has now, at whatever replica. */
  async heldByBoot(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.queries
      .select({ bootId: leases.bootId, held: count() })
      .from(leases)
      .where(and(eq(leases.state, 'sent'), isNotNull(leases.bootId)))
      .groupBy(leases.bootId);
    return new Map(rows.map(({ bootId, held }) => [bootId ?? '', held]));
  }

  /** After a worker came back: sends again what it was given before. It knows a lease that it already has. */
  async resend(session: WorkerSession): Promise<void> {
    const rows = await this.database.queries
      .select()
      .from(leases)
      .where(and(eq(leases.state, 'sent'), eq(leases.bootId, session.identity.bootId)));
    for (const row of rows) {
      const message = await this.messages.build(row);
      if (message === null) continue;
      session.leases.set(row.lease, this.silence.sent(row.fence));
      session.send({ lease: message.lease });
    }
    session.isResumed = true;
  }

  /** Fails leases whose worker will not come back, so that another one gets the task. */
  async sweep(): Promise<void> {
    const here = this.registry.list().map(({ identity }) => identity.bootId);
    const sent = await this.database.queries
      .select()
      .from(leases)
      .where(and(eq(leases.state, 'sent'), isNotNull(leases.bootId), notInArray(leases.bootId, here)));
    for (const row of sent) {
      if (row.bootId === null || !this.registry.isGone(row.bootId)) continue;
      await this.#fail(row, ownWord('WORKER_LOST', `worker ${row.worker ?? ''} went away`));
    }
    await this.#failSilent();
    this.assign(true);
  }

  /** Fails leases of workers that are connected here and say nothing of them, long before the leases run out. */
  async #failSilent(): Promise<void> {
    for (const { session, lease, stage } of this.silence.silent(this.registry.list())) {
      this.logger.warn({ lease, worker: session.identity.workerId, stage }, 'worker is silent');
      const row = await this.get(lease);
      if (row.state === 'sent' && row.bootId === session.identity.bootId) {
        const message = `worker ${row.worker ?? ''} said nothing of the task since it was ${stage}`;
        await this.#fail(row, ownWord('WORKER_SILENT', message));
      }
      this.tellRevoked(lease, 'WORKER_SILENT');
    }
  }

  async #fail(row: LeaseRow, result: FailedResult): Promise<void> {
    const [failed] = await this.database.queries
      .update(leases)
      .set({ state: 'failed', result: { ...result } })
      .where(and(eq(leases.lease, row.lease), eq(leases.state, row.state)))
      .returning();
    if (failed !== undefined) await this.#listener(failed);
  }

  async #assignAll(): Promise<void> {
    const thorough = this.#thorough;
    this.#thorough = false;
    if (!thorough && !this.registry.hasRoom) return;
    if (thorough) this.#queue.mayHaveOthers();
    const given: Given[] = [];
    for (const each of await this.#queue.inOrder()) {
      if (!thorough && !this.registry.hasRoom) break;
      try {
        const next = await this.#give(each);
        if (next !== null) this.#queue.remove(each.row.lease);
        if (next !== null && next !== 'ended') given.push(next);
      } catch (error) {
        // One lease that cannot be given out must not hold up the others.
        this.logger.error({ err: error, lease: each.row.lease }, 'lease not assigned');
      }
      if (given.length === GIVEN_AT_ONCE) await this.#send(given.splice(0));
    }
    await this.#send(given);
  }

  /** @returns null for a lease that has to wait; `ended` for one that nobody can ever take */
  async #give({ row, run, tasks }: QueuedLease): Promise<Given | 'ended' | null> {
    const sealed = await this.messages.sealedInputs(row, run, tasks);
    const lost = sealed.filter((input) => !input.keptByExecutor && this.registry.isLost(input));
    if (lost.length > 0) {
      // A worker that comes back has new keys: only who sealed the input can seal it to them.
      const message = 'the keys that an input was sealed to are gone with the boots that held them';
      const named = lost.map(({ edge, blob }) => ({ edge, blob }));
      await this.#fail(row, { ...ownWord('RECIPIENTS_GONE', message), retryable: false, lost: named });
      return 'ended';
    }
    const holder = await this.messages.holder(row, run);
    const candidates = () => this.registry.candidates(row.operation, sealed, run.tenant, holder);
    // Only a step that can start now may claim the ledger.
    if (candidates().length === 0) return null;
    const message = await this.messages.build(row, run, tasks);
    if (message === null) return null;
    const [session] = candidates();
    if (session === undefined) return null;
    // Its place at the worker is taken from now on.
    session.leases.set(row.lease, this.silence.sent(row.fence));
    session.lastDispatchMs = this.clock();
    return { row, session, message };
  }

  /** One statement for all: each is given out here, or was given out or ended elsewhere meanwhile. */
  async #send(given: readonly Given[]): Promise<void> {
    if (given.length === 0) return;
    const sent = await this.#queue
      .markSent(
        given.map(({ row: { lease }, session: { identity }, message: { ledgerState } }) => ({
          ...{ lease, worker: identity.workerId, boot: identity.bootId, ledgerState },
        })),
        new Date(this.clock()),
      )
      .catch((error: unknown) => {
        for (const { row, session } of given) session.leases.delete(row.lease);
        this.#queue.mayHaveOthers();
        throw error;
      });
    for (const { row, session, message } of given) {
      if (sent.has(row.lease)) session.send({ lease: message.lease });
      else session.leases.delete(row.lease);
    }
  }
}
