import { randomBytes } from 'node:crypto';
import { canonicalBytes, digestOf, formatTime, toBase64 } from '#canonical';
import { leafEntry } from '#evidence';
import type { Transaction } from '../database/database.js';
import { retentionRecords } from '../database/schema.js';
import { LogStore } from '../log/log-store.js';

export type RetentionAction =
  | 'set-rule'
  | 'remove-rule'
  | 'place-hold'
  | 'lift-hold'
  | 'delete-payloads'
  | 'delete-evidence'
  | 'suspend-key'
  | 'resume-key'
  | 'rotate-key'
  | 'decide-destruction'
  | 'keep-key'
  | 'destroy-key';

export interface NewRecord {
  readonly tenant: string;
  readonly time: Date;
  /** `key:<id>`, `oidc:<issuer>:<sub>`, or `sweeper`. */
  readonly actor: string;
  readonly action: RetentionAction;
  readonly reason: string;
  readonly facts: Readonly<Record<string, string | number | readonly string[]>>;
}

type Stored = Omit<typeof retentionRecords.$inferSelect, 'action'> & { readonly action: string };

/** RFC 8785 JSON. Its digest is the leaf, so the form never changes under this type. */
export function recordBytes({ id, time, tenant, actor, action, reason, facts, salt }: Stored): Uint8Array {
  return canonicalBytes({
    type: 'sealflow/retention-record/v1',
    id,
    time: formatTime(time.getTime()),
    tenant,
    actor,
    action,
    reason,
    facts: Object.fromEntries(
      Object.entries(facts).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]),
    ) as Record<string, string | number | string[]>,
    salt: toBase64(salt),
  });
}

export function recordSubject(id: number): string {
  return `retention/${id}`;
}

/** Written with what it is about, in one transaction; the leaf hides it and keeps it from being changed later. */
export async function writeRecord(transaction: Transaction, record: NewRecord): Promise<void> {
  const rows = await transaction
    .insert(retentionRecords)
    .values({ ...record, salt: randomBytes(32) })
    .returning();
  for (const row of rows) {
    await new LogStore(transaction).enqueueNew(recordSubject(row.id), leafEntry(digestOf(recordBytes(row))));
  }
}
