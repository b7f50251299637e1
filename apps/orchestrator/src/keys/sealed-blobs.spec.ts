import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import { readBlob, writeBlob } from '#contracts';
import { asSystem } from '../auth/call-context.js';
import { BlobBed, type BlobReplica } from '../blobs/blob-service.fixture.js';
import { PlainBlobs } from '../blobs/plain-blobs.js';
import { destroyed, resumed, rotated, suspended } from './key-states.js';
import { keyFiles, keyFolderIn } from './keyring.fixture.js';
import { openKeyStore } from './open-key-store.js';
import type { TenantKey } from './tenant-key-store.js';

const LIMITS = { deadlineMs: 10_000, bytesMax: 1024 * 1024 };
const PLAIN = 'a text that must not be at rest in the clear';

let bed: BlobBed;
let one: BlobReplica;
let two: BlobReplica;

beforeAll(async () => {
  bed = await BlobBed.open();
  one = await bed.replica();
  two = await bed.replica();
});
afterAll(() => bed.close());

async function sent(tenant: string | null, text: string, replica = one): Promise<string> {
  const bytes = Buffer.from(text);
  await writeBlob(replica.client(tenant), digestOf(bytes), bytes, LIMITS);
  return digestOf(bytes);
}

async function read(tenant: string | null, digest: string, replica = one): Promise<string> {
  return Buffer.from(await readBlob(replica.client(tenant), digest, LIMITS)).toString();
}

/** As an operator does, but without asking anybody: what the store says is what counts. */
async function change(tenant: string, to: (key: TenantKey, nowMs: number) => TenantKey): Promise<void> {
  const keys = keyFolderIn(bed.folder);
  const key = await keys.read(tenant);
  if (key === null) return expect.fail(`no key of ${tenant}`);
  await keys.replace(to(key, Date.now()));
  for (const replica of [one, two]) replica.keys.forget();
}

async function everything(): Promise<string> {
  const names = await one.database.queries.execute<{ name: string }>(
    sql`select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_schema = 'sealflow'`,
  );
  const texts: string[] = [];
  for (const { name } of names.rows) {
    const { rows } = await one.database.queries.execute<{ row: string }>(
      `select t::text as row from ${name} t`,
    );
    for (const { row } of rows) {
      texts.push(row);
      for (const hex of row.match(/\\+x[0-9a-f]{2,}/g) ?? [])
        texts.push(Buffer.from(hex.replace(/^\\+x/, ''), 'hex').toString('latin1'));
    }
  }
  return texts.join('\n');
}

describe('a blob at rest', () => {
  it('is nowhere in the database in the clear, whoever sent it', async () => {
    const digests = await Promise.all([sent('acme', `${PLAIN} of acme`), sent(null, `${PLAIN} of a worker`)]);
    const found = await everything();
    expect(found).toContain(digests[0]);
    expect(found).not.toContain(PLAIN);
    expect(await read('acme', digests[0])).toBe(`${PLAIN} of acme`);
    expect(await read(null, digests[1], two)).toBe(`${PLAIN} of a worker`);
  });

  it('does not open when its bytes were changed, cut or exchanged for those of another', async () => {
    const [mine, other] = [await sent('acme', 'mine'), await sent('acme', 'another')];
    const put = (data: ReturnType<typeof sql>) =>
      one.database.queries.execute(sql`update sealflow.blobs set data = ${data} where digest = ${mine}`);
    const { rows } = await one.database.queries.execute<{ data: Buffer }>(
      sql`select data from sealflow.blobs where digest = ${mine}`,
    );
    for (const data of [
      sql`set_byte(data, 0, get_byte(data, 0) # 1)`,
      sql`substring(data for 3)`,
      sql`(select data from sealflow.blobs where digest = ${other})`,
      sql`''::bytea`,
    ]) {
      await put(data);
      await expect(read('acme', mine)).rejects.toMatchObject({ reason: 'INTERNAL' });
      await put(sql`${rows[0]?.data}`);
    }
    expect(await read('acme', mine)).toBe('mine');
  });

  it('does not open with the sealed key of another blob, or of another tenant', async () => {
    const [mine, other] = [await sent('acme', 'my own'), await sent('globex', 'their own')];
    await one.database.queries.execute(
      sql`update sealflow.blob_tenants set wrapped_key = (select wrapped_key from sealflow.blob_tenants where digest = ${other})
          where digest = ${mine}`,
    );
    await expect(read('acme', mine)).rejects.toMatchObject({ reason: 'KEY_STATE_INVALID' });
  });

  it('of before is read as it is, and sealed for whoever sends it again', async () => {
    const old = Buffer.from('a row of an earlier release');
    await one.database.queries.execute(
      sql`insert into sealflow.blobs (digest, size, data) values (${digestOf(old)}, ${old.length}, ${old})`,
    );
    await one.database.queries.execute(
      sql`insert into sealflow.blob_tenants (digest, tenant) values (${digestOf(old)}, 'acme')`,
    );
    expect(await read('acme', digestOf(old))).toBe(old.toString());
    await sent('globex', old.toString());
    expect(await read('globex', digestOf(old))).toBe(old.toString());
  });
});

