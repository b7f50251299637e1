import { Injectable } from '@nestjs/common';
import { fromHex } from '#canonical';
import type { RunState, WatchRunResponse } from '#contracts';
import { limits } from '../config/limits.js';
import { PlanStore } from '../plans/plan-store.js';
import { foreignToken, parseResumeToken } from './resume-token.js';
import { runMessage, stepOf } from './run-messages.js';
import { RunSignal } from './run-signal.js';
import { type EventRow, type RunRow, RunStore, terminalStates } from './run-store.js';
import { timestamp } from './timestamp.js';

/** How long a watcher sleeps when no signal comes; covers events written by another replica. */
const POLL_MS = 1_000;

/** The events of a run as a gap-free, chained stream that ends when the run ended and everything was sent. */
@Injectable()
export class RunWatcher {
  constructor(
    private readonly runs: RunStore,
    private readonly plans: PlanStore,
    private readonly signal: RunSignal,
  ) {}

  async *watch(run: RunRow, resumeToken: string, abort: AbortSignal): AsyncGenerator<WatchRunResponse> {
    let sequence = parseResumeToken(resumeToken);
    // A token of another run, or of none, would wait for events that never come.
    if (sequence > (await this.runs.lastSequence(run.runId))) throw foreignToken();
    let silentMs = 0;
    while (!abort.aborted) {
      // Read the state before the events: an event of the end is then among those that follow.
      const ended = terminalStates.includes((await this.runs.get(run.runId)).state);
      const events = await this.runs.events(run.runId, sequence);
      for (const event of events) {
        yield await this.#message(run.runId, event);
        sequence = event.sequence;
      }
      if (ended && events.length === 0) return;
      if (ended) continue;
      silentMs = events.length > 0 ? 0 : silentMs + POLL_MS;
      if (silentMs >= limits.watchHeartbeatMs) {
        silentMs = 0;
        yield { sequence: String(sequence), resumeToken: String(sequence), time: null, heartbeat: {} };
      }
      if (events.length === 0) await this.signal.wait(run.runId, POLL_MS, abort);
    }
  }

  async #message(runId: string, event: EventRow): Promise<WatchRunResponse> {
    const envelope = {
      sequence: String(event.sequence),
      prevDigest: Buffer.from(fromHex(event.prevDigest.slice('sha256:'.length))),
      time: timestamp(event.time),
      resumeToken: String(event.sequence),
    };
    if (event.taskId === null) {
      const run = await this.runs.get(runId);
      const { plan } = await this.plans.get(run.plan);
      const snapshot = runMessage(run, await this.runs.tasks(runId), plan);
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
