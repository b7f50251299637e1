import { describe, expect, it } from 'vitest';
import { errorFacts } from './logger.js';

describe('an error in a log', () => {
  it('keeps its kind, code and first line, and says where it was thrown', () => {
    const error = Object.assign(new TypeError('no table\nparams: CANARY'), { code: '42P01' });
    const facts = errorFacts(error) as { frames: string[] };
    expect(facts).toMatchObject({ type: 'TypeError', code: '42P01', message: 'no table' });
    expect(facts.frames[0]).toContain('logger.spec.ts');
    expect(JSON.stringify(facts)).not.toContain('CANARY');
  });

  it('is short, however long its text', () => {
    const text = JSON.stringify(errorFacts(new Error('x'.repeat(1_000_000))));
    expect(text.length).toBeLessThan(5_000);
  });

  it('that is no error is only named', () => {
    expect(errorFacts('CANARY')).toEqual({ type: 'string' });
  });
});
