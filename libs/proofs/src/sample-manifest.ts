import { canonicalBytes, type Digest, digestOf, toJson, utf8 } from '#canonical';
import type { CircuitManifest } from './manifest.js';

/** The shape of the scorecard circuit's manifest around any key of five signals; for tests, see `trapdoorKey`. */
export function sampleManifest(vkey: Uint8Array, members: Partial<CircuitManifest>): CircuitManifest {
  const filler = (name: string): Digest => digestOf(utf8(`sample ${name}`));
  const files = [{ path: 'circuits/sample.circom', digest: filler('source') }];
  return {
    v: 'sealflow/circuit-manifest/v1',
    name: 'sample',
    version: 1,
    state: 'dev',
    protocol: 'groth16',
    curve: 'bn254',
    statement: 'Nothing: the trapdoor of this key is public.',
    source: { digest: digestOf(canonicalBytes(toJson(files))), files },
    compiler: { circom: '2.2.3', circom2: '0.2.23', circomlib: '2.0.5', flags: ['--O2'] },
    size: { constraints: 1, wires: 1, domainPower: 1 },
    artifacts: {
      r1cs: filler('r1cs'),
      sym: filler('sym'),
      wasm: filler('wasm'),
      zkey: filler('zkey'),
      vkey: digestOf(vkey),
    },
    setup: {
      ptau: { digest: filler('ptau'), power: 11, origin: 'none' },
      contributions: [
        { name: 'sample-1', hash: '11'.repeat(64) },
        { name: 'sample-2', hash: '22'.repeat(64) },
      ],
      beacon: { value: '33'.repeat(32), iterationsExp: 10, hash: '44'.repeat(64) },
    },
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
    ...members,
  };
}