describe('a replica beside one of an earlier release', () => {
  it('seals nothing that the other could not read, and opens what is sealed', async () => {
    const beside = await bed.replica(undefined, false);
    const plain = await sent('globex', 'for both releases', beside);
    const ofWorker = await sent(null, 'of a worker, for both releases', beside);
    const large = Buffer.concat([randomBytes(9 * 1024 * 1024), Buffer.from(PLAIN)]);
    await writeBlob(beside.client('globex'), digestOf(large), large, LIMITS);
    const { rows } = await one.database.queries.execute<{ data: Buffer; sealed: boolean }>(
      sql`select data, sealed from sealflow.blobs where digest in (${plain}, ${ofWorker}) order by size`,
    );
    expect(rows.map(({ data, sealed }) => [data.toString(), sealed])).toEqual([
      ['for both releases', false],
      ['of a worker, for both releases', false],
    ]);
    const files = await one.database.queries.execute(
      sql`select segments from sealflow.large_blobs where digest = ${digestOf(large)}`,
    );
    expect(JSON.stringify(files.rows)).not.toContain('sealed');
    const bytesMax = 16 * 1024 * 1024;
    for (const replica of [one, beside]) {
      const got = await readBlob(replica.client('globex'), digestOf(large), { ...LIMITS, bytesMax });
      expect(Buffer.from(got).equals(large)).toBe(true);
      expect(await read('globex', plain, replica)).toBe('for both releases');
    }
    const sealed = await sent('globex', 'of the newer one', one);
    expect(await read('globex', sealed, beside)).toBe('of the newer one');
    await new PlainBlobs(one.database, one.keys).sealAll('globex');
    const now = await one.database.queries.execute<{ data: Buffer }>(
      sql`select data from sealflow.blobs where digest = ${plain} and sealed`,
    );
    expect(now.rows.map(({ data }) => data.includes('for both releases'))).toEqual([false]);
    expect(await read('globex', plain, beside)).toBe('for both releases');
  });
});

