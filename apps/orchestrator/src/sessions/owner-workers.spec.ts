import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { buildBinding, encodeEvidencePackage } from '#attestation';
import { digestOf, utf8 } from '#canonical';
import type { ConnectResponse } from '#contracts';
import { asCaller } from '../auth/call-context.js';
import { type Principal, workerHolder } from '../auth/principal.js';
import { CallBook } from '../conversations/call-book.js';
import type { LeaseBook } from './lease-book.js';
import type { MachineLook } from './machine-look.js';
import { SessionRegistry } from './session-registry.js';
import { WorkerController } from './worker.controller.js';
import type { WorkerKeys } from './worker-keys.js';
import { type WorkerIdentity, WorkerSession } from './worker-session.js';

const OPERATION = 'balance.transfer.owner';
const nonce = new Uint8Array(32).fill(7);
const logger = { info: () => undefined, warn: () => undefined, error: () => undefined } as never;
let registry: SessionRegistry;

function identity(workerId: string, operations: readonly string[] = [OPERATION]): WorkerIdentity {
  return {
    ...{ workerId, operations, bootId: `boot of ${workerId}`, signKey: `key of ${workerId}`, leasesMax: 1 },
    sealKeyId: `sha256:${workerId}`,
    imageDigest: 'sha256:image',
  };
}

/** A worker that answers every question, of a tenant or of the platform. */
function connected(workerId: string, tenant: string | null, operations?: readonly string[]): void {
  const session: WorkerSession = new WorkerSession(
    workerId,
    identity(workerId, operations),
    0,
    ({ offerRequest }) => {
      const id = offerRequest?.requestId;
      if (id !== undefined)
        queueMicrotask(() => registry.resolveOffer(session, id, Buffer.from(workerId, 'utf8')));
    },
    tenant,
  );
  registry.add(session);
}

async function offers(wishes: { tenant?: string | null; signKey?: string | null }): Promise<string[]> {
  const found = await registry.requestOffers(OPERATION, 'sha256:policy', nonce, 3, wishes);
  return found.map(({ worker }) => worker?.replace('workers/', '') ?? '');
}

const candidates = (tenant: string) =>
  registry.candidates(OPERATION, [], tenant).map(({ identity: { workerId } }) => workerId);

beforeEach(() => {
  registry = new SessionRegistry(() => 0, logger);
});

describe('a prover under the key of a tenant', () => {
  it('gets no lease of another tenant, and no question of one', async () => {
    connected('clinic', 'clinic');
    expect(candidates('hospital')).toEqual([]);
    expect(await offers({ tenant: 'hospital' })).toEqual([]);
    expect(await offers({ tenant: 'hospital', signKey: 'key of clinic' })).toEqual([]);
    expect(candidates('clinic')).toEqual(['clinic']);
  });

  it('does not make its operation possible for another tenant', () => {
    connected('clinic', 'clinic');
    expect(registry.operations('hospital')).toEqual([]);
    expect(registry.operations('clinic')).toEqual([OPERATION]);
    // Probes and operators see all that is connected.
    expect(registry.operations()).toEqual([OPERATION]);
  });

  it('is asked before those that the platform lets anybody use', async () => {
    for (const id of ['one', 'two', 'three', 'four']) connected(id, null);
    connected('hospital', 'hospital');
    expect((await offers({ tenant: 'hospital' }))[0]).toBe('hospital');
    expect(await offers({ tenant: 'clinic' })).toEqual(['one', 'two', 'three']);
  });
});

describe('the prover that a client names by its key', () => {
  it('answers, however many others offer the same and whoever they belong to', async () => {
    for (const id of ['one', 'two', 'three', 'four', 'five']) connected(id, null);
    for (const id of ['six', 'seven', 'eight', 'nine']) connected(id, 'hospital');
    expect(await offers({ tenant: 'hospital' })).toHaveLength(3);
    for (const id of ['five', 'nine'])
      expect(await offers({ tenant: 'hospital', signKey: `key of ${id}` })).toEqual([id]);
  });

  it('is no other than that one', async () => {
    connected('one', 'hospital');
    expect(await offers({ tenant: 'hospital', signKey: 'key of nobody' })).toEqual([]);
  });
});

