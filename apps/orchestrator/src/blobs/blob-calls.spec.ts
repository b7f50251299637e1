import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { sendUnaryData } from '@grpc/grpc-js';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import {
  ApiError,
  type BlobSource,
  downloadBlob,
  fromServiceError,
  type ListBlobsResponse__Output,
  type QueryWriteStatusResponse__Output,
  readBlob,
  type ServiceClients,
  serverStream,
  unary,
  uploadBlob,
  type WriteBlobRequest,
  type WriteBlobResponse__Output,
  writeBlob,
} from '#contracts';
import { QuotaBook } from '../quotas/quota-book.js';
import { StorageBook } from '../quotas/storage-book.js';
import { UsageBook } from '../quotas/usage-book.js';
import { partsOf } from './blob-parts.js';
import { BlobBed, type BlobReplica, serveOnly } from './blob-service.fixture.js';

const MIB = 1024 * 1024;
const DEADLINE = { deadlineMs: 30_000 };
const transfer = { deadlineMs: 30_000, patienceMs: 10_000 };

type BlobClient = ServiceClients['blob'];

let bed: BlobBed;
let one: BlobReplica;
let two: BlobReplica;

beforeAll(async () => {
  bed = await BlobBed.open();
  one = await bed.replica();
  two = await bed.replica();
});
afterAll(() => bed.close());

interface Content {
  readonly bytes: Buffer;
  readonly digest: string;
  readonly size: string;
}

function content(size: number): Content {
  const bytes = randomBytes(size);
  return { bytes, digest: digestOf(bytes), size: String(size) };
}

function sourceOf({ bytes, digest }: Content): BlobSource {
  return {
    digest,
    size: bytes.length,
    async *read(from) {
      yield bytes.subarray(from);
    },
  };
}

/** Messages as they are given, then the end. */
function send(client: BlobClient, messages: readonly WriteBlobRequest[]): Promise<WriteBlobResponse__Output> {
  return unary<WriteBlobResponse__Output>((options, callback) => {
    const call = client.writeBlob(options, callback);
    call.on('error', () => undefined);
    for (const message of messages) call.write(message);
    call.end();
    return call;
  }, DEADLINE);
}

/** A stream that goes on until it is told otherwise; `ended` gives the reason that it ends with. */
function begin(client: BlobClient) {
  let answer: (reason: string | null) => void = () => undefined;
  const ended = new Promise<string | null>((resolve) => {
    answer = resolve;
  });
  const call = client.writeBlob({ deadline: Date.now() + 30_000 }, (error) =>
    answer(error === null ? null : fromServiceError(error).reason),
  );
  call.on('error', () => undefined);
  return { call, ended };
}

async function refused(reason: string, work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => null,
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).reason).toBe(reason);
  return error as ApiError;
}

function status(client: BlobClient, digest: string): Promise<QueryWriteStatusResponse__Output> {
  return unary<QueryWriteStatusResponse__Output>(
    (options, callback) => client.queryWriteStatus({ digest }, options, callback),
    DEADLINE,
  );
}

async function committed(client: BlobClient, digest: string, atLeast: number): Promise<number> {
  await until(async () => Number((await status(client, digest)).committedSize) >= atLeast);
  return Number((await status(client, digest)).committedSize);
}

function list(client: BlobClient, uploads = false): Promise<ListBlobsResponse__Output> {
  return unary<ListBlobsResponse__Output>(
    (options, callback) => client.listBlobs({ parent: 'tenants/acme', uploads }, options, callback),
    DEADLINE,
  );
}

function remove(client: BlobClient, digest: string): Promise<unknown> {
  const name = `tenants/acme/blobs/${digest.slice('sha256:'.length)}`;
  return unary((options, callback) => client.deleteBlob({ name }, options, callback), DEADLINE);
}

async function download(client: BlobClient, digest: string, from = 0): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of downloadBlob(client, digest, transfer, from)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const kept = (tenant: string) => new StorageBook(one.database.queries).kept(tenant);

function files(): string[] {
  return readdirSync(bed.blobFolder, { recursive: true, encoding: 'utf8' }).filter((name) => /-/.test(name));
}

function sizeOf(file: string): number {
  return statSync(join(bed.blobFolder, file)).size;
}

