import { describe, expect, it } from 'vitest';
import { utf8 } from '#canonical';
import type { DeviceCollateral } from '#collateral';
import { MachineLook } from './machine-look.js';
import { type WorkerIdentity, WorkerSession } from './worker-session.js';

const identity = { workerId: 'a', bootId: 'boot', operations: [] } as unknown as WorkerIdentity;
const session = () => new WorkerSession('session', identity, 0, () => undefined);

describe('a look at the machine of a worker', () => {
  it('that fails is logged, and leaves the worker in service with nothing said of its machine', async () => {
    const warned: unknown[] = [];
    const logger = { warn: (facts: unknown) => warned.push(facts) } as never;
    const devices = { of: async () => [] } as unknown as DeviceCollateral;
    const look = new MachineLook(devices, { roots: {} } as never, () => 0, logger);
    const looked = session();
    await look.look(looked, utf8('no evidence package'));
    expect(looked.machine).toBeNull();
    expect(looked.fencedReason).toBeNull();
    expect(warned).toMatchObject([{ worker: 'a' }]);
  });

  it('is taken again after ten minutes, however often the worker offers', async () => {
    let nowMs = 0;
    let asked = 0;
    const devices = {
      of: async () => {
        asked += 1;
        throw new Error('not now');
      },
    } as unknown as DeviceCollateral;
    const look = new MachineLook(devices, {} as never, () => nowMs, { warn: () => undefined } as never);
    const looked = session();
    for (nowMs of [0, 1, 599_999]) await look.look(looked, utf8('evidence'));
    expect(asked).toBe(1);
    nowMs = 600_000;
    await look.look(looked, utf8('evidence'));
    expect(asked).toBe(2);
  });
});
