// Builds each program as one file, dist/apps/NAME/main.js: its modules and those of its packages, in the order in which
// they are loaded. A process that reads one file of 8 MB is up in a quarter of the time that 2,600 files take. So are
// children and threads that load much. The command line is in parts beside its main.js, for each command loads what it
// needs: V8 takes a fifth of a second for the text of all. Equal sources give equal bytes. `--quiet` prints nothing.
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { quiet: { type: 'boolean' } } });
const services = ['orchestrator', 'tee-worker', 'zk-prover', 'fhe-service'];
/** Children and threads: what tsc wrote, and the one file. */
const children = new Map(
  [
    ['libs/worker/src/fhe/fhe-child.js', 'libs/worker/fhe-child.js'],
    ['apps/tee-worker/src/model-server/model-server.js', 'apps/tee-worker/model-server.js'],
    ['apps/tee-worker/src/runtimes/page-ledger/spend-thread.js', 'apps/tee-worker/spend-thread.js'],
    ['apps/zk-prover/src/verify/verify-thread.js', 'apps/zk-prover/verify-thread.js'],
    ['apps/orchestrator/src/reappraisal/reappraisal-thread.js', 'apps/orchestrator/reappraisal-thread.js'],
    ['apps/cli/src/batch/verify-thread.js', 'apps/cli/verify-thread.js'],
    ['apps/cli/src/reappraise/reappraise-thread.js', 'apps/cli/reappraise-thread.js'],
  ].map((paths) => paths.map((path) => join(root, 'dist', path))),
);
/** Those whose start was found in the text of a program, and leads to the one file. */
const started = new Set();

/** Loaded from node_modules at run time: machine code and WebAssembly with files of their own, and snarkjs, which is under the GPL. */
const besides = ['koffi', 'node-seal', 'onnxruntime-node', 'snarkjs'];
const copyleft =
  /\/node_modules\/(?:snarkjs|ffjavascript|fastfile|r1csfile|@iden3\/binfileutils)\/|\/apps\/zk-prover\//;

/** Packages ask in a `try` for others that are not installed; what is imported by the house itself has to be there. */
const absentPackages = {
  name: 'absent-packages',
  async resolveId(id, importer, options) {
    if (!importer?.includes('/node_modules/') || id.startsWith('.')) return null;
    const found = await this.resolve(id, importer, { ...options, skipSelf: true });
    return found ?? { id, external: true };
  },
};

for (const name of services) await buildFile(...entryOf(name));
for (const [entry, out] of children) await buildFile(entry, out);
await buildParts(...entryOf('cli'));
for (const entry of children.keys())
  if (!started.has(entry)) throw new Error(`${relative(root, entry)}: no program starts it`);

function entryOf(name) {
  const home = join(root, 'dist/apps', name);
  return [join(home, 'src/main.js'), join(home, 'main.js')];
}

async function buildFile(entry, out) {
  const startMs = performance.now();
  const chunks = await chunksOf(entry, out, { codeSplitting: false });
  if (chunks.length !== 1) throw new Error(`${relative(root, out)}: expected one file, got ${chunks.length}`);
  write(out, chunks[0].code);
  tell(out, chunks, startMs);
}

/** Parts have the digests of their bytes in their names: those of the build before go when the new ones are there. */
async function buildParts(entry, out) {
  const startMs = performance.now();
  const home = dirname(out);
  const naming = { entryFileNames: basename(out), chunkFileNames: 'part-[name]-[hash].js' };
  const chunks = await chunksOf(entry, out, { codeSplitting: true, ...naming });
  for (const { fileName, code } of chunks.toReversed()) write(join(home, fileName), code);
  const kept = new Set(chunks.map(({ fileName }) => fileName));
  for (const name of readdirSync(home))
    if (/^part-.*\.js$/.test(name) && !kept.has(name)) rmSync(join(home, name));
  tell(out, chunks, startMs);
}