/** Part of a blob is on the disk, and its writer is gone. */
async function half({ bytes, digest, size }: Content, client: BlobClient): Promise<number> {
  const { call, ended } = begin(client);
  call.write({ digest, size, data: bytes.subarray(0, 3 * MIB) });
  call.write({ data: bytes.subarray(3 * MIB, 5 * MIB) });
  // Only what was received before the stream breaks can be kept.
  await until(() => files().some((file) => file.includes(digest.slice(7)) && sizeOf(file) >= 2 * MIB));
  call.cancel();
  await ended;
  return committed(client, digest, 1);
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('an upload that is refused', () => {
  it.each<[what: string, reason: string, messages: (of: Content) => WriteBlobRequest[]]>([
    [
      'that goes on where nothing is kept',
      'BLOB_OFFSET_MISMATCH',
      ({ digest, size, bytes }) => [{ digest, size, offset: '4', data: bytes.subarray(4, MIB) }],
    ],
    [
      'with a chunk over the one before',
      'BLOB_OFFSET_MISMATCH',
      ({ digest, size, bytes }) => [
        { digest, size, data: bytes.subarray(0, MIB) },
        { offset: String(MIB - 1), data: bytes.subarray(MIB - 1, 2 * MIB) },
      ],
    ],
    [
      'with a gap between two chunks',
      'BLOB_OFFSET_MISMATCH',
      ({ digest, size, bytes }) => [
        { digest, size, data: bytes.subarray(0, MIB) },
        { offset: String(MIB + 1), data: bytes.subarray(MIB + 1, 2 * MIB) },
      ],
    ],
    [
      'that announces more than a blob may have',
      'BLOB_TOO_LARGE',
      ({ digest, bytes }) => [{ digest, size: String(2 ** 45), data: bytes.subarray(0, MIB) }],
    ],
    [
      'of more bytes than it announced',
      'INVALID_REQUEST',
      ({ digest, bytes }) => [
        { digest, size: String(9 * MIB), data: bytes.subarray(0, 3 * MIB) },
        ...[3, 6, 9].map((at) => ({ data: bytes.subarray(at * MIB, (at + 3) * MIB) })),
      ],
    ],
    [
      'of fewer bytes than it announced',
      'INVALID_REQUEST',
      ({ digest, size, bytes }) => [{ digest, size, data: bytes.subarray(0, 3 * MIB) }],
    ],
    [
      'that does not say how much comes',
      'BLOB_TOO_LARGE',
      ({ digest, bytes }) => [
        { digest, data: bytes.subarray(0, 3 * MIB) },
        ...[3, 6].map((at) => ({ data: bytes.subarray(at * MIB, (at + 3) * MIB) })),
      ],
    ],
  ])('%s', async (_what, reason, messages) => {
    const of = content(12 * MIB);
    await refused(reason, send(one.client('acme'), messages(of)));
    expect((await status(one.client('acme'), of.digest)).complete).toBe(false);
    await remove(one.client('acme'), of.digest).catch(() => undefined);
    expect(await kept('acme')).toMatchObject({ bytes: 0 });
  });

  it('because its bytes have another digest leaves nothing, and nothing counted', async () => {
    const of = content(9 * MIB);
    const lie = digestOf(Buffer.from('something else'));
    const before = files();
    const error = await refused(
      'BLOB_DIGEST_MISMATCH',
      writeBlob(one.client('acme'), lie, of.bytes, DEADLINE),
    );
    expect(error.facts).toMatchObject({ expected: lie, actual: of.digest });
    for (const digest of [lie, of.digest]) {
      expect(await status(one.client('acme'), digest)).toMatchObject({ committedSize: '0', size: '' });
    }
    expect(files()).toEqual(before);
    expect(await kept('acme')).toMatchObject({ bytes: 0 });
  });
});

describe('an upload', () => {
  it('of more than the database keeps lies in files, and is read in whole and in part', async () => {
    const of = content(9 * MIB + 7);
    await uploadBlob(one.client('acme'), sourceOf(of), transfer);
    const { rows } = await one.database.queries.execute(
      sql`select from sealflow.blobs where digest = ${of.digest}`,
    );
    expect(rows).toHaveLength(0);
    expect(digestOf(await download(two.client('acme'), of.digest))).toBe(of.digest);
    const from = 4 * MIB + 1;
    expect(digestOf(await download(two.client('acme'), of.digest, from))).toBe(
      digestOf(of.bytes.subarray(from)),
    );
    const part = serverStream(
      (options) => two.client('acme').readBlob({ digest: of.digest, offset: '5', length: '9' }, options),
      DEADLINE,
    );
    const pieces: Buffer[] = [];
    for await (const { data } of part) pieces.push(data);
    expect(Buffer.concat(pieces)).toEqual(of.bytes.subarray(5, 14));
  });

  it('that broke goes on at another replica with what is kept, and not before or after it', async () => {
    const of = content(12 * MIB + 5);
    const at = await half(of, one.client('acme'));
    expect(at).toBeLessThanOrEqual(5 * MIB);
    const rest = { digest: of.digest, size: of.size };
    for (const wrong of [0, at - 1, at + 1]) {
      const error = await refused(
        'BLOB_OFFSET_MISMATCH',
        send(two.client('acme'), [
          { ...rest, offset: String(wrong), data: of.bytes.subarray(wrong, wrong + MIB) },
        ]),
      );
      expect(error.facts).toMatchObject({ committed: String(at) });
    }
    const sent: number[] = [];
    await uploadBlob(two.client('acme'), sourceOf(of), {
      ...transfer,
      onProgress: (bytes) => sent.push(bytes),
    });
    expect(sent[0]).toBe(at);
    expect(digestOf(await download(one.client('acme'), of.digest))).toBe(of.digest);
  });

  it('of another size than it began with is refused', async () => {
    const of = content(10 * MIB);
    const at = await half(of, one.client('acme'));
    const other = { digest: of.digest, size: String(11 * MIB), offset: String(at) };
    await refused(
      'INVALID_REQUEST',
      send(one.client('acme'), [{ ...other, data: of.bytes.subarray(at, at + 1) }]),
    );
  });

  it('is its last writer’s: who wrote before is told, and writes nothing more', async () => {
    const of = content(64 * MIB);
    const { digest, size } = of;
    const first = begin(one.client('acme'));
    first.call.write({ digest, size, data: of.bytes.subarray(0, 3 * MIB) });
    await until(async () => (await status(one.client('acme'), digest)).size !== '');
    const at = Number((await status(two.client('acme'), digest)).committedSize);
    const second = begin(two.client('acme'));
    second.call.write({ digest, size, offset: String(at), data: of.bytes.subarray(at, at + 1) });
    // The first goes on with other bytes, up to where it would say that they are kept.
    for (let sent = 3 * MIB; sent < 60 * MIB; sent += 2 * MIB)
      first.call.write({ data: Buffer.alloc(2 * MIB, 7) });
    expect(await first.ended).toBe('UPLOAD_TAKEN_OVER');
    for (let from = at + 1; from < of.bytes.length; from += 2 * MIB) {
      second.call.write({ data: of.bytes.subarray(from, from + 2 * MIB) });
    }
    second.call.end();
    expect(await second.ended).toBeNull();
    expect(digestOf(await download(one.client('acme'), digest))).toBe(digest);
  });

  it('of what is there already ends at once', async () => {
    const of = content(9 * MIB);
    await uploadBlob(one.client('acme'), sourceOf(of), transfer);
    const before = files();
    await send(two.client('acme'), [{ digest: of.digest, size: of.size }]);
    await uploadBlob(two.client('acme'), sourceOf(of), transfer);
    expect(files()).toEqual(before);
  });
});

describe('a writer that sends nothing', () => {
  it('is told to come back, and keeps nobody waiting', async () => {
    const server = await serveOnly({
      writeBlob: (call: Parameters<typeof partsOf>[0], callback: sendUnaryData<unknown>) => {
        const take = async (): Promise<void> => {
          const { parts } = await partsOf(call, 50);
          for await (const part of parts) expect(part.data).toHaveLength(1);
        };
        take().catch((error: unknown) => callback((error as ApiError).toStatus() as never));
      },
    });
    const { call, ended } = begin(server.client);
    call.write({ digest: content(1).digest, size: '9', data: Buffer.of(1) });
    expect(await ended).toBe('WRITER_TOO_SLOW');
    server.close();
  });
});

describe('an upload of another tenant', () => {
  it('is none: nothing of it shows, and nobody goes on with it', async () => {
    const of = content(10 * MIB);
    const at = await half(of, one.client('acme'));
    expect(await status(one.client('globex'), of.digest)).toMatchObject({ committedSize: '0', size: '' });
    await refused(
      'BLOB_OFFSET_MISMATCH',
      send(one.client('globex'), [
        { digest: of.digest, size: of.size, offset: String(at), data: of.bytes.subarray(at, at + 1) },
      ]),
    );
    expect((await list(one.client('acme'), true)).blobs.map(({ digest }) => digest)).toContain(of.digest);
    expect((await list(one.client('globex'), true)).blobs).toEqual([]);
    await refused('NOT_FOUND', remove(one.client('globex'), of.digest));
    expect((await status(one.client('acme'), of.digest)).committedSize).toBe(String(at));
  });

  it('of the same bytes is made again, kept once and counted for each', async () => {
    const of = content(9 * MIB);
    await uploadBlob(one.client('acme'), sourceOf(of), transfer);
    await refused(
      'NOT_FOUND',
      readBlob(one.client('globex'), of.digest, { ...DEADLINE, bytesMax: 10 * MIB }),
    );
    const before = await kept('globex');
    const stored = files();
    await uploadBlob(two.client('globex'), sourceOf(of), transfer);
    expect(digestOf(await download(one.client('globex'), of.digest))).toBe(of.digest);
    expect(files()).toEqual(stored);
    expect((await kept('globex')).bytes - before.bytes).toBe(9 * MIB);
    await remove(one.client('acme'), of.digest);
    expect(digestOf(await download(one.client('globex'), of.digest))).toBe(of.digest);
  });
});

describe('a quota of bytes', () => {
  const limit = (bytes: number | null) =>
    new QuotaBook(one.database.queries).setQuota('acme', { blobBytesMax: bytes as number });
  afterAll(() => limit(64 * 1024 * MIB));

  it('lets one of two writers in at its limit, whichever replica they come to', async () => {
    const { bytes } = await kept('acme');
    await limit(bytes + 10 * MIB);
    const contents = [content(9 * MIB), content(9 * MIB)];
    const results = await Promise.allSettled(
      contents.map((of, index) =>
        uploadBlob((index === 0 ? one : two).client('acme'), sourceOf(of), transfer),
      ),
    );
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    const refusal = results.find((result) => result.status === 'rejected');
    expect(refusal?.reason).toMatchObject({
      reason: 'QUOTA_EXCEEDED',
      facts: { limit: 'blobBytesMax', max: String(bytes + 10 * MIB) },
    });
    expect((await kept('acme')).bytes).toBe(bytes + 9 * MIB);
  });

  it('holds for small blobs that come together to several replicas', async () => {
    const { bytes } = await kept('acme');
    await limit(bytes + 5_000);
    const results = await Promise.allSettled(
      Array.from({ length: 16 }, (_, index) => {
        const of = content(1_000);
        return writeBlob((index % 2 === 0 ? one : two).client('acme'), of.digest, of.bytes, DEADLINE);
      }),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(5);
    expect((await kept('acme')).bytes).toBe(bytes + 5_000);
    // Of what is there, nothing new is kept.
    const again = content(0);
    await writeBlob(one.client('acme'), again.digest, again.bytes, DEADLINE);
  });

  it('that is lowered ends an upload under way, which keeps what it has', async () => {
    await limit(64 * 1024 * MIB);
    const of = content(100 * MIB);
    const { call, ended } = begin(one.client('acme'));
    call.write({ digest: of.digest, size: of.size, data: of.bytes.subarray(0, 2 * MIB) });
    await until(async () => (await status(one.client('acme'), of.digest)).size !== '');
    await limit(1);
    for (let from = 2 * MIB; from < 90 * MIB; from += 2 * MIB) {
      call.write({ data: of.bytes.subarray(from, from + 2 * MIB) });
    }
    expect(await ended).toBe('QUOTA_EXCEEDED');
    expect(Number((await status(two.client('acme'), of.digest)).committedSize)).toBeGreaterThan(0);
    await limit(64 * 1024 * MIB);
    await uploadBlob(two.client('acme'), sourceOf(of), transfer);
    expect((await status(one.client('acme'), of.digest)).complete).toBe(true);
  });

  it('has room again for what is deleted', async () => {
    const of = content(9 * MIB);
    await uploadBlob(one.client('acme'), sourceOf(of), transfer);
    const { bytes } = await kept('acme');
    await remove(two.client('acme'), of.digest);
    expect((await kept('acme')).bytes).toBe(bytes - 9 * MIB);
    await refused('NOT_FOUND', remove(two.client('acme'), of.digest));
    await refused('NOT_FOUND', readBlob(one.client('acme'), of.digest, { ...DEADLINE, bytesMax: 10 * MIB }));
  });
});

describe('a blob', () => {
  it('that a plan or a run names is not deleted', async () => {
    const of = content(100);
    await writeBlob(one.client('acme'), of.digest, of.bytes, DEADLINE);
    await one.database.queries.execute(
      sql`insert into sealflow.plans (digest, tenant, signed_plan, plan) values ('plan', 'acme', ${of.digest}, '{}')`,
    );
    await refused('BLOB_IN_USE', remove(one.client('acme'), of.digest));
    expect(digestOf(await readBlob(one.client('acme'), of.digest, { ...DEADLINE, bytesMax: 100 }))).toBe(
      of.digest,
    );
  });

  it('is away where a replica was given another folder, and not thought to be gone', async () => {
    const of = content(9 * MIB);
    await uploadBlob(one.client('acme'), sourceOf(of), transfer);
    const lost = await bed.replica(join(bed.folder, 'other'));
    const options = { ...transfer, patienceMs: 0 };
    await refused('UNAVAILABLE', downloadBlob(lost.client('acme'), of.digest, options).next());
    await refused('UNAVAILABLE', uploadBlob(lost.client('acme'), sourceOf(content(9 * MIB)), options));
  });

  it('is counted with what came, went and is kept', async () => {
    const usage = async () => (await new UsageBook(one.database.queries).days('globex', '', 1))[0];
    const before = await usage();
    const of = content(9 * MIB);
    await uploadBlob(one.client('globex'), sourceOf(of), transfer);
    await download(two.client('globex'), of.digest);
    const after = await usage();
    const grown = (counter: 'bytes.in' | 'bytes.out' | 'bytes.stored') =>
      (after?.amounts[counter] ?? 0) - (before?.amounts[counter] ?? 0);
    expect(grown('bytes.in')).toBe(9 * MIB);
    expect(grown('bytes.out')).toBe(9 * MIB);
    expect(grown('bytes.stored')).toBe(9 * MIB);
    expect(after?.bytesStored).toBe((await kept('globex')).bytes);
  });
});

describe('the sweep', () => {
  it('takes uploads that nobody went on with, blobs of nobody and files without a row, and nothing else', async () => {
    const abandoned = content(10 * MIB);
    const young = content(10 * MIB);
    const deleted = content(9 * MIB);
    const whole = content(9 * MIB);
    const client = one.client('acme');
    for (const of of [deleted, whole]) await uploadBlob(client, sourceOf(of), transfer);
    for (const of of [abandoned, young]) await half(of, client);
    await remove(client, deleted.digest);
    const { bytes } = await kept('acme');
    const age = sql`now() - interval '25 hours'`;
    await one.database.queries.execute(
      sql`update sealflow.blob_uploads set changed_at = ${age} where digest = ${abandoned.digest}`,
    );
    await one.database.queries.execute(
      sql`update sealflow.large_blobs set created_at = ${age} where digest in (${deleted.digest}, ${whole.digest})`,
    );
    const swept = await two.sweeper.sweep();
    expect(swept.uploads).toBe(1);
    expect(swept.blobs).toBeGreaterThanOrEqual(1);
    expect(await status(client, abandoned.digest)).toMatchObject({ committedSize: '0', size: '' });
    expect(Number((await status(client, young.digest)).committedSize)).toBeGreaterThan(0);
    expect((await kept('acme')).bytes).toBe(bytes - 10 * MIB);
    const left = files().join(' ');
    for (const { digest } of [abandoned, deleted]) expect(left).not.toContain(digest.slice(7));
    expect(digestOf(await download(client, whole.digest))).toBe(whole.digest);

    await one.database.queries.execute(sql`delete from sealflow.blob_uploads where digest = ${young.digest}`);
    bed.nowMs += 2 * 3_600_000;
    expect((await one.sweeper.sweep()).files).toBeGreaterThanOrEqual(1);
    expect(files().join(' ')).not.toContain(young.digest.slice(7));
    expect(digestOf(await download(client, whole.digest))).toBe(whole.digest);
  });
});
