import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appraisalPolicyDigest, appraise, parseAppraisalPolicy, vendorTrustRoots } from '#attestation';
import { utf8 } from '#canonical';
import { renderRefused } from './render-appraisal.js';

const policy = parseAppraisalPolicy({
  v: 'sealflow/appraisal-policy/v1',
  allowSimulated: false,
  gpu: { required: false },
  measurements: [],
  bindingRules: ['sealflow/binding/v1'],
  freshness: ['nonce'],
  bindingLifetimeMsMax: 3_600_000,
});
const appraisal = appraise({
  evidence: utf8('no evidence \u001b[2J'),
  roots: vendorTrustRoots,
  policy,
  policyDigest: appraisalPolicyDigest(policy),
  expectedNonce: new Uint8Array(randomBytes(32)),
  at: Date.parse('2026-11-20T21:00:00.000Z'),
});

describe('a refusal that is shown to a person', () => {
  const text = renderRefused([
    { worker: 'workers/a', operation: 'document.extract', appraisal, operationNotAllowed: false },
    { worker: 'workers/b\u001b[31m', operation: 'document.extract', appraisal, operationNotAllowed: true },
  ]);

  it('has a branch for each worker, with its verdict and the checks that failed', () => {
    expect(text).toContain('workers/a for document.extract: none, level NONE');
    expect(text).toMatch(/workers\/a[\s\S]*TEE-PKG-001[\s\S]*EVIDENCE_MALFORMED[\s\S]*workers\/b/);
  });

  it('says what a failed check means and what to do', () => {
    expect(text).toMatch(/means:\s+\S+/);
  });

  it('tells an operation that is not allowed from evidence that fails', () => {
    expect(text.match(/does not let/g)).toHaveLength(1);
  });

  it('holds nothing that a terminal would obey', () => {
    expect(text).not.toContain('\u001b');
  });
});
