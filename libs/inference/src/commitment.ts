import { type Commitment, parseField, poseidon, poseidonCommitment } from '#canonical';
import { checkInputs } from './evaluate.js';
import { InferenceError } from './inference-error.js';
import { INPUT_FIELDS_MAX, PACKED_BITS } from './limits.js';
import type { DenseLayer, InputGroup, Network } from './network.js';

/** Where a value lies among packed field elements. */
export interface Slot {
  readonly field: number;
  /** Lowest bit inside of the field element. */
  readonly at: number;
}

/** State and fifteen new elements: the widest hash that circomlib has. */
const CHAIN_ELEMENTS = 15;

/** An input as it is committed: not below zero. Inputs that are never negative are committed as they are. */
export function inputOffset({ min }: InputGroup): number {
  return Math.min(min, 0);
}

export function inputWidth(group: InputGroup): number {
  return bitLength(group.max - inputOffset(group));
}

/** Where each input lies. @throws InferenceError NETWORK_MALFORMED when they need more than 15 field elements */
export function inputSlots(network: Pick<Network, 'inputs' | 'packing'>): readonly Slot[] {
  const widths = network.inputs.flatMap((group) => new Array<number>(group.count).fill(inputWidth(group)));
  const slots = network.packing === 'single' ? widths.map((_, field) => ({ field, at: 0 })) : slotsOf(widths);
  const fields = fieldCount(slots);
  if (fields <= INPUT_FIELDS_MAX) return slots;
  throw new InferenceError(
    'NETWORK_MALFORMED',
    `inputs: need ${fields} field elements, limit ${INPUT_FIELDS_MAX} for one edge; pack them densely or narrow their ranges`,
  );
}

/** The field elements that a commitment to inputs is made of, without the salt. @throws InferenceError INPUT_OUT_OF_RANGE */
export function inputFields(network: Network, inputs: readonly number[]): readonly bigint[] {
  checkInputs(network, inputs);
  const offsets = network.inputs.flatMap((group) => new Array<number>(group.count).fill(inputOffset(group)));
  return packed(
    inputs.map((value, index) => BigInt(value - (offsets[index] ?? 0))),
    inputSlots(network),
  );
}

/**
 * Reads inputs back from the fields of an opened payload.
 *
 * @throws InferenceError INPUT_OUT_OF_RANGE; also for fields that no inputs have
 */
export function parseInputFields(network: Network, fields: readonly string[]): readonly number[] {
  const slots = inputSlots(network);
  if (fields.length !== fieldCount(slots)) {
    throw new InferenceError(
      'INPUT_OUT_OF_RANGE',
      `inputs: expected ${fieldCount(slots)} field elements, got ${fields.length}`,
    );
  }
  const elements = fields.map(readField);
  const groups = network.inputs.flatMap((group) => new Array<InputGroup>(group.count).fill(group));
  const inputs = groups.map((group, index) => {
    const { field, at } = slots[index] ?? { field: 0, at: 0 };
    const mask = (1n << BigInt(inputWidth(group))) - 1n;
    return Number(((elements[field] ?? 0n) >> BigInt(at)) & mask) + inputOffset(group);
  });
  // Bits beside the slots would be dropped above: what was committed has to be what is computed on.
  if (inputFields(network, inputs).some((element, index) => element !== elements[index])) {
    throw new InferenceError('INPUT_OUT_OF_RANGE', 'inputs: bits outside of every input are set');
  }
  return inputs;
}

/** Widths of everything that a model commitment holds, in its order: of each layer the rows, then the biases. */
export function modelSlots(layers: readonly DenseLayer[]): readonly Slot[] {
  return slotsOf(
    layers.flatMap(({ weights, bias, weightBits, biasBits }) => [
      ...weights.flatMap((row) => new Array<number>(row.length).fill(weightBits)),
      ...new Array<number>(bias.length).fill(biasBits),
    ]),
  );
}

/** Weights and biases in that order, shifted so that none is negative. */
export function modelValues(layers: readonly DenseLayer[]): readonly bigint[] {
  return layers.flatMap(({ weights, bias, weightBits, biasBits }) => [
    ...weights.flatMap((row) => row.map((weight) => BigInt(weight + 2 ** (weightBits - 1)))),
    ...bias.map((value) => BigInt(value + 2 ** (biasBits - 1))),
  ]);
}

/** Names weights without telling them: whoever holds the commitment can check a circuit against it. */
export function networkCommitment(layers: readonly DenseLayer[], salt: bigint): Commitment {
  return poseidonCommitment(poseidonChain(packed(modelValues(layers), modelSlots(layers)), salt));
}

/** `Poseidon(state, 15 elements)`, again and again; the last block may be shorter. The count is the circuit's. */
export function poseidonChain(elements: readonly bigint[], start: bigint): bigint {
  let state = start;
  for (let at = 0; at < elements.length; at += CHAIN_ELEMENTS) {
    state = poseidon([state, ...elements.slice(at, at + CHAIN_ELEMENTS)]);
  }
  return state;
}

/** Greedy and in order, little end first. 248 bits hold no multiple of the modulus: the packing is injective. */
export function slotsOf(widths: readonly number[]): readonly Slot[] {
  let field = 0;
  let at = 0;
  return widths.map((width) => {
    if (at + width > PACKED_BITS) {
      field += 1;
      at = 0;
    }
    const slot = { field, at };
    at += width;
    return slot;
  });
}

export function fieldCount(slots: readonly Slot[]): number {
  return (slots.at(-1)?.field ?? -1) + 1;
}

export function packed(values: readonly bigint[], slots: readonly Slot[]): readonly bigint[] {
  const fields = new Array<bigint>(fieldCount(slots)).fill(0n);
  values.forEach((value, index) => {
    const { field, at } = slots[index] ?? { field: 0, at: 0 };
    fields[field] = (fields[field] ?? 0n) + (value << BigInt(at));
  });
  return fields;
}

export function bitLength(value: number): number {
  let bits = 0;
  while (2 ** bits <= value) bits += 1;
  return bits;
}

function readField(text: string): bigint {
  try {
    return parseField(text);
  } catch {
    throw new InferenceError('INPUT_OUT_OF_RANGE', 'inputs: expected decimal field elements');
  }
}
