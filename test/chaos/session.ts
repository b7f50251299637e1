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
  /** Ledgers that the runs of a round share: changes of one come one after another. */
  readonly ledgers: number;
  readonly say: (line: string) => void;
  /** Ends the session where it is; what was counted is still told. */
  readonly stopped?: AbortSignal;
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
    const stopping = whenStopped(options.stopped);
    stopping.catch(() => undefined);
    for (let round = 1; tally.count('runs', 'accepted') < options.runs; round += 1) {
      if (performance.now() > endMs) {
        tally.note(`time was over after ${round - 1} rounds`);
        break;
      }
      const before = tally.violations.length;
      const beganMs = performance.now();
      await Promise.race([playRound({ stack, invariants, tally, round }, options), stopping]);
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
    if (tally.violations.length > 0) options.say(`  the logs are kept in ${stack.keepLogs(options.seed)}`);
    await stack.stop();
  }
  return tally;
}

function whenStopped(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('the session was stopped')), { once: true });
  });
}

interface Scene {
  readonly stack: ChaosStack;
  readonly invariants: Invariants;
  readonly tally: Tally;
  readonly round: number;
}

async function playRound(
  { stack, invariants, tally, round }: Scene,
  { seed, runsPerRound, faultsPerRound, attacksPerRound, ledgers, say }: SessionOptions,
): Promise<void> {
  const random = seededRandom(`${seed}/${round}`);
  // Everything is drawn before anything happens: what the machine does must not change the draw.
  const starts = Array.from({ length: runsPerRound }, () => random.integer(0, ROUND_MS / 2));
  const faults = Array.from({ length: faultsPerRound }, () =>
    drawFault(random.weighted(kinds), random, ROUND_MS),
  );
  const clock = new Stopwatch();
  const victim = random.pick(replicas);
  const perLedger = Math.ceil(runsPerRound / ledgers);
  const books = await Promise.all(
    Array.from({ length: ledgers }, () => Applications.open(stack, perLedger, tally)),
  );
  clock.lap('ledgers');
  const breaking = faults.map(async (fault) => {
    await sleep(fault.afterMs);
    say(`  ${(fault.afterMs / 1000).toFixed(1).padStart(5)} s  ${fault.text}`);
    await fault.run(stack, tally);
    tally.add('faults', fault.kind);
  });
  const applying = starts.map(async (afterMs, index) => {
    await sleep(afterMs);
    await books[index % ledgers]?.apply();
  });
  await Promise.all(breaking);
  await stack.reviveDatabase();
  await Promise.all(applying);
  await stack.ready();
  clock.lap('faults');
  const accepted = books.flatMap((book) => book.accepted);
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
  await Promise.all(
    books.map(async (book) => {
      const { story } = book;
      const paid = await invariants.ofRuns([...book.accepted], story);
      const probes = await book.probe(story.openingCents - paid);
      await invariants.ofRuns(probes, story);
      await invariants.ofLedger(book);
    }),
  );
  clock.lap('runs judged, pools probed');
  await invariants.ofLog(books);
  clock.lap('log');
  await invariants.ofSecrets(books);
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
