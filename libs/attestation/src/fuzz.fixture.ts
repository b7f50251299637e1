/**
 * Test fixture: random changes of one format, counted and measured.
 *
 * The ordinary run takes 2,000 changes of each format and every third byte of a signed range. `npm run test:fuzz`
 * sets SEALFLOW_FUZZ_MUTATIONS=100000: then every byte is changed, and each format prints its figures.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import { concatBytes, digestOf, equalBytes } from '#canonical';
import { seededRandom } from './machine.fixture.js';
import type { Random } from './simulated/authority.js';

const asked = process.env['SEALFLOW_FUZZ_MUTATIONS'];
export const MUTATIONS = Number(asked ?? 2_000);
export const STRIDE = asked === undefined ? 3 : 1;
/** What hangs ends here. How long one change takes depends on the machine: it is printed and not judged. */
export const FUZZ_TIMEOUT_MS = 60 * 60 * 1000;

const RSS_GROWTH_BYTES_MAX = 50 * 1024 * 1024;
const RUN_BYTES_MAX = 64;
const MIB = 1024 * 1024;

export interface FuzzTarget {
  readonly name: string;
  readonly original: Uint8Array;
  /** Reasons of the checks that failed. None: the bytes were accepted. */
  readonly judge: (bytes: Uint8Array) => readonly (string | null)[];
  /** Whether accepted bytes say what the original says: padding, white space. Absent: no other bytes may pass. */
  readonly same?: (bytes: Uint8Array) => boolean;
}

/** Accepts the original and nothing else, without an exception and without growing. */
export function expectRefusals({ name, original, judge, same }: FuzzTarget): void {
  expect(judge(original), 'as it is').toEqual([]);
  const random = pooled(seededRandom(`mutations of ${name}`));
  // The first rounds fill caches and the young heap; growth is what comes after them.
  let before = 0;
  let slowestMs = 0;
  let neutral = 0;
  for (let round = 0; round < MUTATIONS; round += 1) {
    if (round === Math.floor(MUTATIONS / 4)) before = settledRss();
    const changed = mutate(original, random);
    if (equalBytes(changed, original)) continue;
    // Time on the processor: nothing here waits, and the machine may be busy with others.
    const start = process.cpuUsage();
    const reasons = judge(changed);
    const { user, system } = process.cpuUsage(start);
    slowestMs = Math.max(slowestMs, (user + system) / 1000);
    if (reasons.includes('VERIFIER_ERROR')) expect.fail(`round ${round}: the verifier met its own error`);
    if (reasons.length > 0) continue;
    if (same?.(changed) !== true) expect.fail(`round ${round}: accepted ${digestOf(changed)}`);
    neutral += 1;
  }
  const growth = settledRss() - before;
  if (asked !== undefined) {
    console.log(
      `fuzz  ${name}: ${MUTATIONS} changes, ${neutral} of them neutral, slowest ${slowestMs.toFixed(1)} ms, memory ${(growth / MIB).toFixed(1)} MiB`,
    );
  }
  expect(growth).toBeLessThan(RSS_GROWTH_BYTES_MAX);
}

/** One changed bit in each byte of a range that is signed or that holds a signature. */
export function expectEveryByteCounts({ original, judge }: FuzzTarget, from = 0, to = original.length): void {
  for (let offset = from; offset < to; offset += STRIDE) {
    const changed = Uint8Array.from(original);
    changed[offset] = (changed[offset] ?? 0) ^ (1 << (offset % 8));
    const reasons = judge(changed);
    if (reasons.length === 0) expect.fail(`byte 0x${offset.toString(16)} does not count`);
    if (reasons.includes('VERIFIER_ERROR'))
      expect.fail(`byte 0x${offset.toString(16)}: the verifier met its own error`);
  }
}

/** Some changes, the same ones for the same name. */
export function mutations(name: string, original: Uint8Array, count: number): readonly Uint8Array[] {
  const random = pooled(seededRandom(`mutations of ${name}`));
  return Array.from({ length: count }, () => mutate(original, random));
}

/** Flips, sets, cuts, inserts, doubles, moves or counts up some bytes. */
function mutate(original: Uint8Array, random: Random): Uint8Array {
  const seed = random(16);
  const view = new DataView(seed.buffer, seed.byteOffset, seed.byteLength);
  const at = view.getUint32(4) % original.length;
  const length = 1 + (view.getUint32(8) % Math.min(RUN_BYTES_MAX, original.length - at));
  const other = view.getUint32(12);
  const [kind = 0, value = 0] = seed;
  const copy = Uint8Array.from(original);
  const [head, run, tail] = [
    original.subarray(0, at),
    original.subarray(at, at + length),
    original.subarray(at),
  ];
  switch (kind % 10) {
    case 0:
      return head.slice();
    case 1:
      return concatBytes(head, original.subarray(at + length));
    case 2:
      return concatBytes(head, run, tail);
    case 3:
      return concatBytes(head, random(length), tail);
    case 4:
      copy[at] = value;
      return copy;
    case 5:
      copy.set(random(length), at);
      return copy;
    case 6:
      copy.set(run, other % (original.length - length + 1));
      return copy;
    case 7:
      // Lengths and counts are where parsers go wrong: all ones, all zeros, one more, one less.
      copy.fill(
        [0, 0xff, (copy[at] ?? 0) + 1, (copy[at] ?? 0) - 1][value % 4] ?? 0,
        at,
        at + 1 + (other % 4),
      );
      return copy;
    default:
      copy[at] = (copy[at] ?? 0) ^ (1 << (value % 8));
      return copy;
  }
}

function pooled(random: Random): Random {
  let pool = random(4096);
  return (length) => {
    if (pool.length < length) pool = random(Math.max(4096, length));
    const taken = pool.slice(0, length);
    pool = pool.subarray(length);
    return taken;
  };
}

/** What is held, not what waits to be collected: the moment of collection is the engine's choice. */
function settledRss(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage.rss();
}
