import type { SeededRandom } from '#samples';
import { adam, addScaled, affine, dot, type Learned, learned, softmax } from '../statement-reader/vector.js';
import type { NextSymbol } from './corpus.js';

/** Embeddings of the last symbols side by side, one hidden ReLU layer, one logit a symbol (Bengio et al., 2003). */
export interface ByteNetworkShape {
  readonly symbolsRead: number;
  readonly symbols: number;
  readonly contextLength: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
}

export interface ByteWeights {
  readonly embedding: Float32Array;
  readonly hidden: { readonly weights: Float32Array; readonly bias: Float32Array };
  readonly output: { readonly weights: Float32Array; readonly bias: Float32Array };
}

export class ByteNetwork {
  readonly #embedding: Learned;
  readonly #hidden: { readonly weights: Learned; readonly bias: Learned };
  readonly #output: { readonly weights: Learned; readonly bias: Learned };
  readonly shape: ByteNetworkShape;
  #step = 0;

  constructor(shape: ByteNetworkShape, rng: SeededRandom) {
    this.shape = shape;
    const inputs = shape.contextLength * shape.embeddingSize;
    this.#embedding = learned(noise(shape.symbolsRead * shape.embeddingSize, 0.5, rng));
    this.#hidden = layer(inputs, shape.hiddenSize, rng);
    this.#output = layer(shape.hiddenSize, shape.symbols, rng);
  }

  weights(): ByteWeights {
    const plain = ({ weights, bias }: { weights: Learned; bias: Learned }) => ({
      weights: weights.value,
      bias: bias.value,
    });
    return {
      embedding: this.#embedding.value,
      hidden: plain(this.#hidden),
      output: plain(this.#output),
    };
  }

  /** One Adam step; gives the mean cross entropy in nats. */
  train(batch: readonly NextSymbol[], rate: number): number {
    let loss = 0;
    for (const example of batch) loss += this.#accumulate(example, 1 / batch.length);
    this.#step += 1;
    const all = [this.#hidden, this.#output].flatMap(({ weights, bias }) => [weights, bias]);
    for (const one of [this.#embedding, ...all]) adam(one, 0, one.value.length, rate, this.#step);
    return loss / batch.length;
  }

  #accumulate({ context, next }: NextSymbol, share: number): number {
    const { embeddingSize } = this.shape;
    const input = new Float32Array(context.length * embeddingSize);
    context.forEach((symbol, place) => {
      addScaled(
        input,
        place * embeddingSize,
        this.#embedding.value,
        symbol * embeddingSize,
        embeddingSize,
        1,
      );
    });
    const hidden = affine(input, this.#hidden.weights.value, this.#hidden.bias.value).map((sum) =>
      Math.max(sum, 0),
    );
    const output = softmax(affine(hidden, this.#output.weights.value, this.#output.bias.value));
    // Softmax and cross entropy together: the slope of a logit is its probability minus the truth.
    const slope = output.map((probability, symbol) => (probability - (symbol === next ? 1 : 0)) * share);
    const hiddenSlope = backward(this.#output, hidden, slope).map((value, unit) =>
      (hidden[unit] ?? 0) > 0 ? value : 0,
    );
    const inputSlope = backward(this.#hidden, input, hiddenSlope);
    context.forEach((symbol, place) => {
      const { gradient } = this.#embedding;
      addScaled(gradient, symbol * embeddingSize, inputSlope, place * embeddingSize, embeddingSize, 1);
    });
    return -Math.log(Math.max(output[next] ?? 0, 1e-12));
  }
}

/** Adds to the layer's gradients; gives the slope of its input. */
function backward(
  { weights, bias }: { readonly weights: Learned; readonly bias: Learned },
  input: Float32Array,
  slope: Float32Array,
): Float32Array {
  const { length } = slope;
  addScaled(bias.gradient, 0, slope, 0, length, 1);
  return input.map((value, row) => {
    if (value !== 0) addScaled(weights.gradient, row * length, slope, 0, length, value);
    return dot(weights.value, row * length, slope, 0, length);
  });
}

function layer(inputs: number, outputs: number, rng: SeededRandom) {
  // He initialisation for ReLU: keeps the scale of activations from layer to layer.
  const weights = noise(inputs * outputs, Math.sqrt(6 / inputs), rng);
  return { weights: learned(weights), bias: learned(new Float32Array(outputs)) };
}

function noise(length: number, spread: number, rng: SeededRandom): Float32Array {
  return Float32Array.from({ length }, () => spread * (2 * rng.float() - 1));
}