describe('the key of a tenant', () => {
  it('that is suspended opens nothing for it and seals nothing, and leaves others alone', async () => {
    const digest = await sent('acme', 'before the suspension');
    const theirs = await sent('globex', 'of globex');
    await change('acme', suspended);
    for (const replica of [one, two]) {
      await expect(read('acme', digest, replica)).rejects.toMatchObject({
        reason: 'KEY_STATE_INVALID',
        facts: { state: 'SUSPENDED' },
      });
      await expect(sent('acme', 'during it', replica)).rejects.toMatchObject({ reason: 'KEY_STATE_INVALID' });
      expect(await read('globex', theirs, replica)).toBe('of globex');
    }
    // What the tenant began goes on to its end.
    expect((await one.store.get(digest)).toString()).toBe('before the suspension');
    await change('acme', resumed);
    expect(await read('acme', digest)).toBe('before the suspension');
  });

  it('that was rotated opens what it sealed before', async () => {
    const digest = await sent('acme', 'before the rotation');
    await change('acme', (key, nowMs) => rotated(key, nowMs));
    const after = await sent('acme', 'after the rotation');
    expect(await read('acme', digest, two)).toBe('before the rotation');
    expect(await read('acme', after, two)).toBe('after the rotation');
    const { rows } = await one.database.queries.execute(
      sql`select key_version from sealflow.blob_tenants where digest in (${digest}, ${after}) order by 1`,
    );
    expect(rows).toEqual([{ key_version: 1 }, { key_version: 2 }]);
  });

  it('takes its blobs along, but for those that another tenant has as well', async () => {
    const [own, shared] = [await sent('initech', 'its own'), await sent('initech', 'what two have')];
    await sent('globex', 'what two have');
    expect((await two.store.get(own)).toString()).toBe('its own');
    await change('initech', suspended);
    await change('initech', destroyed);
    for (const replica of [one, two]) {
      for (const digest of [own, shared]) {
        await expect(read('initech', digest, replica)).rejects.toMatchObject({
          reason: 'KEY_STATE_INVALID',
          facts: { state: 'DESTROYED' },
        });
      }
      await expect(asSystem(() => replica.store.get(own))).rejects.toMatchObject({
        reason: 'KEY_STATE_INVALID',
      });
      expect(await read('globex', shared, replica)).toBe('what two have');
    }
    // Whoever has the bytes has them kept again.
    await sent('globex', 'its own');
    expect(await read('globex', own, two)).toBe('its own');
    await expect(read('initech', own)).rejects.toMatchObject({ reason: 'KEY_STATE_INVALID' });
    expect(readdirSync(keyFiles(bed.folder).keyFolder)).toContain('initech.key');
  });

  it('that is gone from the store is missed, and not made again', async () => {
    const digest = await sent('hooli', 'sealed under a key that gets lost');
    const file = join(keyFiles(bed.folder).keyFolder, 'hooli.key');
    const kept = readFileSync(file);
    rmSync(file);
    one.keys.forget();
    await expect(read('hooli', digest)).rejects.toMatchObject({
      reason: 'UNAVAILABLE',
      message: expect.stringContaining('bring the key folder back'),
    });
    writeFileSync(file, Buffer.concat([kept.subarray(0, 40), Buffer.from('X'), kept.subarray(41)]), {
      mode: 0o600,
    });
    await expect(read('hooli', digest)).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
    writeFileSync(file, kept, { mode: 0o600 });
    expect(await read('hooli', digest)).toBe('sealed under a key that gets lost');
  });
});

describe('a key store', () => {
  it('is the one that the blobs were sealed with, or the replica does not start', async () => {
    const files = keyFiles(bed.folder);
    await openKeyStore(one.database, files);
    await expect(openKeyStore(one.database, files)).resolves.toMatchObject({ id: expect.any(String) });
    const elsewhere = join(bed.folder, 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o700 });
    await expect(openKeyStore(one.database, keyFiles(elsewhere))).rejects.toMatchObject({
      code: 'ROOT_KEY_MISSING',
      message: expect.stringMatching(/root\.key: expected the root key .*bring it back/),
    });
    expect(readdirSync(elsewhere)).toEqual([]);
    writeFileSync(join(elsewhere, 'root.key'), Buffer.alloc(32, 7), { mode: 0o600 });
    await expect(openKeyStore(one.database, keyFiles(elsewhere))).rejects.toMatchObject({
      code: 'ROOT_KEY_FOREIGN',
    });
    writeFileSync(join(elsewhere, 'root.key'), Buffer.alloc(31, 7));
    await expect(openKeyStore(one.database, keyFiles(elsewhere))).rejects.toMatchObject({
      code: 'ROOT_KEY_MALFORMED',
    });
    chmodSync(join(elsewhere, 'root.key'), 0o640);
    await expect(openKeyStore(one.database, keyFiles(elsewhere))).rejects.toMatchObject({
      code: 'ROOT_KEY_EXPOSED',
    });
  });
});
