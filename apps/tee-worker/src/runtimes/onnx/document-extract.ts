import { randomBytes } from 'node:crypto';
import type { Json } from '#canonical';
import { type OpenTask, TaskError, type TaskOutcome, type TaskRuntime } from '#worker';
import { type Application, parseApplication } from './application.js';
import { openStatementReader, type StatementReader, type StatementReading } from './statement-reader.js';

export interface DocumentExtractOptions {
  /** Folder with `model.json` and the weights. */
  readonly modelDir: string;
  /** Cryptographic randomness for the features' salt; the operating system's when absent. */
  readonly random?: (length: number) => Uint8Array;
}

export interface DocumentExtractRuntime extends TaskRuntime {
  /** Loads the model now instead of at the first task, so that a worker with a bad image ends at its start. */
  warm(): Promise<void>;
}

export const statementBytesMax = 65_536;

/** 31 bytes: below 2^248 and so below the order of BN254's scalar field. */
const saltBytes = 31;

/**
 * `document.extract`: reads a bank statement with a small text model and checks it against the form.
 *
 * It sees both plaintexts; nothing of them reaches an error, a metric or a public field. `consistent` says
 * that the statement agrees with the form on work: employment A71 (unemployed) expects no regular earnings,
 * A72..A75 expect pay, or payments of customers to an own trade, in every month.
 */
export function documentExtractRuntime(options: DocumentExtractOptions): DocumentExtractRuntime {
  const random = options.random ?? ((length: number) => randomBytes(length));
  let opening: Promise<StatementReader> | null = null;
  const reader = () => {
    opening ??= openStatementReader(options.modelDir).catch((error: unknown) => {
      // Not kept: a later task may find the file in its place.
      opening = null;
      throw error;
    });
    return opening;
  };
  return {
    operation: 'document.extract',
    kind: 'tee.cpu',
    warm: async () => {
      await reader();
    },
    run: async (task, signal) => {
      signal.throwIfAborted();
      const application = parseApplication(openedValue(task, 'application'));
      const statement = parseStatement(openedValue(task, 'statement'));
      const model = await reader();
      refuseOtherModel(task, model);
      const reading = await model.read(statement);
      signal.throwIfAborted();
      return outcome(application, reading, model, bigintOf(random(saltBytes)));
    },
  };
}

function openedValue(task: OpenTask, port: string): Json {
  const input = task.inputs[port];
  if (input === undefined) throw new TaskError('INPUT_INVALID', `${port} is missing`);
  if (input.kind !== 'opened' || input.payload.alg !== 'sha256') {
    throw new TaskError('INPUT_INVALID', `${port} must be an opened sha256 payload`);
  }
  return input.payload.value;
}

function parseStatement(value: Json): string {
  if (typeof value !== 'string') throw new TaskError('INPUT_INVALID', 'statement must be a text');
  const bytes = Buffer.byteLength(value, 'utf8');
  if (bytes > statementBytesMax) {
    throw new TaskError(
      'INPUT_INVALID',
      `statement has ${bytes} bytes, at most ${statementBytesMax} are read`,
    );
  }
  return value;
}

/** A plan may pin the weights: `parameters.model` is their digest. */
function refuseOtherModel(task: OpenTask, model: StatementReader): void {
  const pinned = task.parameters['model'];
  if (pinned !== undefined && pinned !== model.weights) {
    throw new TaskError('MODEL_NOT_ALLOWED', `the plan pins another model than ${model.weights}`);
  }
}

function outcome(
  form: Application,
  reading: StatementReading,
  model: StatementReader,
  salt: bigint,
): TaskOutcome {
  const { incomeBand, confidencePercent } = reading;
  const consistent = reading.regularSalary === form.employment > 1 ? 1 : 0;
  // The order of the scorecard circuit's commitment.
  const features = {
    checking: form.checking,
    duration: form.duration,
    history: form.history,
    savings: form.savings,
    employment: form.employment,
    guarantors: form.guarantors,
    otherPlans: form.otherPlans,
    amount: form.amount,
    rate: form.rate,
    incomeBand,
    consistent,
  };
  const findings = {
    incomeBand,
    regularSalary: reading.regularSalary ? 1 : 0,
    consistent,
    confidencePercent,
  };
  return {
    public: {
      model: model.weights,
      modelName: model.name,
      modelCard: model.card,
      inputTokens: reading.tokens,
    },
    outputs: {
      features: { kind: 'sealed-fields', fields: Object.values(features).map(BigInt), salt, value: features },
      findings: { kind: 'sealed', value: findings },
    },
    evidence: {},
    metrics: { inferMs: reading.inferMs, tokens: reading.tokens },
  };
}

function bigintOf(bytes: Uint8Array): bigint {
  if (bytes.length !== saltBytes)
    throw new RangeError(`salt of ${bytes.length} bytes, expected ${saltBytes}`);
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
