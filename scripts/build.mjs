// Builds everything below dist/: modules by tsc, each program as one file, the verifier and the console. Does nothing when
// a build is newer than all that it is made of; `--force` builds anyway.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { force: { type: 'boolean' } } });
/** Written last, so that a build that was broken off is none. */
const stamp = join(root, 'dist/.built');
const outputs = [
  'apps/cli/src/main.js',
  'apps/cli/main.js',
  'verifier/sealflow-verify.mjs',
  'console/index.html',
];

const complete = [stamp, ...outputs.map((file) => join(root, 'dist', file))].every(existsSync);
if (values.force === true || !complete || newestInputMs() >= statSync(stamp).mtimeMs) {
  const startMs = Date.now();
  rmSync(stamp, { force: true });
  await run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
  await Promise.all([
    run('scripts/build-programs.mjs', '--quiet'),
    run('scripts/build-verifier.mjs', '--quiet').then(() => run('scripts/build-console.mjs', '--quiet')),
  ]);
  // What changed while this ran is newer than the build.
  writeFileSync(stamp, '');
  utimesSync(stamp, new Date(startMs), new Date(startMs));
}

function run(script, ...args) {
  return new Promise((resolve, reject) => {
    // Suites build too, in an environment of their own: bundlers write other texts there, and images would be others.
    const env = { ...process.env, NODE_ENV: 'production' };
    const child = spawn(process.execPath, [join(root, script), ...args], {
      cwd: root,
      env,
      stdio: 'inherit',
    });
    child.once('error', reject);
    child.once('exit', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`${script} ended with ${status}`));
    });
  });
}

function newestInputMs() {
  const files = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(?:package|package-lock|tsconfig.*)\.json$/.test(entry.name))
    .map((entry) => join(root, entry.name));
  for (const folder of ['apps', 'libs', 'test', 'scripts', 'proto']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const made =
        /\.(?:spec|fixture)\.ts$/.test(entry.name) || /\/artifacts\/|\/models\//.test(entry.parentPath);
      if (entry.isFile() && !made) files.push(join(entry.parentPath, entry.name));
    }
  }
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
