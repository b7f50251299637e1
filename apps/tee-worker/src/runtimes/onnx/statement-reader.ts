import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { type Digest, digestOf } from '#canonical';
import { TaskError } from '#worker';
import { parseModelCard } from './model-card.js';
import { heads, modelCardFile, tokensInput } from './model-format.js';
import { tokenizeStatement } from './tokenizer.js';

export interface StatementReading {
  /** 0..3, the card's classes of monthly income. */
  readonly incomeBand: number;
  /** Pay or payments to an own trade in every month. */
  readonly regularSalary: boolean;
  /** Probability of the less certain head, 0..100, rounded down. */
  readonly confidencePercent: number;
  readonly tokens: number;
  /** Tokenizer and model together, rounded up. */
  readonly inferMs: number;
}

/** A loaded model. One session, one thread: equal text gives equal numbers, and memory stays small. */
export interface StatementReader {
  readonly name: string;
  readonly weights: Digest;
  /** Digest of the card that says what the model is. */
  readonly card: Digest;
  read(statement: string): Promise<StatementReading>;
}

const weightsBytesMax = 16 * 1024 * 1024;

/**
 * Loads `model.json` and the weights it names from the folder. The session is made from the very bytes whose
 * digest was compared, so nobody can exchange the file in between.
 * Throws `TaskError`: `MODEL_UNAVAILABLE`, `MODEL_CARD_INVALID`, `MODEL_DIGEST_MISMATCH`.
 */
export async function openStatementReader(modelDir: string): Promise<StatementReader> {
  const cardBytes = await readModelFile(modelDir, modelCardFile);
  const card = parseModelCard(cardBytes);
  const bytes = await readModelFile(modelDir, card.file);
  const weights = digestOf(bytes);
  if (weights !== card.digest) {
    throw new TaskError(
      'MODEL_DIGEST_MISMATCH',
      `${card.file}: digest ${weights}, the card says ${card.digest}`,
    );
  }
  const session = await createSession(bytes, card.file);
  return {
    name: card.name,
    weights,
    card: digestOf(cardBytes),
    read: (statement) => read(session, statement),
  };
}

async function readModelFile(modelDir: string, name: string): Promise<Uint8Array> {
  const bytes = await readFile(join(modelDir, name)).catch(() => {
    // The cause names a path of this machine, and task errors travel.
    throw new TaskError(
      'MODEL_UNAVAILABLE',
      `cannot read ${name} in the model folder; check the worker's image`,
    );
  });
  if (bytes.length <= weightsBytesMax) return bytes;
  throw new TaskError(
    'MODEL_UNAVAILABLE',
    `${name} has ${bytes.length} bytes, at most ${weightsBytesMax} load`,
  );
}

async function createSession(bytes: Uint8Array, file: string): Promise<InferenceSession> {
  // Loaded on first use: the native library costs tens of MB, and a worker without this runtime needs none.
  const { InferenceSession } = await import('onnxruntime-node');
  try {
    return await InferenceSession.create(bytes, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // Both trade memory for speed, on a run that takes about a millisecond.
      enableCpuMemArena: false,
      enableMemPattern: false,
      logSeverityLevel: 3,
    });
  } catch {
    throw new TaskError('MODEL_UNAVAILABLE', `${file} does not load as an ONNX model`);
  }
}

async function read(session: InferenceSession, statement: string): Promise<StatementReading> {
  const { Tensor } = await import('onnxruntime-node');
  const startedMs = performance.now();
  const ids = tokenizeStatement(statement);
  if (ids.length === 0) {
    throw new TaskError('INPUT_INVALID', 'statement holds no word: expected the text of a bank statement');
  }
  const tokens = new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);
  const outputs = await session.run({ [tokensInput]: tokens });
  const [band, salary] = heads.map(({ name, classes }) => likeliest(outputs[name]?.data, classes));
  if (band === undefined || salary === undefined) throw new Error('two heads expected');
  return {
    incomeBand: band.index,
    regularSalary: salary.index === 1,
    confidencePercent: Math.floor(100 * Math.min(band.probability, salary.probability)),
    tokens: ids.length,
    inferMs: Math.ceil(performance.now() - startedMs),
  };
}

function likeliest(data: unknown, classes: number): { index: number; probability: number } {
  if (!(data instanceof Float32Array) || data.length !== classes || !data.every(Number.isFinite)) {
    throw new TaskError('MODEL_OUTPUT_INVALID', `the model gave no distribution over ${classes} classes`);
  }
  const probability = Math.max(...data);
  return { index: data.indexOf(probability), probability };
}
