import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#samples';
import { Network, type NetworkShape } from './network.js';
import { writeOnnx } from './onnx-writer.js';

const shape: NetworkShape = { vocabularySize: 300, embeddingSize: 8, hiddenSize: 12, heads: [4, 2] };
const names = ['band', 'flag'];

describe('writeOnnx', () => {
  const network = new Network(shape, seededRandom('onnx-writer.spec'));
  const onnx = writeOnnx(shape, network.weights(), names);

  it('writes a graph that computes what was trained, for texts of any length', async () => {
    const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1 });
    expect(session.inputNames).toEqual(['tokens']);
    expect(session.outputNames).toEqual(names);
    const rng = seededRandom(3);
    for (const length of [1, 2, 700, 5000]) {
      const ids = Array.from({ length }, () => rng.integer(0, shape.vocabularySize - 1));
      const outputs = await session.run({
        tokens: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, length]),
      });
      network.predict(ids).forEach((expected, head) => {
        const output = outputs[names[head] ?? ''];
        expect(output?.dims).toEqual([1, expected.length]);
        const values = output?.data;
        expect(values).toBeInstanceOf(Float32Array);
        expected.forEach((value, i) => {
          expect(Number(values?.[i])).toBeCloseTo(value, 4);
        });
      });
    }
  });

  it('writes the same bytes for the same weights', () => {
    expect(writeOnnx(shape, network.weights(), names)).toEqual(onnx);
  });

  it('refuses weights that do not fit the shape', () => {
    const weights = { ...network.weights(), embedding: new Float32Array(3) };
    expect(() => writeOnnx(shape, weights, names)).toThrow('embedding has 3 values, not 2400');
  });
});
