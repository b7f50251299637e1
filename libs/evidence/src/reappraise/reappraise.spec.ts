import { describe, expect, it } from 'vitest';
import {
  type Collateral,
  encodeCollateral,
  encodeIntelCollateral,
  type SimulatedCollateralOptions,
  simulateIntelCollateral,
} from '#attestation';
import { commitPoseidon, formatTime, isJsonObject, type JsonObject, utf8 } from '#canonical';
import { redactBundle } from '../disclosure/redact-bundle.js';
import { demoAuthority, demoStartMs } from '../testing/demo-options.fixture.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { demoImage } from '../testing/demo-worker.fixture.js';
import { seededRandom } from '../testing/random.fixture.js';
import { tampered } from '../testing/tamper.fixture.js';
import type { TrustFile } from '../trust/trust-file.js';
import { verifyBundle } from '../verify/verify-bundle.js';
import { parseQuestion, type QuestionInput } from './question.js';
import { reappraise } from './reappraise.js';

const DAY_MS = 86_400_000;
const ADVISORY = 'INTEL-SA-00960';
const demo = demoRun();
const { trust } = demo;
const manifest = demo.steps.circuit.manifestDigest;
const model = commitPoseidon([617n], 3n);

function ask(bytes: Uint8Array, trusted: TrustFile, input: QuestionInput = {}) {
  return reappraise(bytes, trusted, parseQuestion(input));
}

function withoutImage(name: string): TrustFile {
  const measurements = trust.policy.measurements.filter((entry) => entry.name !== name);
  return { ...trust, policy: { ...trust.policy, measurements } };
}

/** As if the simulated roots were the vendors': only then does anybody ask for firmware levels. */
function genuine({ roots, ...rest }: TrustFile): TrustFile {
  return { ...rest, roots: { ...roots, intel: roots.simulatedCpu, simulatedCpu: [] } };
}

function published(options: Omit<SimulatedCollateralOptions, 'tee'>): Collateral {
  const data = simulateIntelCollateral(
    demoAuthority(),
    { tee: 'TDX', ...options },
    seededRandom('collateral'),
  );
  return {
    kind: 'intel-dcap',
    data: encodeIntelCollateral(data),
    fetchedAtMs: options.issuedMs,
    source: 'https://vendor.example',
  };
}

/** The platform's own level, with an advisory that is open on it. */
function leveled(status: string, advisories: readonly string[]) {
  return (tcbInfo: JsonObject): JsonObject => {
    const levels = tcbInfo['tcbLevels'];
    if (!Array.isArray(levels)) throw new TypeError('no levels');
    const tcbLevels = levels.map((entry) =>
      isJsonObject(entry) ? { ...entry, tcbStatus: status, advisoryIDs: [...advisories] } : entry,
    );
    return { ...tcbInfo, tcbLevels };
  };
}

describe('a run under the trust file that it was made for', () => {
  it('holds', async () => {
    expect(await ask(demo.bytes, trust)).toMatchObject({
      runId: demo.steps.runId,
      fate: 'holds',
      exitCode: 0,
      outcome: 'verified',
      reason: null,
      reasons: [],
      matchedBy: [],
      simulated: true,
    });
  });
});

describe('a measurement that is no longer trusted', () => {
  const { mrtd, imageDigest } = demoImage('extract');

  it('fails the runs that rest on it', async () => {
    const found = await ask(demo.bytes, withoutImage('extract'));
    expect(found).toMatchObject({ fate: 'would-fail', exitCode: 1, outcome: 'policy' });
    expect(found?.reasons).toContain('MEASUREMENT_UNKNOWN');
  });

  it.each([
    ['launch measurement', mrtd],
    ['launch measurement in capitals', mrtd.toUpperCase()],
    ['image', imageDigest],
  ])('is found by its %s, although no policy names it any more', async (_what, value) => {
    const found = await ask(demo.bytes, withoutImage('extract'), { measurements: [value] });
    expect(found).toMatchObject({
      fate: 'would-fail',
      matchedBy: [{ by: 'measurement', value: value.toLowerCase(), certain: true }],
    });
  });

  it('says nothing about runs that never saw it', async () => {
    const stranger = demoImage('stranger').mrtd;
    expect(await ask(demo.bytes, withoutImage('extract'), { measurements: [stranger] })).toBeNull();
  });
});

