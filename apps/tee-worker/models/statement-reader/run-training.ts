import { createHash } from 'node:crypto';
import { incomeBandBounds, seededRandom } from '#samples';
import { heads, modelCardVersion, tokensInput } from '../../src/runtimes/onnx/model-format.js';
import { tokenizerVersion, vocabularySize } from '../../src/runtimes/onnx/tokenizer.js';
import { statementExamples } from './dataset.js';
import { type Example, Network, type NetworkShape } from './network.js';
import { onnxOpset } from './onnx-file.js';
import { writeOnnx } from './onnx-writer.js';

export interface TrainingPlan {
  readonly seed: string;
  /** Statements seen once each; none is repeated, so there is nothing to learn by heart. */
  readonly statements: number;
  readonly batchSize: number;
  /** Highest learning rate in millionths: after a short rise it falls in a straight line. */
  readonly rateMillionths: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  /** Statements of a seed that training never sees. */
  readonly heldOut: number;
}

/** The plan of the committed weights. */
export const committedPlan: TrainingPlan = {
  seed: 'statement-reader/1',
  statements: 192_000,
  batchSize: 64,
  rateMillionths: 10_000,
  embeddingSize: 16,
  hiddenSize: 48,
  heldOut: 4_000,
};

export interface TrainedModel {
  readonly onnx: Uint8Array;
  readonly card: Readonly<Record<string, unknown>>;
}

/** Trains, measures on held-out statements and writes both files' content. Same plan, same bytes. */
export function runTraining(plan: TrainingPlan, report: (line: string) => void): TrainedModel {
  const shape: NetworkShape = {
    vocabularySize,
    embeddingSize: plan.embeddingSize,
    hiddenSize: plan.hiddenSize,
    heads: heads.map(({ classes }) => classes),
  };
  const network = new Network(shape, seededRandom(`${plan.seed}/weights`));
  train(network, plan, report);
  const onnx = writeOnnx(
    shape,
    network.weights(),
    heads.map(({ name }) => name),
  );
  return { onnx, card: cardOf(plan, onnx, heldOutCorrect(network, plan)) };
}

const risingSteps = 50;

function train(network: Network, plan: TrainingPlan, report: (line: string) => void): void {
  const examples = statementExamples(`${plan.seed}/training`, true);
  const steps = Math.floor(plan.statements / plan.batchSize);
  const reportEvery = Math.max(Math.floor(steps / 20), 1);
  let loss = 0;
  for (let step = 1; step <= steps; step += 1) {
    const rate = (plan.rateMillionths / 1e6) * Math.min(step / risingSteps, 1) * (1 - (step - 1) / steps);
    const batch = take(examples, plan.batchSize);
    loss = step === 1 ? network.train(batch, rate) : 0.98 * loss + 0.02 * network.train(batch, rate);
    if (step % reportEvery === 0) report(`step ${step} of ${steps}, loss ${loss.toFixed(3)}`);
  }
}

/** Right answers of each head. */
function heldOutCorrect(network: Network, plan: TrainingPlan): number[] {
  const correct = heads.map(() => 0);
  for (const { tokens, labels } of take(statementExamples(heldOutSeed(plan), false), plan.heldOut)) {
    network.predict(tokens).forEach((output, head) => {
      if (output.indexOf(Math.max(...output)) === labels[head]) correct[head] = (correct[head] ?? 0) + 1;
    });
  }
  return correct;
}

function heldOutSeed(plan: TrainingPlan): string {
  return `${plan.seed}/held-out`;
}

function take(examples: Iterator<Example, never>, count: number): Example[] {
  return Array.from({ length: count }, () => examples.next().value);
}

/** Numbers in a card are whole, because the strict JSON parser takes no others. */
function cardOf(plan: TrainingPlan, onnx: Uint8Array, correct: readonly number[]): TrainedModel['card'] {
  const labels = [
    incomeBandBounds.map(([from, below]) => `net income of a month from EUR ${from} to below EUR ${below}`),
    [
      'no regular earnings: benefits, pensions, grants, odd jobs, or a job that ended within the statement',
      'regular earnings: pay, or payments of customers to an own trade, in every month',
    ],
  ];
  return {
    v: modelCardVersion,
    name: 'statement-reader',
    notice: 'Trained and measured on synthetic data of one generator; not fit for lending.',
    reads: 'English text of a bank statement over three months, one booking a line',
    file: 'statement-reader.onnx',
    digest: `sha256:${createHash('sha256').update(onnx).digest('hex')}`,
    bytes: onnx.length,
    opset: onnxOpset,
    input: { name: tokensInput, type: 'int64', shape: '[1, tokens]' },
    tokenizer: {
      version: tokenizerVersion,
      vocabularySize,
      hashing:
        'id = 1 + fmix32(FNV-1a-32 over UTF-16 units of the token) mod (vocabularySize - 1); tokens of a line: words, word pairs, amounts by size, words with the size of the first amount',
    },
    architecture: {
      layers: 'sum of embeddings, Gemm, Relu, then Gemm and Softmax for each head',
      embeddingSize: plan.embeddingSize,
      hiddenSize: plan.hiddenSize,
    },
    heads: heads.map(({ name }, index) => ({
      name,
      classes: labels[index] ?? [],
      heldOut: {
        correct: correct[index] ?? 0,
        of: plan.heldOut,
        accuracyBasisPoints: Math.round((10_000 * (correct[index] ?? 0)) / plan.heldOut),
      },
    })),
    training: { ...plan, heldOutSeed: heldOutSeed(plan), optimizer: 'Adam', epochs: 1 },
  };
}
