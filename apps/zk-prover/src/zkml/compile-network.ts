// SPDX-License-Identifier: GPL-3.0
/**
 * From a quantised network to a circuit.
 *
 * The text that leaves here is a statement: "the label follows from the committed inputs by this network". In
 * `model-in-vkey` the weights are constants of it, so the verification key names the model; in `model-committed` they
 * are a witness, held to their widths and to a commitment. All widths come from `networkBounds`, never from a guess.
 */
import {
  bitLength,
  fieldCount,
  inputCount,
  inputSlots,
  type LayerBounds,
  magnitudeBits,
  type Network,
  type NetworkMode,
  networkBounds,
} from '#inference';
import { hashed, indented, inputTerms, modelCommitment, modelInputs, packing } from './circom-text.js';

/** Files that the text includes, below the folder of the circuits. */
export const NETWORK_INCLUDES = ['network-parts'] as const;

/**
 * @returns circom text with one main component. Public signals: inputCommitment, in `model-committed` then
 *   modelCommitment, label (index into `output.values`), context.
 * @throws InferenceError NETWORK_OVERFLOW, NETWORK_MALFORMED (inputs that one edge cannot hold)
 */
export function compileNetwork(network: Network, mode: NetworkMode): string {
  const bounds = networkBounds(network, mode);
  const committed = mode === 'model-committed';
  return [
    '// SPDX-License-Identifier: GPL-3.0',
    `// Compiled from network ${network.name}@${network.version}, ${mode}. Not edited by hand.`,
    'pragma circom 2.1.0;',
    '',
    'include "network-parts.circom";',
    '',
    'template Network() {',
    ...indented([
      `signal input inputs[${inputCount(network)}];`,
      'signal input inputSalt;',
      ...(committed ? modelInputs(network) : []),
      'signal input context; // public',
      '',
      'signal output inputCommitment;',
      ...(committed ? ['signal output modelCommitment;'] : []),
      'signal output label;',
      '',
      ...inputRanges(network),
      ...packing(inputSlots(network), inputTerms(network, 'inputs'), 'inputField'),
      ...hashed('inputHash', fieldCount(inputSlots(network)), 'inputField', 'inputSalt'),
      'inputCommitment <== inputHash.out;',
      '',
      ...(committed ? modelCommitment(network) : []),
      ...network.layers.flatMap((_, index) => layerLines(network, index, bounds, mode)),
      ...decision(network, bounds, `layer${network.layers.length - 1}`),
      '',
      '// A public input that no constraint names could be swapped by whoever holds the proof.',
      'signal contextSquared;',
      'contextSquared <== context * context;',
    ]),
    '}',
    '',
    'component main {public [context]} = Network();',
    '',
  ].join('\n');
}

/** One range a group: a commitment opens to anything, so it is the circuit that holds inputs to their ranges. */
export function inputRanges(network: Network): string[] {
  let from = 0;
  return network.inputs.flatMap(({ name, count, min, max }) => {
    const at = from;
    from += count;
    const bits = bitLength(max - min);
    return [
      `component ${name}Range[${count}];`,
      `for (var i = 0; i < ${count}; i++) {`,
      `    ${name}Range[i] = InRange(${min}, ${max}, ${bits});`,
      `    ${name}Range[i].in <== inputs[${at} + i];`,
      '}',
    ];
  });
}

function layerLines(
  network: Network,
  index: number,
  bounds: readonly LayerBounds[],
  mode: NetworkMode,
): string[] {
  const layer = network.layers[index];
  if (layer === undefined) return [];
  const units = layer.bias.length;
  const width = layer.weights[0]?.length ?? 0;
  const from = index === 0 ? 'inputs' : `layer${index - 1}`;
  const bits = bounds[index]?.accumulators.map((interval) =>
    // A shift of all bits away leaves nothing; one bit more keeps the sum of the template defined.
    Math.max(magnitudeBits(interval), layer.shift + 1),
  );
  const sums =
    mode === 'model-in-vkey'
      ? constantSums(network, index, from)
      : committedSums(index, units, width, layer, from);
  return [
    `signal layer${index}[${units}];`,
    ...sums,
    ...(layer.relu
      ? [
          `var relu${index}Bits[${units}] = [${bits?.join(', ')}];`,
          `component relu${index}[${units}];`,
          `for (var i = 0; i < ${units}; i++) {`,
          `    relu${index}[i] = ReluShift(relu${index}Bits[i], ${layer.shift});`,
          `    relu${index}[i].in <== sum${index}[i];`,
          `    layer${index}[i] <== relu${index}[i].out;`,
          '}',
        ]
      : [`for (var i = 0; i < ${units}; i++) layer${index}[i] <== sum${index}[i];`]),
    '',
  ];
}

function constantSums(network: Network, index: number, from: string): string[] {
  const layer = network.layers[index];
  return [
    `signal sum${index}[${layer?.bias.length ?? 0}];`,
    ...(layer?.bias ?? []).map((bias, unit) => {
      const terms = (layer?.weights[unit] ?? []).flatMap((weight, input) =>
        weight === 0 ? [] : [`${from}[${input}] * ${weight}`],
      );
      return `sum${index}[${unit}] <== ${[...terms, `${bias}`].join(' + ')};`;
    }),
  ];
}

function committedSums(
  index: number,
  units: number,
  width: number,
  layer: Network['layers'][number],
  from: string,
): string[] {
  return [
    `signal sum${index}[${units}];`,
    `signal product${index}[${units}][${width}];`,
    `for (var i = 0; i < ${units}; i++) {`,
    `    var total = bias${index}[i] - ${2 ** (layer.biasBits - 1)};`,
    `    for (var j = 0; j < ${width}; j++) {`,
    `        product${index}[i][j] <== (weights${index}[i][j] - ${2 ** (layer.weightBits - 1)}) * ${from}[j];`,
    `        total += product${index}[i][j];`,
    '    }',
    `    sum${index}[i] <== total;`,
    '}',
  ];
}

/** @param last the array of signals that holds the values of the last layer. */
export function decision({ output }: Network, bounds: readonly LayerBounds[], last: string): string[] {
  const values = bounds.at(-1)?.outputs ?? [];
  if (output.kind === 'thresholds') {
    const { thresholds } = output;
    const [interval = { min: 0, max: 0 }] = values;
    const bits = magnitudeBits({
      min: interval.min - Math.max(...thresholds),
      max: interval.max - Math.min(...thresholds),
    });
    return [
      `component decided = CountReached(${thresholds.length}, [${thresholds.join(', ')}], ${bits});`,
      `decided.in <== ${last}[0];`,
      'label <== decided.out;',
    ];
  }
  const reach = Math.max(...values.map(({ max }) => max)) - Math.min(...values.map(({ min }) => min));
  const bits = magnitudeBits({ min: -reach, max: reach });
  return [
    `component decided = ArgMax(${values.length}, ${bits});`,
    `for (var i = 0; i < ${values.length}; i++) decided.in[i] <== ${last}[i];`,
    'label <== decided.out;',
  ];
}
