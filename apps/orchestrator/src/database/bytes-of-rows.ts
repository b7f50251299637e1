import pg from 'pg';

/** Object identifier of `bytea` in PostgreSQL's catalogue (pg_type.dat). */
const BYTEA = 17;

/**
 * Bytes of a column in memory of their own.
 *
 * The driver's parser takes them from Node's pool, of which one piece serves everything that is small: 64 KiB stay for
 * as long as a key of 32 bytes does. A run that waits holds two keys, and there are thousands of such runs.
 */
export function parseBytea(text: string): Buffer {
  if (!text.startsWith('\\x'))
    throw new Error('bytea: expected the hex form (bytea_output), got another one');
  const bytes = Buffer.allocUnsafeSlow((text.length - 2) / 2);
  bytes.write(text.slice(2), 'hex');
  return bytes;
}

/** For every connection of this process. */
export function keepBytesApart(): void {
  pg.types.setTypeParser(BYTEA, parseBytea);
}
