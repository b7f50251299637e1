import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { digestOf } from '#canonical';
import {
  connectServices,
  type DestroyKeyResponse__Output,
  type GetKeyStateResponse__Output,
  type ListKeysResponse__Output,
  loadContracts,
  type RotateKeyResponse__Output,
  readBlob,
  type ServiceClients,
  type SuspendKeyResponse__Output,
  unary,
  writeBlob,
} from '#contracts';
import { toGrpcStatus } from '#telemetry';
import { asCaller } from '../auth/call-context.js';
import type { Principal } from '../auth/principal.js';
import { checkDatabase } from '../backup/check-database.js';
import { BlobBed, type BlobReplica } from '../blobs/blob-service.fixture.js';
import { PlainBlobs } from '../blobs/plain-blobs.js';
import { SigningKey } from '../evidence/signing-key.js';
import { PageTokens } from '../listing/page-tokens.js';
import { openLog } from '../log/log.fixture.js';
import { Changes } from '../requests/changes.js';
import { recordBytes } from '../retention/retention-record.js';
import { RetentionStore } from '../retention/retention-store.js';
import { KeyController } from './key.controller.js';
import { KeyChanges } from './key-changes.js';
import { KeySweeper } from './key-sweeper.js';
import { keyFolderIn } from './keyring.fixture.js';
import { StagingKeys } from './staging-keys.js';
import { WrapRenewal } from './wrap-renewal.js';

const DEADLINE = { deadlineMs: 20_000 };
const LIMITS = { deadlineMs: 10_000, bytesMax: 1024 * 1024 };
const operator: Principal = {
  subject: 'key:operator',
  tenant: null,
  roles: ['operator'],
  kind: 'key',
  holder: 'somebody',
  expiresMs: Number.MAX_SAFE_INTEGER,
};
const silent = { warn: () => undefined, error: () => undefined, info: () => undefined } as never;
const DAY_MS = 24 * 3_600_000;

/** One replica's key service over real gRPC. */
interface Keys {
  readonly blobs: BlobReplica;
  readonly changes: KeyChanges;
  readonly staging: StagingKeys;
  readonly plain: PlainBlobs;
  readonly sweeper: KeySweeper;
  readonly client: ServiceClients['key'];
  /** What it says to other replicas. */
  readonly said: string[];
  close(): void;
}

let bed: BlobBed;
let one: Keys;
let two: Keys;

