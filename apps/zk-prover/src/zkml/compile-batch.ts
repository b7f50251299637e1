// SPDX-License-Identifier: GPL-3.0
/**
 * From a quantised network to a circuit that decides a whole batch under one model commitment.
 *
 * Sums of every layer are a witness, held to their width and tied to weights and inputs by one Freivalds check a layer.
 * The challenge of a layer hashes the commitments to model and inputs and all sums up to and including that layer's.
 */
import {
  fieldCount,
  inputCount,
  inputSlots,
  type LayerBounds,
  magnitudeBits,
  type Network,
  networkBounds,
  PACKED_BITS,
} from '#inference';
import { hashed, indented, inputTerms, modelCommitment, modelInputs, packing } from './circom-text.js';
import { decision, inputRanges } from './compile-network.js';
import { ZkmlError } from './zkml-error.js';

/** Two public signals an item, and the strict verifier takes 64. */
export const BATCH_MAX = 31;

export const BATCH_INCLUDES = ['network-parts', 'freivalds'] as const;

/**
 * @returns circom text with one main component. Public signals: an inputCommitment for each item, modelCommitment, a
 *   label for each item, context.
 * @throws InferenceError NETWORK_OVERFLOW, NETWORK_MALFORMED; ZkmlError CIRCUIT_TOO_LARGE
 */
export function compileBatch(network: Network, size: number): string {
  if (!Number.isInteger(size) || size < 2 || size > BATCH_MAX) {
    throw new ZkmlError('CIRCUIT_TOO_LARGE', `batch: expected 2 to ${BATCH_MAX} items, got ${size}`);
  }
  const bounds = networkBounds(network, 'model-committed');
  const count = inputCount(network);
  const fields = fieldCount(inputSlots(network));
  const units = network.layers.at(-1)?.bias.length ?? 0;
  return [
    '// SPDX-License-Identifier: GPL-3.0',
    `// Compiled from network ${network.name}@${network.version}, a batch of ${size}. Not edited by hand.`,
    'pragma circom 2.1.0;',
    '',
    ...BATCH_INCLUDES.map((name) => `include "${name}.circom";`),
    '',
    'template InputEdge() {',
    ...indented([
      `signal input inputs[${count}];`,
      'signal input salt;',
      'signal output commitment;',
      ...inputRanges(network),
      ...packing(inputSlots(network), inputTerms(network, 'inputs'), 'field'),
      ...hashed('hash', fields, 'field', 'salt'),
      'commitment <== hash.out;',
    ]),
    '}',
    '',
    'template Decision() {',
    ...indented([
      `signal input values[${units}];`,
      'signal output label;',
      ...decision(network, bounds, 'values'),
    ]),
    '}',
    '',
    'template Batch() {',
    ...indented([
      `signal input inputs[${size}][${count}];`,
      `signal input inputSalt[${size}];`,
      ...modelInputs(network),
      'signal input context; // public',
      '',
      `signal output inputCommitment[${size}];`,
      'signal output modelCommitment;',
      `signal output label[${size}];`,
      '',
      `component edge[${size}];`,
      `for (var b = 0; b < ${size}; b++) {`,
      '    edge[b] = InputEdge();',
      `    for (var i = 0; i < ${count}; i++) edge[b].inputs[i] <== inputs[b][i];`,
      '    edge[b].salt <== inputSalt[b];',
      '    inputCommitment[b] <== edge[b].commitment;',
      '}',
      ...modelCommitment(network),
      `component transcript = PoseidonChain(${size});`,
      'transcript.start <== modelCommitment;',
      `for (var b = 0; b < ${size}; b++) transcript.in[b] <== inputCommitment[b];`,
      '',
      ...network.layers.flatMap((_, index) => layerLines(network, index, bounds, size)),
      `component decided[${size}];`,
      `for (var b = 0; b < ${size}; b++) {`,
      '    decided[b] = Decision();',
      `    for (var i = 0; i < ${units}; i++) decided[b].values[i] <== layer${network.layers.length - 1}[b][i];`,
      '    label[b] <== decided[b].label;',
      '}',
      '',
      'signal contextSquared;',
      'contextSquared <== context * context;',
    ]),
    '}',
    '',
    'component main {public [context]} = Batch();',
    '',
  ].join('\n');
}

