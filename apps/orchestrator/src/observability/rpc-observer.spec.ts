import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceError,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiError, traceparentOf } from '#contracts';
import type { Logger } from '#telemetry';
import { toGrpcStatus } from '#telemetry';
import { rpcSeconds } from './instruments.js';
import { rpcObserver } from './rpc-observer.js';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const SECRET = 'CANARY-4711';
const DEADLINE_MS = 10_000;
const silent = { error: () => undefined, warn: () => undefined } as unknown as Logger;
const bytes = (value: Buffer): Buffer => value;

const getRun = '/sealflow.run.v1.RunService/GetRun';

type Handler = (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => void;

async function counted(): Promise<Record<string, number>> {
  const { values } = await rpcSeconds.get();
  const counts = values.filter(({ metricName }) => metricName === 'sealflow_rpc_duration_seconds_count');
  return Object.fromEntries(counts.map(({ labels, value }) => [`${labels.method} ${labels.code}`, value]));
}

describe('a call of the API', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const ends: (() => void)[] = [];
  beforeAll(() => provider.register());
  beforeEach(() => {
    exporter.reset();
    rpcSeconds.reset();
  });
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });
  afterAll(() => provider.shutdown());

  async function serve(path: string, requestStream: boolean, handler: Handler): Promise<Client> {
    const server = new Server({ interceptors: [rpcObserver()] });
    const method = {
      path,
      requestStream,
      responseStream: false,
      requestSerialize: bytes,
      requestDeserialize: bytes,
      responseSerialize: bytes,
      responseDeserialize: bytes,
    };
    server.addService({ method }, { method: handler });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    ends.push(
      () => client.close(),
      () => server.forceShutdown(),
    );
    return client;
  }

  function ask(client: Client, path: string) {
    const metadata = new Metadata();
    metadata.set('traceparent', PARENT);
    let cancel = (): void => undefined;
    const answer = new Promise<ServiceError | null>((resolve) => {
      const options = { deadline: Date.now() + DEADLINE_MS };
      const call = client.makeUnaryRequest(path, bytes, bytes, Buffer.alloc(0), metadata, options, (error) =>
        resolve(error),
      );
      cancel = () => call.cancel();
    });
    return { answer, cancel: () => cancel() };
  }

  it('is measured by method and code, and is part of the trace of its caller', async () => {
    let inside = '';
    const client = await serve(getRun, false, (_call, answer) => {
      inside = traceparentOf();
      answer(null, Buffer.alloc(0));
    });
    expect(await ask(client, getRun).answer).toBeNull();
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
    const client = await serve(getRun, false, (_call, answer) => answer(toGrpcStatus(error, silent)));
    expect((await ask(client, getRun).answer)?.code).toBe(status[code as keyof typeof status]);
    expect(await counted()).toEqual({ [`RunService/GetRun ${code}`]: 1 });
    const spans = exporter.getFinishedSpans();
    expect(spans.map((span) => span.status.message)).toEqual([code]);
    const kept = spans.map(({ name, attributes, events, status: { message } }) => [
      name,
      attributes,
      events,
      message,
    ]);
    expect(JSON.stringify(kept)).not.toContain(SECRET);
  });

  it('that its caller leaves is counted once, as cancelled', async () => {
    let begun = (): void => undefined;
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    let left = (): void => undefined;
    const isLeft = new Promise<void>((resolve) => {
      left = resolve;
    });
    const client = await serve(getRun, false, (call, answer) => {
      call.once('cancelled', () => {
        // Whoever is late says nothing more of it.
        answer(null, Buffer.alloc(0));
        left();
      });
      begun();
    });
    const { cancel } = ask(client, getRun);
    await isBegun;
    cancel();
    await isLeft;
    expect(await counted()).toEqual({ 'RunService/GetRun CANCELLED': 1 });
  });

  it.each([
    ['the stream of a worker', '/sealflow.worker.v1.WorkerService/Connect', true],
    ['a probe', '/grpc.health.v1.Health/Check', false],
  ])('that is %s passes unmeasured', async (_what, path, requestStream) => {
    const client = await serve(path, requestStream, (_call, answer) => answer(null, Buffer.alloc(0)));
    expect(await ask(client, path).answer).toBeNull();
    expect(await counted()).toEqual({});
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
