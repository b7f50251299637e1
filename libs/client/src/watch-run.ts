import { ApiError, type ServiceClients, serverStream, type WatchRunResponse__Output } from '#contracts';
import { EventChain } from './event-chain.js';
import { isPassing, pauseAfter, type RetryPace } from './passing.js';

export interface WatchPace extends RetryPace {
  /** How long one stream may live; then the next one goes on where it ended. */
  readonly streamMs: number;
  /** Heartbeats that are asked for, and after how long without any a stream counts as broken. */
  readonly heartbeatMs: number;
  readonly silentMs: number;
}

const usualPace: WatchPace = {
  streamMs: 30 * 60_000,
  heartbeatMs: 10_000,
  silentMs: 35_000,
  retryMs: 250,
  retryMsMax: 5_000,
};

/**
 * The events of a run until it ends, each once and in order. A stream that breaks, falls silent or comes to its
 * deadline is taken up where it ended, at whatever replica answers. Raises EVENTS_BROKEN when an event is missing, is
 * another than its successor says, or is withheld at the end.
 */
export async function* watchRun(
  {
    services,
    name,
    runId,
  }: { readonly services: ServiceClients; readonly name: string; readonly runId: string },
  signal: AbortSignal = new AbortController().signal,
  pace: WatchPace = usualPace,
): AsyncGenerator<WatchRunResponse__Output, void, undefined> {
  const chain = new EventChain(runId);
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const event of stream(services, { name, resumeToken: chain.resumeToken }, signal, pace)) {
        failures = 0;
        if (event.current) chain.begin(event.current);
        else if (event.heartbeat) chain.silent();
        else {
          chain.follow(event);
          yield event;
        }
      }
      chain.finish();
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
      failures += 1;
      await pauseAfter(error, failures, pace, signal).catch(() => undefined);
    }
  }
}

/** One stream. Half of a broken connection may look alive for hours; the heartbeats tell. */
async function* stream(
  services: ServiceClients,
  { name, resumeToken }: { readonly name: string; readonly resumeToken: string },
  signal: AbortSignal,
  pace: WatchPace,
): AsyncGenerator<WatchRunResponse__Output, void, undefined> {
  const silence = new AbortController();
  const fell = (): void => silence.abort(new ApiError('UNAVAILABLE', 'the stream fell silent'));
  let timer = setTimeout(fell, pace.silentMs);
  const heartbeat = {
    seconds: Math.floor(pace.heartbeatMs / 1_000),
    nanos: (pace.heartbeatMs % 1_000) * 1_000_000,
  };
  try {
    const events = serverStream(
      (options) => services.run.watchRun({ name, resumeToken, heartbeat }, options),
      { deadlineMs: pace.streamMs, signal: AbortSignal.any([signal, silence.signal]) },
    );
    for await (const event of events) {
      // What the caller does with an event is not silence of the orchestrator.
      clearTimeout(timer);
      yield event;
      timer = setTimeout(fell, pace.silentMs);
    }
  } finally {
    clearTimeout(timer);
  }
}