function layerLines(network: Network, index: number, bounds: readonly LayerBounds[], size: number): string[] {
  const layer = network.layers[index];
  if (layer === undefined) return [];
  const units = layer.bias.length;
  const width = layer.weights[0]?.length ?? 0;
  const from = index === 0 ? 'inputs' : `layer${index - 1}`;
  const before = index === 0 ? 'transcript' : `transcript${index - 1}`;
  const offsets = { weight: 2 ** (layer.weightBits - 1), bias: 2 ** (layer.biasBits - 1) };
  // Under a committed model every unit of a layer has the same bounds.
  const bits = Math.max(
    layer.shift + 1,
    ...(bounds[index]?.accumulators ?? []).map((interval) => magnitudeBits(interval)),
  );
  const perField = Math.floor(PACKED_BITS / (bits + 1));
  const fields = Math.ceil((size * units) / perField);
  return [
    `signal sum${index}[${size}][${units}];`,
    `signal layer${index}[${size}][${units}];`,
    layer.relu ? `component relu${index}[${size}][${units}];` : `component range${index}[${size}][${units}];`,
    `for (var b = 0; b < ${size}; b++) {`,
    `    for (var i = 0; i < ${units}; i++) {`,
    `        var total = bias${index}[i] - ${offsets.bias};`,
    `        for (var j = 0; j < ${width}; j++) total += (weights${index}[i][j] - ${offsets.weight}) * ${from}[b][j];`,
    '        // A hint: what ties it down is its width and the check of the whole batch below.',
    `        sum${index}[b][i] <-- total;`,
    ...(layer.relu
      ? [
          `        relu${index}[b][i] = ReluShift(${bits}, ${layer.shift});`,
          `        relu${index}[b][i].in <== sum${index}[b][i];`,
          `        layer${index}[b][i] <== relu${index}[b][i].out;`,
        ]
      : [
          `        range${index}[b][i] = Num2Bits(${bits + 1});`,
          `        range${index}[b][i].in <== sum${index}[b][i] + ${2 ** bits};`,
          `        layer${index}[b][i] <== sum${index}[b][i];`,
        ]),
    '    }',
    '}',
    `component transcript${index} = PoseidonChain(${fields});`,
    `transcript${index}.start <== ${before}.out;`,
    `for (var f = 0; f < ${fields}; f++) {`,
    '    var packed = 0;',
    `    for (var k = 0; k < ${perField}; k++) {`,
    `        var at = ${perField} * f + k;`,
    `        if (at < ${size * units}) packed += (sum${index}[at \\ ${units}][at % ${units}] + ${2 ** bits}) * 2 ** (${bits + 1} * k);`,
    '    }',
    `    transcript${index}.in[f] <== packed;`,
    '}',
    `component check${index} = Freivalds(${size}, ${width}, ${units});`,
    `check${index}.challenge <== transcript${index}.out;`,
    `for (var i = 0; i < ${units}; i++) {`,
    `    check${index}.bias[i] <== bias${index}[i] - ${offsets.bias};`,
    `    for (var j = 0; j < ${width}; j++) check${index}.weights[i][j] <== weights${index}[i][j] - ${offsets.weight};`,
    '}',
    `for (var b = 0; b < ${size}; b++) {`,
    `    for (var j = 0; j < ${width}; j++) check${index}.in[b][j] <== ${from}[b][j];`,
    `    for (var i = 0; i < ${units}; i++) check${index}.out[b][i] <== sum${index}[b][i];`,
    '}',
    '',
  ];
}
