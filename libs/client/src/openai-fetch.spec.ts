import { describe, expect, it } from 'vitest';
import { digestOf, type JsonObject, utf8 } from '#canonical';
import { ConversationError, type UsageReceipt } from '#conversation';
import type { ConversationCalls } from './conversation-calls.js';
import { openaiFetch } from './openai-fetch.js';

const digest = digestOf(utf8('x'));
const receipt: UsageReceipt = {
  ...{ runId: 'run', taskId: 'converse', attempt: 1, call: '00'.repeat(16), model: 'small', weights: digest },
  ...{ request: digest, answer: digest, frames: 2, promptTokens: 3, completionTokens: 2, chargeMicros: 0 },
  ...{ inputNanosPerToken: 0, outputNanosPerToken: 0, end: 'stop', endedAt: '2026-01-01T00:00:00.000Z' },
};

/** A conversation that answers as it is told, and remembers what was asked and left. */
class Scripted implements ConversationCalls {
  readonly requests: JsonObject[] = [];
  readonly signals: (AbortSignal | undefined)[] = [];
  left = 0;

  constructor(
    private readonly chunks: readonly string[],
    private readonly error: Error | null = null,
  ) {}

  call(request: JsonObject, { signal }: { readonly signal?: AbortSignal | undefined } = {}) {
    this.requests.push(request);
    this.signals.push(signal);
    const data = this.#data();
    const { error } = this;
    return {
      receipt: error === null ? Promise.resolve(receipt) : Promise.reject(error),
      [Symbol.asyncIterator]: () => data,
    };
  }

  async models() {
    if (this.error !== null) throw this.error;
    return [{ id: 'org/small', weights: digest }];
  }

  async close(): Promise<void> {}

  async *#data(): AsyncGenerator<string> {
    let ended = false;
    try {
      yield* this.chunks;
      ended = true;
      if (this.error !== null) throw this.error;
    } finally {
      if (!ended) this.left += 1;
    }
  }
}

const base = 'https://sealed.invalid/v1';
const body = { model: 'small', messages: [{ role: 'user', content: 'hello' }] };

function post(calls: ConversationCalls, sent: unknown, init: RequestInit = {}, path = '/chat/completions') {
  return openaiFetch(calls)(`${base}${path}`, { method: 'post', body: JSON.stringify(sent), ...init });
}

describe('openaiFetch refuses, and sends nothing', () => {
  it.each<[what: string, url: string, method: string, status: number, code: string]>([
    ['another host', 'https://api.openai.com/v1/chat/completions', 'POST', 400, 'ADDRESS_REFUSED'],
    ['another path', `${base}/embeddings`, 'POST', 404, 'NOT_SERVED'],
    ['a path below', `${base}/chat/completions/1`, 'POST', 404, 'NOT_SERVED'],
    ['another method', `${base}/chat/completions`, 'DELETE', 404, 'NOT_SERVED'],
    ['a model that the worker does not state', `${base}/models/large`, 'GET', 404, 'MODEL_UNKNOWN'],
    ['a path that is none', `${base}/models/%`, 'GET', 404, 'MODEL_UNKNOWN'],
    ['another method for models', `${base}/models/small`, 'DELETE', 404, 'NOT_SERVED'],
  ])('%s', async (_, url, method, status, code) => {
    const calls = new Scripted([]);
    const response = await openaiFetch(calls)(url, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(await response.json()).toMatchObject({ error: { code } });
    expect(calls.requests).toEqual([]);
  });

  it.each([['{'], ['[]'], ['{"model":"small"}']])('the body %s', async (text) => {
    const calls = new Scripted([]);
    const response = await openaiFetch(calls)(`${base}/chat/completions`, { method: 'POST', body: text });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'REQUEST_INVALID' } });
    expect(calls.requests).toEqual([]);
  });

  it('what was aborted before, as fetch does', async () => {
    const calls = new Scripted([]);
    await expect(post(calls, body, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(calls.requests).toEqual([]);
  });
});

