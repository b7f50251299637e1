import { canonicalBytes, type Digest, digestOf, type Json, toJson } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { type BindingRule, bindingRules } from '../binding.js';
import { StrictObject } from '../strict-object.js';
import { parseClaimRules, parseMachines, parsePhysicalTrust, parseRevocation } from './parse-common-rules.js';
import { parseGpuRules, parseSnpRules, parseTdxRules } from './parse-device-rules.js';
import {
  type ClaimRule,
  type GpuRules,
  type MachinePairing,
  type PhysicalTrustRules,
  type Platform,
  platforms,
  type RevocationRules,
  type SnpRules,
  type TdxRules,
  type Tier,
  tiers,
} from './policy-groups.js';

/**
 * What a relying party accepts. Its digest stands in every binding and verdict made under it. Members that are
 * absent are absent from the digest too: a policy of the first days keeps its digest.
 */
export interface AppraisalPolicy {
  readonly v: 'sealflow/appraisal-policy/v1';
  /** Absent: as `standard`, except that `allowSimulated` decides about simulated hardware. */
  readonly tier?: Tier;
  /** Lets simulated hardware be used; it is reported as simulated all the same. Never under `strict` or `standard`. */
  readonly allowSimulated: boolean;
  /** Absent: confidential VMs (`defaultPlatforms`). An SGX enclave is accepted only where it is named. */
  readonly platforms?: readonly Platform[];
  readonly tdx?: TdxRules;
  readonly snp?: SnpRules;
  readonly gpu: GpuRules;
  /** Which GPU may be in which machine. */
  readonly machines?: readonly MachinePairing[];
  readonly revocation?: RevocationRules;
  readonly physicalTrust?: PhysicalTrustRules;
  /** Judged after everything else. One that cannot be evaluated fails. */
  readonly rules?: readonly ClaimRule[];
  readonly measurements: readonly ReferenceMeasurement[];
  readonly bindingRules: readonly BindingRule[];
  /** Ways of being fresh that are accepted. */
  readonly freshness: readonly 'nonce'[];
  /** How far ahead of the judgement a binding's `notAfter` may lie. */
  readonly bindingLifetimeMsMax: number;
}

/** A guest that may be trusted: what was measured at launch, and the image that the measured guest then ran. */
export interface ReferenceMeasurement {
  readonly name: string;
  /** Absent: `intel-tdx`. */
  readonly platform?: Platform;
  /**
   * Launch measurement, lower-case hex: MRTD of a TD or MEASUREMENT of an SEV-SNP guest (48 bytes), MRENCLAVE of an
   * SGX enclave (32 bytes).
   */
  readonly mrtd: string;
  readonly imageDigest: Digest;
  /** Operations this guest may run, e.g. `document.extract`. The caller compares; appraisal does not know the task. */
  readonly operations: readonly string[];
  /** The measured guest lets nothing but the worker's agent ask for reports. */
  readonly soleReporter?: boolean;
  /** The measured guest does not start unless the GPU driver says that confidential computing is on. */
  readonly checksGpuMode?: boolean;
}

const VERSION = 'sealflow/appraisal-policy/v1';
const MEASUREMENTS_MAX = 256;
const OPERATIONS_MAX = 64;
const TEXT_MAX = 128;
const MEASUREMENT_BYTES: Readonly<Record<Platform, number>> = {
  'intel-tdx': 48,
  'amd-sev-snp': 48,
  'intel-sgx': 32,
};
const DAY_MS = 24 * 60 * 60 * 1000;
const MEMBERS = [
  'v',
  'allowSimulated',
  'gpu',
  'measurements',
  'bindingRules',
  'freshness',
  'bindingLifetimeMsMax',
];
const OPTIONAL = ['tier', 'platforms', 'tdx', 'snp', 'machines', 'revocation', 'physicalTrust', 'rules'];

/** @throws AttestationError `POLICY_MALFORMED`, for unknown members too: a rule that is misspelt must not vanish. */
export function parseAppraisalPolicy(value: Json): AppraisalPolicy {
  const object = new StrictObject(value, MEMBERS, 'POLICY_MALFORMED', 'appraisal policy', OPTIONAL);
  const policy: AppraisalPolicy = {
    v: object.word('v', [VERSION]),
    ...object.optional('tier', (name) => object.word(name, tiers)),
    allowSimulated: object.flag('allowSimulated'),
    ...object.optional('platforms', (name) => object.words(name, platforms)),
    ...object.optional('tdx', (name) => parseTdxRules(object.value(name))),
    ...object.optional('snp', (name) => parseSnpRules(object.value(name))),
    gpu: parseGpuRules(object.value('gpu')),
    ...object.optional('machines', (name) => parseMachines(object, name)),
    ...object.optional('revocation', (name) => parseRevocation(object.value(name))),
    ...object.optional('physicalTrust', (name) => parsePhysicalTrust(object.value(name))),
    ...object.optional('rules', (name) => parseClaimRules(object, name)),
    measurements: parseMeasurements(object.list('measurements', MEASUREMENTS_MAX)),
    bindingRules: object.words('bindingRules', bindingRules),
    freshness: object.words('freshness', ['nonce']),
    bindingLifetimeMsMax: object.integer('bindingLifetimeMsMax', 1, 7 * DAY_MS),
  };
  requireOneWord(policy);
  return policy;
}

/** Digest of the canonical bytes: how a policy is pinned. */
export function appraisalPolicyDigest(policy: AppraisalPolicy): Digest {
  return digestOf(canonicalBytes(toJson(policy)));
}

/** A tier for production and a member that loosens it contradict each other; to guess which one counts is unsafe. */
function requireOneWord({ tier, allowSimulated, revocation }: AppraisalPolicy): void {
  if ((tier === 'strict' || tier === 'standard') && allowSimulated) {
    malformed(`tier ${tier} does not accept simulated hardware: allowSimulated must be false`);
  }
  if (revocation?.mode === 'report' && tier !== 'simulated') {
    malformed('revocation mode report is for the tier simulated: mode must be required');
  }
}

function parseMeasurements(list: readonly Json[]): readonly ReferenceMeasurement[] {
  const measurements = list.map(parseMeasurement);
  // Two entries for one guest and image could allow different operations; which one counts would be a guess.
  const keys = new Set(measurements.map(({ mrtd, imageDigest }) => `${mrtd} ${imageDigest}`));
  if (keys.size !== measurements.length) malformed('measurements names one guest and image twice');
  return measurements;
}

function parseMeasurement(value: Json): ReferenceMeasurement {
  const members = ['name', 'mrtd', 'imageDigest', 'operations'];
  const where = 'appraisal policy measurement';
  const object = new StrictObject(value, members, 'POLICY_MALFORMED', where, [
    'platform',
    'soleReporter',
    'checksGpuMode',
  ]);
  const named = object.optional('platform', (name) => object.word(name, platforms));
  return {
    name: object.text('name', TEXT_MAX),
    ...named,
    mrtd: object.hex('mrtd', MEASUREMENT_BYTES[named.platform ?? 'intel-tdx']),
    imageDigest: object.digest('imageDigest'),
    operations: object.texts('operations', OPERATIONS_MAX, TEXT_MAX),
    ...object.optional('soleReporter', (name) => object.flag(name)),
    ...object.optional('checksGpuMode', (name) => object.flag(name)),
  };
}

function malformed(message: string): never {
  throw new AttestationError('POLICY_MALFORMED', `appraisal policy: ${message}`);
}
