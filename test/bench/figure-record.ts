import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Figure } from './figures.js';

/** Figures of one part of the bench, as they were measured together. */
export interface MeasuredPart {
  /** UTC, e.g. 2026-11-23. */
  readonly day: string;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
}

interface Machine {
  readonly cpus: number;
  readonly model: string;
  readonly memoryGiB: number;
  readonly node: string;
  /** Milliseconds for adding up a hundred million numbers on one core: how fast this machine was when it measured. */
  readonly countMs: number;
}

/** By the name of the part. */
export type FigureRecord = Readonly<Record<string, MeasuredPart>>;

const COUNTED = 100_000_000;

export async function measuredPart(measure: () => Promise<Figure[]>): Promise<MeasuredPart> {
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model ?? '',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    countMs: countMs(),
  };
  const figures = await measure();
  return { day: new Date().toISOString().slice(0, 10), machine, figures };
}

/** Writes measured parts into a file, in the place of what it says of the same parts. */
export function writeRecord(file: string, measured: FigureRecord, keepOthers: boolean): void {
  mkdirSync(dirname(file), { recursive: true });
  const before =
    keepOthers && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as FigureRecord) : {};
  const parts = Object.entries({ ...before, ...measured }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(parts), null, 2)}\n`);
}

/** The second of two: the first one is compiled while it runs. */
function countMs(): number {
  let tookMs = 0;
  for (let turn = 0; turn < 2; turn += 1) {
    const beganMs = performance.now();
    let sum = 0;
    for (let count = 0; count < COUNTED; count += 1) sum += count % 7;
    tookMs = performance.now() - beganMs;
    if (sum === 0) throw new Error('the loop was not run');
  }
  return Math.round(tookMs);
}
