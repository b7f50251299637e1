import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import {
  type ApiError,
  connectServices,
  type DestroyKeyResponse__Output,
  readBlob,
  type ServiceClients,
  type SuspendKeyResponse__Output,
  unary,
  writeBlob,
} from '#contracts';
import { limits } from '../../apps/orchestrator/src/config/limits.js';
import { type Executor, FIRST, SECOND, TwoReplicas } from '../support/two-replicas.js';
import { until } from '../support/until.js';

const LIMITS = { deadlineMs: 30_000, bytesMax: 1024 };
const NAME = 'tenants/demo/key';
const executors = [FIRST, SECOND] as const;

describe('the key of a tenant that is destroyed at one of two replicas', () => {
  let replicas: TwoReplicas;
  const opened: ServiceClients[] = [];

  /** Of one replica, and of no other. */
  const at = (executor: Executor, key: 'tenant' | 'operator'): ServiceClients => {
    const bearer = replicas.stack.installation.keys.read(key) ?? undefined;
    const services = connectServices(replicas.grpc(executor), { bearer });
    opened.push(services);
    return services;
  };
  const request = () => ({ name: NAME, reason: 'the contract ended', requestId: randomUUID() });

  beforeAll(async () => {
    replicas = await TwoReplicas.start();
  });
  afterAll(async () => {
    for (const services of opened) services.close();
    await replicas.stack.stop();
  });

  it('opens nothing anywhere any more, whatever a replica had in memory and however long it stood still', async () => {
    const readers = new Map(executors.map((executor) => [executor, at(executor, 'tenant').blob] as const));
    const operator = at(FIRST, 'operator').key;
    const bytes = utf8('what the tenant kept');
    const digest = digestOf(bytes);
    const read = async (executor: Executor): Promise<string> => {
      const blob = readers.get(executor);
      if (blob === undefined) throw new RangeError(executor);
      try {
        return Buffer.from(await readBlob(blob, digest, LIMITS)).toString();
      } catch (error) {
        const { reason, facts } = error as ApiError;
        return `${reason} ${facts['state']}`;
      }
    };
    const [first] = readers.values();
    if (first === undefined) throw new RangeError('no replica');
    await writeBlob(first, digest, bytes, LIMITS);
    // Both have it, and its key, in memory from here on.
    for (const executor of [...executors, ...executors]) {
      expect(await read(executor)).toBe('what the tenant kept');
    }

    await unary<SuspendKeyResponse__Output>(
      (options, callback) => operator.suspendKey(request(), options, callback),
      LIMITS,
    );
    for (const executor of executors) {
      await until(
        `${executor} serves the tenant no more`,
        async () => (await read(executor)) === 'KEY_STATE_INVALID SUSPENDED',
      );
    }
    const pid = replicas.pid(SECOND);
    process.kill(pid, 'SIGSTOP');
    try {
      const { key } = await unary<DestroyKeyResponse__Output>(
        (options, callback) => operator.destroyKey({ ...request(), confirm: 'demo' }, options, callback),
        { deadlineMs: 100_000 },
      );
      expect(key?.state).toBe('KEY_STATE_DESTROYED');
      expect(await read(FIRST)).toBe('KEY_STATE_INVALID DESTROYED');
      // Longer than a replica may use a key without looking: what it has is old when it goes on.
      await sleep(limits.keyHeldMs + 500);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    // Not once, from its very first answer on.
    for (let asked = 0; asked < 20; asked += 1)
      expect(await read(SECOND)).toBe('KEY_STATE_INVALID DESTROYED');
    await expect(writeBlob(first, digest, bytes, LIMITS)).rejects.toMatchObject({
      reason: 'KEY_STATE_INVALID',
    });
    await replicas.kill(SECOND);
    await replicas.start(SECOND);
    expect(await read(SECOND)).toBe('KEY_STATE_INVALID DESTROYED');
  });
});
