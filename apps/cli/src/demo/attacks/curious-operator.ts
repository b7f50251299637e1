import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { readBlob } from '#contracts';
import { openEnvelope } from '#sealing';
import { type Attack, type Attempt, refusal, type Scene } from './attack.js';

const BLOB_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Owns the machines: reads every table of the database, every blob and every log, and looks for the applicants'
 * texts in every spelling. The search must find the run ids, which it may know, or it would prove nothing.
 */
export async function curiousOperator(scene: Scene): Promise<Attack> {
  const secrets = scene.applications.flatMap(({ canaries }) => canaries).flatMap(spellings);
  const known = scene.runs.map(({ runId }) => runId);
  const found = await searchDatabase(databaseUrl(scene), secrets, known);
  const logs = searchLogs(scene.stack.installation.logs, secrets, known);
  const hits = found.secrets + logs.secrets;
  const control = found.known + logs.known;
  const searched = `${found.tables} tables, ${found.rows} rows, ${(found.bytes / 2 ** 20).toFixed(1)} MiB, ${logs.files} logs`;
  const search: Attempt = {
    tried: `search everything that is stored for ${secrets.length} spellings of ${scene.applications.length * 2} canaries`,
    stoppedBy: hits === 0 && control > 0 ? 'NO_PLAINTEXT' : null,
    detail: `${searched}: ${hits} hits; control: ${control} hits for ids that an operator may know`,
  };
  return { attacker: 'curious operator', attempts: [search, await openWithOwnKey(scene)] };
}

async function openWithOwnKey(scene: Scene): Promise<Attempt> {
  const run = scene.runs[0];
  const blob = await anyOutputBlob(scene, run?.runId ?? '');
  const { reason, detail } = await refusal(async () => {
    const bytes = await readBlob(scene.client.services.blob, blob, {
      deadlineMs: 10_000,
      bytesMax: BLOB_BYTES_MAX,
    });
    const ownKey = readFileSync(join(scene.stack.installation.home, 'orchestrator.key'));
    await openEnvelope({ bytes, secretKey: ownKey, expected: {}, at: Date.now() });
  });
  return { tried: "open a sealed result with the orchestrator's own key", stoppedBy: reason, detail };
}

async function anyOutputBlob(scene: Scene, runId: string): Promise<string> {
  const database = new pg.Client({ connectionString: databaseUrl(scene) });
  await database.connect();
  try {
    const { rows } = await database.query<{ outputs: { port: string; blob: string }[] }>(
      "select outputs from sealflow.tasks where run_id = $1 and task_id = 'score'",
      [runId],
    );
    return rows[0]?.outputs.find(({ port }) => port === 'limit')?.blob ?? '';
  } finally {
    await database.end();
  }
}

function databaseUrl(scene: Scene): string {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined) return given;
  const file = join(scene.stack.installation.postgresHome, 'server.json');
  const { port, password } = JSON.parse(readFileSync(file, 'utf8')) as { port: number; password: string };
  return `postgresql://sealflow:${password}@127.0.0.1:${port}/postgres`;
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
