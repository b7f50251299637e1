import type { Fact } from './facts.js';

/** One thing that two bundles say differently; null: one of them does not speak of it. */
export interface Difference {
  readonly topic: string;
  readonly name: string;
  readonly left: string | null;
  readonly right: string | null;
}

/** In the order in which the left one tells it; what only the right one tells comes last. */
export function diffFacts(left: readonly Fact[], right: readonly Fact[]): Difference[] {
  const [a, b] = [keyed(left), keyed(right)];
  const keys = new Set([...a.keys(), ...b.keys()]);
  return [...keys].flatMap((key) => {
    const [one, other] = [a.get(key), b.get(key)];
    const known = one ?? other;
    if (known === undefined || one?.value === other?.value) return [];
    return [{ topic: known.topic, name: known.name, left: one?.value ?? null, right: other?.value ?? null }];
  });
}

export function renderDifferences(differences: readonly Difference[]): string {
  if (differences.length === 0) return 'same: both bundles say the same, and get the same verdict\n';
  const lines = differences.flatMap(({ topic, name, left, right }) => [
    `${topic} ${name}`,
    `  first   ${left ?? '(not there)'}`,
    `  second  ${right ?? '(not there)'}`,
  ]);
  return [`${differences.length} differences`, ...lines, ''].join('\n');
}

/** Two facts of one name are told apart by their order. */
function keyed(facts: readonly Fact[]): Map<string, Fact> {
  const found = new Map<string, Fact>();
  const seen = new Map<string, number>();
  for (const fact of facts) {
    const name = JSON.stringify([fact.topic, fact.name]);
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    found.set(`${name}${count}`, fact);
  }
  return found;
}
