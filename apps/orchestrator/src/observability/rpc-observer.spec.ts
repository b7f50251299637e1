import { Metadata } from '@grpc/grpc-js';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { lastValueFrom, NEVER, type Observable, of, throwError } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiError, traceparentOf } from '#contracts';
import { rpcSeconds } from './instruments.js';
import { RpcObserver } from './rpc-observer.js';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const SECRET = 'CANARY-4711';

function execution(pattern: object | undefined, metadata: unknown, type = 'rpc'): ExecutionContext {
  const handler = () => undefined;
  if (pattern !== undefined) Reflect.defineMetadata('microservices:pattern', [pattern], handler);
  return {
    getType: () => type,
    getHandler: () => handler,
    switchToRpc: () => ({ getContext: () => metadata }),
  } as unknown as ExecutionContext;
}

const getRun = { service: 'RunService', rpc: 'GetRun', streaming: 'no_stream' };

function call(handle: () => Observable<unknown>, context = execution(getRun, traced())): Observable<unknown> {
  return new RpcObserver().intercept(context, { handle } as CallHandler);
}

function traced(): Metadata {
  const metadata = new Metadata();
  metadata.set('traceparent', PARENT);
  return metadata;
}

async function counted(): Promise<Record<string, number>> {
  const { values } = await rpcSeconds.get();
  const counts = values.filter(({ metricName }) => metricName === 'sealflow_rpc_duration_seconds_count');
  return Object.fromEntries(counts.map(({ labels, value }) => [`${labels.method} ${labels.code}`, value]));
}

describe('a call of the API', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  beforeAll(() => provider.register());
  beforeEach(() => {
    exporter.reset();
    rpcSeconds.reset();
  });
  afterAll(() => provider.shutdown());

  it('is measured by method and code, and is part of the trace of its caller', async () => {
    let inside = '';
    const answer = call(() => {
      inside = traceparentOf();
      return of('answer');
    });
    expect(await lastValueFrom(answer)).toBe('answer');
    expect(await counted()).toEqual({ 'RunService/GetRun OK': 1 });
    const [span] = exporter.getFinishedSpans();
    expect(span?.name).toBe('RunService/GetRun');
    expect(span?.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
    expect(inside).toContain(span?.spanContext().spanId);
  });

  it.each<[string, unknown, string]>([
    ['an error of the API', new ApiError('NOT_FOUND', `no run ${SECRET}`), 'NOT_FOUND'],
    ['a database that is away', Object.assign(new Error(SECRET), { code: 'ECONNREFUSED' }), 'UNAVAILABLE'],
    ['anything else', new TypeError(SECRET), 'INTERNAL'],
    ['a text', SECRET, 'INTERNAL'],
  ])('that ends with %s is counted under its code, and no word of it is kept', async (_what, error, code) => {
    await expect(lastValueFrom(call(() => throwError(() => error)))).rejects.toBe(error);
    expect(await counted()).toEqual({ [`RunService/GetRun ${code}`]: 1 });
    const kept = exporter
      .getFinishedSpans()
      .map(({ name, attributes, status, events }) => [name, attributes, status, events]);
    expect(JSON.stringify(kept)).not.toContain(SECRET);
  });

  it('that its caller leaves is counted once, as cancelled', async () => {
    call(() => NEVER)
      .subscribe()
      .unsubscribe();
    expect(await counted()).toEqual({ 'RunService/GetRun CANCELLED': 1 });
  });

  it.each<[string, ExecutionContext]>([
    ['the stream of a worker', execution({ ...getRun, streaming: 'pt_stream' }, traced())],
    ['a request over HTTP', execution(getRun, undefined, 'http')],
    ['a handler without a method', execution(undefined, undefined)],
  ])('that is %s passes unmeasured', async (_what, context) => {
    expect(await lastValueFrom(call(() => of(1), context))).toBe(1);
    expect(await counted()).toEqual({});
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
