import { Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';
import { ApiError } from '#contracts';
import { staysOpen } from '#workflow';
import { asSystem } from '../auth/call-context.js';
import { Database } from '../database/database.js';
import { leases } from '../database/schema.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import type { CallTarget } from './call-book.js';
import type { CallElsewhere } from './call-relay.js';

/** Finds the worker that has a step open. It reads one row, and nothing of a call is ever written. */
@Injectable()
export class OpenStep {
  constructor(
    private readonly database: Database,
    private readonly registry: SessionRegistry,
  ) {}

  /** @throws ApiError CONVERSATION_NOT_OPEN, WORKER_ELSEWHERE, UNAVAILABLE */
  async find(runId: string, taskId: string, attempt: number): Promise<CallTarget | CallElsewhere> {
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
