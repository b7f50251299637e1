import { sql } from 'drizzle-orm';
import type { Database } from '../../apps/orchestrator/src/database/database.js';

export const CONSOLE_RUNS = 100_000;
export const CONSOLE_TASKS = 5;
/** One run in 1,000 is of it. */
export const RARE_WORKFLOW = 'claim';

/** Rows as wide as those of real runs, of one tenant, spread over 30 days and three workflows. */
export async function fillConsole(database: Database, tenant: string): Promise<void> {
  const { queries } = database;
  const digest = (text: string) => sql.raw(`'sha256:' || encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`);
  for (const name of ['credit', 'portfolio', RARE_WORKFLOW]) {
    const tasks = Array.from({ length: CONSOLE_TASKS }, (_, index) => ({
      id: `step-${index}`,
      operation: 'document.extract',
    }));
    const definition = { name, text: 'x'.repeat(16_384) };
    const json = JSON.stringify({ definition, definitionDigest: name, tasks, outputs: {} });
    await queries.execute(
      sql`insert into sealflow.plans (digest, tenant, signed_plan, plan) values (${name}, ${tenant}, '', ${json}::jsonb)`,
    );
  }
  await queries.execute(sql`
    insert into sealflow.runs (run_id, tenant, request_id, content_digest, plan, workflow, policy, state, reason, inputs,
      offers, client_seal_key, client_sign_key, bundle, deadline, created_at, ended_at, integrity, confidentiality, assurance)
    select '01J' || lpad(upper(to_hex(n)), 23, '0'), ${tenant}, 'request-' || n, ${digest("'content' || n")}, w.name, w.name,
      ${digest("'policy' || n % 3")}, s.state, case when s.state = 'FAILED' then 'step-1: TASK_TIMEOUT' end,
      (select jsonb_agg(jsonb_build_object('name', 'input-' || i, 'commitment', 'commit:' || ${digest("'in' || n || i")},
        'blob', ${digest("'blob' || n || i")})) from generate_series(1, 3) i),
      (select jsonb_agg(jsonb_build_object('operation', 'document.extract', 'package', ${digest("'offer' || n || i")},
        'nonce', encode(sha256(convert_to('nonce' || n, 'UTF8')), 'base64'))) from generate_series(1, 3) i),
      sha256('seal'), sha256('sign'), ${digest("'bundle' || n")}, at.time + interval '1 hour', at.time, at.time + interval '3 s',
      case when s.state = 'FAILED' then null else 'ATTESTED' end,
      case when s.state = 'FAILED' then null else 'ENCLAVE' end,
      case when s.state = 'FAILED' then null else 'ATTESTED/ENCLAVE:3 PROVED/ENCLAVE:1 SIGNED/ENCRYPTED:1' end
    from generate_series(1, ${CONSOLE_RUNS}) n
      cross join lateral (select case when n % 1000 = 0 then ${RARE_WORKFLOW} when n % 3 = 0 then 'portfolio' else 'credit' end as name) w
      cross join lateral (select case when n % 50 = 0 then 'FAILED' when n % 7 = 0 then 'REJECTED' else 'SUCCEEDED' end as state) s
      cross join lateral (select date_trunc('milliseconds', now() - n * interval '25 s') as time) at`);
  await queries.execute(sql`
    insert into sealflow.tasks (run_id, task_id, operation, state, attempt, worker, public, statement, outputs, blobs,
      started_at, ended_at)
    select run_id, 'step-' || t, 'document.extract', 'SUCCEEDED', 1, 'worker-' || t, '{"outcome": "approve"}',
      ${digest('run_id || t')}, jsonb_build_array(jsonb_build_object('port', 'out', 'edge', 'step-' || t || '/out',
        'commitment', ${digest('run_id')}, 'blob', ${digest('run_id')})), jsonb_build_array(${digest('run_id')}),
      created_at, ended_at
    from sealflow.runs cross join generate_series(0, ${CONSOLE_TASKS - 1}) t`);
  // As autovacuum does of itself after a while: an index alone answers only where it knows that all see its rows.
  for (const table of ['runs', 'tasks']) await queries.execute(sql.raw(`vacuum analyze sealflow.${table}`));
}
