import { describe, expect, it } from 'vitest';
import { acceptedBundles } from './accepted.js';
import { classesOf, mutantsOf } from './corpus.js';
import { seededDraw } from './draw.js';
import { judgeMutants, tallyText } from './judge-mutants.js';

/**
 * Every class of bytes that bundles of a version have. The smallest bundle that has a class meets every kind of change
 * there; the one with every kind of step meets a change of every second class besides. Versions have nearly the same
 * classes, so that each is met in one of them.
 *
 * @param half 0 for the even ones of those classes, 1 for the odd ones
 */
export function describeClassChanges(version: string, half: 0 | 1): void {
  describe(`changing a byte of any class of ${version}`, () => {
    const bundles = acceptedBundles()
      .filter(({ name }) => name.startsWith(`${version}/`))
      .sort((a, b) => a.bytes.length - b.bytes.length);
    const met = new Set<string>();

    it.each(bundles)('of $name is refused with a named reason', async (golden) => {
      const classes = [...classesOf(golden.bytes)];
      const fresh = classes.filter(([name]) => !met.has(name));
      for (const [name] of fresh) met.add(name);
      const draw = seededDraw(golden.name);
      const tallies = [await judgeMutants(golden, mutantsOf(fresh, draw, 'every kind'))];
      if (golden.name.endsWith('/approved')) {
        const second = classes.filter((_, index) => index % 2 === half);
        tallies.push(await judgeMutants(golden, mutantsOf(second, draw, 'one kind')));
      }
      const places = classes.flatMap(([, of]) => of).length;
      const counts = `${places} places of ${classes.length} classes, ${fresh.length} of them new`;
      console.log(`${golden.name}: ${counts}; ${tallies.map(tallyText).join('; ')}`);
      const judged = tallies.reduce((sum, tally) => sum + tally.judged, 0);
      expect(judged).toBeGreaterThanOrEqual(fresh.length);
    });

    it('leaves no class out', () => {
      const all = bundles.flatMap(({ bytes }) => [...classesOf(bytes).keys()]);
      expect(new Set(all)).toEqual(met);
    });
  });
}
