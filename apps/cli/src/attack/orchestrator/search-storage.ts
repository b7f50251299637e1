import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { databaseUrl } from '../../stack/database-url.js';
import type { RunningStack } from '../../stack/stack.js';
import { type Answer, type AttackCase, stackOf } from '../attack-case.js';

/**
 * Owns the machines: reads every table of the database, every blob and every log, and looks for the applicants'
 * texts in every spelling. The search must find the run ids, which it may know, or it would prove nothing.
 */
export const searchStorage: AttackCase = {
  name: 'search-storage',
  actor: 'orchestrator',
  tries: 'search everything that is stored for what applicants sealed, in six spellings',
  expected: 'NO_PLAINTEXT',
  noticedBy: 'nobody who looks',
  needs: 'stack',
  leaves: '',
  attack: async (scene) => {
    const { applications, runs } = await scene.credit();
    const secrets = applications.flatMap(({ canaries }) => canaries);
    return searchStored(stackOf(scene), { secrets, known: runs.map(({ runId }) => runId) });
  },
};

/** What an operator finds of secrets in everything that its stack keeps; `known` is what it may find, and must. */
export async function searchStored(
  stack: RunningStack,
  { secrets, known }: { readonly secrets: readonly string[]; readonly known: readonly string[] },
): Promise<Answer> {
  const spelled = secrets.flatMap(spellings);
  const found = await searchDatabase(databaseUrl(stack.installation), spelled, known);
  const logs = searchLogs(stack.installation.logs, spelled, known);
  const hits = found.secrets + logs.secrets;
  const control = found.known + logs.known;
  const searched = `${found.tables} tables, ${found.rows} rows, ${(found.bytes / 2 ** 20).toFixed(1)} MiB, ${logs.files} logs`;
  return {
    reason: hits === 0 && control > 0 ? 'NO_PLAINTEXT' : null,
    detail: `${spelled.length} spellings in ${searched}: ${hits} hits; control: ${control} hits for ids that an operator may know`,
  };
}

interface Found {
  tables: number;
  rows: number;
  bytes: number;
  secrets: number;
  known: number;
}

/** Rows to hold at once; a ciphertext page is half a mebibyte. */
const ROWS_AT_ONCE = 32;

/** Reads every row of every table, binary columns as bytes and all others as text. */
async function searchDatabase(
  url: string,
  secrets: readonly string[],
  known: readonly string[],
): Promise<Found> {
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  const needles = {
    secrets: secrets.map((text) => Buffer.from(text)),
    known: known.map((text) => Buffer.from(text)),
  };
  const found: Found = { tables: 0, rows: 0, bytes: 0, secrets: 0, known: 0 };
  try {
    const { rows: tables } = await database.query<{ name: string; binary: string[] }>(
      `select format('%I.%I', c.table_schema, c.table_name) as name,
              coalesce(array_agg(format('%I', c.column_name)) filter (where c.data_type = 'bytea'), '{}') as binary
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')
       group by 1`,
    );
    await database.query('begin isolation level repeatable read read only');
    for (const { name, binary } of tables) {
      found.tables += 1;
      // Without its binary columns the row is text; they follow as they are.
      const text = binary.length === 0 ? 't::text' : `(to_jsonb(t) - '{${binary.join(',')}}'::text[])::text`;
      await database.query(
        `declare everything no scroll cursor for select ${[`${text} as row_text`, ...binary].join(', ')} from ${name} t`,
      );
      for (;;) {
        const { rows } = await database.query<Record<string, unknown>>(
          `fetch ${ROWS_AT_ONCE} from everything`,
        );
        for (const row of rows) lookAt(Object.values(row), needles, found);
        if (rows.length < ROWS_AT_ONCE) break;
      }
      await database.query('close everything');
    }
    return found;
  } finally {
    await database.end();
  }
}

function lookAt(
  columns: readonly unknown[],
  needles: { readonly secrets: readonly Buffer[]; readonly known: readonly Buffer[] },
  found: Found,
): void {
  const values = columns.map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value ?? ''))));
  const has = (texts: readonly Buffer[]): boolean =>
    texts.some((text) => values.some((value) => value.indexOf(text) >= 0));
  found.rows += 1;
  found.bytes += values.reduce((sum, value) => sum + value.length, 0);
  if (has(needles.secrets)) found.secrets += 1;
  if (has(needles.known)) found.known += 1;
}

function searchLogs(folder: string, secrets: readonly string[], known: readonly string[]) {
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const count = (needles: readonly string[]): number =>
    texts.filter((text) => needles.some((needle) => text.includes(needle))).length;
  return { files: texts.length, secrets: count(secrets), known: count(known) };
}

/** A text as itself, as hex, and as base64 at each of the three offsets it can have in a longer encoding. */
function spellings(text: string): string[] {
  const base64 = [0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), Buffer.from(text, 'utf8')]).toString('base64');
    // The ends depend on the neighbours: keep the characters that do not.
    return shifted.slice(offset === 0 ? 0 : 4, -4);
  });
  return [
    text,
    Buffer.from(text, 'utf8').toString('hex'),
    Buffer.from(text, 'utf16le').toString('hex'),
    ...base64,
  ];
}
