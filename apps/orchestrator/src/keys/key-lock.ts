import { sql } from 'drizzle-orm';
import type { Transaction } from '../database/database.js';

/** First half of an advisory lock; the second is whose key changes. */
const KEY_LOCK = 7_230_022;

/** Until the transaction ends: one change of a key at a time, of all replicas. The store itself has no locks. */
export async function lockKey(transaction: Transaction, owner: string): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(${KEY_LOCK}, hashtext(${owner}))`);
}
