import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTracing } from './tracing.js';

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';

describe('traces of a process', () => {
  let server: Server;
  let bodies: string[];
  let address: string;

  beforeEach(async () => {
    bodies = [];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push(`${request.url} ${Buffer.concat(chunks).toString('utf8')}`);
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    delete process.env[ENDPOINT];
    trace.disable();
    context.disable();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const span = (name: string) => trace.getTracer('test').startSpan(name);

  it.each([[{}], [{ [ENDPOINT]: '' }]])('are off where no endpoint is named: %j', async (environment) => {
    const tracing = await startTracing('orchestrator', environment);
    expect(span('work').isRecording()).toBe(false);
    await tracing.stop();
    expect(bodies).toEqual([]);
  });

  it('go to the endpoint with the name of the service, and with nothing of this machine', async () => {
    process.env[ENDPOINT] = address;
    process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'secret=CANARY-4711';
    const tracing = await startTracing('orchestrator');
    delete process.env['OTEL_RESOURCE_ATTRIBUTES'];
    const work = span('work');
    work.setAttribute('sealflow.run', 'x'.repeat(10_000));
    work.recordException(new Error('CANARY-4711'));
    work.end();
    await tracing.stop();
    expect(bodies).toHaveLength(1);
    const [body = ''] = bodies;
    expect(body).toMatch(/^\/v1\/traces .*"sealflow-orchestrator"/s);
    expect(body).not.toContain('CANARY-4711');
    expect(body).not.toContain(process.execPath);
    expect(body).not.toContain('x'.repeat(129));
  });

  it('of a collector that is away cost a bounded time at the end, and nothing fails', async () => {
    process.env[ENDPOINT] = 'http://127.0.0.1:9';
    const tracing = await startTracing('orchestrator');
    for (let count = 0; count < 5_000; count += 1) span('work').end();
    await expect(tracing.stop()).resolves.toBeUndefined();
  });
});
