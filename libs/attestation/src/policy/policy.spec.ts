import { describe, expect, it } from 'vitest';
import { toJson } from '#canonical';
import { policy, roots } from '../machine.fixture.js';
import { appraisalPolicyDigest, parseAppraisalPolicy } from './appraisal-policy.js';
import { parseTrustRoots, vendorTrustRoots } from './trust-roots.js';

describe('an appraisal policy', () => {
  it('reads back the same, and its digest names every field', () => {
    expect(parseAppraisalPolicy(toJson(policy))).toEqual(policy);
    const changed = { ...policy, allowSimulated: false };
    expect(appraisalPolicyDigest(changed)).not.toBe(appraisalPolicyDigest(policy));
  });

  const [measurement] = policy.measurements;
  const malformed: readonly [string, object][] = [
    ['an unknown member', { ...policy, alowSimulated: true }],
    ['an unknown nested member', { ...policy, gpu: { required: true, counts: 1 } }],
    ['another version', { ...policy, v: 'sealflow/appraisal-policy/v2' }],
    ['a flag that is no flag', { ...policy, allowSimulated: 'yes' }],
    ['an unknown binding rule', { ...policy, bindingRules: ['any'] }],
    ['an unknown way of being fresh', { ...policy, freshness: ['clock'] }],
    ['one way of being fresh twice', { ...policy, freshness: ['nonce', 'nonce'] }],
    ['a lifetime of zero', { ...policy, bindingLifetimeMsMax: 0 }],
    ['a short measurement', { ...policy, measurements: [{ ...measurement, mrtd: 'a1' }] }],
    ['an upper-case measurement', { ...policy, measurements: [{ ...measurement, mrtd: 'A1'.repeat(48) }] }],
    ['one guest and image twice', { ...policy, measurements: [measurement, { ...measurement, name: 'b' }] }],
    ['an image without a digest', { ...policy, measurements: [{ ...measurement, imageDigest: 'latest' }] }],
  ];

  it.each(malformed)('with %s is malformed', (_name, value) => {
    expect(() => parseAppraisalPolicy(toJson(value))).toThrowError(
      expect.objectContaining({ code: 'POLICY_MALFORMED' }),
    );
  });
});

describe('trust roots', () => {
  it('read back the same', () => {
    expect(parseTrustRoots(toJson(roots))).toEqual(roots);
  });

  const malformed: readonly [string, object][] = [
    ['an unknown list', { ...roots, amdd: [] }],
    ['a missing list', { intel: [] }],
    ['a key that is no digest', { ...roots, intel: ['abc'] }],
    [
      'a key on a list of hardware and on one of simulations',
      { ...roots, simulatedCpu: vendorTrustRoots.intel },
    ],
  ];

  it.each(malformed)('with %s are malformed', (_name, value) => {
    expect(() => parseTrustRoots(toJson(value))).toThrowError(
      expect.objectContaining({ code: 'TRUST_ROOTS_MALFORMED' }),
    );
  });
});
