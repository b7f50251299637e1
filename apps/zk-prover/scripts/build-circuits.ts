// SPDX-License-Identifier: GPL-3.0
/**
 * Compiles the circuits and keeps their artifacts honest. Each circuit is `circuits/<name>.circom` and, in
 * `circuits/<name>.json`, what its proofs mean: statement, public signals, size of the powers of tau.
 *
 *   node apps/zk-prover/scripts/build-circuits.ts [name ...]  compile, print what the sources give; all unless named
 *   ... --check          also fail if a committed artifact does not follow
 *   ... --setup          also make new keys and overwrite the artifacts
 *   ... --describe       write manifests anew around the keys that are there, where only words or comments changed
 *   ... --ptau <file>    prepared powers of tau for --setup; made anew unless given
 *   ... --out <folder>   keep the compiler's output (r1cs, sym, wasm)
 *   ... --flags=<flags>  compile another way, to look at it: with --out, and neither --check nor --setup
 *
 * Keys made here are state `dev`: one machine made every contribution and the powers of tau, so whoever ran it
 * could have kept the trapdoor. A verifier refuses such keys unless its policy allows them.
 *
 * The file stands alone (no relative import), so that Node's type stripping runs it without a build.
 */
import { spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, randomBytes, sign } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as snarkjs from 'snarkjs';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** `circuits/<name>.json`. */
interface Meaning {
  readonly version: number;
  readonly power: number;
  readonly statement: string;
  readonly signals: readonly { readonly [key: string]: Json }[];
}

const root = repositoryRoot();
const app = join(root, 'apps/zk-prover');
// -O2 suits groth16: linear constraints cost proving time and buy nothing.
const keyFlags = ['--O2'];
const beaconIterationsExp = 10;
/** Ed25519, RFC 8410: PKCS#8 around a raw key is a fixed prefix. */
const PKCS8_PREFIX = '302e020100300506032b657004220420';

interface Compiled {
  readonly name: string;
  readonly meaning: Meaning;
  readonly sources: readonly { readonly path: string; readonly digest: string }[];
  readonly compiler: string;
  readonly constraints: number;
  readonly wires: number;
  readonly r1cs: Buffer;
  readonly sym: Buffer;
  readonly wasm: Buffer;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: 'boolean' },
    setup: { type: 'boolean' },
    describe: { type: 'boolean' },
    ptau: { type: 'string' },
    out: { type: 'string' },
    flags: { type: 'string' },
  },
});
const known = readdirSync(join(app, 'circuits'))
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort();
const unknown = positionals.find((name) => !known.includes(name));
if (unknown !== undefined) throw new Error(`no circuit ${unknown}: expected some of ${known.join(', ')}`);
const names = positionals.length > 0 ? positionals : known;

const work = mkdtempSync(join(tmpdir(), 'sealflow-circuits-'));
try {
  // The compiler runs in a WASI sandbox that follows no symlink: everything it reads is copied below `work`.
  cpSync(circomlib(''), join(work, 'circomlib/circuits'), { recursive: true, dereference: true });
  cpSync(join(app, 'circuits'), work, { recursive: true, filter: (file) => !file.endsWith('.ts') });
  mkdirSync(join(work, 'out')); // circom2 does not make it, and hides that as "previous errors were found"
  const compiled = names.map((name) => compile(work, name));
  if (options.out !== undefined) cpSync(join(work, 'out'), resolve(options.out), { recursive: true });
  if (options.setup === true) {
    const powers = compiled.map(({ meaning }) => meaning.power);
    const tau = await powersOfTau(work, powers);
    for (const each of compiled) await setup(work, each, tau);
  }
  if (options.describe === true) for (const each of compiled) describeAnew(each);
  if (options.flags === undefined) for (const each of compiled) await report(each, options.check === true);
} finally {
  rmSync(work, { recursive: true, force: true });
  await (await snarkjs.curves.getCurveFromName('bn128')).terminate();
}

function repositoryRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    if (dirname(folder) === folder) throw new Error('no package.json above this script');
    folder = dirname(folder);
  }
  return folder;
}

function compile(folder: string, name: string): Compiled {
  const meaning: Meaning = JSON.parse(readFileSync(join(app, 'circuits', `${name}.json`), 'utf8'));
  const flags = options.flags?.split(' ') ?? keyFlags;
  const compiler = circom(folder, ['--version']).match(/circom compiler (\S+)/)?.[1] ?? 'unknown';
  const output = circom(folder, [`${name}.circom`, ...flags, '--r1cs', '--wasm', '--sym', '-o', 'out']);
  const out = join(folder, 'out');
  return {
    name,
    meaning,
    sources: sourcesOf(name),
    compiler,
    constraints: count(output, 'non-linear constraints') + count(output, 'linear constraints'),
    wires: count(output, 'wires'),
    r1cs: readFileSync(join(out, `${name}.r1cs`)),
    sym: readFileSync(join(out, `${name}.sym`)),
    wasm: readFileSync(join(out, `${name}_js/${name}.wasm`)),
  };
}

/** The circuit and all that it includes: files of this folder first, then circomlib's, each sorted by name. */
function sourcesOf(name: string): Compiled['sources'] {
  const files = new Map<string, Buffer>();
  const add = (path: string): void => {
    if (files.has(path)) return;
    const bytes = readFileSync(
      path.startsWith('circomlib/') ? circomlib(path.split('/').at(-1) ?? '') : join(app, path),
    );
    files.set(path, bytes);
    const folder = path.startsWith('circomlib/') ? 'circomlib/circuits' : 'circuits';
    for (const [, included = ''] of bytes.toString('utf8').matchAll(/^include "(?:\.\/)?([^"]+)";/gm)) {
      add(included.includes('/') ? included : `${folder}/${included}`);
    }
  };
  add(`circuits/${name}.circom`);
  return [...files]
    .sort(([a], [b]) => (order(a) < order(b) ? -1 : 1))
    .map(([path, bytes]) => ({ path, digest: sha256(bytes) }));
}

function order(path: string): string {
  return `${path.startsWith('circomlib/') ? 1 : 0}${path}`;
}

function circom(cwd: string, args: readonly string[]): string {
  const require = createRequire(join(root, 'package.json'));
  const cli = join(dirname(require.resolve('circom2/package.json')), 'cli.js');
  const run = spawnSync(process.execPath, [cli, ...args], { cwd, encoding: 'utf8' });
  if (run.status !== 0)
    throw new Error(`circom2 ${args.join(' ')} ended with ${run.status}: ${run.stdout}${run.stderr}`);
  return run.stdout;
}

function circomlib(file: string): string {
  return join(root, 'node_modules/circomlib/circuits', file);
}

function count(output: string, label: string): number {
  const found = output.match(new RegExp(`^(?:\\S*\\s)?${label}: (\\d+)`, 'm'))?.[1];
  if (found === undefined) throw new Error(`circom2 did not print "${label}"`);
  return Number(found);
}

interface Tau {
  readonly file: string;
  readonly power: number;
}

/** One file of prepared powers for all circuits: the largest serves the smaller ones too. */
async function powersOfTau(folder: string, powers: readonly number[]): Promise<Tau> {
  const power = Math.max(...powers);
  if (options.ptau !== undefined) return { file: resolve(options.ptau), power };
  const file = (name: string): string => join(folder, name);
  const curve = await snarkjs.curves.getCurveFromName('bn128');
  await snarkjs.powersOfTau.newAccumulator(curve, power, file('tau0'));
  await snarkjs.powersOfTau.contribute(file('tau0'), file('tau1'), 'dev', entropy());
  await snarkjs.powersOfTau.preparePhase2(file('tau1'), file('tau'));
  return { file: file('tau'), power };
}

function entropy(): string {
  return randomBytes(64).toString('hex');
}

