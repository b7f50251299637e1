import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../database/database.js';
import type { WorkerElsewhere } from '../replicas/replica-store.js';
import type { RunReader } from '../runs/run-reader.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import { WorkerSession } from '../sessions/worker-session.js';
import { OpenStep } from './open-step.js';

const identity = {
  ...{ workerId: 'tee-worker-0', bootId: '00'.repeat(16), operations: ['model.converse'] },
  ...{ sealKeyId: 'sha256:1', signKey: 'key', imageDigest: 'sha256:2', leasesMax: 4 },
};
const open = {
  lease: 'lease',
  fence: 1n,
  state: 'sent',
  bootId: identity.bootId,
  operation: 'model.converse',
};
const name = 'tenants/demo/runs/01KAQ0000000000000000000RN';

let rows: (typeof open)[];
let reads: number;
let registry: SessionRegistry;
let steps: OpenStep;

beforeEach(() => {
  rows = [open];
  reads = 0;
  const where = async () => {
    reads += 1;
    return rows;
  };
  const queries = { select: () => ({ from: () => ({ where }) }) };
  const reader = { named: async () => ({ runId: name.slice(-26) }) };
  registry = new SessionRegistry(() => 0, pino({ level: 'silent' }));
  steps = new OpenStep(
    { queries } as unknown as Database,
    reader as unknown as Pick<RunReader, 'named'>,
    registry,
  );
});

/** A stream of the worker, which holds the lease. */
function connected(fence = '1'): WorkerSession {
  const session = new WorkerSession('session', identity, 0, () => undefined);
  session.leases.set('lease', { fence, heardMs: 0, stage: 'sent' });
  registry.add(session);
  return session;
}

const find = (task = 'converse', attempt = 1) => steps.find(name, task, attempt);

describe('the step of a call', () => {
  it('that ended, or is none that stays open, is not open', async () => {
    connected();
    for (const row of [
      { ...open, state: 'completed' },
      { ...open, operation: 'document.extract' },
    ]) {
      rows = [row];
      await expect(find()).rejects.toMatchObject({ reason: 'CONVERSATION_NOT_OPEN' });
    }
    rows = [];
    await expect(find()).rejects.toMatchObject({ reason: 'CONVERSATION_NOT_OPEN' });
  });

  it('is away where no replica has its worker, and elsewhere where another one has', async () => {
    await expect(find()).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
    const there = (address: string | null) =>
      registry.seenElsewhere([{ ...identity, executorId: 'other', address } as unknown as WorkerElsewhere]);
    there(null);
    await expect(find()).rejects.toMatchObject({ reason: 'WORKER_ELSEWHERE' });
    there('other:7443');
    const { bootId } = identity;
    expect(await find()).toEqual({ bootId, lease: 'lease', fence: '1', address: 'other:7443' });
  });

  it('is read once for as long as its worker holds the lease', async () => {
    const session = connected();
    for (let call = 0; call < 3; call += 1)
      expect(await find()).toEqual({ session, lease: 'lease', fence: '1' });
    expect(reads).toBe(1);
    await find('converse', 2);
    await find('other');
    expect(reads).toBe(3);
  });

  it.each<[what: string, change: (session: WorkerSession) => void]>([
    ['the lease was taken away', (session) => session.leases.delete('lease')],
    ['it was given under another fence', () => connected('2')],
    ['the worker dialled again', () => connected()],
    ['the worker went away', (session) => registry.remove(session)],
  ])('is read again when %s', async (_, change) => {
    const session = connected();
    await find();
    change(session);
    rows = [];
    await expect(find()).rejects.toMatchObject({ reason: 'CONVERSATION_NOT_OPEN' });
    expect(reads).toBe(2);
  });
});
