import { ask, decide, fetchData, forged, text, update } from './reason-text.js';

/** Reasons that speak of one kind of device: Intel, AMD, NVIDIA, and the vendor data about it. */
export const deviceReasonTexts = {
  QUOTE_MALFORMED: text('The quote does not have the form of its version; the offset says where.', ask),
  GPU_REPORT_MALFORMED: text(
    'The GPU report is not an SPDM measurement answer of the known form; the offset says where.',
    ask,
  ),
  GPU_TRAILING_BYTES: text('Bytes follow the signature of the GPU report, where nobody signs.', forged),
  RIM_SIGNATURE_AMBIGUOUS: text(
    'The manifest of reference values could be read as signed in more than one way.',
    forged,
  ),
  SNP_MALFORMED: text('The SNP report does not have the form of its version; the offset says where.', ask),
  EVENT_LOG_MALFORMED: text('The event log of the guest is not of the TCG form.', ask),
  RIM_MALFORMED: text(
    'A manifest of reference values is not of the strict XML subset that is read.',
    fetchData,
  ),
  OCSP_MALFORMED: text('An OCSP response is not strict DER of the known form.', fetchData),
  EAT_MALFORMED: text(
    "A token of the vendor's service is not of the known form.",
    'Drop the token: it only corroborates.',
  ),
  GPU_NOT_ALLOWED: text('The policy does not list this GPU.', decide),
  GPU_BINDING_TOO_WEAK: text(
    'The GPU is tied to the CPU evidence more weakly than the policy wants. No product proves attachment.',
    decide,
  ),
  SNP_SIGNATURE_INVALID: text('The report was not signed by the endorsement key shown.', forged),
  SNP_SIGNATURE_ENCODING: text('The signature is not in the one encoding that the firmware writes.', forged),
  SNP_CHAIN_INVALID: text("The chain from the endorsement key to AMD's root does not hold.", forged),
  SNP_ROOT_UNPINNED: text(
    "The chain ends in a root of AMD's form that the trust policy does not pin.",
    'Compare the roots in the trust file with the published ones: sealflow trust show.',
  ),
  SNP_PRODUCT_MISMATCH: text('Report, endorsement key and chain are not of one product.', forged),
  SNP_SIGNER_MISMATCH: text(
    'The report names another kind of endorsement key than the one shown (VCEK or VLEK).',
    'Supply the key that the report names.',
  ),
  SNP_HWID_MISMATCH: text('The endorsement key belongs to another chip than the report.', forged),
  SNP_TCB_EXT_MISMATCH: text('The endorsement key is for other firmware than the report states.', forged),
  SNP_CA_REVOKED: text('AMD revoked the CA of this endorsement key.', 'Refuse.'),
  SNP_POLICY_MISMATCH: text(
    'The guest was started under a guest policy that the policy does not allow.',
    decide,
  ),
  SNP_PLATFORM_INFO_MISMATCH: text(
    'The platform is set up in a way that the policy does not allow, e.g. with SMT or without ECC.',
    update,
  ),
  TCB_BELOW_MINIMUM: text('A component of the firmware is older than the policy allows.', update),
  VMPL_MISMATCH: text(
    'The report was asked for from another privilege level of the guest than the policy names.',
    decide,
  ),
  BADRAM_ALIAS_CHECK: text('Firmware did not check memory for aliases (BadRAM, AMD-SB-3015).', update),
  PRODUCT_ROOT_COMPROMISED: text(
    'Keys of this product can be extracted by software alone (Milan VCEK, arXiv 2605.12990). No TCB helps.',
    'Use another product.',
  ),
  QUOTE_SIGNATURE_INVALID: text('The quote was not signed by its attestation key.', forged),
  QE_REPORT_SIGNATURE_INVALID: text(
    "The report of the quoting enclave was not signed by the platform's key.",
    forged,
  ),
  QE_BINDING_MISMATCH: text(
    'The attestation key is not the one that the quoting enclave vouched for.',
    forged,
  ),
  QE_IDENTITY_MISMATCH: text('The quoting enclave is not the one that Intel describes.', forged),
  QE_IDENTITY_SIGNATURE_INVALID: text(
    'The description of the quoting enclave is not what Intel signed, byte for byte.',
    'Fetch it anew and store the bytes as they came.',
  ),
  QE_OUT_OF_DATE: text('The quoting enclave is out of date.', update),
  QE_REVOKED: text('Intel revoked this quoting enclave.', 'Refuse. No policy can accept it.'),
  FMSPC_MISMATCH: text('The TCB info is of another platform family than the quote.', fetchData),
  PCEID_MISMATCH: text('The TCB info is of another provisioning enclave than the quote.', fetchData),
  TCBINFO_SIGNATURE_INVALID: text(
    'TCB info is not what Intel signed, byte for byte. Writing it again as JSON is enough to break it.',
    'Fetch it anew and store the bytes as they came.',
  ),
  TDX_MODULE_MISMATCH: text('The TDX module is not one that Intel describes for this platform.', forged),
  TDX_MODULE_OUT_OF_DATE: text('The TDX module is out of date.', update),
  TDX_MODULE_REVOKED: text('Intel revoked this TDX module.', 'Refuse. No policy can accept it.'),
  TCB_NOT_SUPPORTED: text('The platform meets no level that Intel lists.', update),
  TCB_OUT_OF_DATE: text('Firmware of the platform is out of date. The advisories name what is open.', update),
  TCB_REVOKED: text('Intel revoked this level of firmware.', 'Refuse. No policy can accept it.'),
  TCB_CONFIGURATION_NEEDED: text(
    'The firmware is current, and the machine is set up in a way that needs a change.',
    update,
  ),
  TCB_SW_HARDENING_NEEDED: text(
    'The firmware is current, and software must protect itself against what the advisories name.',
    update,
  ),
  TCB_CONFIGURATION_AND_SW_HARDENING_NEEDED: text(
    "The firmware is current; the machine's set-up and the software both need a change.",
    update,
  ),
  TCB_OUT_OF_DATE_CONFIGURATION_NEEDED: text(
    "Firmware is out of date, and the machine's set-up needs a change.",
    update,
  ),
  TD_RELAUNCH_ADVISED: text(
    'The platform was updated; this guest still runs on what was there before.',
    'Relaunch it.',
  ),
  TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED: text(
    'The platform was updated and needs a change of set-up; this guest still runs on what was there before.',
    'Have the set-up changed, then relaunch it.',
  ),
  ADVISORY_FORBIDDEN: text('An advisory that the policy forbids is open on this platform.', update),
  SEPT_VE_DISABLE_NOT_SET: text('The host can inject page faults into the guest.', decide),
  SERVICE_TD_PRESENT: text('Another guest, a service TD, can reach into this one.', decide),
  EVENT_LOG_MISMATCH: text('The event log does not lead to the registers of the quote.', forged),
  GPU_SIGNATURE_INVALID: text("The report was not signed by the GPU's attestation key.", forged),
  GPU_NONCE_MISMATCH: text('The GPU answered another challenge than the one of this binding.', forged),
  GPU_FWID_MISMATCH: text(
    'The firmware that the certificate was issued for is not the one that the report names.',
    forged,
  ),
  GPU_FWID_ABSENT: text('Firmware of this GPU is too old to report its digest.', update),
  GPU_ARCHITECTURE_MISMATCH: text(
    'Report, certificates and reference values are not of one architecture.',
    forged,
  ),
  GPU_MEASUREMENT_MISMATCH: text(
    "A measurement differs from NVIDIA's value for this driver or VBIOS.",
    forged,
  ),
  GPU_DUPLICATE: text('One GPU was shown as several.', forged),
  GPU_COUNT: text('Another number of GPUs is shown than the policy asks for.', decide),
  GPU_MODE: text(
    'Nothing shows that confidential computing of the GPU is on: no field of a report says so.',
    'List a guest whose measured code asks the driver at start (checksGpuMode), or drop the rule.',
  ),
  GPU_DRIVER_NOT_ALLOWED: text('The policy does not list this driver.', update),
  GPU_VBIOS_NOT_ALLOWED: text('The policy does not list this VBIOS.', update),
  GPU_CERT_REVOKED: text('NVIDIA revoked a certificate of this device.', 'Refuse.'),
  GPU_CERT_HOLD: text(
    'NVIDIA put a certificate of this device on hold.',
    'Ask again later; do not use it until then.',
  ),
  OCSP_STALE: text('An OCSP response is valid for a day, and that day is over.', fetchData),
  OCSP_MISMATCH: text('An OCSP response is about another certificate.', fetchData),
  OCSP_SIGNATURE_INVALID: text('An OCSP response was not signed by the issuer or its delegate.', forged),
  PPCIE_NOT_ENABLED: text('The devices do not all say that protected PCIe is on.', decide),
  PPCIE_TOPOLOGY_MISMATCH: text(
    'GPUs and switches do not name each other: they are not one protected set.',
    forged,
  ),
  EAT_CLAIM_MISMATCH: text("A token of the vendor's service says something else than the evidence.", forged),
  RIM_MISSING: text('No signed reference values came for this driver or VBIOS.', fetchData),
  RIM_SIGNATURE_INVALID: text('Reference values were not signed by the certificate that they carry.', forged),
  RIM_DIGEST_MISMATCH: text('Reference values were changed after they were signed.', forged),
  RIM_CHAIN_UNTRUSTED: text(
    'The signer of the reference values does not chain to a root that the trust policy pins.',
    'Compare the roots in the trust file with the published ones: sealflow trust show.',
  ),
  RIM_CERT_EXPIRED: text(
    'The signer of the reference values had run out at the time of judgement.',
    'For stored evidence, judge at its own time (--at).',
  ),
  RIM_CERT_REVOKED: text('NVIDIA revoked the signer of these reference values.', 'Fetch the manifest anew.'),
  RIM_VERSION_MISMATCH: text(
    'The reference values are for another driver or VBIOS than the report names.',
    fetchData,
  ),
  RIM_INDEX_CONFLICT: text(
    'Two manifests give different values for one measurement.',
    'Refuse, and find out where the manifests come from.',
  ),
  EAT_DIGEST_MISMATCH: text('The parts of a token do not belong together.', forged),
  EAT_ALG: text('A token is signed in a way that is not accepted.', 'Drop the token: it only corroborates.'),
  EAT_SIGNATURE_INVALID: text('A token was not signed by the key that it names.', forged),
  EAT_EXPIRED: text('A token had run out at the time of judgement.', 'Drop the token: it only corroborates.'),
  JWKS_KEY_NOT_FOUND: text(
    'The key that a token names is not among those supplied.',
    'Supply the keys that were published when the token was made, or drop the token.',
  ),
} as const;
