import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#canonical';
import { ByteModel } from './byte-model.js';
import { type ChatServerOptions, chatServer } from './chat-server.js';
import { readSmallModel } from './small-model.js';

const id = 'licence-talk';
const messages = [{ role: 'user', content: 'What may I do?' }];
// "user: What may I do?\nassistant: "
const promptTokens = 32;

interface Served {
  readonly url: string;
  close(): Promise<void>;
}

let model: ByteModel;
let server: Served;
beforeAll(async () => {
  model = await ByteModel.load(await readSmallModel(`apps/tee-worker/models/${id}`));
  server = await served({ bodyBytesMax: 10_000 });
});
afterAll(() => server.close());

async function served(options: Partial<ChatServerOptions>): Promise<Served> {
  const listening = chatServer(model, options);
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    close: async () => {
      listening.closeAllConnections();
      listening.close();
      await once(listening, 'close');
    },
  };
}

async function post(
  body: JsonObject | string,
  path = '/v1/chat/completions',
  url = server.url,
): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify({ model: id, messages, ...body });
  return await fetch(`${url}${path}`, { method: 'POST', body: text });
}

async function answered(body: JsonObject) {
  const response = await post(body);
  expect(response.status).toBe(200);
  return (await response.json()) as {
    choices: { message: { content: string }; finish_reason: string }[];
    usage: JsonObject;
  };
}

describe('the server of the small model refuses', () => {
  it.each<[status: number, code: string, body: JsonObject | string]>([
    [400, 'invalid_json', '{'],
    [400, 'invalid_json', '[]'],
    [400, 'invalid_value', { messages: 'hello' }],
    [400, 'invalid_value', { messages: [{ role: 'user', content: 7 }] }],
    [400, 'invalid_value', { n: 2 }],
    [400, 'invalid_value', { temperature: 3 }],
    [400, 'invalid_value', { max_tokens: 0 }],
    [400, 'invalid_value', { tools: [] }],
    [404, 'model_not_found', { model: 'other' }],
    [413, 'body_too_large', { messages: [{ role: 'user', content: 'x'.repeat(10_000) }] }],
  ])('with %i %s: %j', async (status, code, body) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code, type: 'invalid_request_error' } });
  });

  it('other paths', async () => {
    expect((await fetch(`${server.url}/v1/embeddings`)).status).toBe(404);
  });

  it('with 429 more answers at once than it writes', async () => {
    const full = await served({ answersMax: 0 });
    const response = await post({ max_tokens: 1 }, '/v1/chat/completions', full.url);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('1');
    await full.close();
  });
});

describe('the server of the small model', () => {
  it('names its model with the digest of its weights', async () => {
    const { weights } = await readSmallModel(`apps/tee-worker/models/${id}`);
    const response = await fetch(`${server.url}/v1/models`);
    expect(await response.json()).toMatchObject({ data: [{ id, weights, tokenizer: 'bytes' }] });
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  it('counts bytes of the prompt and of the answer', async () => {
    const { choices, usage } = await answered({ max_tokens: 20, temperature: 0 });
    const [choice] = choices;
    expect(choice).toMatchObject({ finish_reason: 'length' });
    expect(choice?.message.content).toHaveLength(20);
    expect(usage).toEqual({
      prompt_tokens: promptTokens,
      completion_tokens: 20,
      total_tokens: promptTokens + 20,
    });
  });

  it('gives the same answer to the same seed, and writes English', async () => {
    const [first, second] = [await answered({ seed: 7 }), await answered({ seed: 7 })];
    expect(second.choices).toEqual(first.choices);
    expect(first.choices[0]?.message.content).toMatch(/ (the|of|to|any|and|License) /);
  });

  it('ends before a stop', async () => {
    const whole = (await answered({ seed: 7 })).choices[0]?.message.content ?? '';
    const stop = whole.slice(5, 9);
    const { choices, usage } = await answered({ seed: 7, stop: ['never there', stop] });
    const text = whole.slice(0, whole.indexOf(stop));
    expect(choices).toMatchObject([{ message: { content: text }, finish_reason: 'stop' }]);
    expect(usage).toMatchObject({ completion_tokens: text.length });
  });

  it('streams the same answer, with its usage for who asks', async () => {
    const whole = (await answered({ seed: 7, max_tokens: 40 })).choices[0]?.message.content;
    const body = { seed: 7, max_tokens: 40, stream: true, stream_options: { include_usage: true } };
    const response = await post(body);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = (await response.text()).trim().split('\n\n');
    expect(events.at(-1)).toBe('data: [DONE]');
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice(6)));
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(whole);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 40 } });
  });

  it('completes a text', async () => {
    const body = JSON.stringify({ model: id, prompt: 'the copyright ', temperature: 0, max_tokens: 5 });
    const response = await post(body, '/v1/completions');
    expect(await response.json()).toMatchObject({
      object: 'text_completion',
      choices: [{ text: expect.any(String) }],
      usage: { prompt_tokens: 14, completion_tokens: 5 },
    });
  });
});
