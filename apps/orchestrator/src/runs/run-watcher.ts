import { Inject, Injectable } from '@nestjs/common';
import { fromHex } from '#canonical';
import type { Run, RunState, WatchRunResponse } from '#contracts';
import { limits } from '../config/limits.js';
import { limitExceeded } from '../request-fields.js';
import { CLOCK, type Clock } from '../tokens.js';
import { foreignToken, formatResumeToken, parseResumeToken, type ResumePoint } from './resume-token.js';
import { GENESIS } from './run-events.js';
import { stepOf } from './run-messages.js';
import { RunReader } from './run-reader.js';
import { RunSignal } from './run-signal.js';
import { type EventRow, type RunRow, RunStore, terminalStates } from './run-store.js';
import { timestamp } from './timestamp.js';

/** How long a watcher sleeps when no signal comes: one of another replica may have been lost. */
const POLL_MS = 5_000;

/** The events of a run as a gap-free, chained stream that ends when the run ended and everything was sent. */
@Injectable()
export class RunWatcher {
  #watching = 0;

  constructor(
    private readonly runs: RunStore,
    private readonly reader: RunReader,
    private readonly signal: RunSignal,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async *watch(
    run: RunRow,
    { resumeToken, heartbeatMs }: { readonly resumeToken: string; readonly heartbeatMs: number },
    abort: AbortSignal,
  ): AsyncGenerator<WatchRunResponse> {
    if (this.#watching >= limits.watchesMax) {
      throw limitExceeded('watchesMax', this.#watching + 1, 'watch on another replica, or later');
    }
    this.#watching += 1;
    try {
      yield* this.#events(run, parseResumeToken(resumeToken), heartbeatMs, abort);
    } finally {
      this.#watching -= 1;
    }
  }

  /** The run when it ended, or as it is when the time is over. */
  async wait(run: RunRow, timeoutMs: number, abort: AbortSignal): Promise<Run> {
    using news = this.signal.listen(run.runId, 'end');
    const untilMs = this.clock() + timeoutMs;
    for (;;) {
      const row = await this.runs.get(run.runId);
      const leftMs = untilMs - this.clock();
      if (terminalStates.includes(row.state) || leftMs <= 0 || abort.aborted) return this.reader.message(row);
      await news.wait(Math.min(leftMs, POLL_MS), abort);
    }
  }

  async *#events(
    run: RunRow,
    from: ResumePoint,
    heartbeatMs: number,
    abort: AbortSignal,
  ): AsyncGenerator<WatchRunResponse> {
    using news = this.signal.listen(run.runId);
    let { sequence, token } = await this.#begin(run.runId, from);
    yield await this.#current(run.runId, sequence, token);
    let spokenMs = this.clock();
    while (!abort.aborted) {
      // Read the state before the events: an event of the end is then among those that follow.
      const ended = terminalStates.includes((await this.runs.get(run.runId)).state);
      const events = await this.runs.events(run.runId, sequence);
      for (const event of events) {
        yield await this.#message(run.runId, event);
        ({ sequence } = event);
        token = formatResumeToken(event);
        spokenMs = this.clock();
      }
      if (ended && events.length === 0) return;
      if (ended || events.length > 0) continue;
      const silentMs = this.clock() - spokenMs;
      if (silentMs >= heartbeatMs) {
        yield { sequence: String(sequence), resumeToken: token, time: null, heartbeat: {} };
        spokenMs = this.clock();
      }
      await news.wait(
        Math.max(1, Math.min(POLL_MS, heartbeatMs - Math.min(silentMs, heartbeatMs - 1))),
        abort,
      );
    }
  }

  async #begin(
    runId: string,
    { sequence, digest }: ResumePoint,
  ): Promise<{ sequence: number; token: string }> {
    if (sequence === 0) return { sequence, token: '' };
    // A token of another run or of another history would wait for events that never come, or leave a gap.
    const event = await this.runs.event(runId, sequence);
    if (event === undefined || !event.digest.startsWith(`sha256:${digest}`)) throw foreignToken();
    return { sequence, token: formatResumeToken(event) };
  }

  /** What the run is now, and which event is its newest: a stream that withholds one cannot also say this. */
  async #current(runId: string, sequence: number, token: string): Promise<WatchRunResponse> {
    // The head is read first: what is shown may be newer, and then its events follow.
    const head = await this.runs.head(runId);
    return {
      sequence: String(sequence),
      resumeToken: token,
      time: null,
      current: {
        run: await this.reader.message(await this.runs.get(runId)),
        sequence: String(head?.sequence ?? 0),
        digest: digestBytes(head?.digest ?? GENESIS),
      },
    };
  }

  async #message(runId: string, event: EventRow): Promise<WatchRunResponse> {
    const envelope = {
      sequence: String(event.sequence),
      prevDigest: digestBytes(event.prevDigest),
      time: timestamp(event.time),
      resumeToken: formatResumeToken(event),
    };
    if (event.taskId === null) {
      const snapshot = await this.reader.message(await this.runs.get(runId));
      const { state, reason } = event.body;
      const then = {
        state: `RUN_STATE_${String(state)}` as RunState,
        reason: typeof reason === 'string' ? reason : '',
      };
      return { ...envelope, snapshot: { ...snapshot, ...then } };
    }
    return { ...envelope, step: stepOf(event.body) };
  }
}

function digestBytes(digest: string): Buffer {
  return Buffer.from(fromHex(digest.slice('sha256:'.length)));
}
