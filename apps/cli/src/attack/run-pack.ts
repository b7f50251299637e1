import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningStack } from '../stack/stack.js';
import { type Answer, type AttackCase, type AttackFacts, CannotRun, lanes } from './attack-case.js';

/**
 * `stopped`: by the expected code. `other-code`: by another. `got-through`: by nothing. `skipped`: the target lacks what
 * the case has to have. `broken`: the case did not come to an end, which says nothing about the target.
 */
export type Outcome = 'stopped' | 'other-code' | 'got-through' | 'skipped' | 'broken';

export interface AttackResult {
  readonly attack: AttackFacts;
  readonly outcome: Outcome;
  /** Code that stopped it; null where none did. */
  readonly got: string | null;
  readonly detail: string;
  readonly ms: number;
}

/** What the pack asks of a scene. */
interface Attacked {
  /** The stack of this installation; null where the target is another. */
  readonly stack: RunningStack | null;
}

/** Far above what any case takes: one that hangs must not hold up the others. */
const CASE_MS_MAX = 300_000;
const DETAIL_CHARS_MAX = 400;

/** Makes attacks one after the other, so that each finds the target at rest. */
export async function* runPack<S extends Attacked>(
  cases: readonly AttackCase<S>[],
  scene: S,
  caseMsMax = CASE_MS_MAX,
): AsyncGenerator<AttackResult, void, undefined> {
  for (const attack of cases) yield await runCase(attack, scene, caseMsMax);
}

/** Makes the attacks of each lane in their order, and lanes beside each other. Results come as attacks end. */
export async function* runLanes<S extends Attacked>(
  cases: readonly AttackCase<S>[],
  scene: S,
  caseMsMax = CASE_MS_MAX,
): AsyncGenerator<AttackResult, void, undefined> {
  const waiting = [...cases];
  const running = new Map<AttackCase<S>, Promise<readonly [AttackCase<S>, AttackResult]>>();
  const hasRoom = ({ lane = 'others' }: AttackCase<S>): boolean =>
    [...running.keys()].filter((other) => (other.lane ?? 'others') === lane).length < lanes[lane];
  while (waiting.length + running.size > 0) {
    for (let next = waiting.findIndex(hasRoom); next >= 0; next = waiting.findIndex(hasRoom)) {
      for (const attack of waiting.splice(next, 1))
        running.set(
          attack,
          runCase(attack, scene, caseMsMax).then((result) => [attack, result] as const),
        );
    }
    const [attack, result] = await Promise.race(running.values());
    running.delete(attack);
    yield result;
  }
}

async function runCase<S extends Attacked>(
  attack: AttackCase<S>,
  scene: S,
  msMax: number,
): Promise<AttackResult> {
  const startMs = performance.now();
  const { outcome, got, detail } = await attempt(attack, scene, msMax);
  const shown = detail.length <= DETAIL_CHARS_MAX ? detail : `${detail.slice(0, DETAIL_CHARS_MAX - 3)}...`;
  return { attack, outcome, got, detail: shown, ms: Math.round(performance.now() - startMs) };
}

async function attempt<S extends Attacked>(
  attack: AttackCase<S>,
  scene: S,
  msMax: number,
): Promise<Pick<AttackResult, 'outcome' | 'got' | 'detail'>> {
  if (attack.needs === 'stack' && scene.stack === null) {
    const detail = 'needs the database, keys and simulated hardware of the stack of this installation';
    return { outcome: 'skipped', got: null, detail };
  }
  try {
    const { reason, detail } = await inTime(attack.attack(scene), msMax);
    return { outcome: outcomeOf(attack, reason), got: reason, detail };
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'an unknown error';
    return { outcome: error instanceof CannotRun ? 'skipped' : 'broken', got: null, detail };
  }
}

function outcomeOf({ expected }: AttackFacts, reason: string | null): Outcome {
  if (reason === null) return 'got-through';
  return reason === expected ? 'stopped' : 'other-code';
}

async function inTime(answer: Promise<Answer>, msMax: number): Promise<Answer> {
  const over = new AbortController();
  const tooLate = sleep(msMax, undefined, { signal: over.signal }).then(() => {
    throw new Error(`no end after ${msMax} ms`);
  });
  // Whoever loses the race ends unheard.
  tooLate.catch(() => undefined);
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    over.abort();
  }
}

/** Whether nothing got through and everything was stopped as it should be. Skipped cases say nothing. */
export function packPassed(results: readonly AttackResult[]): boolean {
  return (
    results.some(({ outcome }) => outcome === 'stopped') &&
    results.every(({ outcome }) => outcome === 'stopped' || outcome === 'skipped')
  );
}