async function open(): Promise<Keys> {
  const blobs = await bed.replica();
  const { database, keys: ring } = blobs;
  const clock = () => bed.nowMs;
  const said: string[] = [];
  const signals = { send: (message: string) => said.push(message), on: () => undefined };
  const staging = new StagingKeys(database, ring, signals, clock, 1);
  const plain = new PlainBlobs(database, ring);
  const wake = { wake: () => undefined };
  const changes = new KeyChanges(
    database,
    new Changes(database, clock),
    ring,
    staging,
    plain,
    wake,
    signals,
    clock,
  );
  const tokens = new PageTokens(SigningKey.load(join(bed.folder, 'keys')), clock);
  const controller = new KeyController(database, ring, changes, tokens);
  const unaryHandler =
    (handle: (request: never) => Promise<unknown>) =>
    (call: { request: never }, callback: (error: unknown, response?: unknown) => void): void => {
      asCaller(operator, () => {
        handle(call.request).then(
          (response) => callback(null, response),
          (error: unknown) => callback(toGrpcStatus(error, silent)),
        );
      });
    };
  const server = new Server();
  const handlers = {
    listKeys: unaryHandler((request) => controller.listKeys(request)),
    getKeyState: unaryHandler((request) => controller.getKeyState(request)),
    rotateKey: unaryHandler((request) => controller.rotateKey(request)),
    suspendKey: unaryHandler((request) => controller.suspendKey(request)),
    resumeKey: unaryHandler((request) => controller.resumeKey(request)),
    destroyKey: unaryHandler((request) => controller.destroyKey(request)),
  };
  const service = loadContracts()['sealflow.key.v1.KeyService'] as ServiceDefinition;
  server.addService(service, handlers as unknown as UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const services = connectServices(`127.0.0.1:${port}`);
  return {
    blobs,
    changes,
    staging,
    plain,
    sweeper: new KeySweeper(
      changes,
      staging,
      plain,
      new WrapRenewal(database, ring, clock, silent),
      ring,
      clock,
      silent,
    ),
    client: services.key,
    said,
    close: () => {
      services.close();
      server.forceShutdown();
    },
  };
}

beforeAll(async () => {
  bed = await BlobBed.open();
  [one, two] = [await open(), await open()];
  for (const tenant of ['acme', 'globex', 'initech', 'hooli'])
    await one.blobs.database.queries.execute(sql`insert into sealflow.tenants (tenant) values (${tenant})`);
});
afterAll(async () => {
  for (const keys of [one, two]) keys.close();
  await bed.close();
});
afterEach(async () => {
  await one.blobs.database.queries.execute(sql`delete from sealflow.legal_holds`);
  await one.blobs.database.queries.execute(sql`delete from sealflow.runs`);
});

const nameOf = (tenant: string): string => `tenants/${tenant}/key`;
const base = (tenant: string) => ({ name: nameOf(tenant), reason: 'the contract ended' });
const state = async (tenant: string, keys = one) =>
  (
    await unary<GetKeyStateResponse__Output>(
      (options, callback) => keys.client.getKeyState({ name: nameOf(tenant) }, options, callback),
      DEADLINE,
    )
  ).key;
const suspend = (tenant: string, keys = one) =>
  unary<SuspendKeyResponse__Output>(
    (options, callback) => keys.client.suspendKey(base(tenant), options, callback),
    DEADLINE,
  );
const resume = (tenant: string) =>
  unary<SuspendKeyResponse__Output>(
    (options, callback) => one.client.resumeKey(base(tenant), options, callback),
    DEADLINE,
  );
const rotate = (tenant: string, more: object = {}) =>
  unary<RotateKeyResponse__Output>(
    (options, callback) => one.client.rotateKey({ ...base(tenant), ...more }, options, callback),
    DEADLINE,
  );
const destroy = (tenant: string, more: object = {}, keys = one) =>
  unary<DestroyKeyResponse__Output>(
    (options, callback) =>
      keys.client.destroyKey({ ...base(tenant), confirm: tenant, ...more }, options, callback),
    DEADLINE,
  );

async function sent(tenant: string | null, text: string, keys = one): Promise<string> {
  const bytes = Buffer.from(text);
  await writeBlob(keys.blobs.client(tenant), digestOf(bytes), bytes, LIMITS);
  return digestOf(bytes);
}

const read = async (tenant: string | null, digest: string, keys = one): Promise<string> =>
  Buffer.from(await readBlob(keys.blobs.client(tenant), digest, LIMITS)).toString();

async function records(tenant: string): Promise<string[]> {
  const rows = await new RetentionStore(one.blobs.database.queries).records(tenant, null, 100);
  return rows.map(({ action }) => action).reverse();
}

async function run(tenant: string, ended: boolean): Promise<string> {
  const runId = randomUUID();
  await one.blobs.database.queries.execute(
    sql`insert into sealflow.runs (run_id, tenant, request_id, content_digest, plan, policy, state, inputs, offers,
          client_seal_key, client_sign_key, deadline, created_at, ended_at)
        values (${runId}, ${tenant}, ${runId}, '', 'p', '', ${ended ? 'SUCCEEDED' : 'RUNNING'}, '[]', '[]', '', '', now(), now(),
          ${ended ? sql`now()` : sql`null`})`,
  );
  return runId;
}

describe('a key is not destroyed', () => {
  it('while it is in use: it is suspended first', async () => {
    const digest = await sent('globex', 'in use');
    await expect(destroy('globex')).rejects.toMatchObject({
      reason: 'KEY_STATE_INVALID',
      facts: { state: 'ACTIVE' },
      message: expect.stringContaining('suspend it'),
    });
    expect(await read('globex', digest)).toBe('in use');
    expect(await records('globex')).toEqual([]);
  });

  it('unless the tenant is named once more', async () => {
    await sent('globex', 'once more');
    await suspend('globex');
    for (const confirm of ['', 'acme', 'tenants/globex', 'GLOBEX'])
      await expect(destroy('globex', { confirm })).rejects.toMatchObject({ reason: 'INVALID_REQUEST' });
    await expect(destroy('globex', { reason: '' })).rejects.toMatchObject({ reason: 'INVALID_REQUEST' });
    await expect(destroy('globex', { name: 'tenants/globex' })).rejects.toMatchObject({
      reason: 'INVALID_REQUEST',
    });
    expect((await resume('globex')).key?.state).toBe('KEY_STATE_ACTIVE');
  });

  it('under a legal hold on the tenant, or on any of its runs', async () => {
    await suspend('globex');
    const runId = await run('globex', true);
    for (const heldRun of [null, runId]) {
      const hold = {
        id: randomUUID(),
        tenant: 'globex',
        heldRun,
        reason: 'case 7',
        actor: 'x',
        placedAt: new Date(),
      };
      await new RetentionStore(one.blobs.database.queries).addHold(hold);
      await expect(destroy('globex')).rejects.toMatchObject({ reason: 'HOLD_STANDING' });
      await one.blobs.database.queries.execute(sql`delete from sealflow.legal_holds`);
    }
    await resume('globex');
  });

  it('before the last run of the tenant has ended', async () => {
    await suspend('globex');
    await run('globex', false);
    await run('acme', false);
    await expect(destroy('globex')).rejects.toMatchObject({ reason: 'RUNS_OPEN', facts: { actual: '1' } });
    await resume('globex');
  });

  it('when it changed since the caller read it, or the tenant is not there', async () => {
    const before = (await state('globex'))?.etag ?? '';
    await suspend('globex');
    await expect(destroy('globex', { etag: before })).rejects.toMatchObject({ reason: 'ETAG_MISMATCH' });
    await resume('globex');
    await expect(destroy('nobody')).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    await expect(state('nobody')).rejects.toMatchObject({ reason: 'NOT_FOUND' });
  });
});

describe('a key that is destroyed', () => {
  it('opens nothing at any replica, says so for ever, and is destroyed once for two that ask at once', async () => {
    const [digest, theirs] = [
      await sent('acme', 'of a tenant that leaves'),
      await sent('globex', 'of one that stays'),
    ];
    await suspend('acme');
    // Replica two has the key in memory, and what it opened.
    expect((await two.blobs.store.get(digest)).toString()).toBe('of a tenant that leaves');
    const both = await Promise.allSettled([destroy('acme'), destroy('acme', {}, two)]);
    expect(both.some(({ status }) => status === 'fulfilled')).toBe(true);
    for (const result of both) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ reason: 'KEY_STATE_INVALID' });
    }
    expect(await state('acme', two)).toMatchObject({
      state: 'KEY_STATE_DESTROYED',
      destroyTime: expect.anything(),
      destroyedTime: expect.anything(),
      versions: [{ version: 1, state: 'KEY_STATE_DESTROYED' }],
    });
    expect([...one.said, ...two.said]).toContain('keys acme');
    for (const keys of [one, two]) {
      // As the signal, or the next look at the store, makes a replica do.
      await keys.blobs.keys.look();
      await expect(read('acme', digest, keys)).rejects.toMatchObject({
        reason: 'KEY_STATE_INVALID',
        facts: { state: 'DESTROYED' },
      });
      await expect(keys.blobs.store.get(digest)).rejects.toMatchObject({ reason: 'KEY_STATE_INVALID' });
      await expect(sent('acme', 'something new', keys)).rejects.toMatchObject({
        reason: 'KEY_STATE_INVALID',
      });
      expect(await read('globex', theirs, keys)).toBe('of one that stays');
    }
    for (const call of [
      () => destroy('acme'),
      () => suspend('acme'),
      () => resume('acme'),
      () => rotate('acme'),
    ])
      await expect(call()).rejects.toMatchObject({ reason: 'KEY_STATE_INVALID' });
    expect(await records('acme')).toEqual(['suspend-key', 'decide-destruction', 'destroy-key']);
  });

  it('is the answer to the request that asked for it, sent again', async () => {
    await sent('initech', 'asked for twice');
    await suspend('initech');
    const requestId = randomUUID();
    const first = await destroy('initech', { requestId });
    expect(await destroy('initech', { requestId }, two)).toEqual(first);
    await expect(destroy('initech', { requestId, reason: 'another' })).rejects.toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
    expect((await records('initech')).filter((action) => action === 'destroy-key')).toHaveLength(1);
  });

  it('leaves a log that is whole, with each step hidden in a leaf', async () => {
    const { queries } = one.blobs.database;
    const log = openLog(one.blobs.database, SigningKey.load(join(bed.folder, 'keys')));
    await log.open();
    const waiting = await queries.execute<{ subject: string; entry: Buffer }>(
      sql`select subject, entry from sealflow.log_queue order by id`,
    );
    expect(waiting.rows.length).toBeGreaterThan(5);
    for (const { subject, entry } of waiting.rows) await log.append(subject, entry);
    const checks = await checkDatabase(bed.url, bed.blobFolder, []);
    const failed = checks.filter(({ code }) => code !== null);
    expect(failed).toEqual([]);
    const all = await new RetentionStore(queries).records('acme', null, 100);
    for (const record of all) {
      expect(record.leafIndex).not.toBeNull();
      const { rows } = await queries.execute<{ entry: Buffer }>(
        sql`select entry from sealflow.log_entries where index = ${record.leafIndex}`,
      );
      expect(rows[0]?.entry.toString()).toContain(digestOf(recordBytes(record)).slice('sha256:'.length, 30));
    }
  });
});

