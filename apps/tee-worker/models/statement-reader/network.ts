import type { SeededRandom } from '#samples';
import { adam, addScaled, affine, dot, type Learned, learned, softmax } from './vector.js';

/** Sum of token embeddings, one hidden ReLU layer, one softmax a head. */
export interface NetworkShape {
  readonly vocabularySize: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  /** Number of classes of each head. */
  readonly heads: readonly number[];
}

/** Token ids of one text, and the right class for each head. */
export interface Example {
  readonly tokens: readonly number[];
  readonly labels: readonly number[];
}

/** Weights in the layout of the exported graph: row-major, one row an input. */
export interface Weights {
  readonly embedding: Float32Array;
  readonly hidden: Layer;
  readonly heads: readonly Layer[];
}

export interface Layer {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

interface LearnedLayer {
  readonly weights: Learned;
  readonly bias: Learned;
}

/**
 * A sum over a thousand tokens is about 32 times one token; scaled back, the first layer starts at the scale
 * of the others. Multiplied into the hidden weights on export. A sum and not a mean, because how often pay
 * comes is what matters, in a short statement as in a long one.
 */
const poolGain = 1 / 32;

export class Network {
  readonly shape: NetworkShape;
  readonly #embedding: Learned;
  readonly #hidden: LearnedLayer;
  readonly #heads: readonly LearnedLayer[];
  readonly #touched = new Set<number>();
  #step = 0;

  constructor(shape: NetworkShape, rng: SeededRandom) {
    this.shape = shape;
    this.#embedding = learned(noise(shape.vocabularySize * shape.embeddingSize, 0.05, rng));
    this.#hidden = randomLayer(shape.embeddingSize, shape.hiddenSize, rng);
    this.#heads = shape.heads.map((classes) => randomLayer(shape.hiddenSize, classes, rng));
  }

  /** One class distribution a head. */
  predict(tokens: readonly number[]): Float32Array[] {
    return this.#forward(countTokens(tokens)).outputs;
  }

  /** One Adam step on the batch; gives the mean cross entropy, summed over heads. */
  train(batch: readonly Example[], rate: number): number {
    let loss = 0;
    for (const example of batch) loss += this.#accumulate(example, 1 / batch.length);
    this.#step += 1;
    const { embeddingSize } = this.shape;
    // Rows that no token of the batch named have no gradient; skipping them is what keeps a step fast.
    for (const id of this.#touched) {
      adam(this.#embedding, id * embeddingSize, embeddingSize, rate, this.#step);
    }
    this.#touched.clear();
    for (const { weights, bias } of [this.#hidden, ...this.#heads]) {
      adam(weights, 0, weights.value.length, rate, this.#step);
      adam(bias, 0, bias.value.length, rate, this.#step);
    }
    return loss / batch.length;
  }

  weights(): Weights {
    const layer = ({ weights, bias }: LearnedLayer) => ({ weights: weights.value, bias: bias.value });
    const hidden = layer(this.#hidden);
    return {
      embedding: this.#embedding.value,
      hidden: { weights: hidden.weights.map((weight) => weight * poolGain), bias: hidden.bias },
      heads: this.#heads.map(layer),
    };
  }

  #forward(counts: TokenCounts): { pooled: Float32Array; hidden: Float32Array; outputs: Float32Array[] } {
    const { embeddingSize } = this.shape;
    const pooled = new Float32Array(embeddingSize);
    for (const [id, count] of counts) {
      addScaled(pooled, 0, this.#embedding.value, id * embeddingSize, embeddingSize, count * poolGain);
    }
    const hidden = affine(pooled, this.#hidden.weights.value, this.#hidden.bias.value);
    hidden.forEach((value, unit) => {
      hidden[unit] = Math.max(value, 0);
    });
    const outputs = this.#heads.map((head) => softmax(affine(hidden, head.weights.value, head.bias.value)));
    return { pooled, hidden, outputs };
  }

  #accumulate({ tokens, labels }: Example, share: number): number {
    const counts = countTokens(tokens);
    const { pooled, hidden, outputs } = this.#forward(counts);
    const hiddenSlope = new Float32Array(hidden.length);
    let loss = 0;
    this.#heads.forEach((head, index) => {
      const output = outputs[index] ?? new Float32Array();
      const label = labels[index] ?? 0;
      loss -= Math.log(Math.max(output[label] ?? 0, 1e-12));
      // Softmax and cross entropy together: the slope of a logit is its probability minus the truth.
      const slope = output.map((probability, i) => (probability - (i === label ? 1 : 0)) * share);
      addScaled(hiddenSlope, 0, backward(head, hidden, slope), 0, hidden.length, 1);
    });
    const open = hiddenSlope.map((slope, unit) => ((hidden[unit] ?? 0) > 0 ? slope : 0));
    const pooledSlope = backward(this.#hidden, pooled, open);
    const { embeddingSize } = this.shape;
    for (const [id, count] of counts) {
      const factor = count * poolGain;
      addScaled(this.#embedding.gradient, id * embeddingSize, pooledSlope, 0, embeddingSize, factor);
      this.#touched.add(id);
    }
    return loss;
  }
}

/** Adds to the layer's gradients; gives the slope of its input. */
function backward({ weights, bias }: LearnedLayer, input: Float32Array, slope: Float32Array): Float32Array {
  addScaled(bias.gradient, 0, slope, 0, slope.length, 1);
  return input.map((value, row) => {
    addScaled(weights.gradient, row * slope.length, slope, 0, slope.length, value);
    return dot(weights.value, row * slope.length, slope, 0, slope.length);
  });
}

type TokenCounts = ReadonlyMap<number, number>;

/** How often each token id is in the text. */
function countTokens(tokens: readonly number[]): TokenCounts {
  const counts = new Map<number, number>();
  for (const id of tokens) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function randomLayer(inputs: number, outputs: number, rng: SeededRandom): LearnedLayer {
  // He initialisation for ReLU: keeps the scale of activations from layer to layer.
  const weights = noise(inputs * outputs, Math.sqrt(6 / inputs), rng);
  return { weights: learned(weights), bias: learned(new Float32Array(outputs)) };
}

function noise(length: number, spread: number, rng: SeededRandom): Float32Array {
  return Float32Array.from({ length }, () => spread * (2 * rng.float() - 1));
}
