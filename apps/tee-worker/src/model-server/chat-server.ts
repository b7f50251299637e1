/**
 * The small model behind the protocol of OpenAI's chat completions, so that calls can be developed and tested without a
 * GPU. It is a server like others: the worker in front of it believes it no more than vLLM.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isJsonObject, type Json, type JsonObject, toJson } from '#canonical';
import { BYTE_TOKENIZER, countByteTokens } from '#conversation';
import type { AnswerEnd, ByteModel } from './byte-model.js';
import { ChatError, type ChatRequest, parseChatRequest } from './chat-request.js';

export interface ChatServerOptions {
  readonly bodyBytesMax: number;
  /** Answers at once; more are refused with 429. */
  readonly answersMax: number;
}

const defaults: ChatServerOptions = { bodyBytesMax: 1024 * 1024, answersMax: 64 };

/** Not listening yet. */
export function chatServer(model: ByteModel, options: Partial<ChatServerOptions> = {}): Server {
  const answering = new ChatServer(model, { ...defaults, ...options });
  return createServer((request, response) => {
    answering.handle(request, response).catch(() => response.destroy());
  });
}

class ChatServer {
  #answers = 0;

  constructor(
    private readonly model: ByteModel,
    private readonly options: ChatServerOptions,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const at = `${request.method} ${request.url?.split('?', 1)[0]}`;
      if (at === 'GET /health') sendJson(response, 200, { status: 'ok' });
      else if (at === 'GET /v1/models') sendJson(response, 200, { object: 'list', data: [this.#facts()] });
      else if (at === 'POST /v1/chat/completions') await this.#answer(request, response, true);
      else if (at === 'POST /v1/completions') await this.#answer(request, response, false);
      else
        throw new ChatError(
          404,
          'not_found',
          'no such path; served are /health and /v1/{models,chat/completions,completions}',
        );
    } catch (error) {
      if (!(error instanceof ChatError) || response.headersSent) throw error;
      if (error.status === 429) response.setHeader('retry-after', '1');
      // What is left of the body is not read.
      response.setHeader('connection', 'close');
      sendJson(response, error.status, error.body());
    }
  }

  #facts(): JsonObject {
    const { id, weights } = this.model;
    return { id, object: 'model', created: 0, owned_by: 'sealflow', weights, tokenizer: BYTE_TOKENIZER };
  }

  async #answer(request: IncomingMessage, response: ServerResponse, chat: boolean): Promise<void> {
    const { answersMax, bodyBytesMax } = this.options;
    const asked = parseChatRequest(await readBody(request, bodyBytesMax), chat, this.model.id);
    if (this.#answers >= answersMax) {
      throw new ChatError(
        429,
        'too_many_requests',
        `${answersMax} answers are being written; call again later`,
      );
    }
    this.#answers += 1;
    try {
      await (asked.stream ? this.#stream(asked, response) : this.#whole(asked, response));
    } finally {
      this.#answers -= 1;
    }
  }

  async #whole(asked: ChatRequest, response: ServerResponse): Promise<void> {
    let text = '';
    const end = await this.#write(asked, response, async (piece) => {
      text += piece;
    });
    if (end === null) return;
    const shown = asked.chat ? { message: { role: 'assistant', content: text } } : { text };
    sendJson(response, 200, {
      ...this.#head(asked, false),
      choices: [{ index: 0, ...shown, finish_reason: end }],
      usage: usageOf(asked, text),
    });
  }

  async #stream(asked: ChatRequest, response: ServerResponse): Promise<void> {
    const head = this.#head(asked, true);
    const send = async (rest: JsonObject): Promise<void> => {
      if (response.write(`data: ${JSON.stringify({ ...head, ...rest })}\n\n`) || response.destroyed) return;
      await drained(response);
    };
    const choice = (delta: JsonObject, text: string, reason: AnswerEnd | null): JsonObject => ({
      choices: [{ index: 0, ...(asked.chat ? { delta } : { text }), finish_reason: reason }],
    });
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
    });
    if (asked.chat) await send(choice({ role: 'assistant', content: '' }, '', null));
    let text = '';
    const end = await this.#write(asked, response, async (piece) => {
      text += piece;
      await send(choice({ content: piece }, piece, null));
    });
    if (end === null) return;
    await send(choice({}, '', end));
    if (asked.includeUsage) await send({ choices: [], usage: usageOf(asked, text) });
    response.end('data: [DONE]\n\n');
  }

  /** Null when the caller left. */
  async #write(
    asked: ChatRequest,
    response: ServerResponse,
    take: (piece: string) => Promise<void>,
  ): Promise<AnswerEnd | null> {
    const pieces = this.model.answer(asked.prompt, asked);
    for (;;) {
      const next = await pieces.next();
      if (response.destroyed) return null;
      if (next.done === true) return next.value;
      await take(next.value);
    }
  }

  #head({ chat }: ChatRequest, streamed: boolean): JsonObject {
    return {
      id: `${chat ? 'chatcmpl' : 'cmpl'}-${randomUUID()}`,
      object: chat ? (streamed ? 'chat.completion.chunk' : 'chat.completion') : 'text_completion',
      created: Math.floor(Date.now() / 1000),
      model: this.model.id,
    };
  }
}

function usageOf({ prompt }: ChatRequest, text: string): JsonObject {
  const prompt_tokens = countByteTokens(prompt);
  const completion_tokens = countByteTokens(text);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

async function readBody(request: IncomingMessage, bytesMax: number): Promise<JsonObject> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > bytesMax)
      throw new ChatError(413, 'body_too_large', `the body has more than ${bytesMax} bytes`);
    pieces.push(piece);
  }
  let body: Json = null;
  try {
    body = toJson(JSON.parse(Buffer.concat(pieces).toString('utf8')));
  } catch {
    throw new ChatError(400, 'invalid_json', 'the body is no JSON');
  }
  if (!isJsonObject(body)) throw new ChatError(400, 'invalid_json', 'the body is no JSON object');
  return body;
}

function sendJson(response: ServerResponse, status: number, value: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Until the caller has taken what was written, or has left. */
async function drained(response: ServerResponse): Promise<void> {
  const settled = new AbortController();
  const either = ['drain', 'close'].map((event) => once(response, event, settled).catch(() => undefined));
  await Promise.race(either);
  settled.abort();
}
