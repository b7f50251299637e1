import { sql } from 'drizzle-orm';
import type { Config } from '../config/config.js';
import type { Database } from '../database/database.js';
import { KeyFolder } from './key-folder.js';
import { RootKey } from './root-key.js';
import { KeyStoreError, type TenantKeyStore } from './tenant-key-store.js';

/**
 * The store that the blobs of this database were sealed with: a new database takes the one that is there, or a new one.
 *
 * @throws KeyStoreError ROOT_KEY_MISSING, ROOT_KEY_FOREIGN: e.g. after a restore to a machine without the keys
 */
export async function openKeyStore(
  database: Database,
  { keyFolder, rootKeyFile }: Pick<Config, 'keyFolder' | 'rootKeyFile'>,
): Promise<TenantKeyStore> {
  return database.queries.transaction(async (transaction) => {
    await transaction.execute(sql`lock table sealflow.key_stores in exclusive mode`);
    const { rows } = await transaction.execute<{ id: string }>(sql`select id from sealflow.key_stores`);
    const expected = rows[0]?.id ?? null;
    const root = RootKey.load(rootKeyFile, expected === null);
    if (expected !== null && expected !== root.id) {
      throw new KeyStoreError(
        'ROOT_KEY_FOREIGN',
        `${rootKeyFile}: expected root key ${expected}, which the blobs of this database were sealed under, got ${root.id}: ` +
          'bring that one back from where it is kept (it is in no backup of the database)',
      );
    }
    if (expected === null)
      await transaction.execute(sql`insert into sealflow.key_stores (id) values (${root.id})`);
    return new KeyFolder(keyFolder, root);
  });
}
