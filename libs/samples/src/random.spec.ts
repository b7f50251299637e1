import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.js';

describe('seededRandom', () => {
  it('gives the same stream for the same seed, whether number or text', () => {
    const stream = (seed: number | string) => {
      const rng = seededRandom(seed);
      return Array.from({ length: 5 }, () => rng.integer(0, 999_999));
    };
    expect(stream(7)).toEqual(stream('7'));
    expect(stream(7)).not.toEqual(stream(8));
  });

  it('never changes: committed model weights depend on this stream', () => {
    const rng = seededRandom('sealflow');
    expect(Array.from({ length: 4 }, () => rng.integer(0, 0xffff_ffff))).toMatchInlineSnapshot(`
      [
        4274901164,
        1700634892,
        1830352114,
        3214676459,
      ]
    `);
  });

  it('keeps integers inside both ends and reaches them', () => {
    const rng = seededRandom(1);
    const seen = new Set(Array.from({ length: 500 }, () => rng.integer(-1, 2)));
    expect([...seen].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
  });

  it('draws weighted values about as often as their weights say', () => {
    const rng = seededRandom(2);
    const hits = Array.from({ length: 10_000 }, () =>
      rng.weighted([
        ['often', 3],
        ['never', 0],
        ['seldom', 1],
      ] as const),
    );
    const share = hits.filter((hit) => hit === 'often').length / hits.length;
    expect(share).toBeGreaterThan(0.73);
    expect(share).toBeLessThan(0.77);
    expect(hits).not.toContain('never');
  });

  it('refuses to pick from an empty list', () => {
    expect(() => seededRandom(3).pick([])).toThrow(RangeError);
  });
});
