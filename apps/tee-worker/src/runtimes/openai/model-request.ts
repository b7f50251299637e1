/**
 * What of a request reaches the model server.
 *
 * A list of what may pass, not of what may not: servers have members that fetch addresses, load adapters, raise priority
 * or answer without counting, and each release brings more. Content is text alone, because a server that is given the
 * address of a picture would ask for it outside of this machine.
 */
import { isJsonObject, type Json, type JsonObject } from '#canonical';
import { UpstreamError } from './upstream-error.js';

export interface RequestLimits {
  /** Body as sent. */
  readonly bytesMax: number;
  readonly messagesMax: number;
  /** The most that a call may ask for. */
  readonly completionTokensMax: number;
  /** What is asked for where a call names no number. */
  readonly completionTokensDefault: number;
}

export const requestLimits: RequestLimits = {
  bytesMax: 1024 * 1024,
  messagesMax: 1024,
  completionTokensMax: 32_768,
  completionTokensDefault: 1024,
};

export interface ModelRequest {
  readonly path: '/v1/chat/completions' | '/v1/completions';
  readonly model: string;
  readonly body: string;
  readonly stream: boolean;
  /** Whether the caller asked for the chunk that has the usage. */
  readonly includeUsage: boolean;
  readonly completionTokensMax: number;
  /** Of the longest text at which the answer stops: its tokens are counted and not shown. */
  readonly stopBytes: number;
}

type Check = (value: Json, where: string) => void;

const SAMPLING: Readonly<Record<string, Check>> = {
  model: text(256),
  max_tokens: integer(1, Number.MAX_SAFE_INTEGER),
  max_completion_tokens: integer(1, Number.MAX_SAFE_INTEGER),
  temperature: number(0, 2),
  top_p: number(0, 1),
  top_k: integer(-1, 1_000_000),
  min_p: number(0, 1),
  seed: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  presence_penalty: number(-2, 2),
  frequency_penalty: number(-2, 2),
  repetition_penalty: number(0, 10),
  // One answer a call: its usage is checked against what its chunks hold.
  n: integer(1, 1),
  stream: boolean,
  stream_options: streamOptions,
  stop,
};

const CHAT: Readonly<Record<string, Check>> = {
  ...SAMPLING,
  messages: (value, where) => {
    if (!Array.isArray(value) || value.length === 0) throw invalid(where, 'a list of messages');
    value.forEach((message, index) => {
      checkMessage(message, `${where}[${index}]`);
    });
  },
  logprobs: boolean,
  top_logprobs: integer(0, 20),
  response_format: object,
  tools: (value, where) => {
    if (!Array.isArray(value) || value.length > 128) throw invalid(where, 'a list of at most 128 tools');
    value.forEach((tool, index) => {
      object(tool, `${where}[${index}]`);
    });
  },
  tool_choice: (value, where) => {
    if (typeof value !== 'string' && !isJsonObject(value)) throw invalid(where, 'a text or an object');
  },
  parallel_tool_calls: boolean,
};

const COMPLETION: Readonly<Record<string, Check>> = { ...SAMPLING, prompt: text(Number.MAX_SAFE_INTEGER) };

const MESSAGE: Readonly<Record<string, Check>> = {
  role: oneOf(['system', 'developer', 'user', 'assistant', 'tool']),
  content,
  name: text(256),
  tool_call_id: text(256),
  tool_calls: (value, where) => {
    if (!Array.isArray(value)) throw invalid(where, 'a list');
  },
};

/** @throws UpstreamError `REQUEST_FIELD_UNKNOWN`, `REQUEST_INVALID`, `REQUEST_TOO_LARGE`; none names a value */
export function parseModelRequest(request: JsonObject, limits: RequestLimits): ModelRequest {
  const chat = request['messages'] !== undefined;
  checkMembers(request, chat ? CHAT : COMPLETION, 'request');
  const { model, messages, prompt } = request;
  if (typeof model !== 'string') throw invalid('request.model', 'the name of a model');
  if (!chat && prompt === undefined) throw invalid('request.messages', 'a list of messages');
  if (Array.isArray(messages) && messages.length > limits.messagesMax) {
    throw tooLarge(`request.messages: ${messages.length} messages, at most ${limits.messagesMax}`);
  }
  const stream = request['stream'] === true;
  const options = request['stream_options'];
  if (options !== undefined && !stream) throw invalid('request.stream_options', 'stream: true beside it');
  const { member, tokens } = completionTokens(request, limits);
  // A server that is told no bound makes one up, and its usage could not be checked against it.
  const sent = {
    ...request,
    [member]: tokens,
    ...(stream ? { stream_options: { include_usage: true } } : {}),
  };
  const body = JSON.stringify(sent);
  const bytes = Buffer.byteLength(body);
  if (bytes > limits.bytesMax) throw tooLarge(`request: ${bytes} bytes, at most ${limits.bytesMax}`);
  return {
    path: chat ? '/v1/chat/completions' : '/v1/completions',
    model,
    body,
    stream,
    includeUsage: isJsonObject(options) && options['include_usage'] === true,
    completionTokensMax: tokens,
    stopBytes: Math.max(0, ...[request['stop'] ?? []].flat().map((one) => Buffer.byteLength(String(one)))),
  };
}

