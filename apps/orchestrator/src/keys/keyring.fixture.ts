import { join } from 'node:path';
import { BlobKeys } from '../blobs/blob-keys.js';
import { BlobStore } from '../blobs/blob-store.js';
import type { Database } from '../database/database.js';
import { KeyFolder } from './key-folder.js';
import { Keyring } from './keyring.js';
import { RootKey } from './root-key.js';

export function keyFiles(folder: string) {
  return { keyFolder: join(folder, 'tenant-keys'), rootKeyFile: join(folder, 'root.key') };
}

export function keyFolderIn(folder: string): KeyFolder {
  const { keyFolder, rootKeyFile } = keyFiles(folder);
  return new KeyFolder(keyFolder, RootKey.load(rootKeyFile, true));
}

/** A replica's keys, in a folder that other replicas of the test may share. */
export function keyringIn(database: Database, folder: string, sealBlobs = true): Keyring {
  return new Keyring(database, keyFolderIn(folder), () => Date.now(), { sealBlobs });
}

export function blobStoreIn(database: Database, folder: string): BlobStore {
  return new BlobStore(database, new BlobKeys(database, keyringIn(database, folder)));
}
