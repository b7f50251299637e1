// SPDX-License-Identifier: GPL-3.0
/** Pieces of circom text that circuits of one network and of a batch share. */
import { fieldCount, type InputGroup, inputOffset, modelSlots, type Network, type Slot } from '#inference';

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `    ${line}`));
}

export function modelInputs(network: Network): string[] {
  return [
    '// Weights and biases, shifted so that none is negative.',
    ...network.layers.flatMap(({ weights, bias }, index) => [
      `signal input weights${index}[${bias.length}][${weights[0]?.length ?? 0}];`,
      `signal input bias${index}[${bias.length}];`,
    ]),
    'signal input modelSalt;',
  ];
}

/** @param from the array of signals that holds the inputs. */
export function inputTerms(network: Network, from: string): string[] {
  const groups = network.inputs.flatMap((group) => new Array<InputGroup>(group.count).fill(group));
  return groups.map((group, index) => {
    const offset = inputOffset(group);
    return offset === 0 ? `${from}[${index}]` : `(${from}[${index}] + ${-offset})`;
  });
}

/** Linear: it costs no constraint of its own once the compiler has put it into the hash. */
export function packing(slots: readonly Slot[], terms: readonly string[], name: string): string[] {
  const fields = Array.from({ length: fieldCount(slots) }, (): string[] => []);
  slots.forEach(({ field, at }, index) => {
    const term = terms[index] ?? '0';
    fields[field]?.push(at === 0 ? term : `${term} * ${2n ** BigInt(at)}`);
  });
  return [
    `signal ${name}[${fields.length}];`,
    ...fields.map((parts, index) => `${name}[${index}] <== ${parts.join(' + ')};`),
  ];
}

/** The hash of `commitPoseidon`: fields first, then the salt. */
export function hashed(name: string, count: number, from: string, salt: string): string[] {
  return [
    `component ${name} = Poseidon(${count + 1});`,
    `for (var i = 0; i < ${count}; i++) ${name}.inputs[i] <== ${from}[i];`,
    `${name}.inputs[${count}] <== ${salt};`,
  ];
}

export function modelCommitment(network: Network): string[] {
  const slots = modelSlots(network.layers);
  const terms = network.layers.flatMap(({ weights, bias }, index) => [
    ...weights.flatMap((row, unit) => row.map((_, input) => `weights${index}[${unit}][${input}]`)),
    ...bias.map((_, unit) => `bias${index}[${unit}]`),
  ]);
  return [
    ...network.layers.flatMap(({ weights, bias, weightBits, biasBits }, index) => {
      const width = weights[0]?.length ?? 0;
      return [
        `component weightBits${index}[${bias.length}][${width}];`,
        `component biasBits${index}[${bias.length}];`,
        `for (var i = 0; i < ${bias.length}; i++) {`,
        `    for (var j = 0; j < ${width}; j++) {`,
        `        weightBits${index}[i][j] = Num2Bits(${weightBits});`,
        `        weightBits${index}[i][j].in <== weights${index}[i][j];`,
        '    }',
        `    biasBits${index}[i] = Num2Bits(${biasBits});`,
        `    biasBits${index}[i].in <== bias${index}[i];`,
        '}',
      ];
    }),
    ...packing(slots, terms, 'modelField'),
    `component modelHash = PoseidonChain(${fieldCount(slots)});`,
    'modelHash.start <== modelSalt;',
    `for (var i = 0; i < ${fieldCount(slots)}; i++) modelHash.in[i] <== modelField[i];`,
    'modelCommitment <== modelHash.out;',
    '',
  ];
}
