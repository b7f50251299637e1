import { tokensInput } from '../../src/runtimes/onnx/model-format.js';
import type { Layer, NetworkShape, Weights } from './network.js';
import {
  FLOAT,
  INT64,
  intAttribute,
  integerTensor,
  modelFile,
  node,
  tensor,
  valueInfo,
} from './onnx-file.js';
import { messageField, textField } from './protobuf.js';

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
    // Since opset 13 the axes of ReduceSum are an input.
    integerTensor('pooled.axes', 1),
    tensor('embedding', [shape.vocabularySize, shape.embeddingSize], weights.embedding),
    ...layerTensors('hidden', shape.embeddingSize, shape.hiddenSize, weights.hidden),
    ...heads.flatMap(({ name, layer, classes }) => layerTensors(name, shape.hiddenSize, classes, layer)),
    messageField(11, valueInfo(tokensInput, INT64, [1, 'tokens'])),
    ...heads.map(({ name, classes }) => messageField(12, valueInfo(name, FLOAT, [1, classes]))),
  ];
  return modelFile(...graph);
}

function layerTensors(name: string, inputs: number, outputs: number, layer: Layer): Uint8Array[] {
  return [
    tensor(`${name}.weights`, [inputs, outputs], layer.weights),
    tensor(`${name}.bias`, [outputs], layer.bias),
  ];
}
