/**
 * Changed bytes of every format that is read before its sender is known: none is accepted, none throws, none hangs.
 *
 * The ordinary run takes 300 changes of each format and every ninth byte of a signed range, `npm run test:tamper`
 * 1,000 changes and every byte. `npm run test:fuzz` sets SEALFLOW_FUZZ_MUTATIONS=100000; with a number set, each format
 * prints its figures.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { digestOf, equalBytes } from '#canonical';
import { type FuzzTarget, mutationsOf } from './fuzz-target.fixture.js';
import { changedEndorsements, nvidiaTargets } from './nvidia/fuzz-targets.fixture.js';
import { snpTargets } from './snp/fuzz-targets.fixture.js';
import { intelParts, intelTargets } from './tdx/fuzz-targets.fixture.js';
import { x509Targets } from './x509/fuzz-targets.fixture.js';

const asked = process.env['SEALFLOW_FUZZ_MUTATIONS'];
const MUTATIONS = Number(asked ?? 300);
const STRIDE = asked === undefined ? 9 : 1;
/** What hangs ends here. How long one change takes depends on the machine: it is printed and not judged. */
const TIMEOUT_MS = 60 * 60 * 1000;
const RSS_GROWTH_BYTES_MAX = 50 * 1024 * 1024;
const MIB = 1024 * 1024;

const targets = [...intelTargets, ...snpTargets, ...nvidiaTargets, ...x509Targets];

describe.each(targets)('$name', (target) => {
  it('is accepted as it is', () => {
    expect(target.judge(target.original)).toEqual([]);
  });

  it(
    `is never accepted after one of ${MUTATIONS} random changes`,
    () => expectRefusals(target, MUTATIONS),
    TIMEOUT_MS,
  );
});

it('a whole verdict over changed endorsements never throws, and passes only for the same signed words', () => {
  expectRefusals(changedEndorsements, 60);
});

it.each([...targets, ...intelParts].filter(({ signedTo }) => signedTo !== undefined))(
  'every signed byte of $name counts',
  (target) => {
    for (let offset = 0; offset < (target.signedTo ?? 0); offset += STRIDE) {
      const changed = Uint8Array.from(target.original);
      changed[offset] = (changed[offset] ?? 0) ^ (1 << (offset % 8));
      const reasons = target.judge(changed);
      expect(reasons, `byte 0x${offset.toString(16)}`).not.toEqual([]);
      expect(reasons, `byte 0x${offset.toString(16)}`).not.toContain('VERIFIER_ERROR');
    }
  },
  TIMEOUT_MS,
);

function expectRefusals(target: FuzzTarget, count: number): void {
  // The engine gives memory back late, so the first half sets the mark: a leak grows beyond it, settling does not.
  let before = 0;
  let slowestMs = 0;
  let neutral = 0;
  let round = 0;
  for (const changed of mutationsOf(target)) {
    if (round <= count / 2 && round % Math.ceil(count / 10) === 0) before = Math.max(before, settledRss());
    if (round === count) break;
    round += 1;
    if (equalBytes(changed, target.original)) continue;
    // Time on the processor: nothing here waits, and the machine may be busy with others.
    const start = process.cpuUsage();
    const reasons = target.judge(changed);
    const { user, system } = process.cpuUsage(start);
    slowestMs = Math.max(slowestMs, (user + system) / 1000);
    if (reasons.includes('VERIFIER_ERROR')) expect.fail(`round ${round}: the verifier met its own error`);
    if (reasons.length > 0) continue;
    if (target.same?.(changed) !== true) expect.fail(`round ${round}: accepted ${digestOf(changed)}`);
    neutral += 1;
  }
  const growth = settledRss() - before;
  if (asked !== undefined) {
    const figures = [
      `${neutral} neutral`,
      `slowest ${slowestMs.toFixed(1)} ms`,
      `memory ${(growth / MIB).toFixed(1)} MiB`,
    ];
    console.log(`fuzz  ${target.name}: ${count} changes, ${figures.join(', ')}`);
  }
  expect(growth).toBeLessThan(RSS_GROWTH_BYTES_MAX);
}

/** What is held, not what waits to be collected: the moment of collection is the engine's choice. */
function settledRss(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage.rss();
}
