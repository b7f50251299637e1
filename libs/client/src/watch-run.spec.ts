import { type ServerWritableStream, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { canonicalBytes, digestOf } from '#canonical';
import { ApiError, type WatchRunRequest__Output, type WatchRunResponse } from '#contracts';
import { type Loopback, serve, unused } from '../../contracts/src/loopback.fixture.js';
import { watchRun } from './watch-run.js';

const RUN = '01JD0000000000000000000000';
const NAME = `tenants/demo/runs/${RUN}`;
const TIME = { seconds: '1795208400', nanos: 0 };
const broken = { name: 'ClientError', code: 'EVENTS_BROKEN' };

interface Event {
  readonly message: WatchRunResponse;
  readonly digest: string;
}

/** An honest history of a run in these states. */
function history(...states: readonly string[]): Event[] {
  const events: Event[] = [];
  for (const state of states) {
    const sequence = events.length + 1;
    const prevDigest = events.at(-1)?.digest ?? `sha256:${'0'.repeat(64)}`;
    const body = { state, reason: null };
    const time = '2026-11-20T21:00:00.000Z';
    const content = { runId: RUN, sequence, taskId: null, body, prevDigest, time };
    events.push({
      digest: digestOf(canonicalBytes(content)),
      message: {
        sequence: String(sequence),
        prevDigest: Buffer.from(prevDigest.slice('sha256:'.length), 'hex'),
        time: TIME,
        resumeToken: `after ${sequence}`,
        snapshot: { state: `RUN_STATE_${state}` as 'RUN_STATE_RUNNING' },
      },
    });
  }
  return events;
}

function current(events: readonly Event[]): WatchRunResponse {
  const digest = Buffer.from(events.at(-1)?.digest.slice('sha256:'.length) ?? '', 'hex');
  return { current: { run: null, sequence: String(events.length), digest } };
}

type Call = ServerWritableStream<WatchRunRequest__Output, WatchRunResponse>;

let loopback: Loopback | undefined;
afterEach(() => loopback?.close());

/** An orchestrator that answers one stream after the other; gives the tokens that it was asked with. */
async function orchestrator(...streams: readonly ((call: Call) => void)[]) {
  const tokens: string[] = [];
  loopback = await serve('sealflow.run.v1.RunService', {
    createRun: unused,
    getRun: unused,
    listRuns: unused,
    watchRun: (call: Call) => {
      const next = streams[tokens.length];
      tokens.push(call.request.resumeToken);
      if (next === undefined) throw new Error('one stream too many');
      next(call);
    },
    waitRun: unused,
    cancelRun: unused,
    approveStep: unused,
  });
  const { services } = loopback;
  const pace = { streamMs: 20_000, heartbeatMs: 1_000, silentMs: 5_000, retryMs: 1, retryMsMax: 4 };
  return {
    tokens,
    async watched(changes: Partial<typeof pace> = {}, signal?: AbortSignal): Promise<string[]> {
      const states: string[] = [];
      const events = watchRun({ services, name: NAME, runId: RUN }, signal, { ...pace, ...changes });
      for await (const { snapshot } of events) states.push(snapshot?.state.replace('RUN_STATE_', '') ?? '');
      return states;
    },
  };
}

const all = history('PENDING', 'RUNNING', 'SUCCEEDED');
const send =
  (messages: readonly WatchRunResponse[], error?: ApiError) =>
  (call: Call): void => {
    for (const message of messages) call.write(message);
    if (error === undefined) call.end();
    else call.emit('error', error.toStatus());
  };
const messages = (from: number, to?: number) => all.slice(from, to).map(({ message }) => message);

describe('a watch', () => {
  it('gives every event until the run ends', async () => {
    const { watched } = await orchestrator(send([current(all), ...messages(0)]));
    expect(await watched()).toEqual(['PENDING', 'RUNNING', 'SUCCEEDED']);
  });

  it.each(['UNAVAILABLE', 'DRAINING', 'READER_TOO_SLOW', 'INTERNAL'] as const)(
    'that breaks with %s goes on after the last event, with what is left',
    async (reason) => {
      const again = new ApiError(reason, 'no x', { retryMs: 0 });
      const { watched, tokens } = await orchestrator(
        send([], again),
        send([current(all), ...messages(0, 2)], again),
        send([current(all), ...messages(2)]),
      );
      expect(await watched()).toEqual(['PENDING', 'RUNNING', 'SUCCEEDED']);
      expect(tokens).toEqual(['', '', 'after 2']);
    },
  );

  it('whose connection breaks goes on after the last event', async () => {
    const { watched, tokens } = await orchestrator(
      (call) => {
        call.write(current(all));
        for (const message of messages(0, 1)) call.write(message);
        call.emit('error', { code: status.CANCELLED });
      },
      send([current(all), ...messages(1)]),
    );
    expect(await watched()).toEqual(['PENDING', 'RUNNING', 'SUCCEEDED']);
    expect(tokens).toEqual(['', 'after 1']);
  });

  it('that falls silent, or comes to its deadline, is taken up again', async () => {
    const silent = (call: Call): void => {
      call.write(current(all));
      for (const message of messages(0, 1)) call.write(message);
    };
    const first = await orchestrator(silent, send([current(all), ...messages(1)]));
    expect(await first.watched({ silentMs: 100 })).toEqual(['PENDING', 'RUNNING', 'SUCCEEDED']);
    loopback?.close();
    const second = await orchestrator(silent, send([current(all), ...messages(1)]));
    expect(await second.watched({ streamMs: 300 })).toEqual(['PENDING', 'RUNNING', 'SUCCEEDED']);
  });

  it.each<[string, readonly WatchRunResponse[]]>([
    ['an event in between', [current(all), ...messages(0, 1), ...messages(2)]],
    ['the last event', [current(all), ...messages(0, 2)]],
    ['every event', [current(all)]],
    ['everything', []],
    ['an event behind a heartbeat', [current(all), ...messages(0, 2), { sequence: '2', heartbeat: {} }]],
    ['the end, naming an older event as the newest', [current(all.slice(0, 2)), ...messages(0, 2)]],
    ['what it had before', [current(history('PENDING', 'FAILED')), ...messages(0)]],
  ])('of an orchestrator that leaves out %s raises a typed error', async (_what, sent) => {
    const { watched } = await orchestrator(send(sent));
    await expect(watched()).rejects.toMatchObject(broken);
  });

  it('that is taken up again at another history raises a typed error', async () => {
    const other = history('RUNNING', 'RUNNING', 'SUCCEEDED');
    const { watched } = await orchestrator(
      send([current(all), ...messages(0, 2)], new ApiError('UNAVAILABLE', 'no x', { retryMs: 0 })),
      send([current(other), ...other.slice(2).map(({ message }) => message)]),
    );
    await expect(watched()).rejects.toMatchObject(broken);
  });

  it('of a run that is not there ends at once', async () => {
    const { watched, tokens } = await orchestrator(send([], new ApiError('NOT_FOUND', 'no run')));
    await expect(watched()).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    expect(tokens).toEqual(['']);
  });

  it('ends when its caller wants no more', async () => {
    const abort = new AbortController();
    const { watched } = await orchestrator((call) => {
      call.write(current(all));
      for (const message of messages(0, 1)) call.write(message);
      abort.abort();
    });
    expect((await watched({}, abort.signal)).length).toBeLessThan(2);
  });
});
