import { readdirSync, readFileSync } from 'node:fs';

/** Memory of a process tree, in bytes. PSS counts a shared page once among those who share it, RSS counts it for each. */
export interface TreeMemory {
  readonly rssBytes: number;
  readonly pssBytes: number;
  readonly processes: number;
}

/** A process and all its descendants, and the PostgreSQL server of the given data folder with its workers. */
export function treeOf(roots: readonly number[], postgresPid: number | null): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== null) parents.set(Number(name), parent);
  }
  const wanted = new Set(postgresPid === null ? roots : [...roots, postgresPid]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, parent] of parents) {
      if (wanted.has(pid) || !wanted.has(parent)) continue;
      wanted.add(pid);
      grown = true;
    }
  }
  return [...wanted];
}

export function memoryOf(pids: readonly number[]): TreeMemory {
  let rssBytes = 0;
  let pssBytes = 0;
  let processes = 0;
  for (const pid of pids) {
    const rollup = read(`/proc/${pid}/smaps_rollup`);
    if (rollup === null) continue;
    rssBytes += kib(rollup, 'Rss') * 1024;
    pssBytes += kib(rollup, 'Pss') * 1024;
    processes += 1;
  }
  return { rssBytes, pssBytes, processes };
}

/** What a process holds now; cheap enough to ask for all the time, unlike `memoryOf`, which walks its page tables. */
export function rssOf(pid: number): number {
  return kib(read(`/proc/${pid}/status`) ?? '', 'VmRSS') * 1024;
}

function parentOf(pid: number): number | null {
  const status = read(`/proc/${pid}/status`);
  const match = status === null ? null : /^PPid:\s+([0-9]+)$/m.exec(status);
  return match?.[1] === undefined ? null : Number(match[1]);
}

function kib(rollup: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+([0-9]+) kB$`, 'm').exec(rollup)?.[1] ?? '0');
}

/** A process may end between listing and reading. */
function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
