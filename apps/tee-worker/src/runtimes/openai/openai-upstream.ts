/**
 * Client of a model server on this machine that speaks the protocol of OpenAI's chat completions, such as vLLM or the
 * server of llama.cpp.
 *
 * The server is believed in nothing that can be checked: bounds on all it sends, a usage that the answer can hold, and
 * an answer that ended as the protocol says. It does see prompts and answers, which is why it has to be on this machine.
 */
import { CanonicalError, isJsonObject, type JsonObject, toJson } from '#canonical';
import { AnswerTally } from './answer-tally.js';
import { parseLoopbackAddress } from './loopback-address.js';
import { callLoopback, type LoopbackResponse } from './loopback-request.js';
import { parseModelRequest, type RequestLimits, requestLimits } from './model-request.js';
import { sseEvents } from './sse-events.js';
import type { ModelFacts, Upstream, UpstreamPart } from './upstream.js';
import { UpstreamError } from './upstream-error.js';

export interface UpstreamLimits extends RequestLimits {
  /** One line, and one event. */
  readonly lineBytesMax: number;
  readonly answerBytesMax: number;
  readonly eventsMax: number;
  readonly beginMs: number;
  readonly idleMs: number;
  readonly wholeMs: number;
}

export const upstreamLimits: UpstreamLimits = {
  ...requestLimits,
  lineBytesMax: 256 * 1024,
  answerBytesMax: 16 * 1024 * 1024,
  eventsMax: 100_000,
  // A busy server lets a call wait in its queue before the first token.
  beginMs: 120_000,
  idleMs: 60_000,
  wholeMs: 3_600_000,
};

export interface OpenAiUpstreamOptions {
  /** `http://127.0.0.1:8000`, `http://localhost:8000/v1`, `unix:/run/model.sock`. */
  readonly address: string;
  /** What the worker vouches for, with digests that it made itself. */
  readonly models: readonly ModelFacts[];
  /** The server's own key, if it wants one. */
  readonly key?: string;
  readonly limits?: Partial<UpstreamLimits>;
}

const listBytesMax = 1024 * 1024;

/** @throws UpstreamError `UPSTREAM_ADDRESS_REFUSED` */
export function openAiUpstream(options: OpenAiUpstreamOptions): Upstream {
  return new OpenAiUpstream(options);
}

class OpenAiUpstream implements Upstream {
  readonly #address;
  readonly #limits: UpstreamLimits;

  constructor(private readonly options: OpenAiUpstreamOptions) {
    this.#address = parseLoopbackAddress(options.address);
    this.#limits = { ...upstreamLimits, ...options.limits };
  }

  /** The models that the worker vouches for and the server serves. @throws UpstreamError where there is none */
  async models(signal: AbortSignal): Promise<readonly ModelFacts[]> {
    const response = await this.#call('GET', '/v1/models', undefined, signal);
    const { data } = parseJson(await wholeText(response, listBytesMax));
    if (!Array.isArray(data)) throw new UpstreamError('UPSTREAM_MALFORMED', '/v1/models: expected data');
    const served = new Map(data.filter(isJsonObject).map((model) => [model['id'], model]));
    const models = this.options.models.filter(({ id }) => served.has(id));
    for (const { id, weights } of models) {
      // Servers say nothing about weights; one that does has to say the same.
      const said = served.get(id)?.['weights'];
      if (said === undefined || said === weights) continue;
      throw new UpstreamError(
        'MODEL_DIGEST_MISMATCH',
        `model ${id}: the server runs other weights than ${weights}`,
      );
    }
    if (models.length > 0) return models;
    const names = this.options.models.map(({ id }) => id).join(', ');
    throw new UpstreamError('MODEL_UNAVAILABLE', `the model server serves none of: ${names}`);
  }

  async *answer(request: JsonObject, signal: AbortSignal): AsyncGenerator<UpstreamPart> {
    const asked = parseModelRequest(request, this.#limits);
    const facts = this.options.models.find(({ id }) => id === asked.model);
    if (facts === undefined) {
      const names = this.options.models.map(({ id }) => id).join(', ');
      throw new UpstreamError('MODEL_UNKNOWN', `request.model: not served here; served are: ${names}`);
    }
    const tally = new AnswerTally(asked, request, facts.tokenizer);
    const response = await this.#call('POST', asked.path, asked.body, signal);
    if (asked.stream) {
      expectType(response, 'text/event-stream');
      for await (const data of this.#events(response)) {
        const chunk = parseJson(data);
        const shown = tally.add(chunk);
        if (shown || asked.includeUsage) yield { kind: 'chunk', data: oneLine(data, chunk) };
      }
    } else {
      expectType(response, 'application/json');
      const data = await wholeText(response, this.#limits.answerBytesMax);
      const answer = parseJson(data);
      tally.add(answer);
      yield { kind: 'chunk', data: oneLine(data, answer) };
    }
    yield { kind: 'usage', usage: tally.settle() };
  }

  async *#events(response: LoopbackResponse): AsyncGenerator<string> {
    const { lineBytesMax, answerBytesMax, eventsMax } = this.#limits;
    const limits = { lineBytesMax, eventsMax, bytesMax: answerBytesMax };
    for await (const data of sseEvents(response.body, limits)) {
      if (data === '[DONE]') return;
      yield data;
    }
    throw new UpstreamError('UPSTREAM_CUT', 'the answer ended without [DONE]');
  }

  async #call(
    method: 'GET' | 'POST',
    path: string,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<LoopbackResponse> {
    const { beginMs, idleMs, wholeMs } = this.#limits;
    const sent = body === undefined ? {} : { body };
    const call = { method, path, key: this.options.key, beginMs, idleMs, wholeMs, ...sent };
    const response = await callLoopback(this.#address, call, signal);
    if (response.status === 200) return response;
    // Left unread: what a server writes beside a refusal may quote the prompt.
    response.discard();
    const busy = response.status === 429 || response.status === 503;
    throw new UpstreamError(
      busy ? 'UPSTREAM_BUSY' : 'UPSTREAM_REFUSED',
      `the model server answered ${path} with status ${response.status}`,
      response.status,
    );
  }
}

async function wholeText(response: LoopbackResponse, bytesMax: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body) {
    bytes += piece.length;
    if (bytes > bytesMax) {
      throw new UpstreamError(
        'UPSTREAM_TOO_LARGE',
        `the answer has more than ${bytesMax} bytes; the call was ended`,
      );
    }
    pieces.push(piece);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch {
    throw new UpstreamError('UPSTREAM_MALFORMED', 'the answer is not UTF-8');
  }
}

/** A server may spread JSON over lines; a chunk is one. */
function oneLine(data: string, value: JsonObject): string {
  return /[\r\n]/.test(data) ? JSON.stringify(value) : data;
}

/** Answers hold fractions, which the strict parser of signed documents refuses. */
function parseJson(text: string): JsonObject {
  try {
    const value = toJson(JSON.parse(text));
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof CanonicalError)) throw error;
  }
  throw new UpstreamError('UPSTREAM_MALFORMED', 'a part of the answer is no JSON object');
}

function expectType(response: LoopbackResponse, expected: string): void {
  if (response.contentType.split(';', 1)[0]?.trim().toLowerCase() === expected) return;
  response.discard();
  throw new UpstreamError('UPSTREAM_MALFORMED', `content type of the answer: expected ${expected}`);
}
