import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf, type JsonObject, parseJsonStrict } from '#canonical';
import { type Demo, demoRun } from '../testing/demo-run.fixture.js';
import { trustFileDigest } from '../trust/trust-file.js';
import { eatRecord, eatRunProfile } from './eat-record.js';

const madeAtMs = Date.UTC(2026, 10, 22, 8);
let good: Demo;

beforeAll(() => {
  good = demoRun();
});

async function recordOf(bundle: Uint8Array): Promise<JsonObject> {
  return parseJsonStrict((await eatRecord(bundle, good.trust, madeAtMs)).bytes) as JsonObject;
}

function submodOf(record: JsonObject, step: string): JsonObject {
  return (record['submods'] as JsonObject)[step] as JsonObject;
}

describe('a run as an EAT claims set', () => {
  it('is not made of bytes without a run', async () => {
    await expect(eatRecord(Buffer.from('{'), good.trust, madeAtMs)).rejects.toMatchObject({
      code: 'BUNDLE_MALFORMED',
    });
  });

  it('says of a changed bundle that it failed', async () => {
    const text = Buffer.from(good.bytes).toString('utf8');
    const changed = text.replace(
      /"leafSalt":"(.)/,
      (_all, first) => `"leafSalt":"${first === 'A' ? 'B' : 'A'}`,
    );
    const { sealflow } = await recordOf(Buffer.from(changed));
    expect(sealflow).toMatchObject({ outcome: 'failed' });
  });

  it('names bundle, trust file and time, and says first that hardware is simulated', async () => {
    const { verdict } = await eatRecord(good.bytes, good.trust, madeAtMs);
    const record = await recordOf(good.bytes);
    expect(record).toMatchObject({
      eat_profile: eatRunProfile,
      iat: madeAtMs / 1000,
      sealflow: {
        simulated: true,
        outcome: 'verified',
        bundle: digestOf(good.bytes),
        trust: trustFileDigest(good.trust),
        notProven: [...verdict.notProven],
      },
    });
    expect(Object.keys(record['submods'] as JsonObject).sort()).toEqual(
      verdict.steps.map(({ stepId }) => stepId).sort(),
    );
  });

  it('has the attestation result of a machine as it was computed here', async () => {
    const record = await recordOf(good.bytes);
    expect(submodOf(record, 'extract')).toMatchObject({
      eat_profile: 'tag:ietf.org,2026:rats/ear#03',
      submods: {
        cpu0: { ear_status: 'contraindicated', ear_trustworthiness_vector: { hardware: 97 } },
      },
      sealflow: { integrity: 'SIMULATED', claimed: { integrity: 'ATTESTED' }, withheld: false },
    });
  });

  it('has the same bytes for the same input', async () => {
    const made = () => eatRecord(good.bytes, good.trust, madeAtMs);
    expect(Buffer.compare((await made()).bytes, (await made()).bytes)).toBe(0);
  });
});
