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

/** Rows are compared as text; a bytea column shows as hex there, so hex spellings find raw bytes too. */
async function searchDatabase(url: string, secrets: readonly string[], known: readonly string[]) {
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  try {
    const { rows: tables } = await database.query<{ name: string }>(
      "select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')",
    );
    const total = { tables: tables.length, rows: 0, bytes: 0, secrets: 0, known: 0 };
    for (const { name } of tables) {
      const { rows } = await database.query<{ rows: string; bytes: string; secrets: string; known: string }>(
        `select count(*) as rows, coalesce(sum(length(row_text)), 0) as bytes,
                count(*) filter (where exists (select 1 from unnest($1::text[]) s where position(s in row_text) > 0)) as secrets,
                count(*) filter (where exists (select 1 from unnest($2::text[]) s where position(s in row_text) > 0)) as known
         from (select t::text as row_text from ${name} t) texts`,
        [secrets, known],
      );
      const [row] = rows;
      total.rows += Number(row?.rows ?? 0);
      total.bytes += Number(row?.bytes ?? 0);
      total.secrets += Number(row?.secrets ?? 0);
      total.known += Number(row?.known ?? 0);
    }
    return total;
  } finally {
    await database.end();
  }
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
