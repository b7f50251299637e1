// SPDX-License-Identifier: GPL-3.0
/** From a network file to the artifacts of a circuit: compiled, keyed for development, described by a manifest. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalBytes, digestOf, toJson } from '#canonical';
import { type Network, type NetworkMode, parseNetwork } from '#inference';
import {
  type CircuitManifest,
  devCircuitSeed,
  encodeManifest,
  KNOWN_TAU_ORIGIN,
  type PublicSignal,
  signManifest,
} from '#proofs';
import { type KnownTauKey, writeKnownTauKey } from '../dev-setup/known-tau-key.js';
import {
  CIRCOM_FLAGS,
  type CompiledCircuit,
  circomlibFolder,
  compileCircom,
  packageVersion,
} from './circom.js';
import { BATCH_INCLUDES, compileBatch } from './compile-batch.js';
import { compileNetwork, NETWORK_INCLUDES } from './compile-network.js';
import { ZkmlError } from './zkml-error.js';

export interface NetworkSource {
  readonly network: Network;
  readonly mode: NetworkMode;
  /** Items that one proof decides; null: a single one, without a number in its names. */
  readonly batch: number | null;
  /** The file as it was read: the manifest names its digest. */
  readonly bytes: Uint8Array;
  readonly circom: string;
  readonly includes: Readonly<Record<string, string>>;
}

/** Files of circomlib that the parts of a network draw in. */
const CIRCOMLIB = [
  'bitify',
  'comparators',
  'binsum',
  'aliascheck',
  'compconstant',
  'poseidon',
  'poseidon_constants',
];
const CONTRIBUTORS = ['dev-1', 'dev-2'];

/** @throws InferenceError NETWORK_MALFORMED, NETWORK_OVERFLOW */
export function networkSource(
  bytes: Uint8Array,
  mode: NetworkMode,
  circuitsFolder: string,
  batch: number | null = null,
): NetworkSource {
  const network = parseNetwork(bytes);
  if (batch !== null && mode !== 'model-committed')
    throw new ZkmlError(
      'COMPILER_FAILED',
      'batch: constant weights cost nothing, so nothing is saved by a batch',
    );
  const includes = (batch === null ? NETWORK_INCLUDES : BATCH_INCLUDES).map((name) => [
    `${name}.circom`,
    readFileSync(join(circuitsFolder, `${name}.circom`), 'utf8'),
  ]);
  return {
    network,
    mode,
    bytes,
    batch,
    circom: batch === null ? compileNetwork(network, mode) : compileBatch(network, batch),
    includes: Object.fromEntries(includes),
  };
}

/** What the sources give, without keys: the same bytes on every run. */
export async function compileSource(source: NetworkSource): Promise<CompiledCircuit> {
  return await compileCircom(source.circom, source.includes);
}

/** Compiles, makes a key whose trapdoor this process knew, and writes all of it into `folder`. */
export async function buildNetwork(source: NetworkSource, folder: string): Promise<CircuitManifest> {
  const compiled = await compileSource(source);
  mkdirSync(folder, { recursive: true });
  const zkeyPath = join(folder, 'circuit.zkey');
  const key = await writeKnownTauKey({
    r1cs: compiled.r1cs,
    zkeyPath,
    contributors: CONTRIBUTORS,
    // Any agreed public value does; this one cannot have been picked to suit the contributions after the fact.
    beacon: createHash('sha256').update(`sealflow/dev-beacon/v1/${source.network.name}`).digest(),
    random: (count) => new Uint8Array(randomBytes(count)),
  });
  const vkeyBytes = canonicalBytes(key.vkey);
  const manifest = manifestOf(source, compiled, key, {
    zkey: digestOf(new Uint8Array(readFileSync(zkeyPath))),
    vkey: digestOf(vkeyBytes),
  });
  writeFileSync(join(folder, 'circuit.wasm'), compiled.wasm);
  writeFileSync(join(folder, 'vkey.json'), vkeyBytes);
  writeFileSync(join(folder, 'network.json'), source.bytes);
  const manifestBytes = encodeManifest(manifest);
  writeFileSync(join(folder, 'manifest.json'), manifestBytes);
  // With the key that everybody has: it says that the manifest is whole, and gives nobody a reason to trust it.
  writeFileSync(join(folder, 'manifest.dsse.json'), signManifest(manifestBytes, [devCircuitSeed]));
  return manifest;
}

