import { BaseSequencer, type TestSequencerConstructor, type TestSpecification } from 'vitest/node';

/**
 * Starts with the files that take minutes, so that no worker is left with one of them when the others are done. Vitest
 * itself goes by size, which says little of a file that waits for processes or searches a space.
 *
 * @param names file names, the longest first
 */
export function longestFirst(names: readonly string[]): TestSequencerConstructor {
  const place = ({ moduleId }: TestSpecification): number => {
    const at = names.findIndex((name) => moduleId.endsWith(`/${name}`));
    return at === -1 ? names.length : at;
  };
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      return (await super.sort(files)).toSorted((left, right) => place(left) - place(right));
    }
  };
}
