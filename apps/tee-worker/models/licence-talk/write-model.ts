import { contextInput, logitsOutput } from '../../src/model-server/model-format.js';
import {
  FLOAT,
  INT64,
  intAttribute,
  modelFile,
  node,
  tensor,
  valueInfo,
} from '../statement-reader/onnx-file.js';
import { messageField, textField } from '../statement-reader/protobuf.js';
import type { ByteNetworkShape, ByteWeights } from './byte-network.js';

/** The network as an ONNX file: `context`, int64 `[batch, contextLength]`, to `logits`, float `[batch, symbols]`. */
export function writeByteModel(shape: ByteNetworkShape, weights: ByteWeights): Uint8Array {
  const { contextLength, embeddingSize, hiddenSize, symbols, symbolsRead } = shape;
  return modelFile(
    node('Gather', ['embedding', contextInput], 'embedded', intAttribute('axis', 0)),
    node('Flatten', ['embedded'], 'input', intAttribute('axis', 1)),
    node('Gemm', ['input', 'hidden.weights', 'hidden.bias'], 'hidden.sum'),
    node('Relu', ['hidden.sum'], 'hidden'),
    node('Gemm', ['hidden', 'output.weights', 'output.bias'], logitsOutput),
    textField(2, 'licence-talk'),
    tensor('embedding', [symbolsRead, embeddingSize], weights.embedding),
    tensor('hidden.weights', [contextLength * embeddingSize, hiddenSize], weights.hidden.weights),
    tensor('hidden.bias', [hiddenSize], weights.hidden.bias),
    tensor('output.weights', [hiddenSize, symbols], weights.output.weights),
    tensor('output.bias', [symbols], weights.output.bias),
    messageField(11, valueInfo(contextInput, INT64, ['batch', contextLength])),
    messageField(12, valueInfo(logitsOutput, FLOAT, ['batch', symbols])),
  );
}