describe('an advisory', () => {
  const issuedMs = demoStartMs - DAY_MS;
  const openThen = published({ issuedMs, editTcbInfo: leveled('UpToDate', [ADVISORY]) });
  const run = demoRun({ collateral: [encodeCollateral(openThen)] });
  const accepted = genuine(run.trust);
  const forbidden: TrustFile = {
    ...accepted,
    policy: { ...accepted.policy, tdx: { forbiddenAdvisories: [ADVISORY] } },
  };

  it('in the vendor data of the run fails it once the policy forbids it', async () => {
    const before = await ask(run.bytes, accepted);
    const after = await ask(run.bytes, forbidden, { advisories: [ADVISORY.toLowerCase()] });
    expect(before?.reasons).not.toContain('ADVISORY_FORBIDDEN');
    expect(after).toMatchObject({
      fate: 'would-fail',
      matchedBy: [{ by: 'advisory', value: ADVISORY, certain: true }],
    });
    expect(after?.reasons).toContain('ADVISORY_FORBIDDEN');
  });

  it('that does not apply to the platform finds nothing', async () => {
    expect(await ask(run.bytes, forbidden, { advisories: ['INTEL-SA-00001'] })).toBeNull();
  });

  it('that the vendor published since fails the run in hindsight, and makes no liar of who appraised it then', async () => {
    const clean = demoRun({ collateral: [encodeCollateral(published({ issuedMs }))] });
    const today = {
      at: demoStartMs + 400 * DAY_MS,
      collateral: [
        published({
          issuedMs: demoStartMs + 399 * DAY_MS,
          evaluationDataNumber: 2,
          editTcbInfo: leveled('OutOfDate', [ADVISORY]),
        }),
      ],
    };
    const question = parseQuestion({ advisories: [ADVISORY] });
    expect(await reappraise(clean.bytes, genuine(clean.trust), question)).toBeNull();
    const found = await reappraise(clean.bytes, genuine(clean.trust), question, today);
    expect(found).toMatchObject({ fate: 'would-fail', matchedBy: [{ value: ADVISORY, certain: true }] });
    expect(found?.reasons).toContain('TCB_OUT_OF_DATE');
    expect(found?.reasons).not.toContain('APPRAISAL_OVERSTATED');
    // The verifier says the same, beside a verdict as of T that stays as it was.
    const trusted = genuine(clean.trust);
    const asOfT = await verifyBundle(clean.bytes, trusted, { at: null });
    const twice = await verifyBundle(clean.bytes, trusted, {
      at: null,
      hindsight: trusted,
      today,
    });
    expect({ ...twice, hindsight: null }).toEqual(asOfT);
    expect(twice.hindsight?.checks.map(({ reason }) => reason)).toContain('TCB_OUT_OF_DATE');
  });

  it('cannot be ruled out for hardware without vendor data', async () => {
    const found = await ask(demo.bytes, genuine(trust), { advisories: [ADVISORY] });
    expect(found).toMatchObject({ fate: 'undecided', exitCode: 3, matchedBy: [{ certain: false }] });
  });

  it('is none of simulated hardware', async () => {
    expect(await ask(demo.bytes, trust, { advisories: [ADVISORY] })).toBeNull();
  });
});

describe('a circuit that is no longer trusted', () => {
  const today = { ...trust, circuits: { ...trust.circuits, manifests: [] } };

  it('fails the runs that it proved a step of', async () => {
    const found = await ask(demo.bytes, today, { circuits: [manifest] });
    expect(found).toMatchObject({
      fate: 'would-fail',
      outcome: 'policy',
      matchedBy: [{ by: 'circuit', value: manifest, certain: true }],
    });
    expect(found?.reasons).toContain('MANIFEST_NOT_PINNED');
  });

  it('leaves a run alone that proved nothing', async () => {
    const opened = demoRun({ workflow: 'ledger-open' });
    expect(await ask(opened.bytes, today, { circuits: [manifest] })).toBeNull();
    expect(await ask(opened.bytes, today)).toMatchObject({ fate: 'holds' });
  });
});

