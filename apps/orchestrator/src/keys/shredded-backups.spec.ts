import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import { ApiError, writeBlob } from '#contracts';
import { asSystem } from '../auth/call-context.js';
import { keysCheck } from '../backup/check-keys.js';
import { createBackup } from '../backup/create-backup.js';
import { restoreBackup } from '../backup/restore-backup.js';
import { BlobBed, type BlobReplica } from '../blobs/blob-service.fixture.js';
import type { BlobStore } from '../blobs/blob-store.js';
import { Database } from '../database/database.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { destroyed, suspended } from './key-states.js';
import { blobStoreIn, keyFiles, keyFolderIn } from './keyring.fixture.js';
import { openKeyStore } from './open-key-store.js';
import { StagingKeys } from './staging-keys.js';

const LIMITS = { deadlineMs: 30_000 };
const PLAIN = 'a text that must be in no copy of anything';

let bed: BlobBed;
let replica: BlobReplica;
let backup: string;
/** Of the tenant that leaves: small, large, and of a worker whose result had not come yet. */
let own: string;
let large: string;
let staged: string;
let theirs: string;

async function sent(tenant: string | null, bytes: Buffer): Promise<string> {
  await writeBlob(replica.client(tenant), digestOf(bytes), bytes, LIMITS);
  return digestOf(bytes);
}

/** What becomes of a blob that is asked for as the orchestrator itself asks. */
const fateOf = (store: BlobStore, digest: string): Promise<string> =>
  asSystem(() => store.bytes(digest)).then(
    (found) => (found === undefined ? 'NOT_FOUND' : 'read'),
    (error: unknown) => (error instanceof ApiError ? error.reason : String(error)),
  );

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

beforeAll(async () => {
  bed = await BlobBed.open();
  replica = await bed.replica();
  await openKeyStore(replica.database, keyFiles(bed.folder));
  own = await sent('acme', Buffer.from(`${PLAIN}: a statement`));
  large = await sent('acme', Buffer.concat([randomBytes(9 * 1024 * 1024), Buffer.from(PLAIN)]));
  staged = await sent(null, Buffer.from(`${PLAIN}: an output`));
  theirs = await sent('globex', Buffer.from('of a tenant that stays'));
  backup = join(bed.folder, 'backup');
  const places = { server: join(bed.folder, 'postgres'), home: bed.folder, blobFolder: bed.blobFolder };
  await createBackup(bed.url, places, backup);
});
afterAll(() => bed.close());

describe('a backup', () => {
  it('has no text of a blob, no key and no root key in any of its files', () => {
    const { rootKeyFile, keyFolder } = keyFiles(bed.folder);
    const secrets = [Buffer.from(PLAIN), readFileSync(rootKeyFile)];
    for (const name of readdirSync(keyFolder))
      secrets.push(readFileSync(join(keyFolder, name)).subarray(-100));
    const files = [
      ...filesBelow(backup),
      ...filesBelow(bed.blobFolder),
      ...filesBelow(join(bed.folder, 'postgres/data')),
    ];
    expect(files.length).toBeGreaterThan(500);
    const found = files.filter((file) => {
      const bytes = readFileSync(file);
      return secrets.some((secret) => bytes.includes(secret));
    });
    expect(found).toEqual([]);
    expect(filesBelow(backup).filter((file) => /root\.key|tenant-keys/.test(file))).toEqual([]);
  });

  it('that was taken before a tenant’s key was destroyed gives back nothing of the tenant, and everything of others', async () => {
    const keys = keyFolderIn(bed.folder);
    // The result of the worker came after the backup.
    await replica.database.queries.execute(
      sql`insert into sealflow.blob_tenants (digest, tenant, of_run, key_version, wrapped_key)
          select ${staged}, 'acme', true, ${1}, ${(await wrapped(staged)).wrapped}`,
    );
    for (const step of [suspended, destroyed]) {
      const key = await keys.read('acme');
      if (key !== null) await keys.replace(step(key, Date.now()));
    }
    const signals = { send: () => undefined };
    await new StagingKeys(replica.database, replica.keys, signals, () => Date.now(), 1).retire();
    replica.keys.forget();
    for (const digest of [own, large, staged])
      expect({ live: await fateOf(replica.store, digest) }).toEqual({ live: 'KEY_STATE_INVALID' });

    const restored = await restore('restored');
    try {
      const store = blobStoreIn(restored.database, bed.folder);
      await expect(openKeyStore(restored.database, keyFiles(bed.folder))).resolves.toBeDefined();
      for (const digest of [own, large, staged])
        expect({ restored: await fateOf(store, digest) }).toEqual({ restored: 'KEY_STATE_INVALID' });
      expect(await fateOf(store, theirs)).toBe('read');
      const checked = await keysCheck(restored.url, keyFiles(bed.folder));
      expect(checked).toMatchObject([
        { name: 'keys', code: null },
        {
          name: 'sealed blobs',
          code: null,
          text: '1 open under their keys, 2 are of keys that were destroyed',
        },
      ]);
      await restored.database.queries.execute(
        sql`update sealflow.blobs set data = set_byte(data, 0, get_byte(data, 0) # 1) where digest = ${theirs}`,
      );
      const changed = await keysCheck(restored.url, keyFiles(bed.folder));
      expect(changed).toMatchObject([{ code: null }, { code: 'BLOB_CHANGED' }]);
      // On a machine without the keys, it is said what is missing.
      const elsewhere = join(bed.folder, 'elsewhere');
      mkdirSync(elsewhere);
      await expect(openKeyStore(restored.database, keyFiles(elsewhere))).rejects.toMatchObject({
        code: 'ROOT_KEY_MISSING',
      });
      const [keys] = await keysCheck(restored.url, keyFiles(elsewhere));
      expect(keys).toMatchObject({ code: 'KEYS_MISSING', text: expect.stringContaining('bring it back') });
      const { rootKeyFile } = keyFiles(bed.folder);
      const [folder] = await keysCheck(restored.url, {
        rootKeyFile,
        keyFolder: join(elsewhere, 'tenant-keys'),
      });
      expect(folder).toMatchObject({ code: 'KEYS_MISSING', text: expect.stringContaining('acme') });
    } finally {
      await restored.stop();
    }
  });
});

async function wrapped(digest: string) {
  const { rows } = await replica.database.queries.execute<{ version: number; wrapped: Buffer }>(
    sql`select key_version as version, wrapped_key as wrapped from sealflow.blobs where digest = ${digest}`,
  );
  const [row] = rows;
  const key = row === undefined ? null : await replica.keys.unwrap(digest, { owner: '', ...row });
  if (key === null) return expect.fail('no staged key');
  return replica.keys.wrap('acme', digest, key);
}

async function restore(name: string) {
  const home = join(bed.folder, name);
  mkdirSync(home);
  chmodSync(home, 0o755);
  const server = join(home, 'postgres');
  const places = { server, home, blobFolder: join(home, 'blobs') };
  const { url } = await restoreBackup(backup, places, { to: null, archive: null });
  const database = await Database.open(url);
  return {
    url,
    database,
    stop: async () => {
      await database.close();
      await new EmbeddedPostgres(server).stop();
    },
  };
}
