import type { ReasonCode } from '../reasons.js';

/** Trustworthiness claims of AR4SI (draft-ietf-rats-ar4si) that evidence of a confidential machine speaks to. */
export type TrustClaim = 'configuration' | 'executables' | 'hardware' | 'runtime-opaque';

const WARNING = 32;
const UNRECOGNIZED = 33;
const CONTRAINDICATED = 96;
/** AR4SI 97: a verifier does not recognise the hardware as genuine. */
const NOT_GENUINE = 97;
/** AR4SI 99: a cryptographic check failed. */
const CRYPTO_FAILED = 99;

type Finding = readonly [TrustClaim, number];

const all = (reasons: readonly ReasonCode[], finding: Finding): Partial<Record<ReasonCode, Finding>> =>
  Object.fromEntries(reasons.map((reason) => [reason, finding]));

/** What a finding does to the vector of its device. A reason that is not here is a matter of policy alone. */
export const earFindings: Partial<Record<ReasonCode, Finding>> = {
  ...all(
    [
      'QUOTE_MALFORMED',
      'QUOTE_SIGNATURE_INVALID',
      'QE_REPORT_SIGNATURE_INVALID',
      'QE_BINDING_MISMATCH',
      'QE_IDENTITY_MISMATCH',
      'FMSPC_MISMATCH',
      'PCEID_MISMATCH',
      'TCBINFO_SIGNATURE_INVALID',
      'CRL_SIGNATURE_INVALID',
      'CRL_ISSUER_MISMATCH',
      'TDX_MODULE_MISMATCH',
      'SNP_MALFORMED',
      'SNP_SIGNATURE_INVALID',
      'SNP_SIGNATURE_ENCODING',
      'SNP_CHAIN_INVALID',
      'SNP_PRODUCT_MISMATCH',
      'SNP_SIGNER_MISMATCH',
      'SNP_HWID_MISMATCH',
      'SNP_TCB_EXT_MISMATCH',
      'GPU_REPORT_MALFORMED',
      'GPU_TRAILING_BYTES',
      'GPU_SIGNATURE_INVALID',
      'OCSP_SIGNATURE_INVALID',
      'CERT_MALFORMED',
      'CERT_SIGNATURE_INVALID',
      'CA_CONSTRAINT',
      'SIGNER_ROLE',
    ],
    ['hardware', CRYPTO_FAILED],
  ),
  ...all(['UNKNOWN_ISSUER', 'SNP_ROOT_UNPINNED', 'PRODUCT_ROOT_COMPROMISED'], ['hardware', NOT_GENUINE]),
  ...all(
    [
      'CERT_REVOKED',
      'SNP_CA_REVOKED',
      'TCB_REVOKED',
      'TCB_NOT_SUPPORTED',
      'GPU_CERT_REVOKED',
      'PLATFORM_REVOKED',
    ],
    ['hardware', CONTRAINDICATED],
  ),
  ...all(
    [
      'REVOCATION_UNKNOWN',
      'REVOCATION_STALE',
      'COLLATERAL_MISSING',
      'COLLATERAL_EXPIRED',
      'COLLATERAL_NOT_YET_VALID',
      'COLLATERAL_ROLLBACK',
      'CRL_MISSING',
      'CRL_MALFORMED',
      'CRL_EXPIRED',
      'OCSP_STALE',
      'OCSP_MISMATCH',
      'GPU_CERT_HOLD',
      'CERT_EXPIRED',
      'CERT_NOT_YET_VALID',
      'TCB_OUT_OF_DATE',
      'TCB_OUT_OF_DATE_CONFIGURATION_NEEDED',
      'TCB_BELOW_MINIMUM',
      'TDX_MODULE_OUT_OF_DATE',
      'QE_OUT_OF_DATE',
      'TD_RELAUNCH_ADVISED',
      'BADRAM_ALIAS_CHECK',
    ],
    ['hardware', WARNING],
  ),
  ...all(
    [
      'SEPT_VE_DISABLE_NOT_SET',
      'TCB_CONFIGURATION_NEEDED',
      'TCB_SW_HARDENING_NEEDED',
      'TCB_CONFIGURATION_AND_SW_HARDENING_NEEDED',
      'SNP_POLICY_MISMATCH',
      'SNP_PLATFORM_INFO_MISMATCH',
      'VMPL_MISMATCH',
    ],
    ['configuration', WARNING],
  ),
  DEBUG_ENABLED: ['runtime-opaque', CONTRAINDICATED],
  SERVICE_TD_PRESENT: ['runtime-opaque', WARNING],
  ...all(['MEASUREMENT_UNKNOWN', 'RIM_MISSING'], ['executables', UNRECOGNIZED]),
  ...all(
    ['GPU_FWID_MISMATCH', 'GPU_MEASUREMENT_MISMATCH', 'RIM_INDEX_CONFLICT', 'EVENT_LOG_MISMATCH'],
    ['executables', CONTRAINDICATED],
  ),
};
