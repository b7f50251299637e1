import type { SuiteId } from './limits.js';
import { SealingError } from './sealing-error.js';
import type { Suite } from './suite.js';
import { boxSuite } from './suite-box.js';
import { hpkeSuite } from './suite-hpke.js';

const SUITES: ReadonlyMap<number, Suite> = new Map([
  [1, boxSuite],
  [2, hpkeSuite],
]);

/** @throws SealingError `SUITE_UNSUPPORTED` */
export function suiteOf(id: SuiteId): Suite {
  const suite = SUITES.get(id);
  if (suite === undefined) throw new SealingError('SUITE_UNSUPPORTED', `no suite ${id}; known are 1 and 2`);
  return suite;
}
