import { createHash } from 'node:crypto';
import { seededRandom } from '#samples';
import { SYMBOLS, SYMBOLS_READ } from '../../src/model-server/byte-symbols.js';
import { modelCardVersion } from '../../src/model-server/model-format.js';
import { ByteNetwork, type ByteNetworkShape } from './byte-network.js';
import { answers, paragraphsOf, shuffle } from './corpus.js';
import { writeByteModel } from './write-model.js';

export interface TrainingPlan {
  readonly seed: string;
  /** How often each paragraph is read, each time after other words. */
  readonly rounds: number;
  readonly batchSize: number;
  /** Highest learning rate in millionths; it falls in a straight line. */
  readonly rateMillionths: number;
  readonly contextLength: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
}

/** The plan of the committed weights. */
export const committedPlan: TrainingPlan = {
  seed: 'licence-talk/1',
  rounds: 40,
  batchSize: 32,
  rateMillionths: 3_000,
  contextLength: 16,
  embeddingSize: 12,
  hiddenSize: 160,
};

export interface TrainedModel {
  readonly onnx: Uint8Array;
  readonly card: Readonly<Record<string, unknown>>;
}

/** Trains on the text and writes both files' content. Same plan and text, same bytes. */
export function runTraining(plan: TrainingPlan, text: string, report: (line: string) => void): TrainedModel {
  const { contextLength, embeddingSize, hiddenSize } = plan;
  const shape: ByteNetworkShape = {
    symbolsRead: SYMBOLS_READ,
    symbols: SYMBOLS,
    contextLength,
    embeddingSize,
    hiddenSize,
  };
  const network = new ByteNetwork(shape, seededRandom(`${plan.seed}/weights`));
  const paragraphs = paragraphsOf(text);
  const rng = seededRandom(`${plan.seed}/order`);
  let loss = 0;
  for (let round = 0; round < plan.rounds; round += 1) {
    const examples = answers(paragraphs, contextLength, rng);
    shuffle(examples, rng);
    let sum = 0;
    let batches = 0;
    for (let at = 0; at + plan.batchSize <= examples.length; at += plan.batchSize) {
      const done = (round + at / examples.length) / plan.rounds;
      sum += network.train(examples.slice(at, at + plan.batchSize), (plan.rateMillionths / 1e6) * (1 - done));
      batches += 1;
    }
    loss = sum / Math.max(batches, 1);
    report(`round ${round + 1} of ${plan.rounds}, loss ${loss.toFixed(3)}`);
  }
  const onnx = writeByteModel(shape, network.weights());
  return { onnx, card: cardOf(plan, shape, onnx, text, loss) };
}

/** Numbers in a card are whole, because the strict JSON parser takes no others. */
function cardOf(
  plan: TrainingPlan,
  shape: ByteNetworkShape,
  onnx: Uint8Array,
  text: string,
  loss: number,
): TrainedModel['card'] {
  return {
    v: modelCardVersion,
    name: 'licence-talk',
    notice:
      'Has read the Apache License 2.0 and nothing else, and knows nothing: a model for development and tests.',
    file: 'licence-talk.onnx',
    digest: digestOf(onnx),
    bytes: onnx.length,
    tokenizer: 'bytes',
    contextLength: shape.contextLength,
    symbols:
      'in: line feed, 0x20 to 0x7e, any other byte; out: line feed, which ends an answer, 0x20 to 0x7e',
    architecture: 'embeddings of the last bytes side by side, Gemm, Relu, Gemm',
    training: {
      ...plan,
      text: digestOf(Buffer.from(text, 'utf8')),
      optimizer: 'Adam',
      lastRoundMillinats: Math.round(1000 * loss),
    },
  };
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
