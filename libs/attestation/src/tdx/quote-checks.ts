/** Steps d, f and g: what every ECDSA quote is judged by, of a guest or of an enclave. */
import { equalBytes, sha256, toHex } from '#canonical';
import { isZero } from '../byte-reader.js';
import { fail, type Outcome, pass, passIf, skip } from '../check-list.js';
import { ecdsaVerify, spkiOfPoint } from '../primitives.js';
import type { Certificate } from '../x509/certificate.js';
import type { RootKind } from '../x509/chain.js';
import { parseEnclaveReport, SGX_DEBUG } from './enclave-report.js';
import type { QuoteSignature } from './quote.js';
import type { QeIdentity, Tee } from './tcb-info.js';

export function judgeRole(pck: Certificate): Outcome {
  const name = pck.commonName ?? '';
  return passIf(
    name.includes('SGX PCK Certificate'),
    'SIGNER_ROLE',
    'SGX PCK Certificate',
    name.slice(0, 64),
  );
}

export function judgeQeSignature({ quote, pck }: { quote: QuoteSignature; pck: Certificate }): Outcome {
  const valid = ecdsaVerify({
    curve: 'P-256',
    spki: pck.spki,
    message: quote.qeReport,
    signature: quote.qeReportSignature,
    encoding: 'raw',
  });
  return passIf(valid, 'QE_REPORT_SIGNATURE_INVALID', 'a signature by the PCK', signatureWord(valid));
}

/** The quoting enclave reports SHA-256(attestation key || authentication data), then 32 zero bytes. */
export function judgeQeBinding(quote: QuoteSignature): Outcome {
  const { reportData } = parseEnclaveReport(quote.qeReport);
  const expected = sha256(quote.attestationKey, quote.qeAuthData);
  const bound = equalBytes(reportData.subarray(0, 32), expected) && isZero(reportData.subarray(32));
  return passIf(bound, 'QE_BINDING_MISMATCH', toHex(expected), toHex(reportData.subarray(0, 32)));
}

/** Judged also without Intel's QE identity, whose mask covers the same bit. */
export function judgeQeDebug(quote: QuoteSignature): Outcome {
  const flags = parseEnclaveReport(quote.qeReport).attributes[0] ?? SGX_DEBUG;
  return passIf(
    (flags & SGX_DEBUG) === 0,
    'QE_IDENTITY_MISMATCH',
    'attribute DEBUG off',
    `flags 0x${flags.toString(16)}`,
  );
}

export function judgeQeIdentity(quote: QuoteSignature, identity: QeIdentity, tee: Tee): Outcome {
  const report = parseEnclaveReport(quote.qeReport);
  const reason = 'QE_IDENTITY_MISMATCH';
  const id = tee === 'TDX' ? 'TD_QE' : 'QE';
  if (identity.id !== id) return fail(reason, `identity ${id}`, identity.id);
  if (!equalBytes(report.mrSigner, identity.mrSigner)) {
    return fail(reason, `MRSIGNER ${toHex(identity.mrSigner)}`, toHex(report.mrSigner));
  }
  if (report.isvProdId !== identity.isvProdId) {
    return fail(reason, `ISVPRODID ${identity.isvProdId}`, `${report.isvProdId}`);
  }
  // The identity writes the number in the order of the report's bytes (Intel QVL, EnclaveReportVerifier).
  const misc = { have: report.miscSelect, want: identity.miscSelect, mask: identity.miscSelectMask };
  if (!equalUnderMask(misc.have, misc.want, misc.mask)) {
    return fail(reason, `MISCSELECT ${toHex(misc.want)} under ${toHex(misc.mask)}`, toHex(misc.have));
  }
  const { attributes, attributesMask } = identity;
  return passIf(
    equalUnderMask(report.attributes, attributes, attributesMask),
    reason,
    `ATTRIBUTES ${toHex(attributes)} under ${toHex(attributesMask)}`,
    toHex(report.attributes),
  );
}

export function equalUnderMask(have: Uint8Array, want: Uint8Array, mask: Uint8Array): boolean {
  return mask.every((bits, index) => ((have[index] ?? 0) & bits) === ((want[index] ?? 0) & bits));
}

export function judgeSignature(quote: QuoteSignature & { readonly signedBytes: Uint8Array }): Outcome {
  const valid = ecdsaVerify({
    curve: 'P-256',
    spki: spkiOfPoint('P-256', quote.attestationKey),
    message: quote.signedBytes,
    signature: quote.signature,
    encoding: 'raw',
  });
  return passIf(valid, 'QUOTE_SIGNATURE_INVALID', 'a signature by the attestation key', signatureWord(valid));
}

/** The conclusion of all that was judged about revocation. */
export function judgeRevocation(root: RootKind, known: 'spared' | 'revoked' | 'unknown' | 'absent'): Outcome {
  if (known === 'spared') return pass('two genuine and current revocation lists spare the chain');
  if (known === 'revoked') return fail('CERT_REVOKED', 'no certificate on a revocation list', 'one is');
  if (known === 'unknown') {
    return fail(
      'REVOCATION_UNKNOWN',
      'two genuine and current revocation lists',
      'see the checks of the lists',
    );
  }
  if (root === 'simulated') return skip('simulated hardware has no revocation list');
  return fail('REVOCATION_UNKNOWN', 'TCB info, QE identity and revocation lists', 'none were supplied');
}

function signatureWord(valid: boolean): string {
  return valid ? 'verifies' : 'does not verify';
}
