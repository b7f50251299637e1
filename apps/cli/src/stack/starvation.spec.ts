import { describe, expect, it } from 'vitest';
import { Starvation, type Watched } from './starvation.js';

describe('how long services got no CPU', () => {
  it('counts from its own beginning, and of the service that waited longest', () => {
    const waited = new Map([
      [10, 500],
      [20, 900],
    ]);
    const services = [{ pid: 10 }, { pid: 20 }];
    const starvation = new Starvation(services, (pid) => waited.get(pid) ?? 0);
    expect(starvation.ms).toBe(0);
    waited.set(10, 4_500).set(20, 1_000);
    expect(starvation.ms).toBe(4_000);
  });

  it('goes on counting when a service dies and is started again', () => {
    const service: { pid: number | undefined } = { pid: 10 };
    const waited = new Map([[10, 100]]);
    const starvation = new Starvation([service satisfies Watched], (pid) => waited.get(pid) ?? 0);
    waited.set(10, 300);
    expect(starvation.ms).toBe(200);
    service.pid = undefined;
    expect(starvation.ms).toBe(200);
    service.pid = 11;
    waited.set(11, 1_000);
    expect(starvation.ms).toBe(1_200);
  });

  it('is nothing where the system does not say', () => {
    expect(new Starvation([{ pid: 2 ** 30 }]).ms).toBe(0);
    expect(new Starvation([]).ms).toBe(0);
  });
});