describe('a destruction that a replica died over', () => {
  it('before its key was touched is finished by another, unless a hold came first', async () => {
    const digest = await sent('hooli', 'almost gone');
    await suspend('hooli');
    vi.spyOn(one.plain, 'sealAll').mockRejectedValueOnce(new Error('killed'));
    await expect(destroy('hooli')).rejects.toMatchObject({ reason: 'INTERNAL' });
    expect(await state('hooli', two)).toMatchObject({ state: 'KEY_STATE_SUSPENDED', destroyedTime: null });
    const hold = {
      id: 'h',
      tenant: 'hooli',
      heldRun: null,
      reason: 'case 8',
      actor: 'x',
      placedAt: new Date(),
    };
    await new RetentionStore(one.blobs.database.queries).addHold(hold);
    await expect(two.changes.finish('hooli')).rejects.toMatchObject({ reason: 'HOLD_STANDING' });
    expect(await state('hooli')).toMatchObject({ state: 'KEY_STATE_SUSPENDED', destroyTime: null });
    await two.changes.finish('hooli');
    expect((await two.blobs.store.get(digest)).toString()).toBe('almost gone');
    expect(await records('hooli')).toEqual(['suspend-key', 'decide-destruction', 'keep-key']);
  });

  it('after its key was destroyed is finished by another, once it is old', async () => {
    vi.spyOn(one.staging, 'retire').mockRejectedValueOnce(new Error('killed'));
    await expect(destroy('hooli')).rejects.toMatchObject({ reason: 'INTERNAL' });
    expect(await state('hooli', two)).toMatchObject({ state: 'KEY_STATE_DESTROYED', destroyedTime: null });
    await two.sweeper.sweep();
    expect(await state('hooli')).toMatchObject({ destroyedTime: null });
    bed.nowMs += 2 * 60_000;
    await Promise.all([one.sweeper.sweep(), two.sweeper.sweep()]);
    expect((await state('hooli'))?.destroyedTime).not.toBeNull();
    expect((await records('hooli')).filter((action) => action === 'destroy-key')).toHaveLength(1);
  });
});