describe('the holder of a key of workers', () => {
  it.each([
    ['workers/*', { tenant: null, worker: null }],
    ['workers/tee-worker-0', { tenant: null, worker: 'tee-worker-0' }],
    ['tenants/clinic/workers/*', { tenant: 'clinic', worker: null }],
    ['tenants/clinic/workers/ward-3', { tenant: 'clinic', worker: 'ward-3' }],
    ['payments@acme.example', { tenant: null, worker: null }],
  ])('%s says whose workers they are', (holder, read) => {
    expect(workerHolder(holder)).toEqual(read);
  });
});

/** The orchestrator's end of a worker's stream. */
class Stream extends EventEmitter {
  readonly sent: ConnectResponse[] = [];
  readonly errors: { details?: string; message: string }[] = [];

  constructor() {
    super();
    this.on('error', (error: Error) => this.errors.push(error));
  }

  write(message: ConnectResponse): void {
    this.sent.push(message);
  }

  end(): void {}
}

describe('a registration under the key of a tenant', () => {
  const principal = (holder: string): Principal => ({
    ...{ subject: 'key:1', tenant: null, roles: ['worker'], kind: 'key', expiresMs: 1 },
    holder,
  });

  async function register(holder: string, workerId: string, operations: readonly string[]): Promise<Stream> {
    const controller = new WorkerController(
      registry,
      { resend: async () => undefined } as unknown as LeaseBook,
      { admit: async () => undefined } as unknown as WorkerKeys,
      { look: async () => undefined } as unknown as MachineLook,
      new CallBook(),
      { heartbeatMs: 1_000 } as never,
      { begun: false, onBegin: () => () => undefined } as never,
      () => 0,
      logger,
    );
    const stream = new Stream();
    asCaller(principal(holder), () => controller.connect(stream as never));
    const challenge = stream.sent[0]?.challenge?.nonce;
    if (!(challenge instanceof Uint8Array)) throw new Error('no challenge came');
    const binding = buildBinding({
      ...{ v: 'sealflow/binding/v1', nonce: challenge, workerId, epoch: 0, gpuEvidenceDigest: null },
      bootId: new Uint8Array(16),
      sealKeys: [{ alg: 'x25519', publicKey: new Uint8Array(32).fill(1) }],
      signKey: new Uint8Array(32).fill(2),
      imageDigest: digestOf(utf8('image')),
      policyDigest: digestOf(utf8('policy')),
      notAfterMs: 1,
    });
    const cpu = { format: 'tdx-quote-v4', quote: new Uint8Array(600) } as const;
    const evidence = Buffer.from(encodeEvidencePackage({ binding, cpu, gpus: [] }));
    stream.emit('data', { register: { worker: workerId, operations, package: evidence, leasesMax: 4 } });
    await vi.waitFor(() => expect(stream.errors.length + stream.sent.length).toBeGreaterThan(1));
    return stream;
  }

  it('is refused for operations of the platform, which a tenant’s key does not reach', async () => {
    const { errors } = await register('tenants/clinic/workers/*', 'ward', [OPERATION, 'document.extract']);
    expect(String(errors[0]?.details ?? errors[0]?.message)).toMatch(
      /expected operations at the owner.*tenant clinic; got document\.extract/,
    );
    expect(registry.list()).toEqual([]);
  });

  it('is refused under the id of another worker than the key is for', async () => {
    const { errors } = await register('tenants/clinic/workers/ward-3', 'ward-4', [OPERATION]);
    expect(String(errors[0]?.details ?? errors[0]?.message)).toMatch(/expected the worker ward-3/);
    expect(registry.list()).toEqual([]);
  });

  it('makes a worker of that tenant', async () => {
    await register('tenants/clinic/workers/ward-3', 'ward-3', [OPERATION]);
    expect(registry.list().map(({ tenant }) => tenant)).toEqual(['clinic']);
  });

  it('of the platform makes one of everybody', async () => {
    await register('workers/*', 'tee-worker-0', ['document.extract']);
    expect(registry.list().map(({ tenant }) => tenant)).toEqual([null]);
  });
});
