import { describe, expect, it } from 'vitest';
import { verifyBundle } from '#evidence';
import { goldenBundles } from './golden-bundles.js';

/** Bundles are kept for years: whatever this code becomes, it must come to the same verdict on every old one. */
describe('a bundle that was written by an earlier version', () => {
  const bundles = goldenBundles();

  it('is there to be verified, for runs of every end', () => {
    const ends = new Set(bundles.map(({ expected }) => expected.status));
    expect([...ends].sort()).toEqual(['cancelled', 'completed', 'failed', 'rejected']);
  });

  it.each(bundles)('$name still has its verdict', async ({ bytes, trust, expected }) => {
    const { exitCode, outcome, reason, run, steps } = await verifyBundle(bytes, trust, { at: null });
    expect({
      exitCode,
      outcome,
      reason,
      status: run?.status,
      steps: steps.map(({ stepId, integrity, confidentiality }) => ({ stepId, integrity, confidentiality })),
    }).toEqual(expected);
  });
});
