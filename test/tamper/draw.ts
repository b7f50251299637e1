import { createHash } from 'node:crypto';
import type { Draw } from './mutations.js';

/** Seeded, so that a mutant that got through can be made again. */
export function seededDraw(seed: string): Draw {
  let counter = 0;
  return (bound) => {
    counter += 1;
    const hash = createHash('sha256').update(`${seed} ${counter}`).digest();
    return Number(hash.readBigUInt64BE() % BigInt(bound));
  };
}
