import { describe, expect, it } from 'vitest';
import { canonicalBytes, digestOf, type Json, type JsonObject, parseJsonStrict, utf8 } from '#canonical';
import { encodeManifest, manifestDigest, parseManifest } from './manifest.js';
import { ProofsError } from './proofs-error.js';
import { sampleManifest } from './sample-manifest.js';
import { publicSignalMap } from './signal-bindings.js';

const manifest = sampleManifest(utf8('key'), {});
const object = parseJsonStrict(encodeManifest(manifest)) as JsonObject;

function refusal(value: Json): string {
  try {
    parseManifest(canonicalBytes(value));
  } catch (error) {
    if (error instanceof ProofsError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

function signalsWith(index: number, members: JsonObject): Json {
  const signals = object['signals'] as readonly JsonObject[];
  return {
    ...object,
    signals: signals.map((signal, at) => (at === index ? { ...signal, ...members } : signal)),
  };
}

describe('parseManifest', () => {
  it('reads back what was written, under the digest of its bytes', () => {
    const bytes = encodeManifest(manifest);
    expect(parseManifest(bytes)).toEqual(manifest);
    expect(manifestDigest(manifest)).toBe(digestOf(bytes));
  });

  it('refuses a second spelling of the same manifest', () => {
    const pretty = utf8(JSON.stringify(JSON.parse(JSON.stringify(object)), null, 2));
    expect(() => parseManifest(pretty)).toThrow(ProofsError);
  });

  it.each([
    ['an unknown member', { ...object, note: 'x' }],
    ['another version', { ...object, v: 'sealflow/circuit-manifest/v2' }],
    ['an unknown state', { ...object, state: 'trusted' }],
    ['another curve', { ...object, curve: 'bls12381' }],
    [
      'a short digest',
      { ...object, artifacts: { ...(object['artifacts'] as JsonObject), vkey: 'sha256:00' } },
    ],
    ['no signals', { ...object, signals: [] }],
    ['control characters', { ...object, statement: 'a\nb' }],
  ])('refuses %s', (_name, value) => {
    expect(refusal(value)).toMatch(/^MANIFEST_MALFORMED/);
  });

  it('refuses a source digest that does not cover the listed files', () => {
    const source = { ...(object['source'] as JsonObject), digest: `sha256:${'0'.repeat(64)}` };
    expect(refusal({ ...object, source })).toContain('manifest.source.digest');
  });

  it.each([
    ['an index out of order', 1, { index: 0 }],
    ['two signals of one name', 1, { name: 'featuresCommitment' }],
    ['a meaning without its members', 1, { meaning: 'commitment' }],
    ['members of another meaning', 1, { side: 'input' }],
    ['a second context', 1, { meaning: 'context' }],
    ['a repeated choice', 2, { values: ['approve', 'approve'] }],
    ['an input that discloses a choice', 2, { side: 'input' }],
    ['more bits than a field element has', 0, { bits: 255 }],
  ])('refuses %s', (_name, index, members) => {
    expect(refusal(signalsWith(index, members as JsonObject))).toMatch(
      /^MANIFEST_MALFORMED manifest\.signals/,
    );
  });
});

describe('publicSignalMap', () => {
  it('names the edge behind each commitment and leaves the other signals without one', () => {
    const map = publicSignalMap(manifest, {
      inputs: { features: 'extract/features' },
      outputs: { limit: 'score/limit' },
    });
    expect(map).toEqual([
      { index: 0, name: 'featuresCommitment', commitmentOf: 'extract/features' },
      { index: 1, name: 'modelCommitment' },
      { index: 2, name: 'decision' },
      { index: 3, name: 'limitCommitment', commitmentOf: 'score/limit' },
      { index: 4, name: 'context' },
    ]);
  });
});
