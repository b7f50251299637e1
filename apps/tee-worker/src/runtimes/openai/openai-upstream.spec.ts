import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, type JsonObject, utf8 } from '#canonical';
import {
  type MisbehavingServer,
  type Misbehaviour,
  misbehavingServer,
} from './misbehaving-server.fixture.js';
import { type OpenAiUpstreamOptions, openAiUpstream } from './openai-upstream.js';
import type { UpstreamPart } from './upstream.js';
import type { UpstreamCode, UpstreamError } from './upstream-error.js';

const facts = { id: 'small', weights: digestOf(utf8('weights')), tokenizer: 'words' };
const prompt = 'the secret of the patient';
const request = { model: 'small', stream: true, messages: [{ role: 'user', content: prompt }] };
const forever = new AbortController().signal;

let server: MisbehavingServer;
beforeAll(async () => {
  server = await misbehavingServer();
});
afterAll(() => server.close());

function upstream(options: Partial<OpenAiUpstreamOptions> = {}) {
  return openAiUpstream({ address: server.url, models: [facts], ...options });
}

async function partsOf(
  asked: JsonObject,
  options: Partial<OpenAiUpstreamOptions> = {},
  signal = forever,
): Promise<UpstreamPart[]> {
  const parts: UpstreamPart[] = [];
  for await (const part of upstream(options).answer(asked, signal)) parts.push(part);
  return parts;
}

async function errorOf(
  asked: JsonObject,
  options: Partial<OpenAiUpstreamOptions> = {},
): Promise<UpstreamError> {
  return partsOf(asked, options).then(
    () => expect.fail('an answer came'),
    (error: UpstreamError) => error,
  );
}

describe('an answer is refused when the server', () => {
  it.each<[how: Misbehaviour, code: UpstreamCode, status: number | null]>([
    ['refusal', 'UPSTREAM_REFUSED', 400],
    ['redirect', 'UPSTREAM_REFUSED', 307],
    ['busy', 'UPSTREAM_BUSY', 503],
    ['early-close', 'UPSTREAM_CUT', null],
    ['no-http', 'UPSTREAM_MALFORMED', null],
    ['wrong-type', 'UPSTREAM_MALFORMED', null],
    ['cut', 'UPSTREAM_CUT', null],
    ['no-done', 'UPSTREAM_CUT', null],
    ['no-finish', 'UPSTREAM_CUT', null],
    ['error-inside', 'UPSTREAM_FAILED', null],
    ['no-json', 'UPSTREAM_MALFORMED', null],
    ['huge-line', 'UPSTREAM_TOO_LARGE', null],
    ['no-usage', 'UPSTREAM_USAGE_MISSING', null],
    ['lying-completion', 'UPSTREAM_USAGE_FALSE', null],
    ['lying-prompt', 'UPSTREAM_USAGE_FALSE', null],
    ['differing-usages', 'UPSTREAM_USAGE_FALSE', null],
  ])('does %s: %s', async (how, code, status) => {
    server.behave(how);
    const error = await errorOf(request);
    expect(error).toMatchObject({ code, status });
    expect(error.message).not.toContain('secret');
  });

  it('counts more tokens than were asked for', async () => {
    server.behave('over-max');
    expect(await errorOf({ ...request, max_tokens: 69 })).toMatchObject({ code: 'UPSTREAM_USAGE_FALSE' });
    await expect(partsOf({ ...request, max_tokens: 70 })).resolves.toBeDefined();
  });

  it('counts other tokens than the bytes of a model of bytes', async () => {
    server.behave('none');
    const models = [{ ...facts, tokenizer: 'bytes' }];
    expect(await errorOf(request, { models })).toMatchObject({ code: 'UPSTREAM_USAGE_FALSE' });
  });

  it.each<[how: Misbehaviour, limits: NonNullable<OpenAiUpstreamOptions['limits']>, code: UpstreamCode]>([
    ['silent-begin', { beginMs: 50 }, 'UPSTREAM_SLOW'],
    ['hang', { idleMs: 50 }, 'UPSTREAM_SLOW'],
    ['drip', { wholeMs: 100 }, 'UPSTREAM_SLOW'],
    ['endless', { answerBytesMax: 1_000_000 }, 'UPSTREAM_TOO_LARGE'],
    ['endless', { eventsMax: 100 }, 'UPSTREAM_TOO_LARGE'],
  ])('does %s beyond %j: %s', async (how, limits, code) => {
    server.behave(how);
    expect(await errorOf(request, { limits })).toMatchObject({ code });
  });

  it('gives no usage with an answer in one piece', async () => {
    server.behave('no-usage');
    expect(await errorOf({ ...request, stream: false })).toMatchObject({ code: 'UPSTREAM_USAGE_MISSING' });
  });

  it('is not there', async () => {
    const gone = await misbehavingServer();
    await gone.close();
    expect(await errorOf(request, { address: gone.url })).toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
  });
});

