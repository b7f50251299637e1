import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf, ed25519PublicKey, utf8 } from '#canonical';
import type { ConnectRequest } from '#contracts';
import type { UsageReceipt } from '#conversation';
import { openUsageReceipt } from '#evidence';
import type { IncomingCall } from '../runtime.js';
import { OpenCalls } from './open-calls.js';

class Line extends EventEmitter {
  readonly said: ConnectRequest[] = [];
  writable = true;
  full = false;

  write(message: ConnectRequest): boolean {
    this.said.push(message);
    return !this.full;
  }
}

const seed = new Uint8Array(32).fill(1);
let calls: OpenCalls;
let line: Line;
let taken: IncomingCall[];

beforeEach(() => {
  calls = new OpenCalls(seed);
  line = new Line();
  taken = [];
});

function come(call = 'a', lease = 'lease', fence = '1'): void {
  calls.receive(line, { call, lease, fence, frame: Buffer.of(1) });
}

function failures(): (string | undefined)[] {
  return line.said.flatMap(({ callFail }) => (callFail ? [callFail.reason] : []));
}

describe('the calls of a worker', () => {
  it('for a step that is not open, or under an older fence, are refused', () => {
    come();
    calls.open('lease', '2');
    come();
    expect(failures()).toEqual(['CONVERSATION_CLOSED', 'CONVERSATION_CLOSED']);
  });

  it('that come before the step takes calls wait, and no more than a few', () => {
    const open = calls.open('lease', '1');
    for (let count = 0; count < 70; count += 1) come(`call-${count}`);
    expect(failures()).toEqual(Array.from({ length: 6 }, () => 'CALLS_AT_ONCE'));
    open.take((call) => taken.push(call));
    expect(taken).toHaveLength(64);
  });

  it('end with their step, and whoever works on one is told', () => {
    calls.open('lease', '1').take((call) => taken.push(call));
    come();
    calls.close('lease');
    expect(failures()).toEqual(['CONVERSATION_CLOSED']);
    expect(taken[0]?.signal.aborted).toBe(true);
    taken[0]?.end();
    expect(line.said).toHaveLength(1);
  });

  it('end with the stream that they came over, and with nobody who waits', async () => {
    calls.open('lease', '1').take((call) => taken.push(call));
    come('a');
    come('b');
    calls.cancel(new Line(), 'a');
    expect(taken.map(({ signal }) => signal.aborted)).toEqual([false, false]);
    calls.cancel(line, 'a');
    calls.left(line);
    expect(taken.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    await taken[0]?.send(Uint8Array.of(1));
    expect(line.said).toEqual([]);
  });

  it('hear that their worker is about to stop', () => {
    const { ending } = calls.open('lease', '1');
    expect(ending.aborted).toBe(false);
    calls.drain();
    expect(ending.aborted).toBe(true);
  });

  it('are answered as fast as the line takes it', async () => {
    calls.open('lease', '1').take((call) => taken.push(call));
    come();
    line.full = true;
    let through = false;
    const sending = taken[0]?.send(Uint8Array.of(1)).then(() => {
      through = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(through).toBe(false);
    line.emit('drain');
    await sending;
    taken[0]?.end();
    expect(line.said).toMatchObject([{ callChunk: { call: 'a' } }, { callEnd: { call: 'a' } }]);
    expect(line.listenerCount('drain') + line.listenerCount('close')).toBe(0);
  });

  it('are signed for under the key of this boot', () => {
    const digest = digestOf(utf8('x'));
    const receipt: UsageReceipt = {
      ...{
        runId: 'run',
        taskId: 'converse',
        attempt: 1,
        call: '00'.repeat(16),
        request: digest,
        answer: digest,
      },
      ...{ frames: 1, model: 'm1', weights: digest, promptTokens: 1, completionTokens: 1 },
      ...{ inputNanosPerToken: 1000, outputNanosPerToken: 1000, chargeMicros: 2, end: 'stop' },
      endedAt: '2026-11-22T00:00:00.000Z',
    };
    const envelope = calls.open('lease', '1').sign(receipt);
    expect(openUsageReceipt(envelope, ed25519PublicKey(seed))).toEqual(receipt);
    expect(() => openUsageReceipt(envelope, new Uint8Array(32))).toThrow('not signed');
  });
});