describe('a model', () => {
  it('finds its runs, whatever their verdict', async () => {
    expect(await ask(demo.bytes, trust, { models: [model] })).toMatchObject({
      fate: 'holds',
      matchedBy: [{ by: 'model', value: model, certain: true }],
    });
  });

  it('that the root names by the digest of its weights is found as well', async () => {
    const weightsDigest = demoImage('weights').imageDigest;
    const models = [{ name: 'reader', version: '1', weightsDigest, cardDigest: null }];
    const run = demoRun({ editRun: (record) => ({ ...record, models }) });
    const found = await ask(run.bytes, trust, { models: [weightsDigest] });
    expect(found?.matchedBy).toEqual([{ by: 'model', value: weightsDigest, certain: true }]);
  });

  it('of another kind finds nothing', async () => {
    expect(await ask(demo.bytes, trust, { models: [commitPoseidon([618n], 3n)] })).toBeNull();
  });
});

describe('what cannot be read', () => {
  it('is undecided in every period and by every filter', async () => {
    const found = await ask(utf8('{'), trust, { from: 0, to: 1, circuits: [manifest] });
    expect(found).toMatchObject({
      runId: null,
      endedAt: null,
      fate: 'undecided',
      exitCode: 7,
      matchedBy: [{ by: 'circuit', certain: false }],
    });
  });

  it('in a withheld step is not taken as absent', async () => {
    const bytes = redactBundle(demo.bytes, { withhold: ['step:reserve.apply'] });
    const stranger = demoImage('stranger').imageDigest;
    const found = await ask(bytes, trust, { measurements: [stranger] });
    expect(found).toMatchObject({
      fate: 'undecided',
      exitCode: 3,
      reason: 'STEP_WITHHELD',
      matchedBy: [{ by: 'measurement', value: stranger, certain: false }],
    });
  });

  it('of the evidence of a step leaves its measurement open', async () => {
    const digest = demo.steps.workers.extract.package;
    const bytes = tampered(demo.bytes, (bundle) => {
      delete bundle.blobs[digest];
    });
    const stranger = demoImage('stranger').imageDigest;
    const found = await ask(bytes, trust, { measurements: [stranger] });
    expect(found).toMatchObject({ exitCode: 3, matchedBy: [{ certain: false }] });
  });
});

describe('the period', () => {
  it('counts its first moment and not its last', async () => {
    const end = (await ask(demo.bytes, trust))?.endedAt ?? '';
    const after = formatTime(Date.parse(end) + 1);
    expect(await ask(demo.bytes, trust, { from: end, to: after })).not.toBeNull();
    expect(await ask(demo.bytes, trust, { from: after })).toBeNull();
    expect(await ask(demo.bytes, trust, { to: end })).toBeNull();
  });
});

describe('a question', () => {
  it.each<[string, QuestionInput]>([
    ['a day instead of a time', { from: '2026-11-20' }],
    ['a time that is no number', { to: Number.NaN }],
    ['a period that ends before it begins', { from: 2, to: 2 }],
    ['a measurement of half its length', { measurements: ['ab'.repeat(24)] }],
    ['an advisory with a blank', { advisories: ['INTEL SA 00960'] }],
    ['a circuit by its name', { circuits: ['credit-scorecard'] }],
    ['a model by its name', { models: ['scorecard'] }],
    ['more filters than anybody has', { models: Array.from({ length: 65 }, () => model) }],
  ])('with %s is refused before any run is read', (_what, input) => {
    expect(() => parseQuestion(input)).toThrow(expect.objectContaining({ code: 'QUESTION_INVALID' }));
  });
});
