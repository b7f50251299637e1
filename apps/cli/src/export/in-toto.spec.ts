import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64, parseJsonStrict } from '#canonical';
import { inTotoPayloadType, isSignedBy, parseEnvelope, parseStepPredicate, statementOf } from '#evidence';
import { inTotoLines } from './in-toto.js';
import { type JudgedBundle, judgedBundle } from './judged-bundle.fixture.js';
import { opened } from './opened-bundle.js';

let good: JudgedBundle;
let lines: string[];

beforeAll(async () => {
  good = await judgedBundle();
  const text = Buffer.from(inTotoLines(opened(good.bundle))).toString('utf8');
  expect(text.endsWith('\n')).toBe(true);
  lines = text.slice(0, -1).split('\n');
});

describe('in-toto attestations of a bundle', () => {
  it('are no longer signed once a byte of a payload changes', () => {
    const [first = ''] = lines;
    const [orchestrator = ''] = good.trust.orchestratorKeys;
    const key = fromBase64(orchestrator);
    expect(isSignedBy(parseEnvelope(Buffer.from(first)), key)).toBe(true);
    const changed = first.replace(/"payload":"(.{40})(.)/, (_all, kept: string, old: string) => {
      return `"payload":"${kept}${old === 'A' ? 'B' : 'A'}`;
    });
    expect(changed).not.toBe(first);
    expect(isSignedBy(parseEnvelope(Buffer.from(changed)), key)).toBe(false);
  });

  it('are one envelope of in-toto a line, the run first, and every step that is disclosed', () => {
    const envelopes = lines.map((line) => {
      const { payloadType, signatures } = parseJsonStrict(Buffer.from(line)) as Record<string, unknown>;
      expect(payloadType).toBe(inTotoPayloadType);
      expect(signatures).not.toEqual([]);
      return parseEnvelope(Buffer.from(line));
    });
    const types = envelopes.map((envelope) => statementOf(envelope).predicateType);
    expect(types[0]).toBe('https://sealflow.dev/evidence/run/v1');
    const steps = envelopes
      .filter((_, index) => types[index] === 'https://sealflow.dev/evidence/step/v1')
      .map((envelope) => parseStepPredicate(statementOf(envelope).predicate).stepId);
    expect(steps).toEqual(good.verdict.steps.map(({ stepId }) => stepId));
    expect(types.filter((type) => type === 'https://sealflow.dev/evidence/appraisal/v1')).not.toEqual([]);
  });

  it('have the bytes of the bundle, and nothing of its blobs', () => {
    const { root, steps, appraisals } = opened(good.bundle);
    expect(lines.map((line) => parseEnvelope(Buffer.from(line)).digest)).toEqual(
      [root, ...steps, ...appraisals].map(({ digest }) => digest),
    );
  });
});