/** Two contributions and a beacon; then the whole chain is verified before anything is written. */
async function setup(folder: string, compiled: Compiled, tau: Tau): Promise<void> {
  const { name } = compiled;
  const file = (kind: string): string => join(folder, `${name}.${kind}`);
  // Any agreed public value does; this one cannot have been picked to suit the contributions after the fact.
  const beacon = createHash('sha256').update(`sealflow/dev-beacon/v1/${name}`).digest('hex');
  const r1cs = join(folder, `out/${name}.r1cs`);
  if ((await snarkjs.zKey.newZKey(r1cs, tau.file, file('zkey0'))) === -1) throw new Error('zkey new failed');
  const first = await snarkjs.zKey.contribute(file('zkey0'), file('zkey1'), 'dev-1', entropy());
  const second = await snarkjs.zKey.contribute(file('zkey1'), file('zkey2'), 'dev-2', entropy());
  const last = await snarkjs.zKey.beacon(
    file('zkey2'),
    file('zkey'),
    'dev-beacon',
    beacon,
    beaconIterationsExp,
  );
  if (last === false) throw new Error('beacon refused');
  if (!(await snarkjs.zKey.verifyFromR1cs(r1cs, tau.file, file('zkey'))))
    throw new Error('zkey does not verify');

  const vkey = await verificationKey(file('zkey'));
  const zkey = readFileSync(file('zkey'));
  const manifest: Json = {
    ...describe(compiled),
    artifacts: { ...digests(compiled), zkey: sha256(zkey), vkey: sha256(vkey) },
    setup: {
      ptau: {
        digest: sha256(readFileSync(tau.file)),
        power: tau.power,
        origin: 'dev: one contribution, made with the keys',
      },
      contributions: [
        { name: 'dev-1', hash: Buffer.from(first).toString('hex') },
        { name: 'dev-2', hash: Buffer.from(second).toString('hex') },
      ],
      beacon: { value: beacon, iterationsExp: beaconIterationsExp, hash: Buffer.from(last).toString('hex') },
    },
  };
  mkdirSync(artifact(name, ''), { recursive: true });
  writeFileSync(artifact(name, 'circuit.wasm'), compiled.wasm);
  writeFileSync(artifact(name, 'circuit.zkey'), zkey);
  writeFileSync(artifact(name, 'vkey.json'), vkey);
  writeManifest(name, manifest);
}

function writeManifest(name: string, manifest: Json): void {
  writeFileSync(artifact(name, 'manifest.json'), canonical(manifest));
  writeFileSync(artifact(name, 'manifest.dsse.json'), signed(Buffer.from(canonical(manifest))));
}

/** Keys belong to constraints: they stay good where the compiler still gives the same ones. */
function describeAnew(compiled: Compiled): void {
  const { name } = compiled;
  const { artifacts, setup: made } = JSON.parse(readFileSync(artifact(name, 'manifest.json'), 'utf8'));
  const { r1cs, ...rest } = digests(compiled);
  if (artifacts.r1cs !== r1cs)
    throw new Error(`${name}: other constraints need other keys; run with --setup`);
  writeFileSync(artifact(name, 'circuit.wasm'), compiled.wasm);
  writeManifest(name, { ...describe(compiled), artifacts: { ...artifacts, r1cs, ...rest }, setup: made });
}

/**
 * A DSSE envelope by the development key, whose seed is public: it says that these are dev keys and nothing else.
 * `sealflow circuits sign --key` is for keys that mean something.
 */
