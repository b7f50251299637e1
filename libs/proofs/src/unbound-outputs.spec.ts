import { describe, expect, it } from 'vitest';
import {
  type Commitment,
  canonicalBytes,
  commitPoseidon,
  digestOf,
  failedChecks,
  type Json,
} from '#canonical';
import { encodeManifest } from './manifest.js';
import { sampleManifest } from './sample-manifest.js';
import { boundOutputs, unboundFacts, unboundOutputs } from './signal-bindings.js';
import { proveByTrapdoor, trapdoorKey } from './trapdoor.js';
import { verifyGroth16 } from './verify-groth16.js';

const key = trapdoorKey(12n, 2);
/** A circuit that decides and does not compute a limit. */
const manifest = sampleManifest(key.vkey, {
  signals: [
    {
      ...{ index: 0, name: 'decision', bits: 1, meaning: 'value', side: 'output', port: 'decision' },
      values: ['decline', 'approve'],
    } as const,
    { index: 1, name: 'context', bits: 248, meaning: 'context', port: 'context' },
  ],
});

function reasons(outputs: Readonly<Record<string, Commitment>>): readonly (string | null)[] {
  const signals = [1n, 9n];
  const bytes = encodeManifest(manifest);
  const checks = verifyGroth16(
    {
      manifest: bytes,
      vkey: key.vkey,
      proof: proveByTrapdoor(key, signals) as Json,
      publicSignals: signals.map(String),
    },
    { context: 9n, inputs: {}, outputs, public: { decision: 'approve' } },
    { manifests: [digestOf(bytes)], allowDev: true },
  );
  return failedChecks(checks).map(({ reason }) => reason);
}

const decision = digestOf(canonicalBytes('approve'));

describe('an output of a proved step', () => {
  it.each<[string, Readonly<Record<string, Commitment>>]>([
    ['beside those that the circuit names', { decision, limit: commitPoseidon([1n], 2n) }],
    ['under the name of a member that every object has', { decision, constructor: decision }],
    ['under the name of the context', { decision, context: decision }],
  ])('is refused %s, though the proof holds', (_, outputs) => {
    expect(reasons(outputs)).toEqual(['OUTPUT_UNBOUND']);
  });

  it('is accepted where a public signal names it', () => {
    expect(reasons({ decision })).toEqual([]);
  });
});

describe('what a circuit says nothing about', () => {
  const scorecard = sampleManifest(key.vkey, {});

  it('are outputs at ports that no output signal has, inputs among them', () => {
    expect(boundOutputs(scorecard)).toEqual(['decision', 'limit']);
    expect(unboundOutputs(scorecard, ['limit', 'features', 'model', 'rest'])).toEqual([
      'features',
      'model',
      'rest',
    ]);
  });

  it('are facts that no signal states', () => {
    expect(unboundFacts(scorecard, ['decision', 'modelCommitment', 'limit', 'context'])).toEqual([
      'limit',
      'context',
    ]);
  });
});
