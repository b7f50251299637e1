import { describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { redactBundle } from '../disclosure/redact-bundle.js';
import { isSignedBy, parseEnvelope } from '../dsse/envelope.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { partOf, stepPartsOf } from './step-parts.js';

describe('what a step rests on', () => {
  const { bytes, trust } = demoRun();

  it('is nothing of a file that is no bundle', () => {
    for (const text of ['', '{', '[]', '{"root":1}']) {
      expect(stepPartsOf(utf8(text), trust)).toEqual([]);
      expect(partOf(utf8(text), digestOf(utf8(text)))).toBeNull();
    }
  });

  it('is its signed statement and its evidence, each by the digest of its bytes', () => {
    const steps = stepPartsOf(bytes, trust);
    expect(steps.length).toBeGreaterThan(2);
    for (const { stepId, parts } of steps) {
      expect({ stepId, what: parts[0]?.what }).toEqual({ stepId, what: 'statement' });
      for (const { digest, size, carried } of parts.filter((part) => part.carried)) {
        const part = partOf(bytes, digest) ?? new Uint8Array();
        expect({ digest: digestOf(part), size: part.length, carried }).toEqual({
          digest,
          size,
          carried: true,
        });
      }
    }
  });

  it('leads from the key that signed to the image, and from there to the reference values of the reader', () => {
    const [extract] = stepPartsOf(bytes, trust);
    const statement = partOf(bytes, extract?.parts[0]?.digest ?? '') ?? new Uint8Array();
    expect(isSignedBy(parseEnvelope(statement), Buffer.from(extract?.signKey ?? '', 'base64'))).toBe(true);
    expect(extract?.references.map(({ name }) => name)).toEqual(['extract']);
    expect(stepPartsOf(bytes, { policy: { ...trust.policy, measurements: [] } })[0]?.references).toEqual([]);
  });

  it('has no part of a step that is withheld', () => {
    const redacted = redactBundle(bytes, { withhold: ['step:extract'] });
    expect(stepPartsOf(redacted, trust).map(({ stepId }) => stepId)).not.toContain('extract');
  });
});
