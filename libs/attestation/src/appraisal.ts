import type { Check, Digest, Json, JsonObject } from '#canonical';
import type { Binding } from './binding.js';
import type { ReferenceMeasurement } from './policy/appraisal-policy.js';
import type { PhysicalTrust } from './policy/physical-trust.js';

/**
 * How strongly GPU evidence is tied to the machine of the CPU evidence. No product reports `hardware` today;
 * `measured-event` and `measured-agent` need a run-time event log or a measured agent.
 */
export type GpuBinding =
  | 'hardware'
  | 'measured-event'
  | 'measured-agent'
  | 'software-asserted'
  | 'nonce-only'
  | 'none';

export interface Appraisal {
  /** Every rule, in a fixed order, whatever failed before it. */
  readonly checks: readonly Check[];
  /** No check failed under the given policy. The one member to decide by; the others explain. */
  readonly accepted: boolean;
  /**
   * `none`: no evidence package could be read. `contraindicated`: a check failed. `warning`: none failed, but
   * something keeps it from being good, such as simulated hardware that the policy allows.
   */
  readonly verdict: 'affirming' | 'warning' | 'contraindicated' | 'none';
  /** What hardware stands behind it, whether or not the policy allows that hardware. */
  readonly level: 'ATTESTED' | 'SIMULATED' | 'NONE';
  /** What could not be checked, for want of collateral. Refused, unless the simulated tier let it pass. */
  readonly unchecked: readonly Check[];
  /** What the evidence says. Its keys are the worker's only if `accepted`. */
  readonly binding: Binding | null;
  /** The reference measurement that matched. */
  readonly measurement: ReferenceMeasurement | null;
  readonly gpuBinding: GpuBinding;
  /** Who is known to stand by the machine. No quote shows it: it is the word of a registry of the policy. */
  readonly physicalTrust: PhysicalTrust;
  /** Values read from the evidence, for display and for policy rules. */
  readonly claims: {
    readonly tdx: JsonObject | null;
    readonly snp: JsonObject | null;
    readonly sgx: JsonObject | null;
    readonly gpus: readonly (JsonObject | null)[];
    readonly switches: readonly (JsonObject | null)[];
  };
  /** The policy that this was judged under. */
  readonly policyDigest: Digest;
  /** Digests of the collateral that was judged by. */
  readonly collateral: readonly Digest[];
  /** EAT attestation result (draft-ietf-rats-ear). It speaks of the hardware, not of the policy's permission. */
  readonly ear: Json;
}
