import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '#samples';
import { workerIdOf } from '../../apps/cli/src/stack/stack.js';
import { type ChaosStack, replicas, type Service, services, workers } from './chaos-stack.js';
import type { Tally } from './tally.js';
import type { WireMode } from './wire.js';

export const faultKinds = ['kill', 'network', 'clock', 'disk'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A fault drawn from the seed: what happens `afterMs` into a round, for how long, and how it is told. */
export interface Fault {
  readonly kind: FaultKind;
  readonly afterMs: number;
  readonly text: string;
  /** Breaks something and mends it again. Never rejects for what it broke. */
  run(stack: ChaosStack, tally: Tally): Promise<void>;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What dies how often. A worker takes the keys of its inputs with it, so runs then fail by name: replicas die more. */
const victims: readonly (readonly [Service | 'database', number])[] = [
  ['orchestrator-0', 3],
  ['orchestrator-1', 3],
  ['database', 3],
  ['fhe-service', 3],
  ['zk-prover', 1],
  ['tee-worker', 1],
];
const modes: readonly (readonly [Exclude<WireMode, 'open'>, number])[] = [
  ['cut', 3],
  ['frozen', 3],
  ['deaf', 1],
  ['mute', 1],
  ['slow', 2],
];

export function drawFault(kind: FaultKind, random: SeededRandom, withinMs: number): Fault {
  const afterMs = random.integer(0, withinMs);
  return { kind, afterMs, ...draw[kind](random) };
}

const draw: Readonly<Record<FaultKind, (random: SeededRandom) => Pick<Fault, 'text' | 'run'>>> = {
  kill: (random) => {
    const victim = random.weighted(victims);
    return victim === 'database' ? killDatabase(random.integer(0, 4 * SECOND)) : killService(victim);
  },
  network: (random) => {
    const ends = random.pick([...workers, 'client', 'database'] as const);
    const replica = random.pick(replicas);
    const name = ends === 'database' ? `${replica} database` : `${ends} ${replica}`;
    return breakWire(name, random.weighted(modes), random.integer(SECOND, 9 * SECOND));
  },
  clock: (random) => {
    const service = random.pick(services);
    const byMs = random.integer(5 * SECOND, 20 * MINUTE);
    const forMs = random.integer(SECOND, 8 * SECOND);
    return moveClock(service, random.pick(['forward', 'backward', 'sleep'] as const), byMs, forMs);
  },
  disk: (random) => fillDisk(random.integer(0, 512) * 1024, random.integer(2 * SECOND, 6 * SECOND)),
};

function killService(victim: Service): Pick<Fault, 'text' | 'run'> {
  return {
    text: `kill -9 ${victim}`,
    run: async (stack, tally) => {
      if (stack.kill(victim)) tally.add('kills', victim);
    },
  };
}

function killDatabase(awayMs: number): Pick<Fault, 'text' | 'run'> {
  return {
    text: `kill -9 database, back after ${awayMs} ms`,
    run: async (stack, tally) => {
      if (stack.killDatabase()) tally.add('kills', 'database');
      await sleep(awayMs);
      await stack.reviveDatabase();
    },
  };
}

function breakWire(name: string, mode: WireMode, forMs: number): Pick<Fault, 'text' | 'run'> {
  return {
    text: `${name} is ${mode} for ${forMs} ms`,
    run: async (stack, tally) => {
      const wire = stack.wires.find((each) => each.name === name);
      wire?.set(mode);
      tally.add('network', mode);
      await sleep(forMs);
      wire?.set('open');
    },
  };
}

function moveClock(
  service: Service,
  how: 'forward' | 'backward' | 'sleep',
  byMs: number,
  forMs: number,
): Pick<Fault, 'text' | 'run'> {
  return {
    text: `clock of ${service} goes ${how} by ${byMs} ms for ${forMs} ms`,
    run: async ({ clocks }, tally) => {
      const name = clockName(service);
      tally.check('the clock that is moved is a clock of a service', clocks.isWorn(name), name);
      if (how === 'sleep') clocks.sleep(name, byMs);
      else clocks.step(name, how === 'forward' ? byMs : -byMs);
      tally.add('clock jumps', how);
      await sleep(forMs);
      clocks.heal(name);
      tally.add('clock jumps', 'set right');
    },
  };
}

/** A service reads its clock under the name by which it is known in the stack. */
function clockName(service: Service): string {
  return workers.some((name) => name === service) ? workerIdOf({ name: service }) : service;
}

function fillDisk(leftBytes: number, forMs: number): Pick<Fault, 'text' | 'run'> {
  return {
    text: `disk of the database full but for ${leftBytes} bytes for ${forMs} ms`,
    run: async (stack, tally) => {
      if (stack.disk === null) return tally.note('disk full: skipped, this process may not mount a tmpfs');
      stack.disk.fill(leftBytes);
      tally.add('disk full', 'episodes');
      await sleep(forMs);
      stack.disk.free();
      await stack.reviveDatabase();
    },
  };
}