function completionTokens(request: JsonObject, limits: RequestLimits): { member: string; tokens: number } {
  const { max_tokens: older, max_completion_tokens: newer } = request;
  if (older !== undefined && newer !== undefined) {
    throw invalid('request.max_tokens', 'only one of max_tokens and max_completion_tokens');
  }
  const asked = newer ?? older;
  const tokens = typeof asked === 'number' ? asked : limits.completionTokensDefault;
  const member = newer === undefined ? 'max_tokens' : 'max_completion_tokens';
  if (tokens > limits.completionTokensMax) {
    throw tooLarge(`request.${member}: ${tokens}, at most ${limits.completionTokensMax}`);
  }
  return { member, tokens };
}

function checkMessage(value: Json, where: string): void {
  if (!isJsonObject(value)) throw invalid(where, 'an object');
  checkMembers(value, MESSAGE, where);
  if (value['role'] === undefined) throw invalid(`${where}.role`, 'a role');
  const calls = value['role'] === 'assistant' && value['tool_calls'] !== undefined;
  if ((value['content'] ?? null) === null && !calls) throw invalid(`${where}.content`, 'a text');
}

function checkMembers(value: JsonObject, allowed: Readonly<Record<string, Check>>, where: string): void {
  for (const [name, member] of Object.entries(value)) {
    const check = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (check !== undefined) {
      check(member, `${where}.${name}`);
      continue;
    }
    // A key can be any text that the caller put there; the error shows it only where it looks like a name.
    const shown = /^[A-Za-z0-9_]{1,40}$/.test(name) ? name : '(no plain name)';
    throw new UpstreamError(
      'REQUEST_FIELD_UNKNOWN',
      `${where}.${shown} is not passed on; leave it out. Passed on: ${Object.keys(allowed).join(', ')}`,
    );
  }
}

function content(value: Json, where: string): void {
  if (value === null || typeof value === 'string') return;
  if (!Array.isArray(value)) throw invalid(where, 'a text or a list of text parts');
  value.forEach((part, index) => {
    const text = isJsonObject(part) && part['type'] === 'text' && typeof part['text'] === 'string';
    if (!text || Object.keys(part).length !== 2)
      throw invalid(`${where}[${index}]`, '{"type":"text","text":…}');
  });
}

function stop(value: Json, where: string): void {
  const list = Array.isArray(value) ? value : [value];
  const fits = (one: Json): boolean => typeof one === 'string' && one.length >= 1 && one.length <= 256;
  if (list.length < 1 || list.length > 4 || !list.every(fits))
    throw invalid(where, '1 to 4 texts of 1 to 256 characters');
}

function streamOptions(value: Json, where: string): void {
  if (!isJsonObject(value)) throw invalid(where, 'an object');
  checkMembers(value, { include_usage: boolean }, where);
}

function text(charsMax: number): Check {
  return (value, where) => {
    if (typeof value !== 'string' || value.length < 1 || value.length > charsMax) {
      throw invalid(
        where,
        charsMax === Number.MAX_SAFE_INTEGER ? 'a text' : `a text of 1 to ${charsMax} characters`,
      );
    }
  };
}

function integer(min: number, max: number): Check {
  return (value, where) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
      throw invalid(where, `an integer in ${min}..${max}`);
    }
  };
}

function number(min: number, max: number): Check {
  return (value, where) => {
    if (typeof value !== 'number' || !(value >= min && value <= max))
      throw invalid(where, `a number in ${min}..${max}`);
  };
}

function oneOf(names: readonly string[]): Check {
  return (value, where) => {
    if (typeof value !== 'string' || !names.includes(value)) throw invalid(where, names.join(' | '));
  };
}

function boolean(value: Json, where: string): void {
  if (typeof value !== 'boolean') throw invalid(where, 'true or false');
}

function object(value: Json, where: string): void {
  if (!isJsonObject(value)) throw invalid(where, 'an object');
}

function invalid(where: string, expected: string): UpstreamError {
  return new UpstreamError('REQUEST_INVALID', `${where}: expected ${expected}`);
}

function tooLarge(what: string): UpstreamError {
  return new UpstreamError('REQUEST_TOO_LARGE', what);
}
