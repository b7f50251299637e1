import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';

/** Who holds the lock, and which time this is: a holder that died is told from the next one by it. */
interface Holder {
  readonly pid: number;
  readonly token: string;
  /** The file came here with the folder it lies in, and nobody took it here: it is not the file that its maker made. */
  readonly isCopy: boolean;
}

export interface LockOptions {
  /** How long to wait for who holds it. Work under a lock takes milliseconds. */
  readonly waitMs?: number;
  readonly isAlive?: (pid: number) => boolean;
}

const WAIT_MS = 10_000;
const PAUSE_MS = 10;
/** Process id, token, inode of the file. A link keeps its inode, a copy has its own. */
const holderPattern = /^([1-9][0-9]{0,9}) ([0-9a-f-]{36})(?: ([0-9]{1,20}))?$/;

/** The lock is somebody else's for longer than anybody works under it. */
export class LockHeld extends Error {
  override readonly name = 'LockHeld';

  readonly path: string;
  /** Process id; null where the file does not say. */
  readonly holder: number | null;

  constructor(path: string, holder: number | null, waitMs: number) {
    super(
      `${path}: held by process ${holder ?? 'unknown'} for ${waitMs} ms: try again, or remove the file if that process is none of sealflow`,
    );
    this.path = path;
    this.holder = holder;
  }
}

/**
 * Does work that no other process does at the same time, as long as it asks for the same lock: a file that only one of
 * them can make, with the process that made it. The lock of a process that ended without giving it back is taken over,
 * and so is one that somebody copied here with a folder while it was held there.
 *
 * @throws LockHeld
 */
export function withFileLock<T>(path: string, work: () => T, options: LockOptions = {}): T {
  const giveBack = takeFileLock(path, options);
  try {
    return work();
  } finally {
    giveBack();
  }
}

/**
 * The same for whoever holds it longer than for one piece of work. Giving it back twice removes nobody else's.
 *
 * @throws LockHeld
 */
export function takeFileLock(path: string, options: LockOptions = {}): () => void {
  const own = { pid: process.pid, token: randomUUID(), isCopy: false };
  take(path, own, options);
  return () => {
    if (holderOf(path)?.token === own.token) rmSync(path, { force: true });
  };
}

function take(path: string, own: Holder, { waitMs = WAIT_MS, isAlive = alive }: LockOptions): void {
  const endMs = performance.now() + waitMs;
  while (!made(path, own)) {
    const holder = holderOf(path);
    if (holder !== null && isOver(holder, isAlive) && endLock(path, holder, own)) continue;
    if (performance.now() > endMs) throw new LockHeld(path, holder?.pid ?? null, waitMs);
    pause();
  }
}

/** A link to a whole file: nobody ever reads a lock that does not say yet whose it is. */
function made(path: string, own: Holder): boolean {
  const draft = `${path}.${own.token}`;
  writeLock(draft, own);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeLock(draft: string, own: Holder): void {
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, `${own.pid} ${own.token} ${fstatSync(file, { bigint: true }).ino}`);
  } finally {
    closeSync(file);
  }
}

function isOver({ pid, isCopy }: Holder, isAlive: (pid: number) => boolean): boolean {
  return isCopy || !isAlive(pid);
}

/**
 * Removes the lock of a holder that is gone. Several may come to this at once, and the slower of them must not remove the
 * lock that the faster took since: so it takes a lock for ending this very one, and then looks whether it is still there.
 *
 * @returns false where another one is about to do it
 */
function endLock(path: string, gone: Holder, own: Holder): boolean {
  const right = `${path}.${gone.token}.end`;
  if (!made(right, own)) return false;
  try {
    if (holderOf(path)?.token === gone.token) rmSync(path, { force: true });
    return true;
  } finally {
    rmSync(right, { force: true });
  }
}

/** null: nobody holds it by now, or the file is no lock of this program. */
function holderOf(path: string): Holder | null {
  try {
    const [, pid, token, inode] = holderPattern.exec(readFileSync(path, 'utf8')) ?? [];
    if (pid === undefined || token === undefined) return null;
    const isCopy = inode !== undefined && BigInt(inode) !== statSync(path, { bigint: true }).ino;
    return { pid: Number(pid), token, isCopy };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is there, and cannot be asked.
    return hasCode(error, 'EPERM');
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
