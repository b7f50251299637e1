import { canonicalBytes, type Digest, digestOf, type Json, toJson } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { type BindingRule, bindingRules } from '../binding.js';
import { StrictObject } from '../strict-object.js';

/** What a relying party accepts. Its digest stands in every binding and verdict made under it. */
export interface AppraisalPolicy {
  readonly v: 'sealflow/appraisal-policy/v1';
  /** Lets simulated hardware be used; it is reported as simulated all the same. */
  readonly allowSimulated: boolean;
  readonly gpu: { readonly required: boolean };
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
  /** Lower-case hex, 48 bytes. */
  readonly mrtd: string;
  readonly imageDigest: Digest;
  /** Operations this guest may run, e.g. `document.extract`. The caller compares; appraisal does not know the task. */
  readonly operations: readonly string[];
}

const VERSION = 'sealflow/appraisal-policy/v1';
const MEASUREMENTS_MAX = 256;
const OPERATIONS_MAX = 64;
const TEXT_MAX = 128;
const MRTD_BYTES = 48;
const DAY_MS = 24 * 60 * 60 * 1000;

/** @throws AttestationError `POLICY_MALFORMED`, for unknown members too: a rule that is misspelt must not vanish. */
export function parseAppraisalPolicy(value: Json): AppraisalPolicy {
  const object = strict(
    value,
    ['v', 'allowSimulated', 'gpu', 'measurements', 'bindingRules', 'freshness', 'bindingLifetimeMsMax'],
    'appraisal policy',
  );
  return {
    v: object.word('v', [VERSION]),
    allowSimulated: object.flag('allowSimulated'),
    gpu: { required: strict(object.value('gpu'), ['required'], 'appraisal policy gpu').flag('required') },
    measurements: parseMeasurements(object.list('measurements', MEASUREMENTS_MAX)),
    bindingRules: object.words('bindingRules', bindingRules),
    freshness: object.words('freshness', ['nonce']),
    bindingLifetimeMsMax: object.integer('bindingLifetimeMsMax', 1, 7 * DAY_MS),
  };
}

/** Digest of the canonical bytes: how a policy is pinned. */
export function appraisalPolicyDigest(policy: AppraisalPolicy): Digest {
  return digestOf(canonicalBytes(toJson(policy)));
}

function parseMeasurements(list: readonly Json[]): readonly ReferenceMeasurement[] {
  const measurements = list.map(parseMeasurement);
  // Two entries for one guest and image could allow different operations; which one counts would be a guess.
  const keys = new Set(measurements.map(({ mrtd, imageDigest }) => `${mrtd} ${imageDigest}`));
  if (keys.size !== measurements.length) {
    throw new AttestationError(
      'POLICY_MALFORMED',
      'appraisal policy: measurements names one guest and image twice',
    );
  }
  return measurements;
}

function parseMeasurement(value: Json): ReferenceMeasurement {
  const object = strict(value, ['name', 'mrtd', 'imageDigest', 'operations'], 'appraisal policy measurement');
  return {
    name: object.text('name', TEXT_MAX),
    mrtd: object.hex('mrtd', MRTD_BYTES),
    imageDigest: object.digest('imageDigest'),
    operations: object.texts('operations', OPERATIONS_MAX, TEXT_MAX),
  };
}

function strict(value: Json, members: readonly string[], where: string): StrictObject {
  return new StrictObject(value, members, 'POLICY_MALFORMED', where);
}
