import { expect } from 'vitest';
import { type BundleVerdict, verifyBundle } from '#evidence';
import type { Accepted } from './accepted.js';
import type { Mutant } from './corpus.js';
import { meaningOf } from './same-meaning.js';

export interface Tally {
  readonly judged: number;
  /** Mutants that say what the original says, e.g. another alphabet of base64. */
  readonly sameMeaning: number;
  /** Mutants that say less, accepted as a redaction by whoever accepts those: the verdict lists what is gone. */
  readonly redacted: number;
  readonly reasons: ReadonlyMap<string, number>;
}

/** Judges mutants of one bundle: each is refused with a named reason, or says what the original says and no more. */
export async function judgeMutants(golden: Accepted, mutants: Iterable<Mutant>): Promise<Tally> {
  const { bytes: original, trust, options } = golden;
  const meaning = meaningOf(original);
  const unchanged = await verifyBundle(original, trust, options);
  expect(unchanged.exitCode, golden.name).toBe(0);
  const withheld = withheldIn(unchanged);
  const reasons = new Map<string, number>();
  const tally = { judged: 0, sameMeaning: 0, redacted: 0 };
  for (const { what, bytes } of mutants) {
    tally.judged += 1;
    const verdict = await verifyBundle(bytes, trust, options);
    const place = `${golden.name}, ${what}`;
    const failed = verdict.stages.flatMap(({ checks }) => checks).filter(({ result }) => result === 'error');
    expect(failed, place).toEqual([]);
    if (verdict.exitCode === 0 && meaningOf(bytes) === meaning) {
      tally.sameMeaning += 1;
    } else if (verdict.exitCode === 0 && options.acceptWithheld === true && saysLess(verdict, withheld)) {
      tally.redacted += 1;
    } else {
      expect(verdict.exitCode, place).not.toBe(0);
      expect(verdict.reason, place).toMatch(/^[A-Z][A-Z0-9_]+$/);
      const reason = verdict.reason ?? '';
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  return { ...tally, reasons };
}

/** More is withheld than before, and all that was. */
function saysLess(verdict: BundleVerdict, before: readonly string[]): boolean {
  const now = withheldIn(verdict);
  return now.length > before.length && before.every((part) => now.includes(part));
}

function withheldIn({ withheldParts }: BundleVerdict): string[] {
  return withheldParts.map(({ kind, what }) => `${kind} ${what}`);
}

export function tallyText({ judged, sameMeaning, redacted, reasons }: Tally): string {
  const named = [...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${reason} ${count}`);
  const refused = judged - sameMeaning - redacted;
  const counts = `${refused} refused, ${sameMeaning} of the same meaning, ${redacted} redacted`;
  return `${judged} mutants, ${counts}: ${named.join(', ')}`;
}
