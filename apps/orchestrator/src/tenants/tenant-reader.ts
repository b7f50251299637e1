import { Injectable } from '@nestjs/common';
import type { JsonObject } from '#canonical';
import type {
  GetUsageResponse,
  ListApiKeysRequest__Output,
  ListApiKeysResponse,
  ListTenantsRequest__Output,
  ListTenantsResponse,
  ListUsageRequest__Output,
  ListUsageResponse,
} from '#contracts';
import { KeyStore } from '../auth/key-store.js';
import { Database } from '../database/database.js';
import { pageSize } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { QuotaBook } from '../quotas/quota-book.js';
import { StorageBook } from '../quotas/storage-book.js';
import { UsageBook } from '../quotas/usage-book.js';
import { parseTenantName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';
import { dayMessage, keyMessage, ownerOf, quotaMessage, tenantMessage } from './tenant-messages.js';

const HOURS_MAX = 31 * 24;

/** Tenants, the public halves of their keys, and what they used, as both sides of the API show them. */
@Injectable()
export class TenantReader {
  readonly #store: KeyStore;

  constructor(
    private readonly database: Database,
    private readonly tokens: PageTokens,
  ) {
    this.#store = new KeyStore(database.queries);
  }

  async tenants(request: ListTenantsRequest__Output): Promise<ListTenantsResponse> {
    const { rows, nextPageToken } = await this.#page({ method: 'ListTenants', scope: '' }, request, {
      read: (after, limit) => this.#store.tenants(after, limit),
      key: (row) => row.tenant,
    });
    return { tenants: rows.map(tenantMessage), nextPageToken };
  }

  async keys(request: ListApiKeysRequest__Output): Promise<ListApiKeysResponse> {
    const tenant = ownerOf(request.parent);
    const { rows, nextPageToken } = await this.#page(
      { method: 'ListApiKeys', scope: request.parent },
      request,
      { read: (after, limit) => this.#store.keys(tenant, after, limit), key: (row) => row.id },
    );
    return { keys: rows.map(keyMessage), nextPageToken };
  }

  /** Of the caller's own tenant: the database shows no other. */
  async usage(name: string): Promise<GetUsageResponse> {
    const tenant = parseTenantName(name);
    const book = new QuotaBook(this.database.queries);
    const hours = await book.hours(tenant, HOURS_MAX);
    return {
      quota: quotaMessage(await book.quota(tenant)),
      hours: hours.map(({ hour, runs }) => ({ startTime: timestamp(hour), runs })),
      blobBytes: String((await new StorageBook(this.database.queries).kept(tenant)).bytes),
    };
  }

  async days(request: ListUsageRequest__Output): Promise<ListUsageResponse> {
    const tenant = parseTenantName(request.parent);
    const book = new UsageBook(this.database.queries);
    const { rows, nextPageToken } = await this.#page(
      { method: 'ListUsage', scope: request.parent },
      request,
      { read: (before, limit) => book.days(tenant, before, limit), key: ({ day }) => day },
    );
    return { days: rows.map(dayMessage), nextPageToken };
  }

  async #page<Row>(
    question: JsonObject,
    request: { readonly pageSize: number; readonly pageToken: string },
    list: {
      readonly read: (after: string, limit: number) => Promise<Row[]>;
      readonly key: (row: Row) => string;
    },
  ): Promise<{ readonly rows: readonly Row[]; readonly nextPageToken: string }> {
    const size = pageSize(request.pageSize);
    const after = String(this.tokens.open(question, request.pageToken)?.['key'] ?? '');
    const read = await list.read(after, size + 1);
    const rows = read.slice(0, size);
    const last = rows.at(-1);
    const more = read.length > size && last !== undefined;
    return { rows, nextPageToken: more ? this.tokens.seal(question, { key: list.key(last) }) : '' };
  }
}