/** The parts of a manifest that follow from the sources alone. */
export function describeNetwork(
  source: NetworkSource,
  compiled: CompiledCircuit,
): Omit<CircuitManifest, 'artifacts' | 'setup' | 'state' | 'size'> {
  const { network, mode, batch } = source;
  const name = batch === null ? network.name : `${network.name}-batch-${batch}`;
  const file = (path: string, bytes: Uint8Array) => ({ path, digest: digestOf(bytes) });
  const files = [
    file(`networks/${network.name}.json`, source.bytes),
    file(`networks/${name}.circom`, Buffer.from(source.circom, 'utf8')),
    ...Object.entries(source.includes).map(([name, text]) =>
      file(`circuits/${name}`, Buffer.from(text, 'utf8')),
    ),
    ...CIRCOMLIB.map((name) =>
      file(`circomlib/circuits/${name}.circom`, readFileSync(join(circomlibFolder(), `${name}.circom`))),
    ),
  ];
  const model = mode === 'model-in-vkey' ? 'the network that this key stands for' : 'the committed network';
  return {
    v: 'sealflow/circuit-manifest/v1',
    name,
    version: network.version,
    protocol: 'groth16',
    curve: 'bn254',
    statement: `The committed inputs, run through ${model} in integer arithmetic, ${batch === null ? 'give this label' : 'give these labels'}; context names the run and task.`,
    source: { digest: digestOf(canonicalBytes(toJson(files))), files },
    compiler: {
      circom: compiled.compiler,
      circom2: packageVersion('circom2'),
      circomlib: packageVersion('circomlib'),
      flags: CIRCOM_FLAGS,
    },
    contextRule: 'first 31 bytes, big endian, of the SHA-256 digest of the step context',
    signals: batch === null ? networkSignals(network, mode) : batchSignals(network, batch),
  };
}

function manifestOf(
  source: NetworkSource,
  compiled: CompiledCircuit,
  key: KnownTauKey,
  keys: Pick<CircuitManifest['artifacts'], 'zkey' | 'vkey'>,
): CircuitManifest {
  return {
    ...describeNetwork(source, compiled),
    state: 'dev',
    size: { constraints: compiled.constraints, wires: compiled.wires, domainPower: key.domainPower },
    artifacts: {
      r1cs: digestOf(compiled.r1cs),
      sym: digestOf(compiled.sym),
      wasm: digestOf(compiled.wasm),
      ...keys,
    },
    setup: {
      ptau: {
        digest: digestOf(Buffer.from(key.tauDigest, 'utf8')),
        power: key.domainPower,
        origin: KNOWN_TAU_ORIGIN,
      },
      contributions: key.contributions,
      beacon: key.beacon,
    },
  };
}

/** Public signals in circuit order: outputs, then the context. */
export function networkSignals({ output }: Network, mode: NetworkMode): readonly PublicSignal[] {
  const signals: readonly PublicSignal[] = [
    { index: 0, name: 'inputCommitment', bits: 254, meaning: 'commitment', side: 'input', port: 'features' },
    ...(mode === 'model-in-vkey'
      ? []
      : [{ index: 1, name: 'modelCommitment', bits: 254, meaning: 'model', port: 'model' } as const]),
    {
      index: 2,
      name: 'label',
      bits: Math.ceil(Math.log2(output.values.length)),
      meaning: 'value',
      side: 'output',
      port: 'decision',
      values: output.values,
    },
    { index: 3, name: 'context', bits: 248, meaning: 'context', port: 'context' },
  ];
  return signals.map((signal, index) => ({ ...signal, index }));
}

/** One commitment and one label an item; ports and names are numbered from one. */
export function batchSignals(network: Network, batch: number): readonly PublicSignal[] {
  const [input, model, label, context] = networkSignals(network, 'model-committed');
  if (input === undefined || model === undefined || label === undefined || context === undefined) return [];
  const numbered = (signal: PublicSignal): PublicSignal[] =>
    Array.from({ length: batch }, (_, item) => ({
      ...signal,
      name: `${signal.name}${item + 1}`,
      port: `${signal.port}${item + 1}`,
    }));
  return [...numbered(input), model, ...numbered(label), context].map((signal, index) => ({
    ...signal,
    index,
  }));
}
