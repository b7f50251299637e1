/** Whether NVIDIA signed a reference manifest or an OCSP response, and until when either speaks. */
import { fail } from '../check-list.js';
import { parseOcspResponse } from '../nvidia/ocsp-response.js';
import { judgeRevocation } from '../nvidia/revocation.js';
import { verifyRim } from '../nvidia/verify-rim.js';
import { parseCertificate } from '../x509/certificate.js';
import type { PinnedRoots } from '../x509/chain.js';
import { type Inspection, inspection, refused } from './inspection.js';

/** Manifests are judged at the time of the evidence too; the store keeps one until its signer expires. */
export function inspectRim(input: {
  readonly rim: Uint8Array;
  readonly roots: PinnedRoots;
  readonly atMs: number;
}): Inspection {
  return inspection(() => {
    const { rim, trusted, checks } = verifyRim({ bytes: input.rim, roots: input.roots, atMs: input.atMs });
    const broken = checks.find(({ result }) => result !== 'pass');
    if (!trusted || rim === null || broken !== undefined) {
      const { reason = null, expected = '', actual = '' } = broken ?? {};
      return { ok: false, reason: (reason ?? 'RIM_MALFORMED') as 'RIM_MALFORMED', expected, actual };
    }
    const { chain } = rim.signature;
    return {
      ok: true,
      issuedAtMs: Math.max(...chain.map(({ notBeforeMs }) => notBeforeMs)),
      expiresAtMs: Math.min(...chain.map(({ notAfterMs }) => notAfterMs)),
      sequence: null,
    };
  });
}

export interface OcspInput {
  readonly response: Uint8Array;
  /** DER of the certificate that was asked about, and of its issuer, which the caller trusts. */
  readonly certificate: Uint8Array;
  readonly issuer: Uint8Array;
  readonly atMs: number;
}

/** An answer that a certificate is revoked, or on hold, is as genuine as one that it is good. */
export function inspectOcsp(input: OcspInput): Inspection {
  return inspection(() => {
    const issued = {
      certificate: parseCertificate(input.certificate),
      issuer: parseCertificate(input.issuer),
    };
    const response = parseOcspResponse(input.response);
    const times = { atMs: input.atMs, ocspAtMs: input.atMs, maxAgeMs: null };
    const { outcome, findings } = judgeRevocation([issued], [response], times);
    const [finding] = findings;
    const answered =
      outcome.result === 'pass' ||
      outcome.reason === 'GPU_CERT_REVOKED' ||
      outcome.reason === 'GPU_CERT_HOLD';
    if (!answered) return refused(outcome);
    if (finding?.thisUpdateMs == null || finding.nextUpdateMs === null || finding.nextUpdateMs < input.atMs) {
      return refused(fail('OCSP_STALE', 'an answer with an end that lies ahead', 'none'));
    }
    return { ok: true, issuedAtMs: finding.thisUpdateMs, expiresAtMs: finding.nextUpdateMs, sequence: null };
  });
}
