import {
  type EmploymentStatus,
  generateStatement,
  hasRegularEarnings,
  type IncomeBand,
  type SeededRandom,
  type StatementProfile,
  seededRandom,
} from '#samples';
import { tokenizeStatement } from '../../src/runtimes/onnx/tokenizer.js';
import type { Example } from './network.js';

const statuses: readonly (readonly [EmploymentStatus, number])[] = [
  ['salaried', 42],
  ['self-employed', 20],
  ['unemployed', 22],
  ['retired', 10],
  ['student', 6],
];

const bands: readonly IncomeBand[] = [0, 1, 2, 3];

/**
 * An endless stream of labelled statements; every seed is a stream of its own. `anyLength` mixes short and
 * long ones in; otherwise all have about 600 words.
 */
export function* statementExamples(seed: string, anyLength: boolean): Generator<Example, never> {
  const rng = seededRandom(seed);
  while (true) {
    const profile = drawProfile(rng, anyLength);
    const tokens = tokenizeStatement(generateStatement(rng, profile));
    yield { tokens, labels: [profile.incomeBand, hasRegularEarnings(profile.employment) ? 1 : 0] };
  }
}

function drawProfile(rng: SeededRandom, anyLength: boolean): StatementProfile {
  const profile = { employment: rng.weighted(statuses), incomeBand: rng.pick(bands) };
  // Half the texts have another length than usual, so that length itself tells the network nothing.
  return anyLength && rng.chance(0.5) ? { ...profile, words: rng.integer(60, 1000) } : profile;
}
