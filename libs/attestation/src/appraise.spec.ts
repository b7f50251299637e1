import { describe, expect, it } from 'vitest';
import { fromUtf8, utf8 } from '#canonical';
import { gpuNonce, reportData } from './binding.js';
import {
  AT_MS,
  authority,
  boot,
  failures,
  flip,
  judge,
  type Machine,
  MRTD,
  nonce,
  policy,
  random,
  roots,
} from './machine.fixture.js';
import { vendorTrustRoots } from './policy/trust-roots.js';
import { createSimulationAuthority } from './simulated/authority.js';
import { simulateTdxQuote } from './simulated/simulate-tdx-quote.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const YEAR_MS = 365 * DAY_MS;

describe('a simulated machine that the policy allows', () => {
  const machine = boot({ gpus: 1 });
  const appraisal = judge(machine);

  it('is accepted, and its level is SIMULATED', () => {
    expect(failures(appraisal.checks)).toEqual([]);
    expect(appraisal).toMatchObject({ accepted: true, verdict: 'warning', level: 'SIMULATED' });
  });

  it('is named simulated by a check of its own', () => {
    const check = appraisal.checks.find(({ reason }) => reason === 'SIMULATED_HARDWARE');
    expect(check).toMatchObject({ id: 'TEE-POL-003', result: 'warn' });
  });

  it('is contraindicated hardware in the attestation result, whatever the policy permits', () => {
    expect(appraisal.ear).toMatchObject({
      submods: {
        cpu0: { ear_status: 'contraindicated', ear_trustworthiness_vector: { hardware: 97 } },
        gpu0: { ear_status: 'contraindicated', ear_trustworthiness_vector: { hardware: 97 } },
      },
    });
  });

  it('shows its keys, its measurement and how its GPU is bound', () => {
    expect(appraisal.binding?.sealKeys[0]?.publicKey).toEqual(machine.sealKey);
    expect(appraisal.measurement).toMatchObject({
      name: 'worker',
      mrtd: MRTD,
      operations: ['document.extract'],
    });
    expect(appraisal.gpuBinding).toBe('software-asserted');
    expect(appraisal.claims.tdx).toMatchObject({ mrtd: MRTD, root: 'simulated' });
  });

  it('is accepted as stored evidence, with freshness left open', () => {
    const stored = judge(machine, { expectedNonce: null });
    expect(stored.accepted).toBe(true);
    expect(stored.checks.find(({ id }) => id === 'TEE-BND-005')).toMatchObject({ result: 'skip' });
  });

  it('may have no GPU where none is required', () => {
    expect(judge(boot())).toMatchObject({ accepted: true, gpuBinding: 'none' });
  });

  it('may follow the one-value rule of Confidential Containers where the policy lists it', () => {
    const coco = boot({ binding: { v: 'sealflow/binding/v1+coco' } });
    const gpus = boot({ gpus: 1, gpuNonce: reportData(coco.binding).subarray(0, 32) }).gpus;
    const lenient = { ...policy, bindingRules: ['sealflow/binding/v1+coco' as const] };
    expect(judge({ ...coco, gpus }, { policy: lenient })).toMatchObject({
      accepted: true,
      gpuBinding: 'nonce-only',
    });
  });
});

