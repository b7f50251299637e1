import { describe, expect, it } from 'vitest';
import { digestOf, failedChecks, type Json, type JsonObject } from '#canonical';
import { encodeManifest, parseManifest } from './manifest.js';
import { sampleManifest } from './sample-manifest.js';
import { publicSignalMap } from './signal-bindings.js';
import { proveByTrapdoor, trapdoorKey } from './trapdoor.js';
import { verifyGroth16 } from './verify-groth16.js';

const key = trapdoorKey(11n, 2);
const manifest = sampleManifest(key.vkey, {
  signals: [
    { index: 0, name: 'nullifier', bits: 16, meaning: 'fact', port: 'nullifier' },
    { index: 1, name: 'context', bits: 248, meaning: 'context', port: 'context' },
  ],
});

function reasons(value: bigint, stated: JsonObject): readonly (string | null)[] {
  const signals = [value, 9n];
  const bytes = encodeManifest(manifest);
  const checks = verifyGroth16(
    {
      manifest: bytes,
      vkey: key.vkey,
      proof: proveByTrapdoor(key, signals) as Json,
      publicSignals: signals.map(String),
    },
    { context: 9n, inputs: {}, outputs: {}, public: stated },
    { manifests: [digestOf(bytes)], allowDev: true },
  );
  return failedChecks(checks).map(({ reason }) => reason);
}

describe('a public number of a proof', () => {
  it.each<[string, JsonObject]>([
    ['another number', { nullifier: '1235' }],
    ['nothing', {}],
    ['a number instead of its text', { nullifier: 1234 }],
    ['a leading zero', { nullifier: '01234' }],
    ['its hexadecimal form', { nullifier: '0x4d2' }],
    ['a space', { nullifier: ' 1234' }],
    ['the name of something else', { root: '1234' }],
  ])('is refused when the step states %s', (_, stated) => {
    expect(reasons(1234n, stated)).toEqual(['PUBLIC_VALUE_MISMATCH']);
  });

  it('is refused above the bits that the manifest gives it', () => {
    expect(reasons(65_536n, { nullifier: '65536' })).toEqual(['SIGNAL_SCHEMA_MISMATCH']);
    expect(reasons(65_535n, { nullifier: '65535' })).toEqual([]);
  });

  it('is accepted as the step states it, and stands for no edge', () => {
    expect(reasons(1234n, { nullifier: '1234' })).toEqual([]);
    expect(reasons(0n, { nullifier: '0' })).toEqual([]);
    expect(publicSignalMap(manifest, { inputs: { nullifier: 'a/nullifier' }, outputs: {} })[0]).toEqual({
      index: 0,
      name: 'nullifier',
    });
    expect(parseManifest(encodeManifest(manifest)).signals).toEqual(manifest.signals);
  });
});
