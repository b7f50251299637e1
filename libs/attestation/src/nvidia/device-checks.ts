import { equalBytes, toHex } from '#canonical';
import { fail, type Outcome, pass, passIf, warn } from '../check-list.js';
import { ecdsaVerify } from '../primitives.js';
import type { Certificate } from '../x509/certificate.js';
import type { DeviceKind } from './device-kind.js';
import { parseFwid } from './fwid.js';
import type { GpuReport } from './gpu-report.js';
import { opaqueText, opaqueType } from './opaque-data.js';

/** A report and the certificate that must have signed it. */
export interface SignedReport {
  readonly report: GpuReport;
  readonly leaf: Certificate;
}

/** Other devices hang under NVIDIA's root too: an NVSwitch is genuine, and no GPU. */
export function judgeRole(kind: DeviceKind, leaf: Certificate): Outcome {
  const name = leaf.commonName ?? '';
  return passIf(kind.leafName.test(name), 'SIGNER_ROLE', kind.leafExample, name.slice(0, 64));
}

export function judgeSignature({ report, leaf }: SignedReport): Outcome {
  const valid =
    leaf.curve === 'P-384' &&
    ecdsaVerify({
      curve: 'P-384',
      spki: leaf.spki,
      message: report.signedBytes,
      signature: report.signature,
      encoding: 'raw',
    });
  return passIf(
    valid,
    'GPU_SIGNATURE_INVALID',
    'a signature by the device',
    valid ? 'verifies' : 'does not verify',
  );
}

export function judgeNonce(report: GpuReport, expectedNonce: Uint8Array): Outcome {
  const equal = equalBytes(report.nonce, expectedNonce);
  return passIf(equal, 'GPU_NONCE_MISMATCH', toHex(expectedNonce), toHex(report.nonce));
}

/** Old firmware does not report it. NVIDIA's SDK then counts it as matching; here the policy decides. */
export function judgeFwid({ report, leaf }: SignedReport, absent: 'warn' | 'refuse'): Outcome {
  const certified = parseFwid(leaf);
  const reported = report.opaque.get(opaqueType.fwid);
  if (reported === undefined) {
    const judge = absent === 'warn' ? warn : fail;
    return judge('GPU_FWID_ABSENT', toHex(certified), 'not reported by this firmware');
  }
  return passIf(equalBytes(reported, certified), 'GPU_FWID_MISMATCH', toHex(certified), toHex(reported));
}

export function judgeArchitecture(kind: DeviceKind, { report, leaf }: SignedReport): Outcome {
  const certified = architectureOf(kind, leaf);
  const reported = opaqueText(report.opaque, opaqueType.chipInfo);
  if (certified === null) {
    return fail('GPU_ARCHITECTURE_MISMATCH', `a certificate of a ${kind.name}`, 'another certificate');
  }
  if (reported === null) return pass(`${certified}; the report names none`);
  return passIf(reported === certified, 'GPU_ARCHITECTURE_MISMATCH', certified, reported);
}

/** Chip that the certificate names, such as `GH100` or `LS10`. */
export function architectureOf(kind: DeviceKind, leaf: Certificate): string | null {
  return kind.leafName.exec(leaf.commonName ?? '')?.[1]?.replace('_', '') ?? null;
}