describe('a machine that is refused', () => {
  const good = boot({ gpus: 1 });
  const other = boot({ gpus: 1 });
  const cases: readonly [string, Machine, readonly string[], Parameters<typeof judge>[1]?][] = [
    ['whose quote body was changed', { ...good, quote: flip(good.quote, 48) }, ['QUOTE_SIGNATURE_INVALID']],
    [
      'whose measurement was changed',
      { ...good, quote: flip(good.quote, 48 + 136) },
      ['QUOTE_SIGNATURE_INVALID', 'MEASUREMENT_UNKNOWN'],
    ],
    [
      'whose quoting enclave report was changed',
      { ...good, quote: flip(good.quote, 770) },
      ['QE_REPORT_SIGNATURE_INVALID'],
    ],
    [
      'whose QE authentication data was changed',
      { ...good, quote: flip(good.quote, 1220) },
      ['QE_BINDING_MISMATCH'],
    ],
    [
      'with bytes behind the quote',
      { ...good, quote: Uint8Array.of(...good.quote, 0, 1) },
      ['QUOTE_MALFORMED'],
    ],
    [
      'whose quote overstates its signature length',
      { ...good, quote: flip(good.quote, 634) },
      ['QUOTE_MALFORMED'],
    ],
    ['in debug mode', boot({ td: { debug: true } }), ['DEBUG_ENABLED']],
    ['without SEPT_VE_DISABLE', boot({ td: { septVeDisable: false } }), ['SEPT_VE_DISABLE_NOT_SET']],
    ['with an unknown measurement', boot({ td: { mrtd: 'cc'.repeat(48) } }), ['MEASUREMENT_UNKNOWN']],
    [
      'with a known measurement and another image',
      boot({ binding: { imageDigest: `sha256:${'cc'.repeat(32)}` } }),
      ['MEASUREMENT_UNKNOWN'],
    ],
    ['with a nonce that was not issued', boot({ binding: { nonce: random(32) } }), ['NONCE_UNKNOWN']],
    ['with an expired binding', good, ['BINDING_EXPIRED'], { at: AT_MS + 60_001 }],
    [
      'with a binding that lives too long',
      boot({ binding: { notAfterMs: AT_MS + DAY_MS } }),
      ['BINDING_LIFETIME_EXCEEDED'],
    ],
    [
      'under another policy',
      boot({ binding: { policyDigest: `sha256:${'cc'.repeat(32)}` } }),
      ['POLICY_MISMATCH'],
    ],
    [
      'with a binding that is not canonical',
      boot({ respell: (bytes) => respell(bytes, '{', '{ ') }),
      ['BINDING_NOT_CANONICAL'],
    ],
    [
      'with a binding that has an unknown member',
      boot({ respell: (bytes) => respell(bytes, '{', '{"a":1,') }),
      ['BINDING_MALFORMED'],
    ],
    [
      'under a binding rule that the policy does not list',
      boot({ binding: { v: 'sealflow/binding/v1+coco' } }),
      ['BINDING_RULE_NOT_ALLOWED'],
    ],
    ['whose report commits to another key', { ...boot(), quote: boot().quote }, ['BINDING_MISMATCH']],
    [
      'whose GPU report was changed',
      boot({ gpus: 1, tamper: ({ report, chain }) => ({ report: flip(report, 200), chain }) }),
      ['GPU_SIGNATURE_INVALID'],
    ],
    [
      'whose GPU report has a byte behind it',
      boot({ gpus: 1, tamper: ({ report, chain }) => ({ report: Uint8Array.of(...report, 0), chain }) }),
      ['GPU_TRAILING_BYTES'],
    ],
    ['whose GPU answered another challenge', boot({ gpus: 1, gpuNonce: random(32) }), ['GPU_NONCE_MISMATCH']],
    [
      'with the GPU evidence of another machine',
      { ...good, gpus: other.gpus },
      ['BINDING_MISMATCH', 'GPU_NONCE_MISMATCH'],
    ],
    ['without the GPU that its binding names', { ...good, gpus: [] }, ['BINDING_MISMATCH']],
    [
      'with a GPU that its binding does not name',
      { ...boot(), gpus: good.gpus },
      ['BINDING_MISMATCH', 'GPU_NONCE_MISMATCH'],
    ],
    [
      'without a GPU where one is required',
      boot(),
      ['GPU_COUNT'],
      { policy: { ...policy, gpu: { required: true } } },
    ],
    ['that shows one GPU twice', boot({ gpus: 2 }), ['GPU_DUPLICATE']],
    [
      'with simulated hardware that the policy forbids',
      good,
      ['SIMULATED_HARDWARE'],
      { policy: { ...policy, allowSimulated: false } },
    ],
    [
      'after its certificates expired',
      good,
      ['BINDING_EXPIRED', 'CERT_EXPIRED', 'REVOCATION_UNKNOWN', 'RIM_MISSING'],
      { at: AT_MS + 11 * YEAR_MS },
    ],
    [
      'before its certificates are valid',
      boot(),
      ['BINDING_LIFETIME_EXCEEDED', 'CERT_NOT_YET_VALID', 'REVOCATION_UNKNOWN'],
      { at: AT_MS - 2 * DAY_MS },
    ],
    [
      'when no way of being fresh is accepted',
      boot(),
      ['FRESHNESS_NOT_ALLOWED'],
      { policy: { ...policy, freshness: [] } },
    ],
  ];

  it.each(cases)('%s', (_name, machine, reasons, changes) => {
    const appraisal = judge(machine, changes);
    expect(failures(appraisal.checks)).toEqual(reasons);
    expect(appraisal).toMatchObject({ accepted: false, verdict: 'contraindicated' });
    expect(appraisal.ear).toMatchObject({ submods: { cpu0: { ear_status: 'contraindicated' } } });
    if (!reasons.includes('SIMULATED_HARDWARE'))
      expect(appraisal).toMatchObject({ level: 'NONE', gpuBinding: 'none' });
  });

  it('whose attestation key was swapped for one that signs the same quote', () => {
    const forged = simulateTdxQuote(authority, { mrtd: MRTD, reportData: reportData(good.binding) }, random);
    const quote = Uint8Array.from(good.quote);
    // Header, body, signature and attestation key of the forgery; the enclave report of the original.
    quote.set(forged.subarray(0, 764));
    expect(failures(judge({ ...good, quote }).checks)).toEqual(['QE_BINDING_MISMATCH']);
  });
});

describe('roots', () => {
  it('that are not pinned make an unknown issuer', () => {
    const stranger = createSimulationAuthority(random, AT_MS);
    const appraisal = judge(boot({ authority: stranger }));
    expect(failures(appraisal.checks)).toEqual(['UNKNOWN_ISSUER', 'REVOCATION_UNKNOWN']);
    expect(appraisal.level).toBe('NONE');
  });

  it('of hardware fail closed while nothing is known of revocation', () => {
    const genuine = { ...vendorTrustRoots, intel: roots.simulatedCpu, nvidia: roots.simulatedGpu };
    const appraisal = judge(boot({ gpus: 1 }), { roots: genuine });
    expect(failures(appraisal.checks)).toEqual(['REVOCATION_UNKNOWN', 'RIM_MISSING']);
    expect(appraisal).toMatchObject({ accepted: false, level: 'NONE' });
  });

  it('on both lists count as simulated', () => {
    const both = { ...roots, intel: roots.simulatedCpu };
    expect(judge(boot(), { roots: both }).level).toBe('SIMULATED');
  });

  it('of the vendors alone know no simulated machine', () => {
    expect(failures(judge(boot(), { roots: vendorTrustRoots }).checks)).toContain('UNKNOWN_ISSUER');
  });
});

it('names the GPU nonce of the first sealing key', () => {
  const machine = boot({ gpus: 1 });
  const wanted = gpuNonce(nonce, machine.sealKey);
  expect(machine.gpus[0]?.report.subarray(4, 36)).toEqual(wanted);
});

function respell(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return utf8(fromUtf8(bytes).replace(from, to));
}
