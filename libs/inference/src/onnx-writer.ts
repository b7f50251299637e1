import { concatBytes, utf8 } from '#canonical';
import type { FloatNetwork } from './float-network.js';

/** ONNX 1.12, IR version 8, opset 17; element and attribute types of onnx.proto3. */
const IR_VERSION = 8;
const OPSET = 17;
const FLOAT = 1;
const ATTRIBUTE_INT = 2;

/** Writes a network as ONNX: Gemm and Relu, input `input` and output `logits`, float `[1, n]`. */
export function writeOnnx({ layers }: FloatNetwork, name: string): Uint8Array {
  const nodes: Uint8Array[] = [];
  let value = 'input';
  layers.forEach(({ relu }, index) => {
    const last = index === layers.length - 1;
    const sum = relu ? `sum${index}` : last ? 'logits' : `layer${index}`;
    nodes.push(node('Gemm', [value, `weights${index}`, `bias${index}`], sum, intAttribute('transB', 1)));
    value = sum;
    if (relu) {
      value = last ? 'logits' : `layer${index}`;
      nodes.push(node('Relu', [sum], value));
    }
  });
  const tensors = layers.flatMap(({ weights, bias }, index) => [
    tensor(`weights${index}`, [bias.length, weights[0]?.length ?? 0], weights.flat()),
    tensor(`bias${index}`, [bias.length], bias),
  ]);
  const graph = [
    ...nodes,
    textField(2, name),
    ...tensors,
    messageField(11, valueInfo('input', layers[0]?.weights[0]?.length ?? 0)),
    messageField(12, valueInfo('logits', layers.at(-1)?.bias.length ?? 0)),
  ];
  return concatBytes(
    varintField(1, IR_VERSION),
    textField(2, 'sealflow'),
    messageField(7, ...graph),
    messageField(8, textField(1, ''), varintField(2, OPSET)),
  );
}

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  ...attributes: Uint8Array[]
): Uint8Array {
  return messageField(
    1,
    ...inputs.map((input) => textField(1, input)),
    textField(2, output),
    textField(3, `${operator}:${output}`),
    textField(4, operator),
    ...attributes,
  );
}

function intAttribute(name: string, value: number): Uint8Array {
  return messageField(5, textField(1, name), varintField(3, value), varintField(20, ATTRIBUTE_INT));
}

function tensor(name: string, dims: readonly number[], values: readonly number[]): Uint8Array {
  const raw = new Uint8Array(4 * values.length);
  const view = new DataView(raw.buffer);
  values.forEach((value, index) => {
    view.setFloat32(4 * index, value, true);
  });
  return messageField(
    5,
    ...dims.map((dim) => varintField(1, dim)),
    varintField(2, FLOAT),
    textField(8, name),
    bytesField(9, raw),
  );
}

function valueInfo(name: string, length: number): Uint8Array {
  const shape = [1, length].map((dim) => messageField(1, varintField(1, dim)));
  return concatBytes(
    textField(1, name),
    messageField(2, messageField(1, varintField(1, FLOAT), messageField(2, ...shape))),
  );
}

function varintField(field: number, value: number): Uint8Array {
  return concatBytes(varint(field * 8), varint(value));
}

function bytesField(field: number, value: Uint8Array): Uint8Array {
  return concatBytes(varint(field * 8 + 2), varint(value.length), value);
}

function textField(field: number, value: string): Uint8Array {
  return bytesField(field, utf8(value));
}

function messageField(field: number, ...parts: Uint8Array[]): Uint8Array {
  return bytesField(field, concatBytes(...parts));
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.from([...bytes, rest]);
}
