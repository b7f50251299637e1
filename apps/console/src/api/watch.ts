import { useEffect, useState } from 'react';
import type { Api } from './client.js';
import { ApiProblem } from './problem.js';
import { readEvents } from './sse.js';
import type { Run, Step } from './types.js';

const BACK_OFF_MS = [500, 1_000, 2_000, 5_000, 10_000];

export interface Watched {
  readonly run: Run | null;
  readonly live: 'connecting' | 'live' | 'lost' | 'ended';
}

/** The run as it is, then each change. A lost connection goes on from the last event that was seen, without a gap. */
export function useWatchedRun(api: Api, id: string): Watched {
  const [watched, setWatched] = useState<Watched>({ run: null, live: 'connecting' });
  useEffect(() => {
    const abort = new AbortController();
    void watch(api, id, abort.signal, setWatched);
    return () => abort.abort();
  }, [api, id]);
  return watched;
}

async function watch(
  api: Api,
  id: string,
  signal: AbortSignal,
  set: (change: (before: Watched) => Watched) => void,
): Promise<void> {
  let token = '';
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      const stream = await api.events(`runs/${encodeURIComponent(id)}/events`, token, signal);
      for await (const { id: next, event, data } of readEvents(stream)) {
        tries = 0;
        if (next !== '') token = next;
        if (event === 'end') return set(({ run }) => ({ run, live: 'ended' }));
        set(({ run }) => ({ run: changed(run, event, data), live: 'live' }));
      }
    } catch (error) {
      if (signal.aborted) return;
      // A refusal does not go away by asking again.
      if (error instanceof ApiProblem && error.status >= 400 && error.status < 500 && error.status !== 429) {
        return set(({ run }) => ({ run, live: 'lost' }));
      }
    }
    set(({ run }) => ({ run, live: 'lost' }));
    await new Promise((resolve) => setTimeout(resolve, BACK_OFF_MS[Math.min(tries, BACK_OFF_MS.length - 1)]));
  }
}

/** What an event makes of the run that is shown. */
export function changed(run: Run | null, event: string, data: string): Run | null {
  const body = JSON.parse(data) as { current?: { run?: Run }; snapshot?: Run; step?: Step };
  if (event === 'current') return body.current?.run ?? run;
  if (event === 'snapshot') return body.snapshot === undefined ? run : { ...run, ...body.snapshot };
  const { step } = body;
  if (event !== 'step' || step === undefined || run === null) return run;
  const steps = run.steps ?? [];
  const known = steps.some(({ id }) => id === step.id);
  return {
    ...run,
    steps: known ? steps.map((old) => (old.id === step.id ? { ...old, ...step } : old)) : [...steps, step],
  };
}
