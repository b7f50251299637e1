import { readFileSync } from 'node:fs';

const SAMPLE_MS = 100;
const DEPTH_MAX = 4;
const CHILDREN_MAX = 64;

/**
 * MiB that a process and its children hold: provers and FHE engines work in children. proc(5): `VmRSS` of `status`, and
 * `children` of its main thread, which starts them. Where there is no such file, what this process says of itself.
 */
export function residentMiB(pid: number = process.pid, depth = 0): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const own = Number(/^VmRSS:\s+([0-9]+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
    return Math.ceil(own + (depth < DEPTH_MAX ? ofChildren(pid, depth) : 0));
  } catch {
    // A child may have ended meanwhile; it holds nothing.
    return pid === process.pid ? Math.ceil(process.memoryUsage.rss() / 1_048_576) : 0;
  }
}

function ofChildren(pid: number, depth: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
  if (children === '') return 0;
  return children
    .split(' ')
    .slice(0, CHILDREN_MAX)
    .reduce((sum, child) => sum + residentMiB(Number(child), depth + 1), 0);
}

/**
 * The most that was held while `work` ran, by samples and at its end. Tasks beside it count too: it says what a machine
 * needs for this one among its like, and less than `work` held for a moment only.
 */
export async function meteredMiB<T>(
  work: () => Promise<T>,
  held: () => number = residentMiB,
): Promise<{ readonly value: T; readonly peakMiB: number }> {
  let peakMiB = 0;
  const sample = (): void => {
    peakMiB = Math.max(peakMiB, held());
  };
  const timer = setInterval(sample, SAMPLE_MS);
  timer.unref();
  try {
    const value = await work();
    sample();
    return { value, peakMiB };
  } finally {
    clearInterval(timer);
  }
}
