import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WorkerElsewhere } from '../replicas/replica-store.js';
import type { SealedInput } from './lease-messages.js';
import { SessionRegistry } from './session-registry.js';
import { WorkerSession } from './worker-session.js';

const OPERATION = 'ledger.batch.authorize';
const logger = { info: () => undefined, warn: () => undefined } as never;
let registry: SessionRegistry;

beforeEach(() => {
  registry = new SessionRegistry(() => 0, logger);
});

function connect(workerId: string): WorkerSession {
  const identity = {
    workerId,
    bootId: workerId,
    operations: [OPERATION],
    sealKeyId: `sha256:${workerId}`,
    signKey: workerId,
    imageDigest: '',
    leasesMax: 1,
  };
  const session = new WorkerSession(randomUUID(), identity, 0, () => undefined);
  registry.add(session);
  return session;
}

function sealedTo(...workerIds: string[]): SealedInput {
  const keyIds = workerIds.map((workerId) => `sha256:${workerId}`);
  return { edge: 'inputs/order', blob: 'sha256:0', keyIds, keptByExecutor: false };
}

const candidates = (holder: string | null, sealed: readonly SealedInput[] = []) =>
  registry.candidates(OPERATION, sealed, null, holder).map(({ identity }) => identity.workerId);

describe('a task about what one worker has', () => {
  it('goes to no other while that worker is busy', () => {
    connect('a');
    connect('b').leases.set('lease', {} as never);
    expect(candidates('b')).toEqual([]);
    expect(candidates(null)).toEqual(['a']);
  });

  it('waits for a worker that is connected to another replica', () => {
    connect('a');
    const names = { workerId: 'b', bootId: 'b', signKey: 'b', sealKeyId: 'sha256:b' };
    registry.seenElsewhere([
      { ...names, operations: [OPERATION], tenant: null } as unknown as WorkerElsewhere,
    ]);
    expect(candidates('b')).toEqual([]);
    expect(candidates('b', [sealedTo('a', 'b')])).toEqual([]);
    expect(candidates('b', [sealedTo('a')])).toEqual(['a']);
  });

  it('goes to any when that worker is away, fenced, drained or offers something else', async () => {
    connect('a');
    expect(candidates('b')).toEqual(['a']);
    connect('b');
    await registry.fence('b', 'STATEMENT_INVALID');
    expect(candidates('b')).toEqual(['a']);
    connect('c');
    registry.learnDrained(['c']);
    expect(candidates('c')).toEqual(['a']);
    expect(registry.candidates('ledger.batch.apply', [], null, 'a')).toEqual([]);
  });

  it('goes to that worker, whoever waited longer', () => {
    connect('a').lastDispatchMs = 1;
    connect('b').lastDispatchMs = 2;
    expect(candidates('b')).toEqual(['b']);
    expect(candidates(null)).toEqual(['a', 'b']);
  });

  it('goes where its envelopes can be opened, though another worker has what it is about', () => {
    connect('a');
    connect('b');
    expect(candidates('b', [sealedTo('a')])).toEqual(['a']);
    expect(candidates('b', [sealedTo('a', 'b')])).toEqual(['b']);
  });

  it('waits for that worker where its envelopes can be opened there too', () => {
    connect('a');
    connect('b').leases.set('lease', {} as never);
    expect(candidates('b', [sealedTo('a', 'b')])).toEqual([]);
    expect(candidates('b', [sealedTo('b', 'a'), sealedTo('a')])).toEqual(['a']);
  });
});