describe('what workers sent', () => {
  const wrapOf = async (digest: string) => {
    const { rows } = await one.blobs.database.queries.execute<{ version: number }>(
      sql`select key_version as version from sealflow.blobs where digest = ${digest}`,
    );
    return rows[0]?.version;
  };

  it('opens under a key of a day, which what still waits for its result outlives', async () => {
    const waiting = await sent(null, 'an output without a result yet');
    const left = await sent(null, 'of an attempt that came to nothing');
    await one.blobs.database.queries.execute(
      sql`update sealflow.blobs set created_at = now() - interval '2 days' where digest = ${left}`,
    );
    const before = (await wrapOf(waiting)) ?? 0;
    bed.nowMs += DAY_MS;
    await two.sweeper.sweep();
    await one.blobs.keys.look();
    expect(await wrapOf(waiting)).toBeGreaterThan(before);
    expect(await read(null, waiting, one)).toBe('an output without a result yet');
    await expect(read(null, left, one)).rejects.toMatchObject({ reason: 'KEY_STATE_INVALID' });
    const key = await keyFolderIn(bed.folder).read('');
    expect(key?.versions.slice(0, -1).every((version) => version.key === null)).toBe(true);
    // Who sends it again has it again.
    await sent(null, 'of an attempt that came to nothing');
    expect(await read(null, left, two)).toBe('of an attempt that came to nothing');
  });
});

