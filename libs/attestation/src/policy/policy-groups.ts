/**
 * What the optional groups of an appraisal policy may say. A group or member that is absent asks for nothing
 * beyond what its tier asks for; see `tierDefaults`.
 */

/**
 * `strict` and `standard`: genuine hardware only, and what could not be checked is refused. `strict` also
 * refuses products whose root secrets are known to leak. `simulated`: for development; it may ask that what could
 * not be checked be reported only.
 */
export const tiers = ['strict', 'standard', 'simulated'] as const;
export type Tier = (typeof tiers)[number];

export const platforms = ['intel-tdx', 'amd-sev-snp', 'intel-sgx'] as const;
export type Platform = (typeof platforms)[number];

/** Of a policy that names none: confidential VMs. An enclave is another kind of guest, and has to be asked for. */
export const defaultPlatforms: readonly Platform[] = ['intel-tdx', 'amd-sev-snp'];

/** Intel's words, as they stand in TCB info and QE identity. */
export const tcbStatuses = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
] as const;
/** `Revoked` can be no member of a policy: it is never accepted. */
export type AcceptableTcbStatus = (typeof tcbStatuses)[number];
export type TcbStatus = AcceptableTcbStatus | 'Revoked';

export interface TdxRules {
  /** Converged TCB statuses that are accepted without limit of time. */
  readonly tcbStatuses?: readonly AcceptableTcbStatus[];
  /** How many days after `tcbDate` of its level an out-of-date platform is still accepted. */
  readonly graceDays?: number;
  /** Platforms to which one of these applies are refused, whatever their status, e.g. `INTEL-SA-00960`. */
  readonly forbiddenAdvisories?: readonly string[];
  readonly minTcbEvaluationDataNumber?: number;
  /** False accepts guests whose hypervisor may inject page faults. Default true. */
  readonly septVeDisable?: boolean;
  /** Refuses when a relaunch of the guest would give it a better TCB. Default: a warning. */
  readonly relaunch?: 'refuse' | 'warn';
  /** Asks for an event log that replays to the RTMRs. Default false. */
  readonly eventLog?: boolean;
  /** Accepted values of each run-time register, lower-case hex of 48 bytes. */
  readonly rtmrs?: RtmrRules;
  /** What the guest was configured with at its launch, e.g. the digest of its initdata; lower-case hex of 48 bytes. */
  readonly mrConfigId?: readonly string[];
  /** Platforms by FMSPC (12 hex) or by PPID (32 hex). */
  readonly fmspcs?: readonly string[];
  readonly allowedPpids?: readonly string[];
}

export interface RtmrRules {
  readonly rtmr0?: readonly string[];
  readonly rtmr1?: readonly string[];
  readonly rtmr2?: readonly string[];
  readonly rtmr3?: readonly string[];
}

export const snpProducts = ['Milan', 'Genoa', 'Turin'] as const;
export type SnpProduct = (typeof snpProducts)[number];
export const snpSigners = ['VCEK', 'VLEK'] as const;
export type SnpSigner = (typeof snpSigners)[number];

/** Security version numbers, each compared by itself. `fmc` exists on Turin only. */
export interface SnpTcbMinimum {
  readonly bootloader: number;
  readonly tee: number;
  readonly snp: number;
  readonly microcode: number;
  readonly fmc?: number;
}

export interface SnpRules {
  /** Milan VCEKs are refused by `strict`, and by `standard` unless Milan is named here. */
  readonly products?: readonly SnpProduct[];
  readonly signers?: readonly SnpSigner[];
  /** Applied to the reported, the committed and the launch TCB. A product without one is not bounded. */
  readonly minTcb?: { readonly [P in SnpProduct]?: SnpTcbMinimum };
  readonly policyBits?: SnpPolicyBits;
  readonly platformInfo?: SnpPlatformInfo;
  /** VMPL that the report must come from, 0 to 3. Default 0. */
  readonly vmpl?: number;
  /** Lower-case hex of 64 bytes. */
  readonly allowedChipIds?: readonly string[];
  /** Lower-case hex of 32 bytes. */
  readonly hostData?: readonly string[];
  /** Lower-case hex of 48 bytes. */
  readonly idKeyDigests?: readonly string[];
  readonly authorKeyDigests?: readonly string[];
  /** `CSP_ID` of a VLEK. */
  readonly cspIds?: readonly string[];
  readonly minGuestSvn?: number;
}