describe('a call that fails', () => {
  it.each<[code: string, status: number, again: string]>([
    ['MODEL_UNKNOWN', 404, 'false'],
    ['CALLS_EXHAUSTED', 409, 'false'],
    ['UPSTREAM_BUSY', 503, 'true'],
    ['UPSTREAM_USAGE_FALSE', 502, 'false'],
  ])('before its first chunk is a response: %s is %i', async (code, status, again) => {
    const calls = new Scripted([], Object.assign(new Error('refused'), { code }));
    const response = await post(calls, { ...body, stream: true });
    expect(response.status).toBe(status);
    expect(response.headers.get('x-should-retry')).toBe(again);
    expect(await response.json()).toMatchObject({ error: { code } });
  });

  it('inside a stream is an event, and then the body fails', async () => {
    const calls = new Scripted(['{"a":1}'], new ConversationError('STREAM_CUT', 'the answer was cut'));
    const response = await post(calls, { ...body, stream: true });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader?.read()).toMatchObject({ value: 'data: {"a":1}\n\n' });
    expect((await reader?.read())?.value).toContain('"code":"STREAM_CUT"');
    await expect(reader?.read()).rejects.toMatchObject({ code: 'STREAM_CUT' });
  });

  it('after its whole answer gives no answer', async () => {
    const calls = new Scripted(['{"a":1}'], new ConversationError('RECEIPT_MISMATCH', 'another call'));
    const response = await post(calls, body);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'RECEIPT_MISMATCH' } });
  });
});

describe('openaiFetch', () => {
  it('gives an answer in one piece, and its receipt', async () => {
    const calls = new Scripted(['{"a":1}']);
    const receipts: UsageReceipt[] = [];
    const sealed = openaiFetch(calls, { onReceipt: (one) => receipts.push(one) });
    const response = await sealed(
      new Request(`${base}/chat/completions`, { method: 'POST', body: JSON.stringify(body) }),
    );
    expect(await response.json()).toEqual({ a: 1 });
    expect(receipts).toEqual([receipt]);
    expect(calls.requests).toEqual([body]);
  });

  it('streams events, and ends them as the protocol does', async () => {
    const calls = new Scripted(['{"a":1}', '{"b":2}']);
    const response = await post(calls, { ...body, stream: true });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(await response.text()).toBe('data: {"a":1}\n\ndata: {"b":2}\n\ndata: [DONE]\n\n');
  });

  it('takes completions of a text', async () => {
    const calls = new Scripted(['{"a":1}']);
    const response = await post(calls, { model: 'small', prompt: 'Once' }, {}, '/completions');
    expect(response.status).toBe(200);
  });

  it('ends a call whose body is left', async () => {
    const calls = new Scripted(['{"a":1}', '{"b":2}']);
    const response = await post(calls, { ...body, stream: true });
    await response.body?.cancel();
    expect(calls.left).toBe(1);
  });

  it('hands the signal on', async () => {
    const calls = new Scripted(['{"a":1}']);
    const { signal } = new AbortController();
    await post(calls, body, { signal });
    expect(calls.signals).toEqual([signal]);
  });

  it('lists the models that the worker states, with their weights, and each by its name', async () => {
    const calls = new Scripted([]);
    const model = { id: 'org/small', object: 'model', created: 0, owned_by: 'sealflow' };
    const stated = { ...model, sealflow: { weights: digest } };
    const listed = await openaiFetch(calls)(`${base}/models`);
    expect(await listed.json()).toEqual({ object: 'list', data: [stated] });
    for (const id of ['org/small', 'org%2Fsmall']) {
      const one = await openaiFetch(calls)(`${base}/models/${id}`, { method: 'get' });
      expect(await one.json()).toEqual(stated);
    }
    expect(calls.requests).toEqual([]);
  });

  it('lists none that the worker does not vouch for', async () => {
    const other = new ConversationError('MODELS_MISMATCH', 'other weights');
    const response = await openaiFetch(new Scripted([], other))(`${base}/models`);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'MODELS_MISMATCH' } });
  });
});
