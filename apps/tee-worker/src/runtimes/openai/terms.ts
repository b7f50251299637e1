import { type Digest, isDigest, type JsonObject } from '#canonical';
import { CALLS_MAX, NANOS_PER_TOKEN_MAX, type TokenPrice } from '#conversation';
import { TaskError } from '#worker';

/** What the plan says of a conversation. */
export interface ConversationTerms {
  /** The model, by its weights; a worker that serves others refuses. */
  readonly weights: Digest;
  readonly price: TokenPrice;
  readonly callsMax: number;
  /** A conversation in which nobody says anything for so long is over. */
  readonly idleMs: number;
  /** From a question to the end of its answer. */
  readonly callMs: number;
}

const members = ['weights', 'inputNanosPerToken', 'outputNanosPerToken', 'callsMax', 'idleMs', 'callMs'];
const HOUR_MS = 3_600_000;

/** @throws TaskError `PARAMETER_INVALID` */
export function parseTerms(parameters: JsonObject): ConversationTerms {
  const unknown = Object.keys(parameters).find((name) => !members.includes(name));
  if (unknown !== undefined) throw invalid(unknown, `one of ${members.join(', ')}`);
  const { weights } = parameters;
  if (typeof weights !== 'string' || !isDigest(weights)) {
    throw invalid('weights', 'sha256:<64 hex digits> of the file of the weights');
  }
  const integer = (name: string, min: number, max: number, otherwise?: number): number => {
    const value = parameters[name] ?? otherwise;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
      throw invalid(name, `an integer in ${min}..${max}`);
    return value;
  };
  return {
    weights,
    price: {
      inputNanosPerToken: integer('inputNanosPerToken', 0, NANOS_PER_TOKEN_MAX),
      outputNanosPerToken: integer('outputNanosPerToken', 0, NANOS_PER_TOKEN_MAX),
    },
    callsMax: integer('callsMax', 1, CALLS_MAX, 256),
    idleMs: integer('idleMs', 100, HOUR_MS, 300_000),
    callMs: integer('callMs', 100, HOUR_MS, 600_000),
  };
}

function invalid(name: string, expected: string): TaskError {
  return new TaskError('PARAMETER_INVALID', `parameters.${name.slice(0, 64)}: expected ${expected}`);
}
