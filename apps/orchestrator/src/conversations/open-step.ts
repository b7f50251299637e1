import { Inject, Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';
import { ApiError } from '#contracts';
import { staysOpen } from '#workflow';
import { asSystem } from '../auth/call-context.js';
import { Database } from '../database/database.js';
import { leases } from '../database/schema.js';
import { RunReader } from '../runs/run-reader.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import type { CallTarget } from './call-book.js';
import type { CallElsewhere } from './call-relay.js';

/** Steps whose workers are remembered. */
const KNOWN_MAX = 1_024;

/** Finds the worker that has a step open. Nothing of a call is ever written. */
@Injectable()
export class OpenStep {
  /** By run, task and attempt: what the rows said of steps whose worker is connected here. */
  readonly #known = new Map<string, CallTarget>();

  constructor(
    private readonly database: Database,
    @Inject(RunReader) private readonly reader: Pick<RunReader, 'named'>,
    private readonly registry: SessionRegistry,
  ) {}

  /**
   * Rows are read for the first call of a step. For as long as the worker holds the very lease over the same stream it
   * still is the one: what takes a lease away takes it from the session as well.
   *
   * @param name of the run, whose tenant the guard held the caller to
   * @throws ApiError CONVERSATION_NOT_OPEN, WORKER_ELSEWHERE, UNAVAILABLE, NOT_FOUND
   */
  async find(name: string, taskId: string, attempt: number): Promise<CallTarget | CallElsewhere> {
    const key = JSON.stringify([name, taskId, attempt]);
    const known = this.#known.get(key);
    if (known !== undefined && this.#holds(known)) return known;
    this.#known.delete(key);
    const { runId } = await this.reader.named(name);
    const found = await this.#read(runId, taskId, attempt);
    if (!('session' in found)) return found;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= KNOWN_MAX) this.#known.delete(oldest);
    this.#known.set(key, found);
    return found;
  }

  #holds({ session, lease, fence }: CallTarget): boolean {
    const held = session.leases.get(lease)?.fence === fence;
    return held && this.registry.byBoot(session.identity.bootId) === session;
  }

  async #read(runId: string, taskId: string, attempt: number): Promise<CallTarget | CallElsewhere> {
    const wanted = and(eq(leases.runId, runId), eq(leases.taskId, taskId), eq(leases.attempt, attempt));
    const [row] = await asSystem(() =>
      this.database.queries
        .select({
          lease: leases.lease,
          fence: leases.fence,
          state: leases.state,
          bootId: leases.bootId,
          operation: leases.operation,
        })
        .from(leases)
        .where(wanted),
    );
    const facts = { task: taskId.slice(0, 64), attempt: String(attempt), state: row?.state ?? 'none' };
    if (row?.state !== 'sent' || row.bootId === null || !staysOpen(row.operation)) {
      throw new ApiError(
        'CONVERSATION_NOT_OPEN',
        `task, attempt: expected a step that a worker has open for calls, got ${facts.state}`,
        { facts },
      );
    }
    const { bootId, lease } = row;
    const fence = row.fence.toString();
    const session = this.registry.byBoot(bootId);
    if (session !== undefined) return { session, lease, fence };
    const elsewhere = this.registry.elsewhere().find((worker) => worker.bootId === bootId);
    if (elsewhere !== undefined) {
      if (elsewhere.address !== null) return { bootId, lease, fence, address: elsewhere.address };
      throw new ApiError(
        'WORKER_ELSEWHERE',
        'the worker of this step is connected to another replica: repeat the call there',
        { facts },
      );
    }
    throw new ApiError('UNAVAILABLE', 'the worker of this step is away: repeat the call', { facts });
  }
}
