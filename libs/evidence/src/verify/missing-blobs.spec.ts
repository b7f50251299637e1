import { describe, expect, it } from 'vitest';
import { createSimulationAuthority, simulatedRoots } from '#attestation';
import { demoStartMs } from '../testing/demo-options.fixture.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { seededRandom } from '../testing/random.fixture.js';
import { tampered } from '../testing/tamper.fixture.js';

const demo = demoRun();
const blobs = Object.entries(
  (JSON.parse(new TextDecoder().decode(demo.bytes)) as { blobs: Record<string, { mediaType: string }> })
    .blobs,
).map(([digest, { mediaType }]) => ({ digest, type: mediaType.replace('application/vnd.', '') }));

/** Something could not be looked at, and what rests on it is not shown as good. */
const mild = ['BLOB_MISSING', 'LEDGER_PREVIOUS_MISSING', 'ASSURANCE_LOWERED'];

describe('a bundle without one of its blobs', () => {
  it.each(blobs)(
    '($type) is incomplete at worst, and nobody in it is called a forger',
    async ({ digest }) => {
      const bytes = tampered(demo.bytes, (bundle) => {
        delete bundle.blobs[digest];
      });
      const { verdict, failed } = await judge(bytes, demo.trust);
      expect({ outcome: verdict.outcome, failed }).toEqual({
        outcome: expect.stringMatching(/^(incomplete|verified)$/),
        failed: failed.filter((reason) => mild.includes(reason)),
      });
    },
  );

  it('is incomplete when it is the evidence of a step', async () => {
    const evidence = blobs.filter(({ type }) => type.startsWith('sealflow.evidence-package'));
    expect(evidence.length).toBeGreaterThan(0);
    const bytes = tampered(demo.bytes, (bundle) => {
      for (const { digest } of evidence) delete bundle.blobs[digest];
    });
    const { exitCode, failed } = await judge(bytes, demo.trust);
    expect({ exitCode, failed }).toEqual({ exitCode: 3, failed: ['BLOB_MISSING', 'ASSURANCE_LOWERED'] });
  });
});

describe('a relying party that knows other hardware roots', () => {
  it('has a question of trust, and no forgery', async () => {
    const stranger = createSimulationAuthority(seededRandom('stranger'), demoStartMs - 86_400_000);
    const trust = { ...demo.trust, roots: { ...demo.trust.roots, ...simulatedRoots(stranger) } };
    const { exitCode, failed } = await judge(demo.bytes, trust);
    expect(failed).toContain('UNKNOWN_ISSUER');
    expect({ exitCode, overstated: failed.includes('APPRAISAL_OVERSTATED') }).toEqual({
      exitCode: 5,
      overstated: false,
    });
  });
});
