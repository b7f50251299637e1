/**
 * A `fetch` for clients of OpenAI's API whose calls are the sealed calls of a conversation. No byte leaves by HTTP: what
 * such a client sends is read here, and its answers are made here.
 */
import { isJsonObject, type Json, type JsonObject } from '#canonical';
import type { UsageReceipt } from '#conversation';
import type { ConversationCalls } from './conversation-calls.js';
import { errorBody, failureOf, OpenAiFailure } from './openai-failure.js';

export interface OpenAiFetchOptions {
  /** The verified receipt of each call that ended. */
  readonly onReceipt?: (receipt: UsageReceipt) => void;
}

/** The host of the base URL: a name that no resolver has (RFC 2606), so that a mistake cannot reach a server. */
const HOST = 'sealed.invalid';
const PATHS = ['/chat/completions', '/completions'];
/** The list, or one model; ids may have slashes. */
const MODEL_PATH = /^\/models(\/.+)?$/;

/**
 * `new OpenAI({ fetch: openaiFetch(conversation), baseURL: 'https://sealed.invalid/v1', apiKey: 'none' })`
 *
 * Takes `POST /chat/completions` and `/completions`, streamed or not, and `GET /models` and `/models/{id}`, which say what
 * the worker states, with the digest of the weights in a member `sealflow`. A refusal is a response with
 * the body of an error, whose `code` is the reason of the worker or of this client; what breaks inside a stream is an
 * event with such an error, after which the body fails.
 */
export function openaiFetch(conversation: ConversationCalls, options: OpenAiFetchOptions = {}): typeof fetch {
  return async (input, init) => {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    signal?.throwIfAborted();
    try {
      const path = pathOf(input, init);
      if (path.startsWith('/models')) return await modelsResponse(conversation, path);
      const request = await requestOf(input, init, path);
      return await answer(conversation, request, { signal: signal ?? undefined, ...options });
    } catch (error) {
      signal?.throwIfAborted();
      return errorResponse(failureOf(error));
    }
  };
}

function pathOf(input: string | URL | Request, init: RequestInit | undefined): string {
  const url = new URL(input instanceof Request ? input.url : input);
  const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
  if (url.hostname !== HOST) {
    throw new OpenAiFailure(400, 'ADDRESS_REFUSED', `nothing was sent: set baseURL to https://${HOST}/v1`);
  }
  const path = url.pathname.replace(/^\/v1(?=\/)/, '');
  if (method === 'GET' && MODEL_PATH.test(path)) return path;
  if (method === 'POST' && PATHS.includes(path)) return path;
  const served = 'GET /models and POST /chat/completions or /completions';
  throw new OpenAiFailure(404, 'NOT_SERVED', `a conversation has ${served} alone; nothing was sent`);
}

async function requestOf(
  input: string | URL | Request,
  init: RequestInit | undefined,
  path: string,
): Promise<JsonObject> {
  const text = await new Response(init?.body ?? (input instanceof Request ? input.body : null)).text();
  let body: Json = null;
  try {
    body = JSON.parse(text) as Json;
  } catch {
    throw new OpenAiFailure(400, 'REQUEST_INVALID', 'request: expected JSON');
  }
  if (!isJsonObject(body)) throw new OpenAiFailure(400, 'REQUEST_INVALID', 'request: expected a JSON object');
  // The worker tells the two kinds apart by this member.
  const member = path === '/completions' ? 'prompt' : 'messages';
  if (body[member] !== undefined) return body;
  throw new OpenAiFailure(400, 'REQUEST_INVALID', `request.${member}: expected for ${path}, got none`);
}

async function answer(
  conversation: ConversationCalls,
  request: JsonObject,
  { signal, onReceipt }: OpenAiFetchOptions & { readonly signal: AbortSignal | undefined },
): Promise<Response> {
  const call = conversation.call(request, { signal });
  if (onReceipt !== undefined) void call.receipt.then(onReceipt, () => undefined);
  else call.receipt.catch(() => undefined);
  const chunks = call[Symbol.asyncIterator]();
  // Before the first chunk a failure still is a status.
  const first = await chunks.next();
  if (request['stream'] === true) {
    const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
    return new Response(eventsOf(first, chunks), { headers });
  }
  if (first.done === true) throw new OpenAiFailure(502, 'ANSWER_EMPTY', 'the answer has no data');
  // The whole answer, and then its receipt: an answer that nobody signed for is none.
  const second = await chunks.next();
  if (second.done !== true)
    throw new OpenAiFailure(502, 'ANSWER_IN_PARTS', 'expected an answer in one piece');
  return new Response(first.value, { headers: { 'content-type': 'application/json' } });
}

function eventsOf(
  first: IteratorResult<string>,
  chunks: AsyncIterator<string>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let next: IteratorResult<string> | null = first;
  let broken: { readonly error: unknown } | null = null;
  return new ReadableStream(
    {
      pull: async (controller) => {
        // After the event of the error was read, the body fails: its end is not taken for an answer's.
        if (broken !== null) {
          controller.error(broken.error);
          return;
        }
        try {
          const { done, value } = next ?? (await chunks.next());
          next = null;
          controller.enqueue(encoder.encode(`data: ${done === true ? '[DONE]' : value}\n\n`));
          if (done === true) controller.close();
        } catch (error) {
          broken = { error };
          controller.enqueue(encoder.encode(`data: ${errorBody(failureOf(error))}\n\n`));
        }
      },
      cancel: async () => {
        await chunks.return?.();
      },
    },
    // Read when it is asked for: an answer that nobody reads is not fetched.
    { highWaterMark: 0 },
  );
}

async function modelsResponse(conversation: ConversationCalls, path: string): Promise<Response> {
  const served = (await conversation.models()).map(({ id, weights }) => ({
    ...{ id, object: 'model', created: 0, owned_by: 'sealflow' },
    sealflow: { weights },
  }));
  const [, wanted] = MODEL_PATH.exec(path) ?? [];
  if (wanted === undefined) return Response.json({ object: 'list', data: served });
  const model = served.find(({ id }) => id === decoded(wanted.slice(1)));
  if (model !== undefined) return Response.json(model);
  throw new OpenAiFailure(404, 'MODEL_UNKNOWN', 'the worker of this conversation states no such model');
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function errorResponse(failure: OpenAiFailure): Response {
  const headers = {
    'content-type': 'application/json',
    // Clients repeat statuses from 500 and some others by themselves; this header tells them whether they may.
    'x-should-retry': String(failure.again),
  };
  return new Response(errorBody(failure), { status: failure.status, headers });
}
