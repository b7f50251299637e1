/**
 * Evidence of real hardware, as far as it can be judged without collateral: form, signatures and chains up to
 * the vendors' pinned roots. What is missing is named by `REVOCATION_UNKNOWN` and `RIM_MISSING`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromBase64, fromHex, fromUtf8, type Json, parseJsonStrict } from '#canonical';
import type { GpuEvidence } from './binding.js';
import { boot, failures, judge } from './machine.fixture.js';
import { type GpuVerification, gpuClaims, verifyGpuReport } from './nvidia/verify-gpu-report.js';
import { vendorRootKeys, vendorTrustRoots } from './policy/trust-roots.js';
import { StrictObject } from './strict-object.js';
import { type TdxVerification, tdxClaims, verifyTdxQuote } from './tdx/verify-tdx-quote.js';
import { parseCertificateChain } from './x509/pem.js';

const vectorsPath = resolve(import.meta.dirname, '../../../../shared/vectors/attestation');
const present = existsSync(vectorsPath);
if (!present) console.log('vectors absent: attestation skipped');

const NO_COLLATERAL = ['REVOCATION_UNKNOWN'];
const NO_RIM = ['RIM_MISSING', 'REVOCATION_UNKNOWN'];

describe.skipIf(!present)('real TDX quotes', () => {
  const cases: readonly [string, string, string, readonly string[], string][] = [
    ['tdx-v4-uptodate-1', 'quote.bin', '2025-06-20', NO_COLLATERAL, 'b0c06f000000'],
    ['tdx-v4-uptodate-2', 'quote.hex', '2025-09-03', NO_COLLATERAL, '20a06f000000'],
    ['tdx-v4-outofdate', 'quote.bin', '2025-07-10', NO_COLLATERAL, '00806f050000'],
    ['tdx-v4-event-log', 'quote.bin', '2025-07-10', NO_COLLATERAL, '00806f050000'],
    ['tdx-v4-debug', 'quote.bin', '2026-03-20', ['DEBUG_ENABLED', ...NO_COLLATERAL], '50806f000000'],
    [
      'tdx-v4-azure-sept-ve-off',
      'quote.bin',
      '2025-06-20',
      ['SEPT_VE_DISABLE_NOT_SET', ...NO_COLLATERAL],
      '00806f050000',
    ],
    ['tdx-v5-tcb-not-supported', 'quote.bin', '2026-02-20', NO_COLLATERAL, '90c06f000000'],
  ];

  it.each(cases)('%s chains to the Intel root', (name, file, day, reasons, fmspc) => {
    const verification = verify(read(`tdx/${name}/${file}`), day);
    expect(failures(verification.checks)).toEqual(reasons);
    expect(verification.root).toBe('hardware');
    expect(tdxClaims(verification)).toMatchObject({ fmspc });
  });

  it('say with what their guest was configured, which is nothing where nobody set it', () => {
    const configured = `0112a20aed7d6c68601e9f6e108a93b4199ae7231684307ffc4833c9cd08d45de7${'00'.repeat(15)}`;
    const claimed = cases.map(([name, file, day]) => [
      name,
      tdxClaims(verify(read(`tdx/${name}/${file}`), day))?.['mrConfigId'],
    ]);
    expect(claimed).toEqual(
      cases.map(([name]) => [name, name === 'tdx-v4-uptodate-2' ? configured : '00'.repeat(48)]),
    );
  });

  it('are refused wherever a byte of them is changed, their padding included', () => {
    const quote = read('tdx/tdx-v4-uptodate-1/quote.bin');
    for (let offset = 0; offset < quote.length; offset += 61) {
      const changed = Uint8Array.from(quote);
      changed[offset] = (changed[offset] ?? 0) ^ 0x80;
      expect(failures(verify(changed, '2025-06-20').checks), `byte ${offset}`).not.toEqual(NO_COLLATERAL);
    }
  });

  it('are not accepted outside of the certificates validity', () => {
    const { checks } = verify(read('tdx/tdx-v4-uptodate-1/quote.bin'), '2033-01-01');
    expect(failures(checks)).toEqual(['CERT_EXPIRED', 'REVOCATION_UNKNOWN']);
  });

  it('of version 5 do not pass under the label of version 4', () => {
    const quote = read('tdx/tdx-v5-tcb-not-supported/quote.bin');
    const appraisal = judge({ ...boot(), quote });
    expect(failures(appraisal.checks)).toContain('QUOTE_MALFORMED');
  });

  it('without collateral fail closed in an appraisal, at no level', () => {
    const quote = read('tdx/tdx-v4-uptodate-1/quote.bin');
    const appraisal = judge({ ...boot(), quote });
    expect(failures(appraisal.checks)).toEqual([
      'BINDING_MISMATCH',
      'REVOCATION_UNKNOWN',
      'MEASUREMENT_UNKNOWN',
    ]);
    expect(appraisal).toMatchObject({ accepted: false, level: 'NONE' });
  });

  function verify(quote: Uint8Array, day: string): TdxVerification {
    const roots = { hardware: vendorTrustRoots.intel, simulated: [] };
    return verifyTdxQuote({ quote, roots, atMs: Date.parse(day) });
  }
});

describe.skipIf(!present)('real GPU reports', () => {
  const HOPPER_NONCE = '931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb';
  const cases: readonly [string, () => GpuEvidence, string, string, readonly string[], object][] = [
    [
      'gpu-hopper-full',
      () => folder('gpu-hopper-full', 'report.bin'),
      HOPPER_NONCE,
      '2025-10-24',
      NO_RIM,
      { driver: '550.90.07', vbios: '96.00.9F.00.01', nvdec0: '55' },
    ],
    [
      'gpu-hopper-535-vbios',
      () => folder('gpu-hopper-535-vbios', 'report.hex'),
      '27a328247bf7935c993341cf587be6f05986ccce4fe7ba2c54100bd616a58f66',
      '2024-06-01',
      NO_RIM,
      { driver: '535.86.09', fwid: null },
    ],
    [
      'gpu-hopper-590',
      () => listed('gpu-hopper-590'),
      'e97b23a1718095a0e9e35edca810768c70a6a5a389b705e753b197912bc11576',
      '2026-03-01',
      NO_RIM,
      { driver: '590.12', protectedPcie: 'aa', featureFlag: '0200' },
    ],
    [
      'gpu-blackwell-575',
      () => folder('gpu-blackwell-575', 'report.hex'),
      HOPPER_NONCE,
      '2025-06-01',
      NO_RIM,
      { driver: '575.32' },
    ],
  ];

  it.each(cases)('%s chains to the NVIDIA root', (_name, load, nonce, day, reasons, claims) => {
    const verification = verify(load(), nonce, day);
    expect(failures(verification.checks)).toEqual(reasons);
    expect(verification.root).toBe('hardware');
    expect(gpuClaims(verification)).toMatchObject(claims);
  });

  it('warn where old firmware does not report its digest', () => {
    const { checks } = verify(folder('gpu-hopper-535-vbios', 'report.hex'), HOPPER_NONCE, '2024-06-01');
    expect(checks.find(({ reason }) => reason === 'GPU_FWID_ABSENT')).toMatchObject({ result: 'warn' });
  });

  it('that the leaf did not sign fail by signature and by firmware digest', () => {
    const { checks } = verify(folder('gpu-hopper-bad-signature', 'report.hex'), HOPPER_NONCE, '2025-06-01');
    expect(failures(checks)).toEqual(['GPU_SIGNATURE_INVALID', 'GPU_FWID_MISMATCH', ...NO_RIM]);
  });

  it('of an NVSwitch are genuine and no GPU', () => {
    const verification = verify(listed('nvswitch-ls10'), HOPPER_NONCE, '2026-03-01');
    expect(verification.root).toBe('hardware');
    const reasons = failures(verification.checks);
    expect(reasons).toContain('SIGNER_ROLE');
    expect(reasons).not.toContain('GPU_SIGNATURE_INVALID');
    expect(verification.report?.measurements.size).toBe(31);
  });

  it('of another challenge, and with one byte behind them, are named so', () => {
    const evidence = folder('gpu-hopper-full', 'report.bin');
    expect(failures(verify(evidence, '00'.repeat(32), '2025-10-24').checks)).toContain('GPU_NONCE_MISMATCH');
    const longer = { ...evidence, report: Uint8Array.of(...evidence.report, 0) };
    expect(failures(verify(longer, HOPPER_NONCE, '2025-10-24').checks)).toContain('GPU_TRAILING_BYTES');
  });

  it('are refused wherever a byte of them is changed', () => {
    const { report, chain } = folder('gpu-hopper-full', 'report.bin');
    for (let offset = 0; offset < report.length; offset += 139) {
      const changed = Uint8Array.from(report);
      changed[offset] = (changed[offset] ?? 0) ^ 0x80;
      const { checks } = verify({ report: changed, chain }, HOPPER_NONCE, '2025-10-24');
      expect(failures(checks), `byte ${offset}`).not.toEqual(NO_RIM);
    }
  });

  function verify(evidence: GpuEvidence, nonce: string, day: string): GpuVerification {
    const roots = { hardware: vendorTrustRoots.nvidia, simulated: [] };
    const atMs = Date.parse(day);
    return verifyGpuReport({ index: 0, evidence, roots, expectedNonce: fromHex(nonce), atMs });
  }
});

describe.skipIf(!present)('pinned roots', () => {
  const cases: readonly [keyof typeof vendorRootKeys, string][] = [
    ['amdArkMilan', 'snp/certs/milan-ask-ark.pem'],
    ['amdArkGenoa', 'snp/certs/genoa-ask-ark.pem'],
    ['amdArkTurin', 'snp/certs/turin-ask-ark.pem'],
    ['nvidiaDeviceIdentityCa', 'nvidia/certs/nvidia-device-identity-root.pem'],
    ['nvidiaCorimSigningRootCa', 'nvidia/certs/nvidia-rim-signing-root.pem'],
    ['awsNitroEnclavesG1', 'nitro/certs/aws-nitro-enclaves-root-g1.pem'],
  ];

  it.each(cases)('%s is the key of the published certificate', (name, file) => {
    const root = parseCertificateChain(read(file)).at(-1);
    expect(root?.spkiSha256).toBe(vendorRootKeys[name]);
  });
});

function read(path: string): Uint8Array {
  const bytes = new Uint8Array(readFileSync(join(vectorsPath, path)));
  return path.endsWith('.hex') ? fromHex(fromUtf8(bytes).trim().replace(/^0x/, '').toLowerCase()) : bytes;
}

function folder(name: string, report: string): GpuEvidence {
  return { report: read(`nvidia/${name}/${report}`), chain: fromUtf8(read(`nvidia/${name}/chain.pem`)) };
}

/** NVIDIA's evidence JSON: a list with one device. */
function listed(name: string): GpuEvidence {
  const list = parseJsonStrict(read(`nvidia/${name}/evidence.json`));
  const first: Json | undefined = Array.isArray(list) ? list[0] : undefined;
  const device = new StrictObject(
    first,
    ['arch', 'certificate', 'evidence', 'nonce'],
    'EVIDENCE_MALFORMED',
    name,
  );
  return {
    report: device.bytes('evidence', { max: 65536 }),
    chain: fromUtf8(fromBase64(device.text('certificate', 65536))),
  };
}
