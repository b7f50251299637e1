import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Finding, Findings, grade } from './finding.js';
import type { Diagnostics } from './read-diagnostics.js';
import { reasonOf } from './reason-of.js';

const MAJOR_MIN = 14;
const CONNECT_MS = 3_000;
const DEFAULT_PORT = 5_432;

export interface DatabasePlace {
  /** DATABASE_URL of the orchestrator, when it is set here too. */
  readonly url: string | undefined;
  /** Folder of the embedded server. */
  readonly postgresHome: string;
}

/**
 * `diagnostics` is null when no orchestrator answers: then only the way to the server can be looked at.
 *
 * @param alive an orchestrator runs, whatever it answers
 */
export async function checkDatabase(
  place: DatabasePlace,
  diagnostics: Diagnostics | null,
  alive: boolean,
): Promise<Finding[]> {
  const findings = new Findings('database');
  const named = diagnostics === null || diagnostics.database === 'embedded';
  const where = named ? shown(place) : diagnostics.database;
  const state = diagnostics?.state ?? null;
  if (state === null) {
    const server = await serverAt(place);
    const what = 'the database answers the orchestrator';
    const expected = 'an answer to a query';
    if (!alive) {
      findings.judge(
        server === null,
        {
          what: 'a database server is there',
          where,
          expected: 'a server that listens',
          got: server ?? 'one',
        },
        startIt(place),
      );
    } else {
      const got = server ?? 'none, although a server listens';
      findings.fail({ what, where, expected, got }, startIt(place));
    }
    return findings.list;
  }
  findings.ok({ what: 'the database answers the orchestrator', where, expected: 'an answer', got: 'one' });
  grade(
    findings,
    state.pingMs,
    { warnAbove: 50, failAbove: 2_000 },
    {
      what: 'a query is quick',
      where,
      expected: 'at most 50 ms for the smallest one',
      got: `${state.pingMs} ms`,
    },
    'look at sealflow_db_query_duration_seconds and sealflow_db_connections: is the server busy, its disk slow, or far away?',
  );
  const major = Number.parseInt(state.version, 10);
  findings.judge(
    major >= MAJOR_MIN,
    { what: 'its version', where, expected: `PostgreSQL ${MAJOR_MIN} or newer`, got: state.version },
    `upgrade the server to PostgreSQL ${MAJOR_MIN} or newer`,
  );
  const { applied, known } = state.migrations;
  findings.judge(
    applied === known,
    {
      what: 'its migrations',
      where,
      expected: `${known}, as this replica knows them`,
      got: String(applied),
    },
    applied > known
      ? 'a newer release has been here: start this replica from that release'
      : 'start this replica again: it migrates when it starts; if that fails its log says why',
  );
  return findings.list;
}

/** Host and port, never the user or the password. */
function shown({ url, postgresHome }: DatabasePlace): string {
  const address = addressOf(url);
  return address === null ? `embedded, ${postgresHome}` : `${address.host}:${address.port}`;
}

function addressOf(url: string | undefined): { host: string; port: number } | null {
  if (url === undefined) return null;
  try {
    const { hostname, port } = new URL(url);
    return { host: hostname, port: port === '' ? DEFAULT_PORT : Number(port) };
  } catch {
    return { host: 'DATABASE_URL, which is no address', port: 0 };
  }
}

function startIt({ url }: DatabasePlace): string {
  return url === undefined
    ? 'the orchestrator starts its own server again within seconds; if it does not, its log says why'
    : 'start the server, or correct DATABASE_URL; the orchestrator goes on by itself when it is back';
}

/** Null when a server listens, else what came instead. */
async function serverAt(place: DatabasePlace): Promise<string | null> {
  const address = addressOf(place.url);
  if (address !== null) return listens(address.host, address.port);
  const file = join(place.postgresHome, 'data', 'postmaster.pid');
  if (!existsSync(file)) return 'no postmaster.pid: the embedded server does not run';
  const [pid = '', , , port = ''] = readFileSync(file, 'utf8').split('\n');
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    // EPERM is a process of another user, which the server is when the stack was started by root.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return `process ${pid} is gone`;
  }
  return listens('127.0.0.1', Number(port));
}

function listens(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    let socket: ReturnType<typeof connect>;
    try {
      socket = connect({ host, port, timeout: CONNECT_MS });
    } catch (error) {
      resolve(reasonOf(error));
      return;
    }
    const end = (reason: string | null): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end(`no answer within ${CONNECT_MS} ms`));
    socket.once('error', (error) => end(reasonOf(error)));
  });
}
