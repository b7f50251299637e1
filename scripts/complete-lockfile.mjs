// Adds the optional packages of other platforms that a registry mirror left out of package-lock.json.
//
// npm 11 refuses a lock in which an optional dependency is missing ("Missing: ... from lock file"), npm 10 does not.
// Entries made here carry version and platform, and no integrity: they are never installed on the machine that made
// them, and a machine of that platform gets them from its own registry. Run after every `npm install`; `--check` fails
// when something is missing.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = [];

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
  'windows',
];
const processors = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'universal',
  'wasm32',
  'x64',
];

/** Platform fields from a name such as `@biomejs/cli-linux-x64-musl`. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined;
  return {
    ...(os === undefined ? {} : { os: [os === 'windows' ? 'win32' : os] }),
    ...(cpu === undefined || cpu === 'universal' ? {} : { cpu: [cpu] }),
    ...(libc === undefined ? {} : { libc: [libc] }),
  };
}

/** The copy that node would resolve from `owner`: beside it, or in a folder above. */
function isLocked(owner, name) {
  let folder = owner;
  for (;;) {
    const key = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock.packages[key] !== undefined) return true;
    if (folder === '') return false;
    const cut = folder.lastIndexOf('/node_modules/');
    folder = cut < 0 ? '' : folder.slice(0, cut);
  }
}

for (const [owner, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(owner, name)) continue;
    const version = range.replace(/^[\^~]/, '');
    lock.packages[`node_modules/${name}`] = { version, ...platformOf(name), optional: true };
    added.push(`${name}@${version}`);
  }
}

// The registry that made the lock is nobody's business; npm asks its own.
const addresses = Object.values(lock.packages).filter((entry) => entry.resolved !== undefined);

if (process.argv.includes('--check')) {
  if (added.length > 0 || addresses.length > 0) {
    console.error(
      `package-lock.json: ${added.length} optional packages missing, ${addresses.length} addresses; run node scripts/complete-lockfile.mjs`,
    );
    process.exit(1);
  }
} else {
  for (const entry of addresses) delete entry.resolved;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`added ${added.length} optional packages, removed ${addresses.length} addresses`);
}
