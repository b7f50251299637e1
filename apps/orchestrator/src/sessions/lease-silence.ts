import { limits } from '../config/limits.js';
import type { HeldLease, WorkerSession } from './worker-session.js';

export interface SilentLease {
  readonly session: WorkerSession;
  readonly lease: string;
  readonly stage: string;
}

const STAGE = /^[a-z]{1,32}$/;

/**
 * Which workers stopped saying that they work on their leases. A step may take half an hour; a worker that hangs is
 * found within seconds all the same.
 *
 * Judged by the replica that holds the stream, by a clock that nobody sets. A worker whose stream broke is the
 * matter of its grace, and another replica's leases are the other one's. When this process itself stood still, what
 * workers said meanwhile lies unread, so nobody is judged until they had time to say it again.
 */
export class LeaseSilence {
  #lookedMs: number;

  /** @param nowMs milliseconds of a clock that only runs forward */
  constructor(
    private readonly heartbeatMs: number,
    private readonly nowMs: () => number,
  ) {
    this.#lookedMs = nowMs();
  }

  /** A lease is sent now. */
  sent(fence: bigint): HeldLease {
    return { fence: fence.toString(), heardMs: this.nowMs(), stage: 'sent' };
  }

  /** @returns whether the worker holds the lease under this fence */
  heard(session: WorkerSession, lease: string, fence: string, stage: string | null): boolean {
    const held = session.leases.get(lease);
    if (held?.fence !== fence) return false;
    held.heardMs = this.nowMs();
    if (stage !== null && STAGE.test(stage)) held.stage = stage;
    return true;
  }

  /** A result came and waits for its turn: whatever that takes, the worker is not silent. */
  answered(session: WorkerSession, lease: string): void {
    const held = session.leases.get(lease);
    if (held !== undefined) held.heardMs = Number.POSITIVE_INFINITY;
  }

  /** Leases that nothing was heard of for too long. Their workers get no other one until they say something. */
  silent(sessions: readonly WorkerSession[]): SilentLease[] {
    const nowMs = this.nowMs();
    const stood = nowMs - this.#lookedMs > 2 * limits.sweepMs;
    this.#lookedMs = nowMs;
    const found: SilentLease[] = [];
    for (const session of sessions) {
      for (const [lease, held] of session.leases) {
        if (stood) held.heardMs = Math.max(held.heardMs, nowMs);
        if (nowMs - held.heardMs <= limits.heartbeatsMissedMax * this.heartbeatMs) continue;
        session.silent = true;
        found.push({ session, lease, stage: held.stage });
      }
    }
    return found;
  }
}
