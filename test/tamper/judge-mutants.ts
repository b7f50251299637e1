import { expect } from 'vitest';
import { verifyBundle } from '#evidence';
import type { GoldenBundle } from '../golden/golden-bundles.js';
import type { Mutant } from './corpus.js';
import { meaningOf } from './same-meaning.js';

export interface Tally {
  readonly judged: number;
  /** Mutants that say what the original says, e.g. another alphabet of base64. */
  readonly sameMeaning: number;
  readonly reasons: ReadonlyMap<string, number>;
}

/** Judges mutants of one bundle: each is refused with a named reason, or says what the original says. */
export async function judgeMutants(golden: GoldenBundle, mutants: Iterable<Mutant>): Promise<Tally> {
  const original = meaningOf(golden.bytes);
  const reasons = new Map<string, number>();
  let judged = 0;
  let sameMeaning = 0;
  for (const { what, bytes } of mutants) {
    judged += 1;
    const verdict = await verifyBundle(bytes, golden.trust, { at: null });
    const place = `${golden.name}, ${what}`;
    const failed = verdict.stages.flatMap(({ checks }) => checks).filter(({ result }) => result === 'error');
    expect(failed, place).toEqual([]);
    if (verdict.exitCode === golden.expected.exitCode && meaningOf(bytes) === original) {
      sameMeaning += 1;
      continue;
    }
    expect(verdict.exitCode, place).not.toBe(0);
    expect(verdict.reason, place).toMatch(/^[A-Z][A-Z0-9_]+$/);
    const reason = verdict.reason ?? '';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return { judged, sameMeaning, reasons };
}

export function tallyText({ judged, sameMeaning, reasons }: Tally): string {
  const named = [...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${reason} ${count}`);
  return `${judged} mutants, ${judged - sameMeaning} refused, ${sameMeaning} of the same meaning: ${named.join(', ')}`;
}
