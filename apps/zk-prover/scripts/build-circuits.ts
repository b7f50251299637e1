// SPDX-License-Identifier: GPL-3.0
/**
 * Compiles the circuits and keeps their artifacts honest.
 *
 *   node apps/zk-prover/scripts/build-circuits.ts            compile, print what the sources give
 *   node apps/zk-prover/scripts/build-circuits.ts --check    also fail if a committed artifact does not follow
 *   node apps/zk-prover/scripts/build-circuits.ts --setup    also make new keys and overwrite the artifacts
 *   ... --out <folder>                                       keep the compiler's output (r1cs, sym, wasm)
 *
 * Keys made here are state `dev`: one machine made every contribution and the powers of tau, so whoever ran it
 * could have kept the trapdoor. A verifier refuses such keys unless its policy allows them.
 *
 * The file stands alone (no relative import), so that Node's type stripping runs it without a build.
 */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as snarkjs from 'snarkjs';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const root = repositoryRoot();
const app = join(root, 'apps/zk-prover');
const circuit = 'scorecard';
// -O2 suits groth16: linear constraints cost proving time and buy nothing.
const flags = ['--O2'];
const power = 11;
const includes = [
  'aliascheck',
  'binsum',
  'bitify',
  'comparators',
  'compconstant',
  'poseidon',
  'poseidon_constants',
];
// Any agreed public value does; this one cannot have been picked to suit the contributions after the fact.
const beacon = createHash('sha256').update('sealflow/dev-beacon/v1/scorecard').digest('hex');
const beaconIterationsExp = 10;

interface Compiled {
  readonly compiler: string;
  readonly constraints: number;
  readonly wires: number;
  readonly r1cs: Buffer;
  readonly sym: Buffer;
  readonly wasm: Buffer;
}

