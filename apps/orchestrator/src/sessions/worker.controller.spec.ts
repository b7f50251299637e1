import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildBinding, encodeEvidencePackage } from '#attestation';
import { digestOf, ulid, utf8 } from '#canonical';
import { ApiError, type ConnectResponse } from '#contracts';
import { BlobKeys } from '../blobs/blob-keys.js';
import { BlobStore } from '../blobs/blob-store.js';
import { CallBook } from '../conversations/call-book.js';
import type { Database } from '../database/database.js';
import { run as someRun } from '../engine/statement.fixture.js';
import { keyringIn } from '../keys/keyring.fixture.js';
import { type LogBed, openLogBed } from '../log/log.fixture.js';
import { Drain } from '../replicas/drain.js';
import { RunDraft } from '../runs/run-draft.js';
import { RunSignal } from '../runs/run-signal.js';
import { RunStore } from '../runs/run-store.js';
import { RunWriter } from '../runs/run-writer.js';
import { LeaseBook, type LeaseRow } from './lease-book.js';
import type { LeaseMessages } from './lease-messages.js';
import { LeaseSilence } from './lease-silence.js';
import type { MachineLook } from './machine-look.js';
import { ResultBook } from './result-book.js';
import { SessionRegistry } from './session-registry.js';
import { WorkerController } from './worker.controller.js';
import type { WorkerKeys } from './worker-keys.js';

const NOW = Date.UTC(2026, 10, 21);
const logger = { info: () => undefined, warn: () => undefined, error: () => undefined } as never;
const bytes = (n: number): Uint8Array => new Uint8Array(randomBytes(n));

/** What is looked for, once it is there. */
function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const found = (): T => {
    const seen = look();
    if (seen === undefined || seen === false) throw new Error(`waited in vain: ${what}`);
    return seen;
  };
  return vi.waitFor(found, { timeout: 20_000, interval: 10 });
}

/** The orchestrator's end of a worker's stream. */
class Stream extends EventEmitter {
  readonly sent: ConnectResponse[] = [];
  readonly errors: { details: string }[] = [];

  constructor() {
    super();
    this.on('error', (error: { details: string }) => this.errors.push(error));
  }

  write(message: ConnectResponse): void {
    this.sent.push(message);
  }

  end(): void {}

  says(message: object): void {
    this.emit('data', message);
  }

  get revoked(): string[] {
    return this.sent.flatMap(({ revoke }) => revoke?.reason ?? []);
  }
}

/** One boot of a worker, however often it dials. */
class Worker {
  readonly #bootId = bytes(16);
  readonly #sealKey = bytes(32);
  readonly #signKey = bytes(32);

  constructor(private readonly controller: WorkerController) {}

