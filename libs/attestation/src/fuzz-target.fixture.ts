/** Test fixture: what a format looks like to the fuzzer, and random changes of it. */
import { concatBytes } from '#canonical';
import { seededRandom } from './machine.fixture.js';
import type { Random } from './simulated/authority.js';

export interface FuzzTarget {
  readonly name: string;
  readonly original: Uint8Array;
  /** Reasons of the checks that failed. None: the bytes were accepted. */
  readonly judge: (bytes: Uint8Array) => readonly (string | null)[];
  /** Whether accepted bytes say what the original says: padding, white space. Absent: no other bytes may pass. */
  readonly same?: (bytes: Uint8Array) => boolean;
  /** Every byte before this one is signed or holds a signature. Absent: that does not follow from the offset. */
  readonly signedTo?: number;
}

const RUN_BYTES_MAX = 64;

/** Random changes without end, the same ones for the same name. */
export function* mutationsOf({
  name,
  original,
}: Pick<FuzzTarget, 'name' | 'original'>): Generator<Uint8Array> {
  const random = pooled(seededRandom(`mutations of ${name}`));
  while (true) yield mutate(original, random);
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
