import type pg from 'pg';

/**
 * What a call does to the database, it does as this role, which owns nothing and passes no policy by. So a query that
 * forgets its tenant finds nothing of another's, and writes nothing there. It guards against mistakes of this code and
 * not against whoever runs SQL of their own: who holds the connection can take the owner's role back.
 */
export const TENANT_ROLE = 'sealflow_tenant';

/** Session setting that says whose call it is. */
export const TENANT_SETTING = 'sealflow.tenant';

/** Tables that no call of a tenant reads or writes: keys, and what replicas and the log keep for themselves. */
export const systemTables: readonly string[] = [
  'api_keys',
  'tenants',
  'replicas',
  'worker_sessions',
  'fenced_workers',
  'drained_workers',
  'worker_keys',
  'offer_questions',
  'offer_answers',
  'log_queue',
  'log_checkpoints',
  'log_cosignatures',
  'log_timestamps',
  'log_tiles',
  'timestamp_queue',
  'blob_folders',
  'key_stores',
  'tenant_keys',
  'key_destructions',
];

/** Read for where a leaf lies; its content is public. */
export const publicTables: readonly string[] = ['log_entries'];

const own = `current_setting('${TENANT_SETTING}', true)`;

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * Gives the role what calls need, and every table that has a tenant or a run a policy, as its columns say: a table that
 * is added later is guarded from its first start. Changes nothing where all is as it should be.
 */
export async function guardTables(client: pg.ClientBase): Promise<void> {
  await makeRole(client);
  await client.query(`grant usage on schema sealflow to ${TENANT_ROLE}`);
  await client.query(`grant usage, select on all sequences in schema sealflow to ${TENANT_ROLE}`);
  const guarded = await client.query<{ tablename: string }>(
    "select tablename from pg_policies where schemaname = 'sealflow' and policyname = 'of_tenant'",
  );
  const done = new Set(guarded.rows.map(({ tablename }) => tablename));
  for (const table of await tablesOf(client)) {
    if (systemTables.includes(table.name)) continue;
    const what = publicTables.includes(table.name) ? 'select' : 'select, insert, update, delete';
    await client.query(`grant ${what} on sealflow.${table.name} to ${TENANT_ROLE}`);
    const policy = policyOf(table);
    if (policy === null || done.has(table.name)) continue;
    await client.query(`alter table sealflow.${table.name} enable row level security`);
    await client.query(`create policy of_tenant on sealflow.${table.name} to ${TENANT_ROLE} ${policy}`);
  }
}

/** The rule for one table, or null for one without a tenant, e.g. counters of the platform. */
function policyOf({ name, columns }: Table): string | null {
  if (name === 'blobs' || name === 'large_blobs') {
    // Whoever has the bytes may put them in; who may see that they are there is in `blob_tenants`.
    const mine = `exists (select from sealflow.blob_tenants held where held.digest = ${name}.digest)`;
    return `using (${mine}) with check (true)`;
  }
  if (columns.includes('tenant')) return `using (tenant = ${own}) with check (tenant = ${own})`;
  if (columns.includes('run_id')) {
    const mine = `exists (select from sealflow.runs mine where mine.run_id = ${name}.run_id)`;
    return `using (${mine}) with check (${mine})`;
  }
  return null;
}

async function tablesOf(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select table_name as name, array_agg(column_name::text) as columns
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'sealflow' and table_type = 'BASE TABLE' group by 1 order by 1`,
  );
  return rows;
}

/** A database that gives this user no right to make roles has the role, and membership in it, from its administrator. */
async function makeRole(client: pg.ClientBase): Promise<void> {
  await client.query(
    `do $$ begin
       if not exists (select from pg_roles where rolname = '${TENANT_ROLE}') then
         create role ${TENANT_ROLE} nologin;
       end if;
     exception when duplicate_object or unique_violation then null;
     end $$`,
  );
  const { rows } = await client.query<{ member: boolean; safe: boolean }>(
    `select pg_has_role(current_user, oid, 'MEMBER') as member, not rolsuper and not rolbypassrls as safe
     from pg_roles where rolname = '${TENANT_ROLE}'`,
  );
  const [role] = rows;
  if (role?.safe !== true) throw new Error(`database: expected a role ${TENANT_ROLE} that policies hold for`);
  if (!role.member) await client.query(`grant ${TENANT_ROLE} to current_user`);
}
