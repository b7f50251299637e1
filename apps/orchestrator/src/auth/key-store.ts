import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Queries, Transaction } from '../database/database.js';
import { apiKeys, tenants } from '../database/schema.js';

export type ApiKeyRow = typeof apiKeys.$inferSelect;
export type TenantRow = typeof tenants.$inferSelect;
export type NewApiKey = Pick<ApiKeyRow, 'id' | 'tenant' | 'subject' | 'roles' | 'digest' | 'expiresAt'>;

/** Tenants and their keys, as stored: of a key its name, its owner and SHA-256. */
export class KeyStore {
  constructor(private readonly queries: Queries | Transaction) {}

  async tenant(tenant: string): Promise<TenantRow | undefined> {
    const [row] = await this.queries.select().from(tenants).where(eq(tenants.tenant, tenant));
    return row;
  }

  /** Undefined when there is such a tenant. */
  async addTenant(tenant: string): Promise<TenantRow | undefined> {
    const [row] = await this.queries.insert(tenants).values({ tenant }).onConflictDoNothing().returning();
    return row;
  }

  tenants(after: string, limit: number): Promise<TenantRow[]> {
    return this.queries
      .select()
      .from(tenants)
      .where(gt(tenants.tenant, after))
      .orderBy(asc(tenants.tenant))
      .limit(limit);
  }

  async key(id: string): Promise<ApiKeyRow | undefined> {
    const [row] = await this.queries.select().from(apiKeys).where(eq(apiKeys.id, id));
    return row;
  }

  /** A key that is there stays as it is: what was revoked does not come back. */
  async addKey(key: NewApiKey): Promise<ApiKeyRow | undefined> {
    const [row] = await this.queries.insert(apiKeys).values(key).onConflictDoNothing().returning();
    return row;
  }

  keys(tenant: string | null, after: string, limit: number): Promise<ApiKeyRow[]> {
    const owner = tenant === null ? isNull(apiKeys.tenant) : eq(apiKeys.tenant, tenant);
    return this.queries
      .select()
      .from(apiKeys)
      .where(and(owner, gt(apiKeys.id, after)))
      .orderBy(asc(apiKeys.id))
      .limit(limit);
  }

  async revokeKey(tenant: string | null, id: string): Promise<ApiKeyRow | undefined> {
    const owner = tenant === null ? isNull(apiKeys.tenant) : eq(apiKeys.tenant, tenant);
    const [row] = await this.queries
      .update(apiKeys)
      .set({ revokedAt: sql`coalesce(${apiKeys.revokedAt}, now())` })
      .where(and(owner, eq(apiKeys.id, id)))
      .returning();
    return row;
  }
}
