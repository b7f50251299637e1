import { expect } from 'vitest';
import { ApiError } from '#contracts';
import { until } from '../support/until.js';
import { suite } from './suite.js';

/**
 * Makes a call that must fail. What holds for every refusal: the reason, a sentence that says what was expected and
 * is no essay, no stack of the server, and not one row more in any table.
 */
export async function refused(reason: string, call: () => Promise<unknown>): Promise<ApiError> {
  await logAtRest();
  const before = await rowCounts();
  const error = await call().then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof ApiError)) throw new Error(`expected ${reason}, got ${String(error)}`);
  suite().said.push(JSON.stringify([error.message, error.facts, error.violations]));
  expect({ reason: error.reason, message: error.message }).toEqual({
    reason,
    message: expect.stringMatching(/expected .|\bno [a-z]/),
  });
  expect(error.message).not.toMatch(/\n {4}at |node_modules|\.js:\d/);
  expect(error.message.length).toBeLessThanOrEqual(1_000);
  expect(await rowCounts()).toEqual(before);
  return error;
}

/** Leaves of earlier calls get their places in the log by and by: no refusal must be taken for it. */
function logAtRest(): Promise<unknown> {
  return until('no leaf waits for its place', async () => {
    const [row] = await suite().stack.query<{ waiting: number }>(
      'select count(*)::int as waiting from sealflow.log_queue',
    );
    return row?.waiting === 0 ? true : null;
  });
}

/** Counters of bytes: bundles of earlier runs are added to them by and by, whatever is called meanwhile. */
const countedLater: readonly string[] = ['sealflow.tenant_storage', 'sealflow.usage_days'];

/** Rows of every table of the product and of the engine's journal. */
export async function rowCounts(): Promise<Record<string, number>> {
  const tables = (await tableNames()).filter((name) => !countedLater.includes(name));
  const counts = tables.map((name) => `select '${name}' as name, count(*)::int as rows from ${name}`);
  const rows = await suite().stack.query<{ name: string; rows: number }>(counts.join(' union all '));
  return Object.fromEntries(rows.map((row) => [row.name, row.rows]));
}

/** Every table in every schema that is not PostgreSQL's own. */
export async function tableNames(): Promise<string[]> {
  const rows = await suite().stack.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`,
  );
  return rows.map(({ name }) => name);
}
