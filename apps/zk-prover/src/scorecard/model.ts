// SPDX-License-Identifier: GPL-3.0
import {
  type Commitment,
  commitPoseidon,
  isJsonObject,
  type Json,
  parseField,
  parseJsonStrict,
} from '#canonical';
import { ScorecardError } from './scorecard-error.js';

/** The indicators that weights belong to, in circuit order. */
export const FEATURES = [
  ...['A11', 'A12', 'A13', 'A14'].map((code) => `checking=${code}`),
  ...[12, 24, 36].map((months) => `duration>${months}`),
  ...['A30', 'A31', 'A32', 'A33', 'A34'].map((code) => `history=${code}`),
  ...['A61', 'A62', 'A63', 'A64', 'A65'].map((code) => `savings=${code}`),
  ...['A71', 'A72', 'A73', 'A74', 'A75'].map((code) => `employment=${code}`),
  ...['A101', 'A102', 'A103'].map((code) => `guarantors=${code}`),
  ...['A141', 'A142', 'A143'].map((code) => `otherPlans=${code}`),
  ...[1000, 4000, 8000].map((amount) => `amount>${amount}`),
  ...[2, 3].map((rate) => `rate>${rate}`),
] as const;

export interface ScorecardModel {
  readonly name: string;
  readonly version: number;
  /** Score of an applicant without any point; 10 bits. */
  readonly base: number;
  /** Points by feature, in the order of `FEATURES`; signed 8 bits each. */
  readonly weights: readonly number[];
  /** Makes the model commitment hiding. */
  readonly salt: bigint;
}

/** Weights are committed and proved as unsigned bytes. */
export const WEIGHT_SHIFT = 128;
const WEIGHTS_IN_LOW_WORD = 31;

/** Reads a model file (`sealflow/scorecard-model/v1`). @throws ScorecardError MODEL_MALFORMED */
export function parseModel(bytes: Uint8Array): ScorecardModel {
  const model = parseModelJson(bytes);
  if (!isJsonObject(model) || model['v'] !== 'sealflow/scorecard-model/v1') {
    throw malformed('v: expected sealflow/scorecard-model/v1');
  }
  const { name, version, salt } = model;
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]{0,63}$/.test(name))
    throw malformed('name: expected a lower-case name');
  return {
    name,
    version: integer(version, 1, 1_000_000, 'version'),
    base: integer(model['base'], 0, 1023, 'base'),
    weights: parseWeights(model['weights']),
    salt: parseSalt(salt),
  };
}

/** The commitment that the circuit recomputes: `Poseidon(31 weights, 2 weights and the base, salt)`. */
export function modelCommitment(model: ScorecardModel): Commitment {
  const bytes = model.weights.map((weight) => BigInt(weight + WEIGHT_SHIFT));
  const low = pack(bytes.slice(0, WEIGHTS_IN_LOW_WORD));
  const high = pack([...bytes.slice(WEIGHTS_IN_LOW_WORD), BigInt(model.base)]);
  return commitPoseidon([low, high], model.salt);
}

/** Little-endian bytes; only the last value may be wider than 8 bits. */
function pack(values: readonly bigint[]): bigint {
  return values.reduceRight((word, value) => (word << 8n) + value, 0n);
}

function parseModelJson(bytes: Uint8Array): Json {
  try {
    return parseJsonStrict(bytes, { bytesMax: 64 * 1024, depthMax: 4 });
  } catch {
    throw malformed('expected strict JSON of at most 64 KiB');
  }
}

function parseWeights(value: Json | undefined): readonly number[] {
  if (!Array.isArray(value) || value.length !== FEATURES.length) {
    throw malformed(`weights: expected ${FEATURES.length} entries`);
  }
  return FEATURES.map((feature, index) => {
    const entry: Json = value[index] ?? null;
    if (!isJsonObject(entry) || entry['feature'] !== feature) {
      throw malformed(`weights[${index}].feature: expected ${feature}`);
    }
    return integer(entry['points'], -WEIGHT_SHIFT, WEIGHT_SHIFT - 1, `weights[${index}].points`);
  });
}

function parseSalt(value: Json | undefined): bigint {
  try {
    return parseField(typeof value === 'string' ? value : '');
  } catch {
    throw malformed('salt: expected a decimal field element');
  }
}

function integer(value: Json | undefined, min: number, max: number, where: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw malformed(`${where}: expected an integer from ${min} to ${max}`);
}

function malformed(message: string): ScorecardError {
  return new ScorecardError('MODEL_MALFORMED', `model ${message}`);
}
