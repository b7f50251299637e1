import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';

/** Statements that one connection keeps; each is memory of the server. */
const PREPARED_MAX = 256;
/** Longer ones are lists of many values, which hardly come twice. */
const CHARS_MAX = 8_192;

interface Statement {
  readonly text: string;
  readonly name?: string;
}

/**
 * Gives a statement that a connection sees for the second time a name, so that the server reads it once and plans it no
 * more than it needs to (PostgreSQL, PREPARE). Values always travel apart from the text.
 */
export function prepareQueries(client: PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const seen = new Map<string, string | null>();
  const prepared = (first: unknown, ...rest: unknown[]): unknown =>
    isStatement(first) ? query(named(first, seen), ...rest) : query(first, ...rest);
  Object.assign(client, { query: prepared });
}

function named(statement: Statement, seen: Map<string, string | null>): Statement {
  const { text } = statement;
  if (statement.name !== undefined || text.length > CHARS_MAX) return statement;
  const known = seen.get(text);
  if (known === undefined) {
    if (seen.size < PREPARED_MAX) seen.set(text, null);
    return statement;
  }
  const name = known ?? `s${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
  seen.set(text, name);
  return { ...statement, name };
}

/** What the query builder makes. A plain text is a command such as `begin`, and a cursor is none of ours. */
function isStatement(first: unknown): first is Statement {
  if (typeof first !== 'object' || first === null || 'submit' in first) return false;
  return 'text' in first && typeof first.text === 'string';
}
