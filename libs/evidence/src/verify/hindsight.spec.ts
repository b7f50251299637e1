import { describe, expect, it } from 'vitest';
import { canonicalBytes, formatTime, parseTime, toJson, utf8 } from '#canonical';
import { renderVerdict } from '../render/render-verdict.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { at, tampered } from '../testing/tamper.fixture.js';
import { TestAuthority } from '../testing/tsa.fixture.js';
import { appendRenewals, attachTimestamps, type BundleTimestamp } from '../time/members.js';
import { parseLogProof } from '../tlog/log-proof.js';
import { formatNote, parseNote } from '../tlog/note.js';
import { type TrustFile, trustFileDigest } from '../trust/trust-file.js';
import { verifyBundle } from './verify-bundle.js';

const demo = demoRun({ witnesses: 1 });
const { trust } = demo;

function withoutImage(name: string): TrustFile {
  const measurements = trust.policy.measurements.filter((entry) => entry.name !== name);
  return { ...trust, policy: { ...trust.policy, measurements } };
}

async function judged(bytes: Uint8Array, first: TrustFile, updated: TrustFile) {
  const verdict = await verifyBundle(bytes, first, { at: null, hindsight: updated });
  return { verdict, hindsight: verdict.hindsight ?? expect.fail('no second verdict') };
}

describe('what was found out since', () => {
  it('lowers the second verdict alone: a measurement that was withdrawn', async () => {
    const updated = withoutImage('extract');
    const { verdict, hindsight } = await judged(demo.bytes, trust, updated);
    expect(verdict).toMatchObject({ outcome: 'verified', exitCode: 0, reason: null });
    expect(hindsight).toMatchObject({
      trustDigest: trustFileDigest(updated),
      outcome: 'policy',
      exitCode: 4,
      reason: 'MEASUREMENT_UNKNOWN',
    });
    const reasons = hindsight.checks.map(({ reason }) => reason);
    expect(reasons).toContain('MEASUREMENT_UNKNOWN');
    // The orchestrator that accepted it then was no liar.
    expect(reasons).not.toContain('APPRAISAL_OVERSTATED');
  });

  it.each<[string, Partial<TrustFile>, string, number]>([
    ['a key of the orchestrator that was lost', { orchestratorKeys: [] }, 'ORCHESTRATOR_KEY_UNKNOWN', 5],
    [
      'a circuit that was withdrawn',
      { circuits: { manifests: [], allowDev: true } },
      'MANIFEST_NOT_PINNED',
      4,
    ],
    ['a root that was given up', { roots: { ...trust.roots, simulatedCpu: [] } }, 'UNKNOWN_ISSUER', 5],
  ])('names the reason: %s', async (_what, change, reason, exitCode) => {
    const { verdict, hindsight } = await judged(demo.bytes, trust, { ...trust, ...change });
    expect(verdict.exitCode).toBe(0);
    expect(hindsight.exitCode).toBe(exitCode);
    expect(hindsight.checks.map((check) => check.reason)).toContain(reason);
  });

  it('names the reason: an approver who is none any more', async () => {
    const referred = demoRun({ decision: 'review' });
    const { hindsight } = await judged(referred.bytes, referred.trust, { ...referred.trust, approvers: [] });
    expect(hindsight).toMatchObject({ exitCode: 5, reason: 'APPROVER_UNKNOWN' });
  });

  it('says nothing when nothing changed', async () => {
    const { hindsight } = await judged(demo.bytes, trust, trust);
    expect(hindsight).toMatchObject({ outcome: 'verified', exitCode: 0, reason: null, checks: [] });
  });

  it('never heals: what failed as of T fails in hindsight, whatever the updated file accepts', async () => {
    const first = withoutImage('extract');
    const { verdict, hindsight } = await judged(demo.bytes, first, trust);
    expect(verdict).toMatchObject({ outcome: 'policy', reason: 'MEASUREMENT_UNKNOWN' });
    expect(hindsight).toMatchObject({ outcome: 'policy', exitCode: 4, reason: verdict.reason, checks: [] });
  });

  it('of bytes that are no bundle is the same verdict', async () => {
    const { verdict, hindsight } = await judged(utf8('{'), trust, trust);
    expect([verdict.outcome, hindsight.outcome]).toEqual(['malformed', 'malformed']);
    expect(hindsight.reason).toBe(verdict.reason);
  });

  it('is absent unless it is asked for', async () => {
    expect((await verifyBundle(demo.bytes, trust, { at: null })).hindsight).toBeNull();
  });
});

