import { randomInt } from 'node:crypto';

export interface Sampling {
  /** 0 takes the likeliest symbol always. */
  readonly temperature: number;
  /** Share of probability from which a symbol is drawn, likeliest first. */
  readonly topP: number;
  /** The same seed and text give the same answer; null draws anew. */
  readonly seed: number | null;
}

/** Draws the next symbol of one answer. */
export class Sampler {
  readonly #next: () => number;

  constructor(private readonly sampling: Sampling) {
    this.#next = uniform(sampling.seed ?? randomInt(2 ** 32));
  }

  draw(logits: Float32Array): number {
    const { temperature, topP } = this.sampling;
    if (temperature === 0) return likeliest(logits);
    const top = logits[likeliest(logits)] ?? 0;
    const weights = [...logits].map((logit, symbol) => ({
      symbol,
      weight: Math.exp((logit - top) / temperature),
    }));
    weights.sort((a, b) => b.weight - a.weight || a.symbol - b.symbol);
    const sum = weights.reduce((total, { weight }) => total + weight, 0);
    let kept = 0;
    let count = 0;
    while (count < weights.length && kept < topP * sum) {
      kept += weights[count]?.weight ?? 0;
      count += 1;
    }
    let left = this.#next() * kept;
    for (const { symbol, weight } of weights.slice(0, count)) {
      left -= weight;
      if (left < 0) return symbol;
    }
    return weights[0]?.symbol ?? 0;
  }
}

function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let symbol = 1; symbol < logits.length; symbol += 1) {
    if ((logits[symbol] ?? 0) > (logits[best] ?? 0)) best = symbol;
  }
  return best;
}

/** splitmix32 (after Steele, Lea and Flood, 2014): for samples, not for secrets. */
function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000;
  };
}
