import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { byteOf, contextOf, END_SYMBOL, SYMBOLS, symbolOf } from './byte-symbols.js';
import { contextInput, logitsOutput } from './model-format.js';
import { Sampler, type Sampling } from './sampler.js';
import type { SmallModel } from './small-model.js';

export interface AnswerOptions extends Sampling {
  readonly tokensMax: number;
  /** Texts before which the answer ends. */
  readonly stops: readonly string[];
}

export type AnswerEnd = 'stop' | 'length';

/** A loaded model. It takes one symbol after the other, and as many answers at once as ask. */
export class ByteModel {
  private constructor(
    readonly id: string,
    readonly weights: string,
    private readonly contextLength: number,
    private readonly session: InferenceSession,
    private readonly tensor: typeof Tensor,
  ) {}

  static async load({ id, weights, contextLength, bytes }: SmallModel): Promise<ByteModel> {
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(bytes, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      enableCpuMemArena: false,
      enableMemPattern: false,
      logSeverityLevel: 3,
    });
    return new ByteModel(id, weights, contextLength, session, Tensor);
  }

  /** Text as it comes; held back is only what may be the beginning of a stop. */
  async *answer(prompt: string, options: AnswerOptions): AsyncGenerator<string, AnswerEnd> {
    const sampler = new Sampler(options);
    const symbols = [...Buffer.from(prompt, 'utf8').subarray(-this.contextLength)].map(symbolOf);
    let held = '';
    for (let tokens = 0; tokens < options.tokensMax; tokens += 1) {
      const symbol = sampler.draw(await this.#logits(contextOf(symbols, this.contextLength)));
      if (symbol === END_SYMBOL) {
        if (held !== '') yield held;
        return 'stop';
      }
      symbols.push(symbol);
      symbols.splice(0, symbols.length - this.contextLength);
      held += String.fromCharCode(byteOf(symbol));
      const stopAt = firstOf(held, options.stops);
      if (stopAt !== null) {
        if (stopAt > 0) yield held.slice(0, stopAt);
        return 'stop';
      }
      const sure = held.length - beginningOf(held, options.stops);
      if (sure > 0) yield held.slice(0, sure);
      held = held.slice(sure);
    }
    if (held !== '') yield held;
    return 'length';
  }

  async #logits(context: readonly number[]): Promise<Float32Array> {
    const input = new this.tensor('int64', BigInt64Array.from(context, BigInt), [1, context.length]);
    const { [logitsOutput]: logits } = await this.session.run({ [contextInput]: input });
    if (!(logits?.data instanceof Float32Array) || logits.data.length !== SYMBOLS) {
      throw new Error(`${this.id}: the weights are not those of a model of ${SYMBOLS} symbols`);
    }
    return logits.data;
  }
}

function firstOf(text: string, stops: readonly string[]): number | null {
  const places = stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
  return places.length === 0 ? null : Math.min(...places);
}

/** How much of the text's end could be the beginning of a stop. */
function beginningOf(text: string, stops: readonly string[]): number {
  const lengths = stops.map((stop) => {
    for (let length = Math.min(stop.length - 1, text.length); length > 0; length -= 1) {
      if (text.endsWith(stop.slice(0, length))) return length;
    }
    return 0;
  });
  return Math.max(0, ...lengths);
}