describe('the first verdict', () => {
  it('is the same with and without hindsight', async () => {
    const { verdict } = await judged(demo.bytes, trust, withoutImage('extract'));
    const alone = await verifyBundle(demo.bytes, trust, { at: null });
    expect({ ...verdict, hindsight: null }).toEqual(alone);
    expect(() => canonicalBytes(toJson(verdict))).not.toThrow();
  });
});

describe('an authority that lost its key after it stamped', () => {
  let text = '';
  let stampedMs = 0;
  tampered(demo.bytes, (bundle) => {
    ({ text } = parseLogProof(at(bundle.log, 0).proof).note);
  });
  const lost = new TestAuthority('lost.example', parseTime('2026-11-20T22:00:00.000Z'));
  const fresh = new TestAuthority('fresh.example', parseTime('2026-11-20T22:00:00.000Z'));
  const stamp = (authority: TestAuthority): BundleTimestamp => ({
    ...{ kind: 'rfc3161', over: 'checkpoint', digestAlg: 'sha256', chain: [], crls: [] },
    token: authority.token({ data: utf8(text), genTimeMs: stampedMs }),
  });

  it('is not believed in hindsight, and a renewal by another stands in', async () => {
    const witnessed = (await verifyBundle(demo.bytes, trust, { at: null })).asOf?.time ?? '';
    stampedMs = parseTime(witnessed);
    const first = { ...trust, timestampAuthorities: [lost.trusted, fresh.trusted], tsaQuorum: 1 };
    const withdrawn = { ...lost.trusted, to: formatTime(stampedMs - 1000) };
    const updated = { ...first, timestampAuthorities: [withdrawn, fresh.trusted] };
    const bytes = attachTimestamps(demo.bytes, [stamp(lost)]);
    const { verdict, hindsight } = await judged(bytes, first, updated);
    expect(verdict.asOf?.authorities).toEqual(['lost.example']);
    expect(hindsight).toMatchObject({ exitCode: 5, reason: 'TIMESTAMP_AUTHORITY_WITHDRAWN' });

    let note = '';
    tampered(bytes, (bundle) => {
      const { proof } = at(bundle.log, 0);
      note = formatNote(parseNote(proof.slice(proof.indexOf('\n\n') + 2)));
    });
    const renewed = appendRenewals(bytes, [{ checkpoint: note, consistency: [], timestamp: stamp(fresh) }]);
    const after = await judged(renewed, first, updated);
    expect(after.verdict.exitCode).toBe(0);
    expect(after.hindsight).toMatchObject({ outcome: 'verified', reason: null });
  });
});

describe('the report for people', () => {
  it('has both verdicts, and says which of them is of when', async () => {
    const { verdict } = await judged(demo.bytes, trust, withoutImage('extract'));
    const text = renderVerdict(verdict);
    expect(text).toMatch(/^VERIFIED.* as of /m);
    expect(text).toMatch(
      /^IN HINDSIGHT {2}AUTHENTIC, BUT NOT ALLOWED by the policy {2}MEASUREMENT_UNKNOWN$/m,
    );
    expect(text).toMatch(/valid then; would fail now, under the updated trust file sha256:[0-9a-f]{64}/);
    expect(text).toMatch(/^FAIL .*MEASUREMENT_UNKNOWN.*\(in hindsight/m);
  });

  it('says so when nothing was found out', async () => {
    const { verdict } = await judged(demo.bytes, trust, trust);
    expect(renderVerdict(verdict)).toMatch(/^IN HINDSIGHT {2}VERIFIED under the updated trust file/m);
  });

  it('does not call valid what was not', async () => {
    const { verdict } = await judged(demo.bytes, withoutImage('extract'), trust);
    expect(renderVerdict(verdict)).toContain('not verified then, nor now');
  });
});
