import { describe, expect, it } from 'vitest';
import { lookOf } from './verdict-banner.js';

const withheld = [{ kind: 'step', what: 'score', where: 'tree' }] as const;

describe('the look of a verdict', () => {
  it('is good for nothing but a verified run of which all is shown and nothing is simulated', () => {
    const plain = { outcome: 'verified', simulated: false, withheldParts: [] } as const;
    expect(lookOf({ ...plain, simulated: true })).toBe('simulated');
    expect(lookOf({ ...plain, withheldParts: withheld })).toBe('warn');
    for (const outcome of ['failed', 'malformed'] as const) expect(lookOf({ ...plain, outcome })).toBe('bad');
    for (const outcome of ['incomplete', 'policy', 'trust-root', 'version'] as const)
      expect(lookOf({ ...plain, outcome })).toBe('warn');
    expect(lookOf(plain)).toBe('good');
  });
});