/** True: the bit must be set. False: it must be clear. Absent: either. DEBUG is never accepted. */
export interface SnpPolicyBits {
  readonly smt?: boolean;
  readonly migrateMa?: boolean;
  readonly singleSocket?: boolean;
  readonly cxl?: boolean;
  readonly aes256Xts?: boolean;
  readonly raplDis?: boolean;
  readonly ciphertextHiding?: boolean;
  readonly pageSwapDisable?: boolean;
}

export interface SnpPlatformInfo {
  readonly smt?: boolean;
  readonly tsme?: boolean;
  readonly ecc?: boolean;
  readonly raplDis?: boolean;
  readonly ciphertextHiding?: boolean;
  /** BadRAM. Default: set in reports of version 3 and later, which state it. True refuses older reports too. */
  readonly aliasCheckComplete?: boolean;
}

export interface GpuRules {
  readonly required: boolean;
  /** Exactly so many devices. */
  readonly count?: number;
  /** Exactly so many NVSwitches (protected PCIe). Absent: those that the GPUs are linked to. */
  readonly switchCount?: number;
  /** `on`: confidential computing must be shown on. No quote shows it today; see `gpuMode` of the claims. */
  readonly mode?: 'on';
  /** Exact driver versions, e.g. `550.90.07`. */
  readonly drivers?: readonly string[];
  /** Exact VBIOS versions, e.g. `96.00.9F.00.01`. */
  readonly vbios?: readonly string[];
  /** Firmware that does not report its digest. Default `warn`; the strict tier refuses. */
  readonly fwidAbsent?: 'refuse' | 'warn';
  /** How far before the time of judgement the judging time of OCSP responses may lie. */
  readonly ocspAgeMsMax?: number;
  /** Names of devices as NVIDIA's services write them: serial numbers of leaf certificates, in decimal. */
  readonly allowedUeids?: readonly string[];
  /** The weakest relation between GPU and CPU that is accepted. */
  readonly bindingMin?: GpuBindingMinimum;
}

export const gpuBindingMinimums = [
  'nonce-only',
  'software-asserted',
  'measured-agent',
  'measured-event',
] as const;
export type GpuBindingMinimum = (typeof gpuBindingMinimums)[number];

/** A machine and the GPUs that may be in it. A device named here is accepted nowhere else. */
export interface MachinePairing {
  /** CHIP_ID (128 hex) or PPID (32 hex). */
  readonly platform: string;
  readonly ueids: readonly string[];
}

export interface RevocationRules {
  /** `report`: vendor data that is missing is a warning, and nothing is called attested. The simulated tier alone may. */
  readonly mode: 'required' | 'report';
  /** How old a list may be at the time of judgement, beside its own window. */
  readonly crlAgeMsMax?: number;
}

/** Who says where a machine stands; see `readPlatformRegistry`. */
export interface PhysicalTrustRules {
  /** Ed25519 keys (base64) of registries that are believed. */
  readonly registryKeys: readonly string[];
  /** `registered`: machines that no registry names are refused. */
  readonly minimum: 'registered' | 'unregistered';
  /** Lowest level of a registered machine, 1 to 3. */
  readonly levelMin?: number;
  /** Lowest number of a registry that counts: an older one may lack a revocation. */
  readonly sequenceMin?: number;
}

/** A CEL expression over the claims that must be true. */
export interface ClaimRule {
  readonly name: string;
  readonly cel: string;
}
