// SPDX-License-Identifier: GPL-3.0
import { FIELD_MODULUS } from '#canonical';
import { checkInputs, modelValues, type Network, type NetworkMode } from '#inference';
import type { CircuitInput } from '../pool/messages.js';

export interface NetworkSecrets {
  readonly inputSalt: bigint;
  /** Of the model commitment; unused where the weights are constants. */
  readonly modelSalt: bigint;
}

/** The circuit's input signals by name. @throws InferenceError INPUT_OUT_OF_RANGE */
export function networkWitness(
  network: Network,
  mode: NetworkMode,
  inputs: readonly number[],
  secrets: NetworkSecrets,
  context: bigint,
): CircuitInput {
  const signals = {
    inputs: checkInputs(network, inputs).map(fieldOf),
    inputSalt: secrets.inputSalt,
    context,
  };
  return mode === 'model-in-vkey' ? signals : { ...signals, ...modelSignals(network, secrets.modelSalt) };
}

export interface BatchSecrets {
  /** One an item. */
  readonly inputSalts: readonly bigint[];
  readonly modelSalt: bigint;
}

/** Input signals of a batch, in the order of its items. @throws InferenceError INPUT_OUT_OF_RANGE */
export function batchWitness(
  network: Network,
  items: readonly (readonly number[])[],
  secrets: BatchSecrets,
  context: bigint,
): CircuitInput {
  return {
    inputs: items.flatMap((inputs) => checkInputs(network, inputs).map(fieldOf)),
    inputSalt: secrets.inputSalts,
    context,
    ...modelSignals(network, secrets.modelSalt),
  };
}

function modelSignals(network: Network, modelSalt: bigint): CircuitInput {
  const values = modelValues(network.layers);
  let taken = 0;
  const take = (count: number): readonly bigint[] => {
    taken += count;
    return values.slice(taken - count, taken);
  };
  const model = network.layers.flatMap(({ weights, bias }, index) => [
    [`weights${index}`, take(weights.length * (weights[0]?.length ?? 0))] as const,
    [`bias${index}`, take(bias.length)] as const,
  ]);
  return { ...Object.fromEntries(model), modelSalt };
}

function fieldOf(value: number): bigint {
  return value < 0 ? FIELD_MODULUS + BigInt(value) : BigInt(value);
}
