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

/** An endless stream of labelled statements; every seed is a stream of its own. */
export function* statementExamples(seed: string): Generator<Example, never> {
  const rng = seededRandom(seed);
  while (true) {
    const profile = drawProfile(rng);
    const tokens = tokenizeStatement(generateStatement(rng, profile));
    yield { tokens, labels: [profile.incomeBand, hasRegularEarnings(profile.employment) ? 1 : 0] };
  }
}

function drawProfile(rng: SeededRandom): StatementProfile {
  return { employment: rng.weighted(statuses), incomeBand: rng.pick(bands) };
}
