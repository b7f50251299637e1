import { isJsonObject, type Json, type JsonObject } from '#canonical';
import { bytePrompt } from '#conversation';
import type { AnswerOptions } from './byte-model.js';

/** Body of an error, as clients of the protocol read it. */
export class ChatError extends Error {
  override readonly name = 'ChatError';

  constructor(
    readonly status: 400 | 404 | 405 | 413 | 429 | 503,
    readonly code: string,
    message: string,
    readonly param: string | null = null,
  ) {
    super(message);
  }

  body(): JsonObject {
    const type = this.status < 429 ? 'invalid_request_error' : 'server_error';
    return { error: { message: this.message, type, param: this.param, code: this.code } };
  }
}

export interface ChatRequest extends AnswerOptions {
  readonly chat: boolean;
  readonly prompt: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

const TOKENS_MAX = 32_768;
const TOKENS_DEFAULT = 256;
const PROMPT_BYTES_MAX = 256 * 1024;

/** Members that this model has no use for, and that change nothing when they are left out. */
const IGNORED = ['presence_penalty', 'frequency_penalty', 'repetition_penalty', 'top_k', 'min_p', 'user'];
const KNOWN = new Set([
  ...['model', 'messages', 'prompt', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'seed'],
  ...['stop', 'stream', 'stream_options', 'n', ...IGNORED],
]);

/** @throws ChatError */
export function parseChatRequest(body: JsonObject, chat: boolean, model: string): ChatRequest {
  const unknown = Object.keys(body).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw invalid(unknown, 'is not supported by this model');
  if (body['model'] !== model) {
    throw new ChatError(404, 'model_not_found', 'this model is not served here; see /v1/models', 'model');
  }
  if ((body['n'] ?? 1) !== 1) throw invalid('n', 'has to be 1');
  const listed = chat ? body['messages'] : body['prompt'];
  if (chat ? !Array.isArray(listed) || !listed.every(isMessage) : typeof listed !== 'string') {
    throw invalid(
      chat ? 'messages' : 'prompt',
      chat ? 'has to be a list of messages with text' : 'has to be a text',
    );
  }
  const prompt = bytePrompt(body);
  if (prompt.length === 0) throw invalid('prompt', 'is empty');
  if (Buffer.byteLength(prompt) > PROMPT_BYTES_MAX) {
    throw new ChatError(
      400,
      'context_length_exceeded',
      `the prompt has more than ${PROMPT_BYTES_MAX} tokens`,
    );
  }
  const stream = body['stream'] === true;
  const options = body['stream_options'];
  return {
    chat,
    prompt,
    stream,
    includeUsage: stream && isJsonObject(options) && options['include_usage'] === true,
    tokensMax:
      number(body, 'max_completion_tokens', 1, TOKENS_MAX) ??
      number(body, 'max_tokens', 1, TOKENS_MAX) ??
      TOKENS_DEFAULT,
    temperature: number(body, 'temperature', 0, 2) ?? 1,
    topP: number(body, 'top_p', 0, 1) ?? 1,
    seed: number(body, 'seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    stops: stopsOf(body['stop'] ?? null),
  };
}

function isMessage(value: Json): boolean {
  if (!isJsonObject(value) || typeof value['role'] !== 'string') return false;
  const { content } = value;
  const isText = (part: Json): boolean => isJsonObject(part) && typeof part['text'] === 'string';
  return typeof content === 'string' || (Array.isArray(content) && content.every(isText));
}

function number(body: JsonObject, name: string, min: number, max: number): number | null {
  const value = body[name] ?? null;
  if (value === null) return null;
  if (typeof value !== 'number' || value < min || value > max)
    throw invalid(name, `has to be in ${min}..${max}`);
  return value;
}

function stopsOf(value: Json): string[] {
  const list = value === null ? [] : [value].flat();
  const stops = list.filter((one) => typeof one === 'string' && one !== '');
  if (stops.length < list.length || list.length > 4) throw invalid('stop', 'has to be at most 4 texts');
  return stops.map(String);
}

function invalid(name: string, what: string): ChatError {
  return new ChatError(400, 'invalid_value', `${name.slice(0, 64)} ${what}`, name.slice(0, 64));
}
