import { describe, expect, it } from 'vitest';
import { goldenBundles } from '../golden/golden-bundles.js';
import { classesOf, mutantsByClass } from './corpus.js';
import { seededDraw } from './draw.js';
import { judgeMutants, tallyText } from './judge-mutants.js';

describe('changing a byte of any class', () => {
  const verified = goldenBundles().filter(
    ({ name, expected }) => expected.exitCode === 0 && name.startsWith('v1/'),
  );

  it.each(verified)('of $name is refused with a named reason', async (golden) => {
    const classes = classesOf(golden.bytes);
    const covered = [...classes.values()].flat().length;
    expect(covered).toBeGreaterThan(1000);
    // The bundle with every kind of step meets every kind of change; the others one for each class.
    const every = golden.name.endsWith('/approved');
    const mutants = mutantsByClass(golden.bytes, seededDraw(golden.name), every);
    const tally = await judgeMutants(golden, mutants);
    console.log(`${golden.name}: ${covered} tokens in ${classes.size} classes; ${tallyText(tally)}`);
    expect(tally.judged).toBeGreaterThanOrEqual(classes.size);
  });
});
