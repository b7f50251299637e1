import { describe, expect, it } from 'vitest';
import { encodeCollateral, encodeIntelCollateral, simulateIntelCollateral } from '#attestation';
import { digestOf, utf8 } from '#canonical';
import { demoAuthority, demoStartMs } from '../testing/demo-options.fixture.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { seededRandom } from '../testing/random.fixture.js';
import { tampered } from '../testing/tamper.fixture.js';
import type { TrustFile } from '../trust/trust-file.js';

const DAY_MS = 86_400_000;

/** As if the simulated roots were the vendors': only then does anybody ask for revocation and firmware levels. */
function genuine({ roots, ...trust }: TrustFile): TrustFile {
  return {
    ...trust,
    roots: { ...roots, intel: roots.simulatedCpu, simulatedCpu: [] },
  };
}

function published(issuedMs: number): Uint8Array {
  const data = simulateIntelCollateral(demoAuthority(), { tee: 'TDX', issuedMs }, seededRandom('collateral'));
  return encodeCollateral({
    kind: 'intel-dcap',
    data: encodeIntelCollateral(data),
    fetchedAtMs: issuedMs,
    source: 'https://vendor.example',
  });
}

describe('a bundle of hardware that needs vendor data', () => {
  const document = published(demoStartMs - DAY_MS);
  const whole = demoRun({ collateral: [document] });
  const without = demoRun();

  it('is incomplete where no such data came along', async () => {
    const { exitCode, failed } = await judge(without.bytes, genuine(without.trust));
    expect(failed).toContain('REVOCATION_UNKNOWN');
    expect(exitCode).toBe(3);
  });

  it('verifies offline with the data that stood beside the evidence', async () => {
    const { failed, verdict } = await judge(whole.bytes, genuine(whole.trust));
    expect(failed).toEqual([]);
    const attested = verdict.steps.filter(({ integrity }) => integrity === 'ATTESTED');
    expect(attested.length).toBeGreaterThan(0);
  });

  it('judges that data at the time of the run, however long ago that is', async () => {
    const { failed } = await judge(whole.bytes, genuine(whole.trust), { at: demoStartMs + 4000 * DAY_MS });
    expect(failed).toEqual([]);
  });

  it('is incomplete again when the data is taken out', async () => {
    const bytes = tampered(whole.bytes, (bundle) => {
      delete bundle.blobs[digestOf(document)];
    });
    const { exitCode, failed } = await judge(bytes, genuine(whole.trust));
    expect({ exitCode, unknown: failed.includes('REVOCATION_UNKNOWN') }).toEqual({
      exitCode: 3,
      unknown: true,
    });
  });

  it.each([
    ['that has run out before the run', published(demoStartMs - 60 * DAY_MS), 'COLLATERAL_EXPIRED'],
    ['that is none', utf8('{}'), 'REVOCATION_UNKNOWN'],
  ])('does not verify with data %s', async (_what, bytes, reason) => {
    const bundle = demoRun({ collateral: [bytes] });
    const { exitCode, failed } = await judge(bundle.bytes, genuine(bundle.trust));
    expect(failed).toContain(reason);
    expect(exitCode).not.toBe(0);
  });
});