  dial(): Stream {
    const stream = new Stream();
    this.controller.connect(stream as never);
    const nonce = stream.sent[0]?.challenge?.nonce;
    if (!(nonce instanceof Uint8Array)) throw new Error('no challenge came');
    const binding = buildBinding({
      v: 'sealflow/binding/v1',
      nonce,
      workerId: 'tee-worker-0',
      bootId: this.#bootId,
      epoch: 0,
      sealKeys: [{ alg: 'x25519', publicKey: this.#sealKey }],
      signKey: this.#signKey,
      imageDigest: digestOf(utf8('image')),
      policyDigest: digestOf(utf8('policy')),
      gpuEvidenceDigest: null,
      notAfterMs: NOW,
    });
    const cpu = { format: 'tdx-quote-v4', quote: bytes(600) } as const;
    stream.says({
      register: {
        worker: 'tee-worker-0',
        operations: ['document.extract'],
        package: Buffer.from(encodeEvidencePackage({ binding, cpu, gpus: [] })),
        leasesMax: 4,
      },
    });
    return stream;
  }
}

/** Where the orchestrator waits for its database until the test lets it go on. */
class Gate {
  reached = false;
  open: () => void = () => undefined;
  readonly #opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });

  pass(): Promise<void> {
    this.reached = true;
    return this.#opened;
  }
}

let bed: LogBed;
let database: Database;
let registry: SessionRegistry;
let controller: WorkerController;
let announced: LeaseRow[];
/** What the worker waits for before it is admitted, and before it gets its leases again. */
let admitting: () => Promise<void>;
let resending: () => Promise<void>;
let runs = 0;

beforeAll(async () => {
  bed = await openLogBed();
  database = await bed.database();
  // A sequence counts also what is rolled back.
  await database.queries.execute(sql`create sequence sealflow.stumbles`);
});
afterAll(() => bed.stop());

beforeEach(() => {
  registry = new SessionRegistry(() => NOW, logger);
  announced = [];
  admitting = async () => undefined;
  resending = async () => undefined;
  const messages = { build: async () => null } as unknown as LeaseMessages;
  const silence = new LeaseSilence(1_000, () => performance.now());
  const keys = new BlobKeys(database, keyringIn(database, bed.folder));
  const results = new ResultBook(database, new BlobStore(database, keys), keys);
  const leases = new LeaseBook(database, registry, messages, silence, results, () => NOW, logger);
  const { resend } = leases;
  leases.resend = async (session) => {
    await resending();
    await resend.call(leases, session);
  };
  leases.onResult(async (lease) => {
    announced.push(lease);
  });
  controller = new WorkerController(
    registry,
    leases,
    { admit: () => admitting() } as unknown as WorkerKeys,
    { look: async () => undefined } as unknown as MachineLook,
    new CallBook(),
    { heartbeatMs: 1_000 } as never,
    new Drain(),
    () => NOW,
    logger,
  );
});

/** The next `times` changes of a lease fail: with a SQLSTATE, or with the end of their connection. */
async function stumble(times: number, how: string): Promise<void> {
  const act =
    how === 'terminated'
      ? 'perform pg_terminate_backend(pg_backend_pid());'
      : `raise exception 'not now' using errcode = '${how}';`;
  await database.queries.execute(
    sql.raw(`
    alter sequence sealflow.stumbles restart with 1;
    create or replace function sealflow.stumble() returns trigger language plpgsql as $$
    begin
      if nextval('sealflow.stumbles') <= ${times} then ${act} end if;
      return new;
    end $$;
    create or replace trigger stumble before update on sealflow.leases
      for each row execute function sealflow.stumble();
  `),
  );
}

/** A lease that the worker holds. */
async function given(): Promise<{ lease: string; stream: Stream }> {
  const stream = new Worker(controller).dial();
  const session = await until('the worker is here', () => registry.list()[0]);
  runs += 1;
  const signal = new RunSignal();
  const store = new RunStore(database, signal);
  const runId = ulid(NOW + runs, bytes(10));
  const begun = await store.insert({ ...someRun, runId, requestId: runId }, [
    { id: 'a', operation: 'document.extract' },
  ]);
  if (begun === null) throw new Error('the run was there before');
  const draft = new RunDraft(begun, new Date(NOW));
  const lease = `${runId}.a.1`;
  const row = { operation: 'document.extract', state: 'queued', priority: 0 } as const;
  draft.open({ lease, taskId: 'a', attempt: 1, deadline: new Date(NOW + 60_000), ...row });
  await new RunWriter(database, store, signal).write(draft);
  await database.queries.execute(
    sql`update sealflow.leases set state = 'sent', fence = 7, boot_id = ${session.identity.bootId} where lease = ${lease}`,
  );
  return { lease, stream };
}

const complete = (lease: string) => ({
  complete: { lease, fence: '7', statement: Buffer.from('{"payload":"e30="}'), outputs: [], blobs: [] },
});
const stateOf = async (lease: string) => {
  const { rows } = await database.queries.execute<{ state: string }>(
    sql`select state from sealflow.leases where lease = ${lease}`,
  );
  return rows[0]?.state;
};

describe('a result that the database does not take at once', () => {
  it.each([
    ['40001', 3],
    ['40P01', 2],
    ['53100', 2],
    ['terminated', 2],
  ])('is stored after %s, %d times; the session goes on', async (how, times) => {
    const { lease, stream } = await given();
    await stumble(times, how);
    stream.says(complete(lease));
    await until('the result is told', () => announced.length > 0);
    expect(await stateOf(lease)).toBe('completed');
    expect(announced.map((row) => row.lease)).toEqual([lease]);
    expect(stream.errors).toEqual([]);
    expect(registry.list()).toHaveLength(1);
  });

  it('is told again when it was stored and the news of it was not', async () => {
    const { lease, stream } = await given();
    await stumble(0, '40001');
    stream.says(complete(lease));
    await until('the result is told', () => announced.length === 1);
    stream.says(complete(lease));
    await until('the result is told again', () => announced.length === 2);
    expect(stream.revoked).toEqual([]);
  });

  it('ends the session where a second time would be no other', async () => {
    const { lease, stream } = await given();
    await stumble(1_000, '23514');
    stream.says(complete(lease));
    await until('the session ends', () => stream.errors.length > 0);
    expect(await stateOf(lease)).toBe('sent');
    expect(announced).toEqual([]);
    expect(registry.list()).toEqual([]);
    await stumble(0, '23514');
  });
});

describe('a worker that comes back and says what it works on', () => {
  it('keeps it where the database was not asked yet what it was given, and loses what it does not hold', async () => {
    const gate = new Gate();
    resending = () => gate.pass();
    const stream = new Worker(controller).dial();
    await until('its leases are looked up', () => gate.reached);
    stream.says({ renew: { lease: 'given-before', fence: '7' } });
    stream.says({ progress: { lease: 'given-before', fence: '7', stage: 'proving' } });
    expect(stream.revoked).toEqual([]);
    gate.open();
    await until('they were looked up', () => registry.list()[0]?.isResumed);
    stream.says({ renew: { lease: 'somebody-elses', fence: '7' } });
    expect(stream.revoked).toEqual(['LEASE_FENCED']);
  });
});

describe('a stream that ends while its worker registers', () => {
  it('does not take the place of the stream that came after it', async () => {
    const worker = new Worker(controller);
    const gate = new Gate();
    admitting = () => gate.pass();
    const older = worker.dial();
    await until('the database is asked', () => gate.reached);
    older.emit('cancelled');
    admitting = async () => undefined;
    const newer = worker.dial();
    await until('the worker is here', () => newer.sent.some(({ accepted }) => accepted));
    const [session] = registry.list();
    gate.open();
    await new Promise(setImmediate);
    expect(registry.list()).toEqual([session]);
    expect(older.sent.some(({ accepted }) => accepted)).toBe(false);
  });

  it('leaves no session behind when it goes while its leases are looked up', async () => {
    const gate = new Gate();
    resending = () => gate.pass();
    const stream = new Worker(controller).dial();
    await until('the worker is here', () => gate.reached && registry.list().length === 1);
    stream.emit('cancelled');
    gate.open();
    expect(registry.list()).toEqual([]);
  });

  it('leaves no session behind when its leases cannot be looked up', async () => {
    resending = async () => {
      throw new ApiError('UNAVAILABLE', 'the database is away');
    };
    const stream = new Worker(controller).dial();
    await until('the worker is told', () => stream.errors.length === 1);
    expect(registry.list()).toEqual([]);
  });
});
