/**
 * A reproducible stream of choices for sample data: the same seed gives the same stream on every machine.
 * Not for keys, salts or nonces.
 */
export interface SeededRandom {
  /** Uniform in [0, 1), 32 bits of resolution. */
  float(): number;
  /** Uniform integer, both ends included. */
  integer(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** One value, each as likely as its weight; weights are counts and need no common sum. */
  weighted<T>(entries: readonly (readonly [value: T, weight: number])[]): T;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, additions, shifts and xors only. */
export function seededRandom(seed: number | string): SeededRandom {
  const next = sfc32(seedWords(String(seed)));
  const float = () => next() / 0x1_0000_0000;
  const integer = (min: number, max: number) => min + Math.floor(float() * (max - min + 1));
  return {
    float,
    integer,
    chance: (probability) => float() < probability,
    pick: (items) => at(items, integer(0, items.length - 1)),
    weighted: (entries) => {
      let left = float() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of entries) {
        left -= weight;
        if (left < 0) return value;
      }
      return at(entries, entries.length - 1)[0];
    },
  };
}

function sfc32([s0, s1, s2, s3]: readonly [number, number, number, number]): () => number {
  let a = s0;
  let b = s1;
  let c = s2;
  let counter = s3;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // The author's start-up rule: twelve rounds until a sparse seed has spread over the whole state.
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

/** Four 32-bit words of a text: FNV-1a from four different offsets. */
function seedWords(text: string): [number, number, number, number] {
  const word = (offset: number) => {
    let hash = (0x811c9dc5 ^ offset) >>> 0;
    for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
    return hash;
  };
  return [word(0), word(0x9e3779b9), word(0x7f4a7c15), word(0xf39cc060)];
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`pick from ${items.length} items: index ${index}`);
  return item;
}
