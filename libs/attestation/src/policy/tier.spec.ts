import { describe, expect, it } from 'vitest';
import { boot, failures, judge, policy as simulatedPolicy } from '../machine.fixture.js';
import {
  intelPiece,
  judgeWhole,
  packWhole,
  piece,
  standardPolicy,
  withStatus,
} from '../whole-machine.fixture.js';
import type { AppraisalPolicy } from './appraisal-policy.js';
import { appraisalPolicyDigest } from './appraisal-policy.js';
import { tierDefaults } from './tier.js';

const strictPolicy: AppraisalPolicy = { ...standardPolicy, tier: 'strict' };
const production = [standardPolicy, strictPolicy] as const;

describe('simulated hardware', () => {
  it.each(production)('is refused under a policy for production ($tier)', (policy) => {
    const machine = boot({ gpus: 1, binding: { policyDigest: appraisalPolicyDigest(policy) } });
    const appraisal = judge(machine, { policy, policyDigest: appraisalPolicyDigest(policy) });
    expect(appraisal.accepted).toBe(false);
    expect(failures(appraisal.checks)).toEqual(['SIMULATED_HARDWARE']);
  });

  it.each(['strict', 'standard'] as const)('is refused by %s even if an object says otherwise', (tier) => {
    const policy: AppraisalPolicy = { ...simulatedPolicy, tier, allowSimulated: true };
    const policyDigest = appraisalPolicyDigest(policy);
    const appraisal = judge(boot({ binding: { policyDigest } }), { policy, policyDigest });
    expect(appraisal.accepted).toBe(false);
    expect(failures(appraisal.checks)).toContain('SIMULATED_HARDWARE');
    expect(appraisal.level).toBe('SIMULATED');
  });

  it('is accepted by the tier simulated where it is allowed, and by no other word', () => {
    for (const allowSimulated of [true, false]) {
      const policy: AppraisalPolicy = { ...simulatedPolicy, tier: 'simulated', allowSimulated };
      const policyDigest = appraisalPolicyDigest(policy);
      const appraisal = judge(boot({ binding: { policyDigest } }), { policy, policyDigest });
      expect(appraisal.accepted).toBe(allowSimulated);
    }
  });
});

describe('a whole machine', () => {
  it.each(production)('with everything that it needs is attested ($tier)', (policy) => {
    for (const format of ['tdx-quote-v4', 'snp-report'] as const) {
      const appraisal = judgeWhole({ format, gpus: 1 }, policy);
      expect(failures(appraisal.checks), format).toEqual([]);
      expect(appraisal).toMatchObject({ accepted: true, level: 'ATTESTED', unchecked: [] });
    }
  });

  const missing = [
    ['TCB info and revocation lists', { without: ['intel-dcap'] }, 'REVOCATION_UNKNOWN'],
    ['the revocation list of AMD', { format: 'snp-report', without: ['amd-crl'] }, 'REVOCATION_UNKNOWN'],
    ['reference manifests', { gpus: 1, without: ['nvidia-rim'] }, 'RIM_MISSING'],
    ['OCSP responses', { gpus: 1, without: ['nvidia-ocsp'] }, 'REVOCATION_UNKNOWN'],
  ] as const;

  it.each(missing)('without %s fails closed in production', (_name, machine, reason) => {
    for (const policy of production) {
      const appraisal = judgeWhole(machine, policy);
      expect(appraisal).toMatchObject({ accepted: false, level: 'NONE' });
      expect(failures(appraisal.checks)).toEqual([reason]);
      // "Could not be checked" is an outcome of its own.
      expect(appraisal.unchecked.length).toBeGreaterThan(0);
      expect(appraisal.unchecked.every(({ result }) => result === 'error')).toBe(true);
    }
  });

  it.each(missing)(
    'without %s passes only where the simulated tier asks for a report',
    (_name, machine, reason) => {
      const simulated: AppraisalPolicy = { ...standardPolicy, tier: 'simulated' };
      expect(judgeWhole(machine, simulated).accepted).toBe(false);
      const lenient = judgeWhole(machine, { ...simulated, revocation: { mode: 'report' } });
      expect(lenient).toMatchObject({
        accepted: true,
        verdict: 'warning',
        level: 'NONE',
        gpuBinding: 'none',
      });
      expect(lenient.unchecked.map((check) => check.reason)).toContain(reason);
    },
  );

  it('without the key that signed its report passes nowhere', () => {
    const lenient: AppraisalPolicy = { ...standardPolicy, tier: 'simulated', revocation: { mode: 'report' } };
    for (const without of [['amd-vek'], ['amd-chain'], ['amd-vek', 'amd-chain']] as const) {
      const appraisal = judgeWhole({ format: 'snp-report', without }, lenient);
      expect(appraisal.accepted).toBe(false);
      expect(failures(appraisal.checks)).toContain('CERT_MISSING');
    }
  });
});

describe('a status of firmware', () => {
  const outOfDate = { intel: { editTcbInfo: withStatus('OutOfDate', '2026-11-01T00:00:00Z') } };

  it('that is not the best is refused by default, and accepted for the days of grace', () => {
    expect(failures(judgeWhole(outOfDate).checks)).toEqual(['TCB_OUT_OF_DATE']);
    const graced = judgeWhole(outOfDate, { ...standardPolicy, tdx: { graceDays: 30 } });
    expect(graced).toMatchObject({ accepted: true, verdict: 'warning' });
    const late = judgeWhole(outOfDate, { ...standardPolicy, tdx: { graceDays: 10 } });
    expect(failures(late.checks)).toEqual(['TCB_OUT_OF_DATE']);
  });

  it('that needs hardening of software passes standard and not strict', () => {
    const machine = { intel: { editTcbInfo: withStatus('SWHardeningNeeded', '2026-11-01T00:00:00Z') } };
    expect(judgeWhole(machine).accepted).toBe(true);
    expect(failures(judgeWhole(machine, strictPolicy).checks)).toEqual(['TCB_SW_HARDENING_NEEDED']);
  });

  it('that is revoked passes nowhere', () => {
    const machine = { intel: { editTcbInfo: withStatus('Revoked', '2026-11-01T00:00:00Z') } };
    const lenient: AppraisalPolicy = {
      ...standardPolicy,
      tier: 'simulated',
      tdx: { tcbStatuses: ['OutOfDate'], graceDays: 366 },
    };
    expect(failures(judgeWhole(machine, lenient).checks)).toContain('TCB_REVOKED');
  });
});

describe('Milan', () => {
  it('is refused by strict whatever is named, by standard unless it is named', () => {
    const refuses = (policy: AppraisalPolicy): boolean => tierDefaults(policy).refuseCompromisedProducts;
    const named = { snp: { products: ['Milan', 'Genoa'] } } as const;
    expect(refuses(strictPolicy)).toBe(true);
    expect(refuses({ ...strictPolicy, ...named })).toBe(true);
    expect(refuses(standardPolicy)).toBe(true);
    expect(refuses({ ...standardPolicy, ...named })).toBe(false);
  });
});

it("collateral of the caller stands in for the machine's, kind by kind", () => {
  const evidence = packWhole({ intel: { editTcbInfo: withStatus('UpToDate', '2026-11-01T00:00:00Z') } });
  const worse = intelPiece({ editTcbInfo: withStatus('OutOfDate', '2026-11-01T00:00:00Z') });
  const appraisal = judgeWhole({}, standardPolicy, { evidence, collateral: [piece('intel-dcap', worse)] });
  expect(failures(appraisal.checks)).toEqual(['TCB_OUT_OF_DATE']);
});
