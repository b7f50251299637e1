import { tokensInput } from '../../src/runtimes/onnx/model-format.js';
import type { Layer, NetworkShape, Weights } from './network.js';
import { bytesField, messageField, textField, varintField } from './protobuf.js';

/** Field numbers, element types and attribute types of onnx.proto3 (ONNX 1.12, IR version 8, opset 17). */
const IR_VERSION = 8;
const OPSET = 17;
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE_INT = 2;

export const onnxOpset = OPSET;

/**
 * The network as an ONNX file: Gather, ReduceSum over the tokens, Gemm, Relu, and for each head Gemm and
 * Softmax. Outputs carry the names of the heads and are float `[1, classes]`.
 */
export function writeOnnx(shape: NetworkShape, weights: Weights, headNames: readonly string[]): Uint8Array {
  const heads = headNames.flatMap((name, index) => {
    const layer = weights.heads[index];
    const classes = shape.heads[index];
    return layer === undefined || classes === undefined ? [] : [{ name, layer, classes }];
  });
  const graph = [
    node('Gather', ['embedding', tokensInput], 'embedded', intAttribute('axis', 0)),
    node('ReduceSum', ['embedded', 'pooled.axes'], 'pooled', intAttribute('keepdims', 0)),
    node('Gemm', ['pooled', 'hidden.weights', 'hidden.bias'], 'hidden.sum'),
    node('Relu', ['hidden.sum'], 'hidden'),
    ...heads.flatMap(({ name }) => [
      node('Gemm', ['hidden', `${name}.weights`, `${name}.bias`], `${name}.logits`),
      node('Softmax', [`${name}.logits`], name, intAttribute('axis', 1)),
    ]),
    textField(2, 'statement-reader'),
    axesTensor('pooled.axes', 1),
    tensor('embedding', [shape.vocabularySize, shape.embeddingSize], weights.embedding),
    ...layerTensors('hidden', shape.embeddingSize, shape.hiddenSize, weights.hidden),
    ...heads.flatMap(({ name, layer, classes }) => layerTensors(name, shape.hiddenSize, classes, layer)),
    messageField(11, valueInfo(tokensInput, INT64, [1, 'tokens'])),
    ...heads.map(({ name, classes }) => messageField(12, valueInfo(name, FLOAT, [1, classes]))),
  ];
  return Uint8Array.from(
    Buffer.concat([
      varintField(1, IR_VERSION),
      textField(2, 'sealflow'),
      messageField(7, ...graph),
      messageField(8, textField(1, ''), varintField(2, OPSET)),
    ]),
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

function layerTensors(name: string, inputs: number, outputs: number, layer: Layer): Uint8Array[] {
  return [
    tensor(`${name}.weights`, [inputs, outputs], layer.weights),
    tensor(`${name}.bias`, [outputs], layer.bias),
  ];
}

function tensor(name: string, dims: readonly number[], values: Float32Array): Uint8Array {
  const expected = dims.reduce((product, dim) => product * dim, 1);
  if (values.length !== expected)
    throw new RangeError(`${name} has ${values.length} values, not ${expected}`);
  // raw_data is little-endian whatever the machine, hence no view on the array's own bytes.
  const raw = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    raw.writeFloatLE(value, index * 4);
  });
  const sizes = dims.map((dim) => varintField(1, dim));
  return messageField(5, ...sizes, varintField(2, FLOAT), textField(8, name), bytesField(9, raw));
}

/** Since opset 13 the axes of ReduceSum are an input. */
function axesTensor(name: string, axis: number): Uint8Array {
  return messageField(5, varintField(1, 1), varintField(2, INT64), varintField(7, axis), textField(8, name));
}

/** A dimension given as text is named and free. */
function valueInfo(name: string, elementType: number, dims: readonly (number | string)[]): Buffer {
  const shape = dims.map((dim) =>
    messageField(1, typeof dim === 'number' ? varintField(1, dim) : textField(2, dim)),
  );
  const tensorType = messageField(1, varintField(1, elementType), messageField(2, ...shape));
  return Buffer.concat([textField(1, name), messageField(2, tensorType)]);
}
