import { bigint, boolean, index, integer, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea, moment, sealflow } from './columns.js';

/** The key of a blob, sealed under a version of a key of its owner; see `Keyring`. Null where the blob is not sealed. */
const wrappedKey = () => ({
  keyVersion: integer('key_version'),
  wrappedKey: bytea('wrapped_key'),
});

/** For what no tenant sent: whose key it is, empty for what workers sent. Tenants have theirs in `blob_tenants`. */
const ownWrap = () => ({ keyOwner: text('key_owner'), ...wrappedKey() });

/** Small blobs, which runs are made of: in the database, with what names them. */
export const blobs = sealflow.table('blobs', {
  digest: text('digest').primaryKey(),
  size: integer('size').notNull(),
  /** Sealed, where `sealed` says so, under a key that is made of the bytes. */
  data: bytea('data').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
  sealed: boolean('sealed').notNull().default(false),
  ...ownWrap(),
});

/** A file of the blob folder, and how many of its bytes count: what a broken upload wrote beyond them does not. */
export interface Segment {
  readonly file: string;
  readonly size: number;
  /** Left out where the file has the bytes as they came, as files of before had. */
  readonly sealed?: true;
}

/** Large ones: their bytes lie in files of the blob folder, one after the other. */
export const largeBlobs = sealflow.table('large_blobs', {
  digest: text('digest').primaryKey(),
  size: bigint('size', { mode: 'number' }).notNull(),
  segments: jsonb('segments').$type<readonly Segment[]>().notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
  ...ownWrap(),
});

/** Whose a blob is: of each tenant that sent it, or whose run made it. A digest alone opens no blob. */
export const blobTenants = sealflow.table(
  'blob_tenants',
  {
    digest: text('digest').notNull(),
    tenant: text('tenant').notNull(),
    /** A run made it: it is evidence, or what evidence is checked with, and is not the tenant's to delete. */
    ofRun: boolean('of_run').notNull().default(false),
    ...wrappedKey(),
  },
  (table) => [
    primaryKey({ columns: [table.digest, table.tenant] }),
    index('blob_tenants_tenant').on(table.tenant, table.digest),
  ],
);

/** Large blobs that are not whole yet. */
export const blobUploads = sealflow.table(
  'blob_uploads',
  {
    digest: text('digest').notNull(),
    /** Empty for the workers of the platform. */
    tenant: text('tenant').notNull(),
    size: bigint('size', { mode: 'number' }).notNull(),
    /** Who writes: each that goes on has a greater one, and only the last may say that bytes are kept. */
    generation: integer('generation').notNull(),
    /** Bytes that are on the disk; an upload goes on there. */
    committed: bigint('committed', { mode: 'number' }).notNull(),
    segments: jsonb('segments').$type<readonly Segment[]>().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    changedAt: moment('changed_at').notNull().defaultNow(),
    ...wrappedKey(),
  },
  (table) => [
    primaryKey({ columns: [table.digest, table.tenant] }),
    index('blob_uploads_tenant').on(table.tenant, table.digest),
    index('blob_uploads_age').on(table.changedAt),
  ],
);

/** Which folder the files lie in: a replica that was given another one has none of them. One row. */
export const blobFolders = sealflow.table('blob_folders', {
  id: text('id').primaryKey(),
});
