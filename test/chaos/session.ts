import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '#samples';
import { Applications } from './applications.js';
import { attacks } from './attacks.js';
import { ChaosStack, replicas } from './chaos-stack.js';
import { drawFault, type FaultKind } from './faults.js';
import { withstand } from './hostile.js';
import { Invariants } from './invariants.js';
import { Tally } from './tally.js';

export interface SessionOptions {
  readonly seed: string;
  /** Runs that are accepted at least, unless time is over before. */
  readonly runs: number;
  /** No round begins after. */
  readonly minutes: number;
  readonly runsPerRound: number;
  readonly faultsPerRound: number;
  readonly attacksPerRound: number;
  readonly say: (line: string) => void;
}

const ROUND_MS = 12_000;
const ATTACK_MS = 3_000;

const kinds: readonly (readonly [FaultKind, number])[] = [
  ['kill', 5],
  ['network', 3],
  ['clock', 2],
  ['disk', 1],
];

/**
 * Rounds of runs with settlements, each broken at moments that the seed gives; after each everything is mended and all
 * invariants are looked at. The same seed draws the same faults; which step they meet is the machine's affair.
 */
export async function faultSession(options: SessionOptions): Promise<Tally> {
  const tally = new Tally();
  const endMs = performance.now() + options.minutes * 60_000;
  const stack = await ChaosStack.start();
  try {
    const invariants = new Invariants(stack, tally);
    for (let round = 1; tally.count('runs', 'accepted') < options.runs; round += 1) {
      if (performance.now() > endMs) {
        tally.note(`time was over after ${round - 1} rounds`);
        break;
      }
      const before = tally.violations.length;
      const beganMs = performance.now();
      await playRound({ stack, invariants, tally, round }, options);
      tally.add('rounds', 'played');
      options.say(
        `round ${round}: ${tally.count('runs', 'accepted')} runs, ${tally.invariants} invariants, ` +
          `${tally.violations.length} violations, ${((performance.now() - beganMs) / 1000).toFixed(0)} s`,
      );
      for (const text of tally.violations.slice(before)) options.say(`  VIOLATION ${text}`);
    }
  } catch (error) {
    tally.check(
      'the session goes on',
      false,
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  } finally {
    await stack.stop();
  }
  return tally;
}

interface Scene {
  readonly stack: ChaosStack;
  readonly invariants: Invariants;
  readonly tally: Tally;
  readonly round: number;
}

async function playRound(
  { stack, invariants, tally, round }: Scene,
  { seed, runsPerRound, faultsPerRound, attacksPerRound, say }: SessionOptions,
): Promise<void> {
  const random = seededRandom(`${seed}/${round}`);
  // Everything is drawn before anything happens: what the machine does must not change the draw.
  const starts = Array.from({ length: runsPerRound }, () => random.integer(0, ROUND_MS / 2));
  const faults = Array.from({ length: faultsPerRound }, () =>
    drawFault(random.weighted(kinds), random, ROUND_MS),
  );
  const clock = new Stopwatch();
  const victim = random.pick(replicas);
  const applications = await Applications.open(stack, runsPerRound, tally);
  clock.lap('ledger');
  const breaking = faults.map(async (fault) => {
    await sleep(fault.afterMs);
    say(`  ${(fault.afterMs / 1000).toFixed(1).padStart(5)} s  ${fault.text}`);
    await fault.run(stack, tally);
    tally.add('faults', fault.kind);
  });
  const applying = starts.map(async (afterMs) => {
    await sleep(afterMs);
    await applications.apply();
  });
  await Promise.all(breaking);
  await stack.reviveDatabase();
  await Promise.all(applying);
  await stack.ready();
  clock.lap('faults');
  const { accepted, story } = applications;
  // In turn, so that a long session meets each of them more than once.
  const names = Object.keys(attacks);
  for (let index = 0; index < attacksPerRound; index += 1) {
    const attack = names[((round - 1) * attacksPerRound + index) % names.length] ?? '';
    const runName = accepted[0]?.handle.name ?? '';
    const seen = await withstand(stack, tally, { attack, replica: victim, forMs: ATTACK_MS, runName });
    say(`         ${victim} under attack: ${JSON.stringify(seen)}`);
  }
  clock.lap('attacks');
  await Promise.all(accepted.map(({ ended }) => ended));
  clock.lap('ends');
  const paid = await invariants.ofRuns([...accepted], story);
  clock.lap('runs judged');
  const probes = await applications.probe(story.openingCents - paid);
  clock.lap('probes');
  await invariants.ofRuns(probes, story);
  await invariants.ofLedger(applications);
  await invariants.ofLog(applications);
  clock.lap('log');
  await invariants.ofSecrets(applications);
  invariants.ofServices();
  clock.lap('canaries');
  say(`         ${clock}`);
}

/** How long each part of a round took, for whoever waits for it. */
class Stopwatch {
  readonly #laps: string[] = [];
  #sinceMs = performance.now();

  lap(name: string): void {
    const nowMs = performance.now();
    this.#laps.push(`${name} ${((nowMs - this.#sinceMs) / 1000).toFixed(1)} s`);
    this.#sinceMs = nowMs;
  }

  toString(): string {
    return this.#laps.join(', ');
  }
}