function signed(manifest: Buffer): string {
  const type = 'application/vnd.sealflow.circuit-manifest.v1+json';
  const seed = createHash('sha256').update('sealflow/dev-circuit-signer/v1').digest();
  const key = createPrivateKey({
    key: Buffer.concat([Buffer.from(PKCS8_PREFIX, 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const message = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${manifest.length} `), manifest]);
  const signatures = [{ sig: sign(null, message, key).toString('base64') }];
  return canonical({ payload: manifest.toString('base64'), payloadType: type, signatures });
}

/** What the manifest says apart from the keys: it follows from the sources alone. */
function describe(compiled: Compiled): { readonly [key: string]: Json } {
  const versionOf = (name: string): string =>
    JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
  const { name, meaning, sources } = compiled;
  return {
    v: 'sealflow/circuit-manifest/v1',
    name,
    version: meaning.version,
    state: 'dev',
    protocol: 'groth16',
    curve: 'bn254',
    statement: meaning.statement,
    source: { digest: sha256(Buffer.from(canonical(sources))), files: sources },
    compiler: {
      circom: compiled.compiler,
      circom2: versionOf('circom2'),
      circomlib: versionOf('circomlib'),
      flags: keyFlags,
    },
    size: { constraints: compiled.constraints, wires: compiled.wires, domainPower: meaning.power },
    contextRule: 'first 31 bytes, big endian, of the SHA-256 digest of the step context',
    signals: meaning.signals.map((signal, index) => ({ index, ...signal })),
  };
}

function digests(compiled: Compiled): { readonly [key: string]: string } {
  return { r1cs: sha256(compiled.r1cs), sym: sha256(compiled.sym), wasm: sha256(compiled.wasm) };
}

/** snarkjs adds a precomputed pairing; a verifier that used it would trust the file, so it is left out. */
async function verificationKey(zkey: string): Promise<Buffer> {
  const { vk_alphabeta_12: _precomputed, ...vkey } = await snarkjs.zKey.exportVerificationKey(zkey);
  return Buffer.from(canonical(vkey));
}

async function report(compiled: Compiled, strict: boolean): Promise<void> {
  const { name } = compiled;
  const { circom: version, ...rest } = { circom: compiled.compiler, ...digests(compiled) };
  console.log(`${name}: ${compiled.constraints} constraints, ${compiled.wires} wires, circom ${version}`);
  for (const [name, digest] of Object.entries(rest)) console.log(`  ${name.padEnd(5)} ${digest}`);
  const manifestBytes = readFileSync(artifact(name, 'manifest.json'));
  const manifest = JSON.parse(manifestBytes.toString('utf8'));
  const { artifacts: listed, setup: _keys, ...described } = manifest;
  const { artifacts: _a, ...expected } = { artifacts: null, ...describe(compiled) };
  // The state says who made the keys, not what the sources are: a ceremony may raise it.
  const problems = [
    ...differ('manifest', canonical({ ...expected, state: described.state }), canonical(described)),
    ...differ('manifest bytes', canonical(manifest), manifestBytes.toString('utf8')),
    ...Object.entries(digests(compiled)).flatMap(([name, digest]) => differ(name, digest, listed[name])),
    ...differ('circuit.wasm', listed.wasm, sha256(readFileSync(artifact(name, 'circuit.wasm')))),
    ...differ('circuit.zkey', listed.zkey, sha256(readFileSync(artifact(name, 'circuit.zkey')))),
    ...differ('vkey.json', listed.vkey, sha256(readFileSync(artifact(name, 'vkey.json')))),
    ...differ('vkey of zkey', listed.vkey, sha256(await verificationKey(artifact(name, 'circuit.zkey')))),
  ];
  console.log(`  manifest ${sha256(manifestBytes)} (keys: ${manifest.state})`);
  for (const problem of problems) console.error(`  differs: ${problem}`);
  if (problems.length === 0) console.log('  committed artifacts follow from the sources');
  else if (strict) process.exitCode = 1;
}

function differ(what: string, expected: string, actual: string): string[] {
  return expected === actual
    ? []
    : [`${what}: expected ${expected}, got ${actual}; run with --setup after a change`];
}

function artifact(circuit: string, file: string): string {
  return join(app, 'artifacts', circuit, file);
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** RFC 8785 for what occurs here: ASCII keys and strings, integers. The manifest's digest is over these bytes. */
function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(',')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}
