import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '#canonical';
import { parseModelRequest, requestLimits } from './model-request.js';

const messages = [{ role: 'user', content: 'hello' }];
const parse = (request: JsonObject) => parseModelRequest(request, requestLimits);
const refusal = (code: string, where: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(where) });

describe('a request is refused that has', () => {
  it.each(['guided_json', 'priority', 'lora_request', 'user', 'functions', 'prompt', '__proto__x'])(
    'the member %s, which is not passed on',
    (name) => {
      expect(() => parse({ model: 'm', messages, [name]: 'x' })).toThrow(
        refusal('REQUEST_FIELD_UNKNOWN', `request.${name}`),
      );
    },
  );

  it('a name of a member that could be a text, without showing it', () => {
    const act = () => parse({ model: 'm', messages, 'the secret of the patient': 1 });
    expect(act).toThrow(refusal('REQUEST_FIELD_UNKNOWN', 'no plain name'));
    expect(act).not.toThrow(/secret/);
  });

  it.each<[name: string, value: Json]>([
    ['model', ''],
    ['messages', []],
    ['messages', 'hello'],
    ['max_tokens', 0],
    ['max_tokens', 1.5],
    ['temperature', 2.1],
    ['temperature', 'hot'],
    ['n', 2],
    ['stop', []],
    ['stop', ['a', 'b', 'c', 'd', 'e']],
    ['stream', 'yes'],
    ['stream_options', { include_usage: true }],
    ['top_logprobs', 21],
    ['tools', {}],
  ])('%s: %j', (name, value) => {
    expect(() => parse({ model: 'm', messages, [name]: value })).toThrow(
      refusal('REQUEST_INVALID', `request.${name}`),
    );
  });

  it.each<[what: string, message: Json]>([
    ['role', { content: 'hello' }],
    ['role', { role: 'root', content: 'hello' }],
    ['content', { role: 'user' }],
    ['content', { role: 'user', content: null }],
    [
      'content[0]',
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.org/x.png' } }] },
    ],
  ])('a message with a wrong %s: %j', (what, message) => {
    expect(() => parse({ model: 'm', messages: [message] })).toThrow(
      refusal('REQUEST_INVALID', `messages[0].${what}`),
    );
  });

  it('two bounds of the answer', () => {
    const act = () => parse({ model: 'm', messages, max_tokens: 1, max_completion_tokens: 1 });
    expect(act).toThrow(refusal('REQUEST_INVALID', 'request.max_tokens'));
  });

  it.each<[what: string, request: JsonObject]>([
    ['messages', { messages: Array.from({ length: 1025 }, () => messages[0] ?? null) }],
    ['max_tokens', { messages, max_tokens: 32_769 }],
    ['bytes', { messages: [{ role: 'user', content: 'x'.repeat(1024 * 1024) }] }],
  ])('too many %s', (what, request) => {
    expect(() => parse({ model: 'm', ...request })).toThrow(refusal('REQUEST_TOO_LARGE', what));
  });
});

describe('a request', () => {
  it('for a completion goes to its own path', () => {
    expect(parse({ model: 'm', prompt: 'Once' })).toMatchObject({ path: '/v1/completions', stream: false });
  });

  it('keeps what it said, and the name of its bound', () => {
    const request = { model: 'm', messages, max_completion_tokens: 9, temperature: 0.5, stop: ['END', '\n'] };
    const asked = parse(request);
    expect(asked).toMatchObject({ completionTokensMax: 9, stopBytes: 3, includeUsage: false });
    expect(JSON.parse(asked.body)).toEqual(request);
  });
});
