import { describe, expect, it } from 'vitest';
import { appraiseTwice } from './compare-appraisals.js';
import { nonce } from './machine.fixture.js';
import { appraisalPolicyDigest } from './policy/appraisal-policy.js';
import {
  genuineRoots,
  HOUR_MS,
  intelPiece,
  NOW,
  nvidiaPieces,
  packWhole,
  piece,
  revokedDevice,
  standardPolicy,
  type WholeMachine,
  withStatus,
} from './whole-machine.fixture.js';

const YEAR_MS = 365 * 24 * HOUR_MS;

function twice(machine: WholeMachine, hindsight: Parameters<typeof appraiseTwice>[0]['hindsight']) {
  return appraiseTwice({
    evidence: packWhole(machine),
    roots: genuineRoots,
    policy: standardPolicy,
    policyDigest: appraisalPolicyDigest(standardPolicy),
    expectedNonce: nonce,
    at: NOW,
    hindsight,
  });
}

describe('evidence judged again', () => {
  it('an hour later is valid both times, though its binding has run out', () => {
    const compared = twice({ gpus: 1 }, { at: NOW + HOUR_MS, collateral: [] });
    expect(compared).toMatchObject({ validThen: true, validNow: true, because: [] });
    expect(compared.summary).toBe('valid then; would be valid now');
  });

  it('with newer TCB info would fail now, because the platform fell behind', () => {
    const newer = intelPiece({ editTcbInfo: withStatus('OutOfDate', '2026-11-10T00:00:00Z') });
    const compared = twice({}, { at: NOW + HOUR_MS, collateral: [piece('intel-dcap', newer)] });
    expect(compared).toMatchObject({ validThen: true, validNow: false, onlyExpired: false });
    expect(compared.because.map(({ reason }) => reason)).toEqual(['TCB_OUT_OF_DATE']);
    expect(compared.summary).toMatch(/^valid then; would fail now, because TCB_OUT_OF_DATE \(OutOfDate/);
  });

  it('with a revocation of later would fail now', () => {
    const [driver, vbios, ...ocsp] = nvidiaPieces();
    const collateral = [driver, vbios, revokedDevice(), ...ocsp.slice(1)].filter((one) => one !== undefined);
    const compared = twice({ gpus: 1 }, { at: NOW + HOUR_MS, collateral });
    expect(compared.because.map(({ reason }) => reason)).toEqual(['GPU_CERT_REVOKED']);
  });

  it('a year later tells what ran out from what was found out', () => {
    const compared = twice({}, { at: NOW + YEAR_MS, collateral: [] });
    expect(compared).toMatchObject({ validThen: true, validNow: false, onlyExpired: true });
    expect(compared.summary).toContain('nothing was found out');
  });

  it('that was refused then is not made good by what is known now', () => {
    const worse = { intel: { editTcbInfo: withStatus('OutOfDate', '2026-11-10T00:00:00Z') } };
    const compared = twice(worse, { at: NOW + HOUR_MS, collateral: [piece('intel-dcap', intelPiece())] });
    expect(compared.hindsight.accepted).toBe(true);
    expect(compared).toMatchObject({ validThen: false, validNow: false });
    expect(compared.summary).toBe('not valid then; hindsight cannot make it valid');
  });
});