describe('no request is sent', () => {
  it('for a model that is not vouched for', async () => {
    const before = server.bodies.length;
    expect(await errorOf({ ...request, model: 'other' })).toMatchObject({ code: 'MODEL_UNKNOWN' });
    expect(server.bodies.length).toBe(before);
  });

  it('once the signal is aborted', async () => {
    const before = server.bodies.length;
    const aborted = AbortSignal.abort(new Error('lease lost'));
    await expect(partsOf(request, {}, aborted)).rejects.toThrow('lease lost');
    expect(server.bodies.length).toBe(before);
  });
});

describe('an answer', () => {
  it('comes in chunks as the server sends them, and ends with its usage', async () => {
    server.behave('none');
    const parts = await partsOf(request);
    const text = parts
      .flatMap((part) => (part.kind === 'chunk' ? [JSON.parse(part.data)] : []))
      .map(({ choices }) => choices[0].delta.content ?? '')
      .join('');
    expect(text).toBe('The answer is né.');
    expect(parts.at(-1)).toEqual({ kind: 'usage', usage: { promptTokens: 7, completionTokens: 5 } });
  });

  it('has the chunk with the usage for who asks for it alone', async () => {
    server.behave('none');
    const chunks = async (asked: JsonObject) =>
      (await partsOf(asked)).filter(({ kind }) => kind === 'chunk').length;
    const asked = { ...request, stream_options: { include_usage: true } };
    expect(await chunks(asked)).toBe((await chunks(request)) + 1);
  });

  it('in one piece is one chunk', async () => {
    server.behave('none');
    const parts = await partsOf({ ...request, stream: false });
    expect(parts.map(({ kind }) => kind)).toEqual(['chunk', 'usage']);
    expect(parts[0]).toMatchObject({ data: expect.not.stringContaining('\n') });
  });

  it('asks the server for a usage and for a bound, always', async () => {
    server.behave('none');
    await partsOf(request);
    expect(JSON.parse(server.bodies.at(-1) ?? '')).toEqual({
      ...request,
      max_tokens: 1024,
      stream_options: { include_usage: true },
    });
  });

  it('that its reader leaves ends at the server', async () => {
    const endless = await misbehavingServer();
    endless.behave('endless');
    for await (const part of upstream({ address: endless.url }).answer(request, forever)) {
      expect(part.kind).toBe('chunk');
      break;
    }
    await endless.left;
    await endless.close();
  });

  it('that is aborted ends at the server, with the reason of the signal', async () => {
    const hanging = await misbehavingServer();
    hanging.behave('hang');
    const controller = new AbortController();
    const reading = (async () => {
      for await (const _ of upstream({ address: hanging.url }).answer(request, controller.signal)) {
        controller.abort(new Error('lease lost'));
      }
    })();
    await expect(reading).rejects.toThrow('lease lost');
    await hanging.left;
    await hanging.close();
  });
});

describe('models', () => {
  it('are those that the worker vouches for and the server serves', async () => {
    const models = [facts, { ...facts, id: 'absent' }];
    await expect(upstream({ models }).models(forever)).resolves.toEqual([facts]);
  });

  it('are refused where the server serves none of them', async () => {
    const models = [{ ...facts, id: 'absent' }];
    await expect(upstream({ models }).models(forever)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });
});
