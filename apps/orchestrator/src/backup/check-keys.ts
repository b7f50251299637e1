import { createHash } from 'node:crypto';
import pg from 'pg';
import { openAtRest } from '../blobs/blob-seal.js';
import { KeyFolder } from '../keys/key-folder.js';
import { openWrapped } from '../keys/keyring.js';
import { RootKey } from '../keys/root-key.js';
import { KeyStoreError, type TenantKey, type TenantKeyStore } from '../keys/tenant-key-store.js';
import type { DatabaseCheck } from './check-database.js';

const PAGE = 100;
const NAMED_MAX = 10;

export interface KeyPlaces {
  readonly rootKeyFile: string;
  readonly keyFolder: string;
}

/**
 * Whether the keys are there that the blobs of a database were sealed under, which no backup has, and whether what they
 * open are the bytes that the digests name. What is sealed under a key that was destroyed opens for nobody, and is well.
 */
export async function keysCheck(url: string, places: KeyPlaces): Promise<readonly DatabaseCheck[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const id = await storeOf(client);
    if (id === null) return [{ name: 'keys', code: null, text: 'no blob is sealed' }];
    const found = await openStore(client, id, places);
    return found.store === null ? [found.check] : [found.check, await sealedBlobsCheck(client, found.store)];
  } finally {
    await client.end();
  }
}

/** Null for a database of before, or one that nobody stored anything in. */
async function storeOf(client: pg.Client): Promise<string | null> {
  const { rows: tables } = await client.query<{ there: boolean }>(
    `select to_regclass('sealflow.key_stores') is not null as there`,
  );
  if (tables[0]?.there !== true) return null;
  const { rows } = await client.query<{ id: string }>('select id from sealflow.key_stores');
  return rows[0]?.id ?? null;
}

async function openStore(
  client: pg.Client,
  id: string,
  { rootKeyFile, keyFolder }: KeyPlaces,
): Promise<{ readonly check: DatabaseCheck; readonly store: TenantKeyStore | null }> {
  const missing = (text: string) => ({ check: { name: 'keys', code: 'KEYS_MISSING', text }, store: null });
  let root: RootKey;
  try {
    root = RootKey.load(rootKeyFile, false);
  } catch (error) {
    if (error instanceof KeyStoreError) return missing(error.message);
    throw error;
  }
  if (root.id !== id) {
    return missing(
      `${rootKeyFile}: expected root key ${id} of this database, got ${root.id}: bring that one back`,
    );
  }
  const store = new KeyFolder(keyFolder, root);
  const there = new Set(await store.owners());
  const { rows } = await client.query<{ tenant: string }>(
    'select tenant from sealflow.tenant_keys order by 1',
  );
  const gone = rows.flatMap(({ tenant }) =>
    there.has(tenant) ? [] : [tenant === '' ? 'what workers sent' : tenant],
  );
  if (gone.length > 0) {
    const named = gone.slice(0, NAMED_MAX).join(', ');
    return missing(
      `${keyFolder}: ${gone.length} keys are not there, e.g. of ${named}: bring the key folder back`,
    );
  }
  return { check: { name: 'keys', code: null, text: `root key ${id} and ${rows.length} keys` }, store };
}

interface SealedRow {
  readonly digest: string;
  readonly data: Buffer;
  readonly size: number;
  readonly owners: readonly string[];
  readonly versions: readonly number[];
  readonly wraps: readonly Buffer[];
}

async function sealedBlobsCheck(client: pg.Client, store: TenantKeyStore): Promise<DatabaseCheck> {
  const name = 'sealed blobs';
  const keys = new Map<string, TenantKey | null>();
  for (const owner of await store.owners()) keys.set(owner, await store.read(owner));
  let [opened, shut, changed] = [0, 0, 0];
  for (let after = ''; ; ) {
    const { rows } = await client.query<SealedRow>(
      `select blob.digest, blob.data, blob.size, array_agg(wrap.owner) as owners, array_agg(wrap.version) as versions,
         array_agg(wrap.wrapped) as wraps
       from (select * from sealflow.blobs where sealed and digest > $1 order by digest limit $2) blob
       left join lateral (
         select blob.key_owner as owner, blob.key_version as version, blob.wrapped_key as wrapped
         union all select held.tenant, held.key_version, held.wrapped_key from sealflow.blob_tenants held
           where held.digest = blob.digest) wrap on wrap.wrapped is not null
       group by blob.digest, blob.data, blob.size order by blob.digest`,
      [after, PAGE],
    );
    for (const row of rows) {
      const fate = fateOf(row, keys);
      if (fate === 'opened') opened += 1;
      else if (fate === 'shut') shut += 1;
      else changed += 1;
    }
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.digest;
  }
  const text = `${opened} open under their keys, ${shut} are of keys that were destroyed`;
  if (changed === 0) return { name, code: null, text };
  return {
    name,
    code: 'BLOB_CHANGED',
    text: `${changed} are not the bytes that their digest names; ${text}`,
  };
}

function fateOf(row: SealedRow, keys: ReadonlyMap<string, TenantKey | null>): 'opened' | 'shut' | 'changed' {
  for (const [at, wrapped] of row.wraps.entries()) {
    const key = keys.get(row.owners[at] ?? '') ?? null;
    const version = row.versions[at] ?? 0;
    if (key?.versions.find((one) => one.version === version)?.key == null) continue;
    const blobKey = openWrapped(key, row.digest, { owner: key.owner, version, wrapped });
    try {
      const bytes = blobKey === null ? null : openAtRest(blobKey, row.digest, row.data, row.size);
      if (bytes === null) return 'changed';
      return `sha256:${createHash('sha256').update(bytes).digest('hex')}` === row.digest
        ? 'opened'
        : 'changed';
    } catch {
      return 'changed';
    }
  }
  return 'shut';
}