const { values: options } = parseArgs({
  options: { check: { type: 'boolean' }, setup: { type: 'boolean' }, out: { type: 'string' } },
});
const work = mkdtempSync(join(tmpdir(), 'sealflow-circuits-'));
try {
  const compiled = compile(work, options.out);
  if (options.setup === true) await setup(work, compiled);
  await report(compiled, options.check === true);
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

/** The compiler runs in a WASI sandbox that follows no symlink: everything it reads is copied below `folder`. */
function compile(folder: string, keep: string | undefined): Compiled {
  cpSync(circomlib(''), join(folder, 'circomlib/circuits'), { recursive: true, dereference: true });
  cpSync(join(app, 'circuits', `${circuit}.circom`), join(folder, `${circuit}.circom`));
  mkdirSync(join(folder, 'out')); // circom2 does not make it, and hides that as "previous errors were found"
  const compiler = circom(folder, ['--version']).match(/circom compiler (\S+)/)?.[1] ?? 'unknown';
  const output = circom(folder, [`${circuit}.circom`, ...flags, '--r1cs', '--wasm', '--sym', '-o', 'out']);
  const out = join(folder, 'out');
  if (keep !== undefined) cpSync(out, resolve(keep), { recursive: true });
  return {
    compiler,
    constraints: count(output, 'non-linear constraints') + count(output, 'linear constraints'),
    wires: count(output, 'wires'),
    r1cs: readFileSync(join(out, `${circuit}.r1cs`)),
    sym: readFileSync(join(out, `${circuit}.sym`)),
    wasm: readFileSync(join(out, `${circuit}_js/${circuit}.wasm`)),
  };
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

/** Powers of tau, two contributions, a beacon; then the whole chain is verified before anything is written. */
async function setup(folder: string, compiled: Compiled): Promise<void> {
  const file = (name: string): string => join(folder, name);
  const entropy = (): string => randomBytes(64).toString('hex');
  const curve = await snarkjs.curves.getCurveFromName('bn128');
  await snarkjs.powersOfTau.newAccumulator(curve, power, file('tau0'));
  await snarkjs.powersOfTau.contribute(file('tau0'), file('tau1'), 'dev', entropy());
  await snarkjs.powersOfTau.preparePhase2(file('tau1'), file('tau'));

  const r1cs = file(`out/${circuit}.r1cs`);
  if ((await snarkjs.zKey.newZKey(r1cs, file('tau'), file('zkey0'))) === -1)
    throw new Error('zkey new failed');
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
  if (!(await snarkjs.zKey.verifyFromR1cs(r1cs, file('tau'), file('zkey'))))
    throw new Error('zkey does not verify');

  const vkey = await verificationKey(file('zkey'));
  const zkey = readFileSync(file('zkey'));
  const manifest: Json = {
    ...describe(compiled),
    artifacts: { ...digests(compiled), zkey: sha256(zkey), vkey: sha256(vkey) },
    setup: {
      ptau: {
        digest: sha256(readFileSync(file('tau'))),
        power,
        origin: 'dev: one contribution, made with the keys',
      },
      contributions: [
        { name: 'dev-1', hash: Buffer.from(first).toString('hex') },
        { name: 'dev-2', hash: Buffer.from(second).toString('hex') },
      ],
      beacon: { value: beacon, iterationsExp: beaconIterationsExp, hash: Buffer.from(last).toString('hex') },
    },
  };
  mkdirSync(artifact(''), { recursive: true });
  writeFileSync(artifact('circuit.wasm'), compiled.wasm);
  writeFileSync(artifact('circuit.zkey'), zkey);
  writeFileSync(artifact('vkey.json'), vkey);
  writeFileSync(artifact('manifest.json'), canonical(manifest));
}

/** What the manifest says apart from the keys: it follows from the sources alone. */
function describe(compiled: Compiled): { readonly [key: string]: Json } {
  const versionOf = (name: string): string =>
    JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
  const sources = [
    {
      path: `circuits/${circuit}.circom`,
      digest: sha256(readFileSync(join(app, 'circuits', `${circuit}.circom`))),
    },
    ...includes.map((name) => ({
      path: `circomlib/circuits/${name}.circom`,
      digest: sha256(readFileSync(circomlib(`${name}.circom`))),
    })),
  ];
  return {
    v: 'sealflow/circuit-manifest/v1',
    name: circuit,
    version: 1,
    state: 'dev',
    protocol: 'groth16',
    curve: 'bn254',
    statement:
      'The committed attributes, scored by the committed model, give this decision and the limit in limitCommitment; context names the run and task.',
    source: { digest: sha256(Buffer.from(canonical(sources))), files: sources },
    compiler: {
      circom: compiled.compiler,
      circom2: versionOf('circom2'),
      circomlib: versionOf('circomlib'),
      flags,
    },
    size: { constraints: compiled.constraints, wires: compiled.wires, domainPower: power },
    contextRule: 'first 31 bytes, big endian, of the SHA-256 digest of the step context',
    signals: [
      {
        index: 0,
        name: 'featuresCommitment',
        bits: 254,
        meaning: 'commitment',
        side: 'input',
        port: 'features',
      },
      { index: 1, name: 'modelCommitment', bits: 254, meaning: 'model', port: 'model' },
      {
        index: 2,
        name: 'decision',
        bits: 2,
        meaning: 'value',
        side: 'output',
        port: 'decision',
        values: ['decline', 'review', 'approve'],
      },
      { index: 3, name: 'limitCommitment', bits: 254, meaning: 'commitment', side: 'output', port: 'limit' },
      { index: 4, name: 'context', bits: 248, meaning: 'context', port: 'context' },
    ],
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
  const { circom: version, ...rest } = { circom: compiled.compiler, ...digests(compiled) };
  console.log(`${circuit}: ${compiled.constraints} constraints, ${compiled.wires} wires, circom ${version}`);
  for (const [name, digest] of Object.entries(rest)) console.log(`  ${name.padEnd(5)} ${digest}`);
  const manifestBytes = readFileSync(artifact('manifest.json'));
  const manifest = JSON.parse(manifestBytes.toString('utf8'));
  const { artifacts: listed, setup: _keys, ...described } = manifest;
  const { artifacts: _a, ...expected } = { artifacts: null, ...describe(compiled) };
  // The state says who made the keys, not what the sources are: a ceremony may raise it.
  const problems = [
    ...differ('manifest', canonical({ ...expected, state: described.state }), canonical(described)),
    ...differ('manifest bytes', canonical(manifest), manifestBytes.toString('utf8')),
    ...Object.entries(digests(compiled)).flatMap(([name, digest]) => differ(name, digest, listed[name])),
    ...differ('circuit.wasm', listed.wasm, sha256(readFileSync(artifact('circuit.wasm')))),
    ...differ('circuit.zkey', listed.zkey, sha256(readFileSync(artifact('circuit.zkey')))),
    ...differ('vkey.json', listed.vkey, sha256(readFileSync(artifact('vkey.json')))),
    ...differ('vkey of zkey', listed.vkey, sha256(await verificationKey(artifact('circuit.zkey')))),
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

function artifact(name: string): string {
  return join(app, 'artifacts', circuit, name);
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
