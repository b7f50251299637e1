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

const all = <Reason extends ReasonCode, Value>(
  reasons: readonly Reason[],
  value: Value,
): Readonly<Record<Reason, Value>> =>
  Object.fromEntries(reasons.map((reason) => [reason, value])) as Record<Reason, Value>;

/** What a finding does to the vector of its device; null where it says nothing of what the device is. */
export const earFindings: Readonly<Record<ReasonCode, Finding | null>> = {
  ...all(
    [
      'QUOTE_MALFORMED',
      'QUOTE_SIGNATURE_INVALID',
      'QE_REPORT_SIGNATURE_INVALID',
      'QE_BINDING_MISMATCH',
      'QE_IDENTITY_MISMATCH',
      'QE_IDENTITY_SIGNATURE_INVALID',
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
  ...all(
    [
      'UNKNOWN_ISSUER',
      'SNP_ROOT_UNPINNED',
      'PRODUCT_ROOT_COMPROMISED',
      'GPU_DUPLICATE',
      'GPU_ARCHITECTURE_MISMATCH',
    ],
    ['hardware', NOT_GENUINE],
  ),
  ...all(
    [
      'CERT_REVOKED',
      'SNP_CA_REVOKED',
      'TCB_REVOKED',
      'QE_REVOKED',
      'TDX_MODULE_REVOKED',
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
      'COLLATERAL_MALFORMED',
      'CERT_MISSING',
      'CRL_MISSING',
      'CRL_MALFORMED',
      'CRL_EXPIRED',
      'CRL_NOT_YET_VALID',
      'OCSP_MALFORMED',
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
      'TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED',
      'ADVISORY_FORBIDDEN',
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
      'PPCIE_NOT_ENABLED',
      'PPCIE_TOPOLOGY_MISMATCH',
      'GPU_MODE',
    ],
    ['configuration', WARNING],
  ),
  DEBUG_ENABLED: ['runtime-opaque', CONTRAINDICATED],
  SERVICE_TD_PRESENT: ['runtime-opaque', WARNING],
  // Without reference values that hold, code can be measured and not recognised.
  ...all(
    [
      'MEASUREMENT_UNKNOWN',
      'EVENT_LOG_MALFORMED',
      'GPU_FWID_ABSENT',
      'RIM_MISSING',
      'RIM_MALFORMED',
      'RIM_SIGNATURE_AMBIGUOUS',
      'RIM_SIGNATURE_INVALID',
      'RIM_DIGEST_MISMATCH',
      'RIM_CHAIN_UNTRUSTED',
      'RIM_CERT_EXPIRED',
      'RIM_CERT_REVOKED',
      'RIM_VERSION_MISMATCH',
    ],
    ['executables', UNRECOGNIZED],
  ),
  ...all(
    ['GPU_FWID_MISMATCH', 'GPU_MEASUREMENT_MISMATCH', 'RIM_INDEX_CONFLICT', 'EVENT_LOG_MISMATCH'],
    ['executables', CONTRAINDICATED],
  ),
  // Of the package, the binding, the policy or a token: the submodule is contraindicated, and its vector as it was.
  // Simulated hardware is graded by its root, whatever the policy makes of it.
  ...all(
    [
      'EVIDENCE_MALFORMED',
      'BINDING_MALFORMED',
      'BINDING_NOT_CANONICAL',
      'POLICY_MALFORMED',
      'TRUST_ROOTS_MALFORMED',
      'AUTHORITY_MALFORMED',
      'EAT_MALFORMED',
      'REGISTRY_MALFORMED',
      'SIMULATED_HARDWARE',
      'VERIFIER_ERROR',
      'BINDING_MISMATCH',
      'BINDING_RULE_NOT_ALLOWED',
      'BINDING_EXPIRED',
      'BINDING_LIFETIME_EXCEEDED',
      'NONCE_UNKNOWN',
      'NONCE_REUSED',
      'EPOCH_ROLLBACK',
      'FRESHNESS_NOT_ALLOWED',
      'POLICY_MISMATCH',
      'POLICY_RULE_ERROR',
      'POLICY_RULE_FAILED',
      'PLATFORM_NOT_ALLOWED',
      'CHIP_NOT_ALLOWED',
      'GPU_NOT_ALLOWED',
      'PAIRING_MISMATCH',
      'PHYSICAL_TRUST_INSUFFICIENT',
      'GPU_BINDING_TOO_WEAK',
      'GPU_NONCE_MISMATCH',
      'GPU_COUNT',
      'GPU_DRIVER_NOT_ALLOWED',
      'GPU_VBIOS_NOT_ALLOWED',
      'EAT_CLAIM_MISMATCH',
      'EAT_DIGEST_MISMATCH',
      'EAT_ALG',
      'EAT_SIGNATURE_INVALID',
      'EAT_EXPIRED',
      'JWKS_KEY_NOT_FOUND',
    ],
    null,
  ),
};