/** The entry first. */
async function chunksOf(entry, out, splitting) {
  const built = await build({
    root,
    configFile: false,
    envDir: false,
    logLevel: 'error',
    resolve: { conditions: ['node', 'default'] },
    ssr: { noExternal: true, external: besides, resolve: { conditions: ['node', 'default'] } },
    plugins: [absentPackages, placesOfModules(dirname(out)), lateConstants()],
    build: {
      ssr: entry,
      target: 'node22',
      write: false,
      minify: false,
      rolldownOptions: {
        // No names of modules in the output: they are paths, from wherever it is built.
        experimental: { attachDebugInfo: 'none' },
        checks: { pluginTimings: false },
        output: {
          format: 'esm',
          ...splitting,
          keepNames: true,
          banner:
            "import { fileURLToPath as __toPath } from 'node:url';\n" +
            'const __moduleUrl = (path) => new URL(path, import.meta.url).href;\n' +
            'const __modulePath = (path) => __toPath(__moduleUrl(path));',
        },
      },
    },
  });
  const chunks = [built].flat().flatMap(({ output }) => output);
  if (chunks[0]?.isEntry !== true || chunks.some(({ type }) => type !== 'chunk'))
    throw new Error(`${relative(root, out)}: expected files of code, the entry first`);
  const foreign = modulesOf(chunks).filter((id) => copyleft.test(id) && !ofProver(id, out));
  if (foreign.length > 0)
    throw new Error(`${relative(root, out)}: code under the GPL in ${foreign.join(', ')}`);
  return chunks;
}

function modulesOf(chunks) {
  return chunks.flatMap(({ modules }) => Object.keys(modules));
}

function write(file, code) {
  const half = `${file}.${process.pid}`;
  writeFileSync(half, code);
  renameSync(half, file);
}

function tell(out, chunks, startMs) {
  if (values.quiet === true) return;
  const megabytes = chunks.reduce((sum, { code }) => sum + code.length, 0) / 1e6;
  const facts = [
    `${modulesOf(chunks).length} modules`,
    `${megabytes.toFixed(1)} MB`,
    ...(chunks.length > 1 ? [`${chunks.length} files`] : []),
    `${Math.round(performance.now() - startMs)} ms`,
  ];
  console.log(`${relative(root, out)}: ${facts.join(', ')}`);
}

/** Modules of the prover, which is under the GPL, in a program of the prover. */
function ofProver(id, out) {
  const home = join(root, 'dist/apps/zk-prover/');
  return id.startsWith(home) && out.startsWith(home);
}

/** A module finds files from where it lies, and so it does inside the one file. */
function placesOfModules(home) {
  return {
    name: 'places-of-modules',
    transform(code, id) {
      if (!/import\.meta\.|__dirname|__filename/.test(code)) return null;
      const file = id.replace(/\?.*$/, '');
      const path = relative(home, file);
      const place = JSON.stringify(path);
      const folder = JSON.stringify(dirname(path));
      const child = (all, name) => {
        const entry = join(dirname(file), `${name}.js`);
        const out = children.get(entry);
        if (out !== undefined) started.add(entry);
        return out === undefined ? all : `new URL(__moduleUrl(${JSON.stringify(relative(home, out))}))`;
      };
      return code
        .replace(/new URL\('\.\/([\w-]+)\.js', import\.meta\.url\)/g, child)
        .replace(/scriptBeside\(import\.meta\.url, '([\w-]+)'\)/g, child)
        .replaceAll('import.meta.url', `__moduleUrl(${place})`)
        .replaceAll('import.meta.dirname', `__modulePath(${folder})`)
        .replace(/\b__dirname\b/g, `__modulePath(${folder})`)
        .replace(/\b__filename\b/g, `__modulePath(${place})`);
    },
  };
}

/** Constants of Poseidon for 16 widths take a sixth of a second to decode, and most processes hash with two of them. */
function lateConstants() {
  return {
    name: 'late-constants',
    transform(code, id) {
      if (!/\/poseidon-lite\/poseidon\d+\.js$/.test(id)) return null;
      const late = code
        .replace(
          /const c = (\(0, _unstringify\.default\)\(_\.default\));/,
          'let c; const constants = () => (c ??= $1);',
        )
        .replace('(inputs, c, nOuts)', '(inputs, constants(), nOuts)');
      if (!/constants = \(\).*constants\(\), nOuts/s.test(late))
        throw new Error(`${id}: not the text that is known`);
      return late;
    },
  };
}
