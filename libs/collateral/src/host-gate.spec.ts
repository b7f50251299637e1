import { describe, expect, it } from 'vitest';
import { CollateralError } from './collateral-error.js';
import { HostGate, retryAfterMs } from './host-gate.js';

function gate(waitMsMax = 15_000) {
  let now = 0;
  const slept: number[] = [];
  const made = new HostGate({
    clock: () => now,
    waitMsMax,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  });
  return { made, slept, move: (ms: number) => (now += ms) };
}

describe('the gate before a host', () => {
  it('spaces requests to one host and lets others pass', async () => {
    const { made, slept } = gate();
    await made.run('kds', 10_000, async () => 1);
    await made.run('pcs', 100, async () => 2);
    expect(slept).toEqual([]);
    await made.run('kds', 10_000, async () => 3);
    expect(slept).toEqual([10_000]);
  });

  it('runs one at a time, in order, also after a failure', async () => {
    const { made } = gate();
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(`${name} ends`);
      if (name === 'a') throw new Error('a');
    };
    const all = ['a', 'b', 'c'].map((name) => made.run('host', 0, work(name)).catch(() => undefined));
    await Promise.all(all);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('sends away who would wait too long, with the time to come back', async () => {
    const { made, slept } = gate(5000);
    made.backOff('kds', '60', 0);
    const error = await made.run('kds', 0, async () => 1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CollateralError);
    expect((error as CollateralError).details.retryAtMs).toBe(60_000);
    expect(slept).toEqual([]);
  });

  it('reads Retry-After as RFC 9110 writes it', () => {
    expect(retryAfterMs('10', 0)).toBe(10_000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:01:00 GMT', 20_000)).toBe(40_000);
    expect(retryAfterMs('never', 0)).toBeNull();
    expect(retryAfterMs('-5', 0)).toBeNull();
    expect(retryAfterMs(undefined, 0)).toBeNull();
  });
});
