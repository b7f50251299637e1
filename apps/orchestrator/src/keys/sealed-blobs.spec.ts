import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import { readBlob, writeBlob } from '#contracts';
import { asSystem } from '../auth/call-context.js';
import { contentKey } from '../blobs/blob-seal.js';
import { BlobBed, type BlobReplica } from '../blobs/blob-service.fixture.js';
import { PlainBlobs } from '../blobs/plain-blobs.js';
import { destroyed, resumed, rotated, suspended, withoutVersions } from './key-states.js';
import { keyFiles, keyFolderIn } from './keyring.fixture.js';
import { Keyring, type WrappedKey } from './keyring.js';
import { openKeyStore } from './open-key-store.js';
import type { TenantKey, TenantKeyStore } from './tenant-key-store.js';
import { WrapRenewal } from './wrap-renewal.js';

const LIMITS = { deadlineMs: 10_000, bytesMax: 1024 * 1024 };
const silent = { info: () => undefined };
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

/** As a replica seals that has not looked at the key since it was rotated. */
async function wrapUnder(owner: string, version: number, digest: string, text: string): Promise<WrappedKey> {
  const keys = keyFolderIn(bed.folder);
  const key = await keys.read(owner);
  if (key === null) return expect.fail(`no key of ${owner}`);
  const then = { ...key, versions: key.versions.filter((each) => each.version <= version) };
  const store = { ...keys, read: async () => then } as unknown as TenantKeyStore;
  return new Keyring(one.database, store, () => Date.now()).wrap(
    owner,
    digest,
    contentKey(Buffer.from(text)),
  );
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

  it('has what it sealed before brought under its newest version, a bounded part at a time', async () => {
    const digests = [
      await sent('hooli', 'one of before'),
      await sent('hooli', 'two of before'),
      await sent('hooli', 'three of before'),
    ];
    const bundle = await sent(null, 'a bundle of before');
    // As a bundle has it: in its own row, for a tenant that reads it as no blob.
    const bytes = contentKey(Buffer.from('a bundle of before'));
    const own = await one.keys.wrap('hooli', bundle, bytes);
    await one.database.queries.execute(
      sql`update sealflow.blobs set key_owner = 'hooli', key_version = ${own.version}, wrapped_key = ${own.wrapped}
          where digest = ${bundle}`,
    );
    let nowMs = Date.now();
    const renewal = new WrapRenewal(one.database, one.keys, () => nowMs, silent);
    // What stories before this one left.
    await renewal.sweep();
    await change('hooli', (key, nowMs) => rotated(key, nowMs, true));
    const versions = async () => {
      const { rows } = await one.database.queries.execute<{ version: number }>(
        sql`select key_version as version from sealflow.blob_tenants where tenant = 'hooli'
            union all select key_version from sealflow.blobs where key_owner = 'hooli'`,
      );
      return rows.map(({ version }) => version).sort();
    };
    const steps: number[] = [];
    // Rows of other stories, which open no more, are looked at too.
    while ((await versions()).includes(1) && steps.length < 20) steps.push(await renewal.sweep(2));
    expect(steps.reduce((sum, step) => sum + step, 0)).toBe(4);
    expect(Math.max(...steps)).toBeLessThanOrEqual(2);
    // A replica that did not look yet seals under the version before.
    await one.database.queries.execute(
      sql`update sealflow.blob_tenants held set key_version = 1, wrapped_key = ${(await wrapUnder('hooli', 1, digests[0] ?? '', 'one of before')).wrapped}
          where digest = ${digests[0] ?? ''} and tenant = 'hooli'`,
    );
    // The pass that goes on here, and one more.
    expect((await renewal.sweep()) + (await renewal.sweep())).toBe(1);
    nowMs += 120_000;
    expect(await renewal.sweep()).toBe(0);
    // The version before is needed by no row any more.
    await change('hooli', (key, atMs) => withoutVersions(key, atMs, ({ version }) => version === 1));
    for (const replica of [one, two]) {
      expect(await Promise.all(digests.map((digest) => read('hooli', digest, replica)))).toEqual([
        'one of before',
        'two of before',
        'three of before',
      ]);
      expect((await asSystem(() => replica.store.get(bundle))).toString()).toBe('a bundle of before');
    }
  });

  it('leaves a sealed key that opens no more as it is, and goes on with the others', async () => {
    const [lost, kept] = [await sent('hooli', 'lost'), await sent('hooli', 'kept')];
    await one.database.queries.execute(
      sql`update sealflow.blob_tenants set wrapped_key = ${randomBytes(60)} where digest = ${lost}`,
    );
    await change('hooli', (key, nowMs) => rotated(key, nowMs));
    const renewal = new WrapRenewal(one.database, one.keys, () => Date.now() + 120_000, silent);
    await renewal.sweep();
    expect(await renewal.sweep()).toBe(0);
    const newest = (await keyFolderIn(bed.folder).read('hooli'))?.versions.at(-1)?.version;
    const { rows } = await one.database.queries.execute<{ digest: string; version: number }>(
      sql`select digest, key_version as version from sealflow.blob_tenants where digest in (${lost}, ${kept})`,
    );
    expect(rows.find(({ digest }) => digest === kept)?.version).toBe(newest);
    expect(rows.find(({ digest }) => digest === lost)?.version).toBe((newest ?? 0) - 1);
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
