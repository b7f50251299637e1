import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkerAgent, type WorkerAgentOptions } from './worker-agent.js';

/** Longer than a worker waits for anybody. */
const LONG_MS = 60_000;

/** The worker's end of a stream; cancelled, it ends with an error, as one of grpc-js does. */
class Stream extends EventEmitter {
  readonly written: object[] = [];
  readonly writable = true;
  cancelled = false;
  #ended = false;

  write(message: object): void {
    this.written.push(message);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.emit('end');
  }

  cancel(): void {
    this.cancelled = true;
    this.emit('error', new Error('1 CANCELLED'));
  }
}

let dialled: Stream[];
let said: string[];

function agent(answer: () => Promise<Uint8Array> = async () => new Uint8Array(1)): WorkerAgent {
  const services = {
    worker: {
      connect: () => {
        const stream = new Stream();
        dialled.push(stream);
        return stream;
      },
    },
  };
  return new WorkerAgent({
    services,
    runtimes: [],
    leasesMax: 1,
    random: (n: number) => new Uint8Array(n),
    now: () => 0,
    identity: { workerId: 'tee-worker-0' },
    evidence: { answer },
    logger: { info: () => undefined, warn: (_: object, message: string) => said.push(message) },
  } as unknown as WorkerAgentOptions);
}

beforeEach(() => {
  vi.useFakeTimers();
  dialled = [];
  said = [];
});
afterEach(() => vi.useRealTimers());

describe('a worker that dials', () => {
  it('leaves a replica that never challenges it, and dials again', async () => {
    const worker = agent();
    const running = worker.run();
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(dialled[0]?.cancelled).toBe(true);
    expect(dialled.length).toBeGreaterThan(1);
    expect(said).toContain('not accepted in time');
    await worker.stop(0);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    await running;
  });

  it('leaves a replica that challenges it and does not accept it', async () => {
    const worker = agent();
    const running = worker.run();
    dialled[0]?.emit('data', { challenge: { nonce: Buffer.alloc(32) } });
    await vi.advanceTimersByTimeAsync(0);
    expect(dialled[0]?.written).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(dialled[0]?.cancelled).toBe(true);
    await worker.stop(0);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    await running;
  });

  it('stays with a replica that accepted it, however long nothing comes', async () => {
    const worker = agent();
    const running = worker.run();
    dialled[0]?.emit('data', { accepted: { session: 's', heartbeatMs: 0 } });
    await vi.advanceTimersByTimeAsync(10 * LONG_MS);
    expect(dialled).toHaveLength(1);
    expect(dialled[0]?.cancelled).toBe(false);
    await worker.stop(0);
    await running;
  });

  it('dials again when its own evidence could not be made', async () => {
    const worker = agent(async () => {
      throw new Error('the quote generator is away');
    });
    const running = worker.run();
    dialled[0]?.emit('data', { challenge: { nonce: Buffer.alloc(32) } });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(said).toContain('not registered');
    expect(dialled.length).toBeGreaterThan(1);
    await worker.stop(0);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    await running;
  });
});
