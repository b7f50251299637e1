// Runs the checks of .ci/run one after the other, shows their output, and ends with one line `N passed, N failed`.
// A suite counts its tests, every other check counts as one.
import { spawnSync } from 'node:child_process';

const checks = [
  ['lock file is complete', 'node scripts/complete-lockfile.mjs --check'],
  ['contracts are generated from proto/', 'npm run --silent proto:check'],
  ['lint, format, contract rules', 'npm run --silent lint'],
  ['types', 'npm run --silent typecheck'],
  ['circuits build to the digests of their manifests', 'npm run --silent circuits:check'],
  ['tests', 'npm test'],
  ['fault tests', 'npm run --silent test:faults'],
  ['demo', 'npm run --silent demo -- --json'],
];

const env = { ...process.env, CI: 'true', NO_COLOR: '1', FORCE_COLOR: '0' };
let passed = 0;
let failed = 0;
for (const [name, command] of checks) {
  console.log(`\n== ${name}: ${command}`);
  const startMs = performance.now();
  const run = spawnSync('bash', ['-o', 'pipefail', '-c', `${command} 2>&1 | tee /dev/stderr`], {
    env,
    encoding: 'utf8',
    maxBuffer: 512 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const suite = testCounts(run.stdout);
  if (suite !== null) {
    passed += suite.passed;
    failed += suite.failed;
  } else if (run.status === 0) {
    passed += 1;
  }
  // A suite can fail without a failed test, e.g. when a file does not load.
  if (run.status !== 0 && (suite?.failed ?? 0) === 0) failed += 1;
  console.log(
    `== ${name}: ${run.status === 0 ? 'ok' : `FAILED (${run.status})`} after ${Math.round((performance.now() - startMs) / 1000)} s`,
  );
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Reads vitest's closing line, e.g. `Tests  2 failed | 179 passed | 1 skipped (182)`. */
function testCounts(output) {
  const line = /^\s*Tests\s+(.*)$/m.exec(output ?? '');
  if (line === null) return null;
  const count = (word) => Number(new RegExp(`([0-9]+) ${word}`).exec(line[1])?.[1] ?? '0');
  return { passed: count('passed'), failed: count('failed') };
}
