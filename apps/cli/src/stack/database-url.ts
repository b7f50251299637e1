import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '../installation/installation.js';

/** Where the database of the stack of this home is: the one that the environment names, or the embedded one. */
export function databaseUrl({ postgresHome }: Pick<Installation, 'postgresHome'>): string {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined) return given;
  const file = join(postgresHome, 'server.json');
  const { port, password } = JSON.parse(readFileSync(file, 'utf8')) as { port: number; password: string };
  return `postgresql://sealflow:${password}@127.0.0.1:${port}/postgres`;
}
