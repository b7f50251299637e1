// SPDX-License-Identifier: GPL-3.0
import type { CircuitInput } from '../pool/messages.js';
import { ATTRIBUTES, type ScorecardAttributes } from './attributes.js';
import { type ScorecardModel, WEIGHT_SHIFT } from './model.js';

export interface WitnessSecrets {
  readonly featuresSalt: bigint;
  readonly limitSalt: bigint;
}

/** The circuit's input signals by name. The circuit derives everything else from the raw attributes. */
export function buildWitness(
  attributes: ScorecardAttributes,
  model: ScorecardModel,
  secrets: WitnessSecrets,
  context: bigint,
): CircuitInput {
  return {
    ...Object.fromEntries(ATTRIBUTES.map(({ name }) => [name, BigInt(attributes[name])])),
    featuresSalt: secrets.featuresSalt,
    base: BigInt(model.base),
    weights: model.weights.map((weight) => BigInt(weight + WEIGHT_SHIFT)),
    modelSalt: model.salt,
    limitSalt: secrets.limitSalt,
    context,
  };
}
