import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fromBase64, isJsonObject, type JsonObject, parseJsonStrict, toBase64 } from '#canonical';

export interface SeenLog {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** LOG_ROLLED_BACK: the database knows less of the log than this replica signed. LOG_FORKED: it knows something else. */
export type LogHistoryCode = 'LOG_ROLLED_BACK' | 'LOG_FORKED';

export class LogHistoryError extends Error {
  override readonly name = 'LogHistoryError';

  constructor(
    readonly code: LogHistoryCode,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

const BYTES_MAX = 64 * 1024;

/**
 * What this replica signed last, outside of the database: a database that is restored to an older state has forgotten
 * it, and a log that goes on from there would sign other leaves in places that are out already. That is a fork, which
 * looks like fraud to every witness, and no later honesty takes it back.
 */
export class LogMemory {
  constructor(private readonly file: string) {}

  /** Null where nothing of this log was signed. */
  read(origin: string): SeenLog | null {
    const kept = this.#all()[origin];
    if (kept === undefined) return null;
    const { size, root } = isJsonObject(kept) ? kept : {};
    if (typeof size !== 'number' || typeof root !== 'string') {
      throw new Error(`${this.file}: expected what was signed of ${origin} last, got something else`);
    }
    return { origin, size, root: fromBase64(root) };
  }

  /** Logs of other names stay: whoever goes back to one must not sign another of its leaves either. */
  write({ origin, size, root }: SeenLog): void {
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    const scratch = `${this.file}.${process.pid}`;
    const logs = { ...this.#all(), [origin]: { size, root: toBase64(root) } };
    writeFileSync(scratch, JSON.stringify(logs), { mode: 0o600 });
    renameSync(scratch, this.file);
  }

  #all(): JsonObject {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
    const parsed = bytes.length > BYTES_MAX ? null : parseJsonStrict(bytes);
    if (!isJsonObject(parsed))
      throw new Error(`${this.file}: expected logs by their names, got something else`);
    return parsed;
  }
}

/**
 * Whether a log is the one that was seen, grown or not.
 *
 * @param rootAt the root that the log had at that size; null where it had none
 */
export function expectGrown(
  seen: SeenLog,
  log: { readonly size: number; readonly rootAt: Uint8Array | null },
  seenBy: string,
): void {
  if (log.size < seen.size) {
    throw new LogHistoryError(
      'LOG_ROLLED_BACK',
      `log ${seen.origin}: expected the ${seen.size} leaves or more that ${seenBy}, got a database with ${log.size}: ` +
        'was it restored to an older state? Restore the newest one, or begin a log of another name with SEALFLOW_LOG_ORIGIN',
    );
  }
  if (log.rootAt !== null && Buffer.from(seen.root).equals(log.rootAt)) return;
  throw new LogHistoryError(
    'LOG_FORKED',
    `log ${seen.origin}: expected at ${seen.size} leaves the root that ${seenBy}, got another: this database is of ` +
      'another history; restore the right one, or begin a log of another name with SEALFLOW_LOG_ORIGIN',
  );
}
