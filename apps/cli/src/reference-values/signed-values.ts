import { type AppraisalPolicy, AttestationError, parseAppraisalPolicy } from '#attestation';
import { type Digest, isDigest, isJsonObject, type Json, type JsonObject, toJson } from '#canonical';
import { openStatement, signStatement } from '#evidence';
import { exitCode, UsageError } from '../output/failure.js';
import { policyMembers, type ReferenceValues } from './reference-values.js';

/*
 * Reference values on their way from whoever builds to those who verify: an in-toto statement about the image, in DSSE,
 * under one key. Whoever takes them over got the public key elsewhere. There is no time and no log in it.
 */

export const referenceValuesType = 'https://sealflow.dev/reference-values/v1';

/** What a signer may say. Rules that are not about values, e.g. tiers, stay with those who verify. */
const members = { measurements: null, snp: ['hostData'], tdx: ['mrConfigId'] } as const;

export interface OpenedValues extends Pick<ReferenceValues, 'measurements' | 'initdata'> {
  readonly image: Digest;
}

/** @returns the envelope, as JSON */
export function signValues(values: ReferenceValues, name: string, seed: Uint8Array): Uint8Array {
  const sha256 = values.image.slice('sha256:'.length);
  return signStatement({
    statement: {
      subject: [{ name, digest: { sha256 } }],
      predicateType: referenceValuesType,
      predicate: toJson(policyMembers(values)) as JsonObject,
    },
    seed,
  });
}

/**
 * @throws EvidenceError for a signature or a form that does not hold, UsageError for values that no policy takes
 */
export function openValues(envelope: Uint8Array, publicKey: Uint8Array): OpenedValues {
  const { subject, predicate } = openStatement({ envelope, publicKey, predicateType: referenceValuesType });
  const image = `sha256:${subject[0]?.digest['sha256'] ?? ''}`;
  if (subject.length !== 1 || !isDigest(image)) throw malformed('subject: expected one image by its sha256');
  only(predicate, Object.keys(members), 'predicate');
  for (const group of ['snp', 'tdx'] as const)
    if (predicate[group] !== undefined) only(predicate[group], members[group], `predicate.${group}`);
  const { measurements, snp, tdx } = parsed(predicate);
  return {
    image,
    measurements,
    initdata: { hostData: snp?.hostData ?? [], mrConfigId: tdx?.mrConfigId ?? [] },
  };
}

/** By the rules of a policy, which is where they go. */
function parsed(predicate: JsonObject): AppraisalPolicy {
  const rest = {
    v: 'sealflow/appraisal-policy/v1',
    allowSimulated: false,
    gpu: { required: false },
    bindingRules: ['sealflow/binding/v1'],
    freshness: ['nonce'],
    bindingLifetimeMsMax: 60_000,
  };
  try {
    return parseAppraisalPolicy({ ...rest, ...predicate });
  } catch (error) {
    if (error instanceof AttestationError) throw malformed(`predicate: ${error.message}`);
    throw error;
  }
}

function only(value: Json, names: readonly string[], where: string): void {
  if (!isJsonObject(value)) throw malformed(`${where}: expected an object`);
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw malformed(`${where}: got ${unknown}, expected only ${names.join(', ')}`);
}

function malformed(message: string): UsageError {
  return new UsageError(`reference values: ${message}`, exitCode.malformed);
}
