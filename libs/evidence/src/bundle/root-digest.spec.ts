import { describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import { redactBundle } from '../disclosure/redact-bundle.js';
import { renderInspect } from '../render/render-inspect.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { rootDigest } from './root-digest.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('the digest that names a bundle', () => {
  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['an object without a root', '{}'],
  ])('of %s is refused', (_what, text) => {
    expect(() => rootDigest(bytesOf(text))).toThrow();
  });

  it('is another one for another run', () => {
    expect(rootDigest(demoRun().bytes)).not.toBe(rootDigest(demoRun({ decision: 'decline' }).bytes));
  });

  it('stays when parts of the bundle are withheld', () => {
    const { bytes } = demoRun();
    expect(rootDigest(redactBundle(bytes, { profile: 'public' }))).toBe(rootDigest(bytes));
  });
});

describe('a run that amends another', () => {
  const before = digestOf(bytesOf('root of the run before'));
  const amended = demoRun({ editRun: (run) => ({ ...run, previousRun: before }) });
  const line = `repeats    the run with root ${before}`;

  it('verifies, and its root names the other', async () => {
    expect((await judge(amended.bytes, amended.trust)).exitCode).toBe(0);
    expect(renderInspect(amended.bytes)).toContain(line);
  });

  it('says nothing of it to the public', () => {
    const shown = renderInspect(redactBundle(amended.bytes, { profile: 'public' }));
    expect(shown).not.toContain(before);
  });
});
