import { readFileSync } from 'node:fs';
import { treeOf } from './processes.js';

/** Of Linux: what `getconf CLK_TCK` says everywhere. */
const TICKS_PER_SECOND = 100;

/** Processor time of a process and of what it waited for, in milliseconds; 0 of one that is gone. */
export function processorMs(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces: proc(5) counts utime as the 14th field.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
    return (ticks * 1000) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** Of a database server with all of its backends. */
export function databaseMs(postmaster: number): number {
  return treeOf([], postmaster).reduce((sum, pid) => sum + processorMs(pid), 0);
}