describe('rows of an earlier release', () => {
  const put = async (text: string, tenants: readonly string[]) => {
    const bytes = Buffer.from(text);
    const { queries } = one.blobs.database;
    await queries.execute(
      sql`insert into sealflow.blobs (digest, size, data) values (${digestOf(bytes)}, ${bytes.length}, ${bytes})`,
    );
    for (const tenant of tenants)
      await queries.execute(
        sql`insert into sealflow.blob_tenants (digest, tenant) values (${digestOf(bytes)}, ${tenant})`,
      );
    return digestOf(bytes);
  };
  const dataOf = async (digest: string) => {
    const { rows } = await one.blobs.database.queries.execute<{ data: Buffer }>(
      sql`select data from sealflow.blobs where digest = ${digest}`,
    );
    return rows[0]?.data.toString() ?? '';
  };

  it('are sealed for those whose they are, and what is nobody’s stays', async () => {
    const shared = await put('plain, of one that is there and one that is gone', ['globex', 'acme']);
    const gone = await put('plain, of one that is gone', ['acme']);
    const nobody = await put('plain, of nobody', []);
    bed.nowMs += DAY_MS;
    await one.sweeper.sweep();
    expect(await dataOf(shared)).not.toContain('plain');
    expect(await dataOf(gone)).not.toContain('plain');
    expect(await dataOf(nobody)).toBe('plain, of nobody');
    expect(await read('globex', shared)).toBe('plain, of one that is there and one that is gone');
    await expect(one.blobs.store.get(gone)).rejects.toMatchObject({ reason: 'KEY_STATE_INVALID' });
    expect(await read(null, nobody)).toBe('plain, of nobody');
  });
});

describe('keys', () => {
  it('are listed page by page with their states, and nothing of their bytes', async () => {
    await rotate('globex', { compromised: true });
    const list = (pageToken: string) =>
      unary<ListKeysResponse__Output>(
        (options, callback) => one.client.listKeys({ pageSize: 3, pageToken }, options, callback),
        DEADLINE,
      );
    const first = await list('');
    const rest = await list(first.nextPageToken);
    const keys = [...first.keys, ...rest.keys];
    expect(keys.map(({ name }) => name)).toEqual(['acme', 'globex', 'hooli', 'initech'].map(nameOf));
    expect(keys[1]?.versions).toMatchObject([
      { version: 1, state: 'KEY_STATE_COMPROMISED' },
      { version: 2, state: 'KEY_STATE_ACTIVE', retireTime: null },
    ]);
    const stored = await keyFolderIn(bed.folder).read('globex');
    const text = JSON.stringify(keys);
    for (const { key } of stored?.versions ?? []) {
      expect(text).not.toContain(key?.toString('base64'));
      expect(text).not.toContain(key?.toString('hex'));
    }
    await expect(list('x')).rejects.toMatchObject({ reason: 'INVALID_REQUEST' });
  });
});
