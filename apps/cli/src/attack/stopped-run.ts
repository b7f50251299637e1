import { setTimeout as sleep } from 'node:timers/promises';
import { type PreparedRun, RunHandle, type SealflowClient } from '#client';
import { ApiError, type Run__Output } from '#contracts';

/** What became of a run that is not needed beyond the first attempt of one of its steps that failed. */
export interface StoppedRun {
  /** Null where no attempt failed. */
  readonly reason: string | null;
  readonly state: string;
}

const TURN_MS = 100;
const endStates = ['SUCCEEDED', 'REJECTED', 'FAILED', 'CANCELLED', 'EXPIRED'];

/** Starts a run and cancels it once an attempt of a step failed: an honest worker would do it again, or nobody could. */
export async function stoppedAt(
  client: SealflowClient,
  prepared: PreparedRun,
  step: string,
): Promise<StoppedRun> {
  const handle = await client.create(prepared);
  for (;;) {
    const run = await handle.get();
    const reason = failureOf(run, step);
    if (endStates.includes(stateOf(run))) return { reason, state: stateOf(run) };
    if (reason !== null) {
      await handle.cancel('its reason is known').catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.reason !== 'RUN_FINISHED') throw error;
      });
      return { reason, state: stateOf(await handle.wait()) };
    }
    await sleep(TURN_MS);
  }
}

/** Why the first attempt of a step failed that did, as the run tells it afterwards; null where none did. */
export async function firstFailure(
  client: SealflowClient,
  prepared: PreparedRun,
  step: string,
): Promise<string | null> {
  return failureOf(await new RunHandle(prepared, client).get(), step);
}

/** Of an event that says so there may be none: what is written at once is told as one. */
function failureOf({ steps }: Run__Output, step: string): string | null {
  const attempts = steps.find(({ id }) => id === step)?.attempts ?? [];
  return attempts.find(({ reason }) => reason !== '')?.reason ?? null;
}

function stateOf({ state }: Run__Output): string {
  return state.replace('RUN_STATE_', '');
}
