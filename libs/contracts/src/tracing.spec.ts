import { Metadata } from '@grpc/grpc-js';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from './api-error.js';
import { unary } from './call.js';
import { type Loopback, serve } from './loopback.fixture.js';
import { markSpan, parseTraceparent, traceparentIn, traceparentOf, withSpan } from './tracing.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
const SECRET = 'CANARY-4711';

describe('a traceparent of a stranger', () => {
  it.each([
    ['nothing', undefined],
    ['bytes', Buffer.from(PARENT)],
    ['a text', 'hello'],
    ['a trace of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['another version', PARENT.replace(/^00/, 'ff')],
    ['capitals', PARENT.toUpperCase()],
    ['something after it', `${PARENT}-${SECRET}`],
    ['a megabyte', PARENT.repeat(20_000)],
  ])('that is %s is dropped', (_what, text) => {
    expect(parseTraceparent(text)).toBe('');
  });

  it('is taken as it is when it is one', () => {
    expect(parseTraceparent(PARENT)).toBe(PARENT);
    const metadata = new Metadata();
    metadata.set('traceparent', PARENT);
    expect(traceparentIn(metadata)).toBe(PARENT);
    expect(traceparentIn(new Metadata())).toBe('');
  });
});

describe('without an exporter', () => {
  it('nothing is traced, and a trace of somebody else is passed on', async () => {
    expect(await withSpan('work', {}, async (traceparent) => traceparent)).toBe('');
    expect(await withSpan('work', { parent: PARENT }, async (traceparent) => traceparent)).toBe(PARENT);
    expect(markSpan('hand on', { parent: PARENT })).toBe(PARENT);
  });
});

describe('with an exporter', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const seen: string[] = [];
  let loopback: Loopback;

  beforeAll(async () => {
    provider.register();
    loopback = await serve('sealflow.run.v1.RunService', {
      getRun: (
        call: { metadata: Metadata; request: { name: string } },
        callback: (error: unknown, response: unknown) => void,
      ) => {
        seen.push(traceparentIn(call.metadata));
        if (call.request.name === SECRET)
          callback(new ApiError('NOT_FOUND', `no run ${SECRET}`).toStatus(), null);
        else callback(null, {});
      },
    } as never);
  });
  beforeEach(() => {
    exporter.reset();
    seen.length = 0;
  });
  afterAll(async () => {
    loopback.close();
    await provider.shutdown();
  });

  const getRun = (name: string) =>
    unary((options, callback) => loopback.services.run.getRun({ name }, options, callback), {
      deadlineMs: 5_000,
    });
  const spans = (): Record<string, ReadableSpan> =>
    Object.fromEntries(exporter.getFinishedSpans().map((span) => [span.name, span]));

  it('a call outside of a trace begins none', async () => {
    await getRun('a');
    expect(seen).toEqual(['']);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('a call carries the trace of what it is part of, and the facts are attributes', async () => {
    await withSpan('work', { parent: PARENT, facts: { run: '01JD', attempt: 2 } }, () => getRun('a'));
    const { work, 'sealflow.run.v1.RunService/GetRun': call } = spans();
    expect(work?.attributes).toEqual({ 'sealflow.run': '01JD', 'sealflow.attempt': 2 });
    expect(work?.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
    expect(call?.parentSpanContext?.spanId).toBe(work?.spanContext().spanId);
    expect(seen).toEqual([`00-${TRACE}-${call?.spanContext().spanId}-01`]);
  });

  it('an error leaves its code and not one word more', async () => {
    await expect(withSpan('work', { parent: PARENT }, () => getRun(SECRET))).rejects.toThrow();
    await expect(
      withSpan('other', { parent: PARENT }, () => Promise.reject(new TypeError(SECRET))),
    ).rejects.toThrow();
    const { work, other, 'sealflow.run.v1.RunService/GetRun': call } = spans();
    expect([work, other, call].map((span) => span?.status.message)).toEqual([
      'NOT_FOUND',
      'ERROR',
      'NOT_FOUND',
    ]);
    for (const span of exporter.getFinishedSpans()) {
      expect(span.events).toEqual([]);
      expect(JSON.stringify([span.name, span.attributes, span.status])).not.toContain(SECRET);
    }
  });

  it('work that runs side by side stays apart', async () => {
    const other = PARENT.replace(TRACE, '1'.repeat(32));
    const inside = (parent: string) =>
      withSpan('work', { parent }, async () => {
        await getRun('a');
        return traceparentOf().slice(3, 35);
      });
    expect(await Promise.all([inside(PARENT), inside(other)])).toEqual([TRACE, '1'.repeat(32)]);
  });
});
