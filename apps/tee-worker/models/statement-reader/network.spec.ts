import { describe, expect, it } from 'vitest';
import { seededRandom } from '#samples';
import { type Example, Network, type NetworkShape } from './network.js';

const shape: NetworkShape = { vocabularySize: 50, embeddingSize: 4, hiddenSize: 6, heads: [4, 2] };

/** Which quarter of the vocabulary the tokens come from, and whether token 49 is in the text. */
const examples = (count: number): Example[] => {
  const rng = seededRandom('network.spec');
  return Array.from({ length: count }, () => {
    const quarter = rng.integer(0, 3);
    const marked = rng.chance(0.5);
    const tokens = Array.from({ length: 60 }, () => quarter * 12 + rng.integer(0, 11));
    return {
      tokens: marked ? [...tokens, ...Array.from({ length: 10 }, () => 49)] : tokens,
      labels: [quarter, marked ? 1 : 0],
    };
  });
};

const trained = () => {
  const network = new Network(shape, seededRandom(1));
  const losses: number[] = [];
  const data = examples(1600);
  for (let at = 0; at < data.length; at += 16) losses.push(network.train(data.slice(at, at + 16), 0.02));
  return { network, losses };
};

describe('Network', () => {
  it('learns both heads of a simple task', () => {
    const { network, losses } = trained();
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 10);
    for (const { tokens, labels } of examples(30)) {
      const classes = network.predict(tokens).map((output) => output.indexOf(Math.max(...output)));
      expect(classes).toEqual(labels);
    }
  });

  it('trains the same weights from the same seed', () => {
    expect(trained().network.weights()).toEqual(trained().network.weights());
  });

  it('gives a distribution for each head', () => {
    const outputs = new Network(shape, seededRandom(2)).predict([1, 2, 3]);
    expect(outputs.map(({ length }) => length)).toEqual([4, 2]);
    for (const output of outputs) expect(output.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 5);
  });
});
