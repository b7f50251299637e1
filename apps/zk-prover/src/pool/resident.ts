// SPDX-License-Identifier: GPL-3.0
import { readFileSync } from 'node:fs';

/** Resident size of a process; null where the system does not say. */
export function residentMiB(pid: number | undefined): number | null {
  if (pid === undefined) return null;
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Math.ceil(Number(kib) / 1024);
  } catch {
    return null;
  }
}
