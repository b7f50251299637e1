import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import { readBlob, writeBlob } from '#contracts';
import type { Segment } from '../database/blob-schema.js';
import { destroyed, suspended } from '../keys/key-states.js';
import { keyFolderIn } from '../keys/keyring.fixture.js';
import { BlobBed, type BlobReplica } from './blob-service.fixture.js';
import { BLOCK_BYTES, SEALED_BLOCK_BYTES, SealedBlocks } from './sealed-blocks.js';

const LIMITS = { deadlineMs: 30_000, bytesMax: 64 * BLOCK_BYTES };
const PLAIN = Buffer.from('a text that must not be at rest in the clear');

let bed: BlobBed;
let one: BlobReplica;
let two: BlobReplica;
let bytes: Buffer;
let digest: string;

beforeAll(async () => {
  bed = await BlobBed.open();
  [one, two] = [await bed.replica(), await bed.replica()];
});
afterAll(() => bed.close());
beforeEach(async () => {
  // Nine blocks and a bit.
  bytes = randomBytes(9 * BLOCK_BYTES + 12_345);
  PLAIN.copy(bytes, 2 * BLOCK_BYTES - 20);
  digest = digestOf(bytes);
});

const send = (tenant: string | null, replica = one) =>
  writeBlob(replica.client(tenant), digest, bytes, LIMITS);
const read = async (tenant: string | null, replica = one) =>
  Buffer.from(await readBlob(replica.client(tenant), digest, LIMITS));

async function filesOf(of = digest): Promise<string[]> {
  const { rows } = await one.database.queries.execute<{ segments: Segment[] }>(
    sql`select segments from sealflow.large_blobs where digest = ${of}`,
  );
  return (rows[0]?.segments ?? []).map(({ file }) => join(bed.blobFolder, file.slice(0, 2), file));
}

function swapBlocks(file: string, a: number, b: number): void {
  const handle = openSync(file, 'r+');
  const [first, second] = [Buffer.alloc(SEALED_BLOCK_BYTES), Buffer.alloc(SEALED_BLOCK_BYTES)];
  readSync(handle, first, 0, SEALED_BLOCK_BYTES, a * SEALED_BLOCK_BYTES);
  readSync(handle, second, 0, SEALED_BLOCK_BYTES, b * SEALED_BLOCK_BYTES);
  writeSync(handle, second, 0, SEALED_BLOCK_BYTES, a * SEALED_BLOCK_BYTES);
  writeSync(handle, first, 0, SEALED_BLOCK_BYTES, b * SEALED_BLOCK_BYTES);
  closeSync(handle);
}

describe('a block of a file', () => {
  const key = Buffer.alloc(32, 1);
  const blocks = new SealedBlocks(key, 'a file');
  const sealed = Buffer.concat([...blocks.seal(3, PLAIN)]);

  it('opens in its place, of its file, under its key, whole and unchanged, and not otherwise', () => {
    expect(blocks.open(3, sealed)).toEqual(PLAIN);
    expect(blocks.open(2, sealed)).toBeNull();
    expect(new SealedBlocks(key, 'another file').open(3, sealed)).toBeNull();
    expect(new SealedBlocks(Buffer.alloc(32, 2), 'a file').open(3, sealed)).toBeNull();
    for (const length of [0, 15, 16, sealed.length - 1])
      expect(blocks.open(3, sealed.subarray(0, length))).toBeNull();
    for (const at of [0, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(blocks.open(3, changed)).toBeNull();
    }
  });
});

describe('a large blob', () => {
  it('is not in its files in the clear, and is read in whole and in any part', async () => {
    await send('acme');
    const [file] = await filesOf();
    expect(readFileSync(file ?? '').indexOf(PLAIN)).toBe(-1);
    expect((await read('acme', two)).equals(bytes)).toBe(true);
    for (const [from, length] of [
      [2 * BLOCK_BYTES - 20, PLAIN.length],
      [BLOCK_BYTES, BLOCK_BYTES],
      [bytes.length - 1, 1],
      [BLOCK_BYTES - 1, 2],
    ] as const) {
      const got: Buffer[] = [];
      const call = one.client('acme').readBlob(
        { digest, offset: String(from), length: String(length) },
        {
          deadline: Date.now() + 10_000,
        },
      );
      for await (const { data } of call as AsyncIterable<{ data: Buffer }>) got.push(data);
      expect(Buffer.concat(got).equals(bytes.subarray(from, from + length))).toBe(true);
    }
  });

  it('whose blocks changed places, or whose file was cut or exchanged, is not read', async () => {
    await send('acme');
    const [file = ''] = await filesOf();
    const kept = readFileSync(file);
    swapBlocks(file, 1, 4);
    await expect(read('acme')).rejects.toMatchObject({ reason: 'INTERNAL' });
    writeFileSync(file, kept);
    truncateSync(file, kept.length - 1);
    await expect(read('acme')).rejects.toMatchObject({ reason: 'INTERNAL' });
    truncateSync(file, 9 * SEALED_BLOCK_BYTES);
    await expect(read('acme')).rejects.toMatchObject({ reason: 'INTERNAL' });
    const other = randomBytes(bytes.length);
    await writeBlob(one.client('acme'), digestOf(other), other, LIMITS);
    const [theirs = ''] = await filesOf(digestOf(other));
    writeFileSync(file, readFileSync(theirs));
    await expect(read('acme')).rejects.toMatchObject({ reason: 'INTERNAL' });
    writeFileSync(file, kept);
    expect((await read('acme')).equals(bytes)).toBe(true);
  });

  it('that two tenants have is kept once, and outlives the key of one of them', async () => {
    await send('initech');
    const files = await filesOf();
    await send('globex', two);
    expect(await filesOf()).toEqual(files);
    await destroyKey('initech');
    await expect(read('initech')).rejects.toMatchObject({ reason: 'KEY_STATE_INVALID' });
    expect((await read('globex')).equals(bytes)).toBe(true);
  });

  it('that nobody can open any more is sent again, in files of its own', async () => {
    await send('hooli');
    const files = await filesOf();
    await destroyKey('hooli');
    await send('globex', two);
    expect(await filesOf()).not.toEqual(files);
    expect((await read('globex')).equals(bytes)).toBe(true);
    await expect(read('hooli')).rejects.toMatchObject({ reason: 'KEY_STATE_INVALID' });
  });

  it('of before is read as it lies, and gets no key', async () => {
    await send('acme');
    const [file = ''] = await filesOf();
    writeFileSync(file, bytes);
    await one.database.queries.execute(
      sql`update sealflow.large_blobs set segments = (select jsonb_agg(one - 'sealed') from jsonb_array_elements(segments) one)
          where digest = ${digest}`,
    );
    await one.database.queries.execute(
      sql`update sealflow.blob_tenants set wrapped_key = null, key_version = null where digest = ${digest}`,
    );
    expect((await read('acme')).equals(bytes)).toBe(true);
    await send('globex');
    expect((await read('globex', two)).equals(bytes)).toBe(true);
  });
});

async function destroyKey(tenant: string): Promise<void> {
  const keys = keyFolderIn(bed.folder);
  for (const step of [suspended, destroyed]) {
    const key = await keys.read(tenant);
    if (key === null) return expect.fail(`no key of ${tenant}`);
    await keys.replace(step(key, bed.nowMs));
  }
  for (const replica of [one, two]) replica.keys.forget();
}
