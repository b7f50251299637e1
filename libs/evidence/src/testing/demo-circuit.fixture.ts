import {
  type Commitment,
  canonicalBytes,
  commitmentField,
  type Digest,
  digestOf,
  type JsonObject,
  toJson,
  utf8,
} from '#canonical';
import {
  type CircuitManifest,
  encodeManifest,
  type PublicSignal,
  proveByTrapdoor,
  type TrapdoorKey,
  trapdoorKey,
} from '#proofs';

/** A stand-in for the scorecard circuit: same public signals, keys with a known trapdoor. */
export interface DemoCircuit {
  readonly manifest: Uint8Array;
  readonly manifestDigest: Digest;
  readonly vkey: Uint8Array;
  /** Of the scorecard's signals those that this circuit has. */
  take<T>(signals: readonly T[]): readonly T[];
  prove(signals: readonly bigint[]): JsonObject;
}

export const decisions = ['decline', 'review', 'approve'] as const;
export type Decision = (typeof decisions)[number];

const scorecardSignals: readonly PublicSignal[] = [
  {
    index: 0,
    name: 'featuresCommitment',
    bits: 254,
    meaning: 'commitment',
    port: 'features',
    side: 'input',
  },
  { index: 1, name: 'modelCommitment', bits: 254, meaning: 'model', port: 'model' },
  {
    index: 2,
    name: 'decision',
    bits: 2,
    meaning: 'value',
    port: 'decision',
    side: 'output',
    values: decisions,
  },
  { index: 3, name: 'limitCommitment', bits: 254, meaning: 'commitment', port: 'limit', side: 'output' },
  { index: 4, name: 'context', bits: 248, meaning: 'context', port: 'context' },
];

const keys = new Map<number, TrapdoorKey>();

/** Many bundles of a test are proved under one key, as in life. */
function keyFor(signalCount: number): TrapdoorKey {
  const key = keys.get(signalCount) ?? trapdoorKey(41n, signalCount);
  keys.set(signalCount, key);
  return { ...key, vkey: key.vkey.slice() };
}

/** @param without names of signals that the circuit does not have, as if it proved less */
export function demoCircuit(
  state: CircuitManifest['state'] = 'dev',
  without: readonly string[] = [],
): DemoCircuit {
  const key = keyFor(scorecardSignals.length - without.length);
  const take = <T>(signals: readonly T[]): readonly T[] =>
    signals.filter((_, index) => !without.includes(scorecardSignals[index]?.name ?? ''));
  const files = [{ path: 'circuits/demo.circom', digest: digestOf(utf8('demo.circom')) }];
  const other = digestOf(utf8('not used by tests'));
  const manifest = encodeManifest({
    v: 'sealflow/circuit-manifest/v1',
    name: 'scorecard',
    version: 1,
    state,
    protocol: 'groth16',
    curve: 'bn254',
    statement: 'The committed attributes, scored by the committed model, give this decision.',
    source: { digest: digestOf(canonicalBytes(toJson(files))), files },
    compiler: { circom: '2.2.3', circom2: '0.2.23', circomlib: '2.0.5', flags: ['--O2'] },
    size: { constraints: 1, wires: 1, domainPower: 1 },
    artifacts: { r1cs: other, sym: other, wasm: other, zkey: other, vkey: digestOf(key.vkey) },
    setup: {
      ptau: { digest: other, power: 11, origin: 'test' },
      contributions: ['one', 'two'].map((name) => ({ name, hash: '00'.repeat(64) })),
      beacon: { value: '00'.repeat(32), iterationsExp: 10, hash: '00'.repeat(64) },
    },
    contextRule: 'first 31 bytes, big endian, of the SHA-256 digest of the step context',
    signals: take(scorecardSignals).map((signal, index) => ({ ...signal, index })),
  });
  return {
    manifest,
    manifestDigest: digestOf(manifest),
    vkey: key.vkey,
    take,
    prove: (signals) => proveByTrapdoor(key, signals),
  };
}

export function signalsOf(values: {
  features: Commitment;
  model: Commitment;
  decision: Decision;
  limit: Commitment;
  context: bigint;
}): bigint[] {
  return [
    commitmentField(values.features),
    commitmentField(values.model),
    BigInt(decisions.indexOf(values.decision)),
    commitmentField(values.limit),
    values.context,
  ];
}
