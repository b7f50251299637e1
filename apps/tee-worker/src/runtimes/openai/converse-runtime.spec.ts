import { describe, expect, it } from 'vitest';
import { digestOf, fromUtf8, isJsonObject, type JsonObject, utf8 } from '#canonical';
import { about, callId, key, OpenTalk, usage, weights, word } from './talk.fixture.js';
import type { UpstreamPart } from './upstream.js';
import { UpstreamError } from './upstream-error.js';

const question = { model: 'm1', messages: [{ role: 'user', content: 'hello' }], temperature: 0.7 };
const secret = 'what nobody shall read';

async function* parts(...said: readonly UpstreamPart[]): AsyncGenerator<UpstreamPart> {
  yield* said;
}

const hello = () => parts(word('hel'), word('lo', 'stop'), usage);

async function* failing(error: unknown): AsyncGenerator<UpstreamPart> {
  yield word('hel');
  throw error;
}

async function billOf(talk: OpenTalk): Promise<JsonObject> {
  const output = (await talk.outcome).outputs['usage'];
  return output?.kind === 'public' && isJsonObject(output.value) ? output.value : {};
}

describe('a conversation does not begin', () => {
  it.each<[name: string, parameters: JsonObject, code: string]>([
    ['with other weights than the server has', { weights: digestOf(utf8('other')) }, 'MODEL_MISMATCH'],
    ['without weights', { weights: 'the best' }, 'PARAMETER_INVALID'],
    ['at a price below nothing', { inputNanosPerToken: -1 }, 'PARAMETER_INVALID'],
    ['with a parameter that nobody knows', { discount: 1 }, 'PARAMETER_INVALID'],
    ['with more calls than a bundle carries', { callsMax: 100_000 }, 'PARAMETER_INVALID'],
  ])('%s', async (_, parameters, code) => {
    await expect(new OpenTalk(hello, parameters).outcome).rejects.toMatchObject({ name: 'TaskError', code });
  });

  it('without a key, and no refusal repeats what was given for one', async () => {
    const talk = new OpenTalk(hello, {}, { key: secret });
    await expect(talk.outcome).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(talk.outcome).rejects.not.toThrow(secret);
  });
});

describe('a frame that is no call of this conversation', () => {
  const frame = { kind: 'call', content: utf8(JSON.stringify(question)) } as const;

  it.each<[name: string, change: Parameters<OpenTalk['say']>[1]]>([
    ['under another key', { call: new Uint8Array(16).fill(9), under: new Uint8Array(32).fill(6) }],
    ['of another attempt', { call: new Uint8Array(16).fill(9), attempt: 2 }],
    ['of another run', { call: new Uint8Array(16).fill(9), runId: '01KAQ0000000000000000000RX' }],
    ['of another tenant', { call: new Uint8Array(16).fill(9), tenant: 'other' }],
  ])('%s is refused in the clear, and asks nobody anything', async (_, change) => {
    let askedCount = 0;
    const talk = new OpenTalk(() => {
      askedCount += 1;
      return hello();
    });
    expect(await talk.say(frame, change)).toMatchObject({ failed: 'FRAME_OPEN_FAILED', data: [] });
    expect(askedCount).toBe(0);
    await talk.close();
    expect(await billOf(talk)).toMatchObject({ calls: 0, chargeMicros: 0 });
  });

  it('is refused where it is none at all', async () => {
    const talk = new OpenTalk(hello);
    const context = { ...about, call: talk.newCall() };
    expect(await talk.send(utf8('not a frame'), context)).toMatchObject({ failed: 'FRAME_MALFORMED' });
    await talk.close();
  });

  it('and one that comes again is not answered again: its key sealed an answer', async () => {
    const talk = new OpenTalk(hello);
    const call = talk.newCall();
    expect(await talk.say(frame, { call })).toMatchObject({ last: 'receipt' });
    expect(await talk.say(frame, { call })).toMatchObject({ failed: 'CALL_REPEATED', data: [] });
    await talk.close();
    expect(await billOf(talk)).toMatchObject({ calls: 1 });
  });
});

describe('a call without a whole answer costs nothing', () => {
  it.each<[name: string, answer: () => AsyncIterable<UpstreamPart>, code: string]>([
    ['since the upstream broke off', () => failing(new UpstreamError('UPSTREAM_CUT', 'cut')), 'UPSTREAM_CUT'],
    ['since the upstream said no usage', () => parts(word('hello')), 'USAGE_UNCLEAR'],
    ['since it said two', () => parts(word('hello'), usage, usage), 'USAGE_UNCLEAR'],
    ['since it went on after the usage', () => parts(usage, word('hello')), 'USAGE_UNCLEAR'],
    ['since one event is too long', () => parts(word('x'.repeat(1024 * 1024)), usage), 'ANSWER_TOO_LARGE'],
    ['since something broke', () => failing(new Error(secret)), 'WORKER_ERROR'],
  ])('%s', async (_, answer, code) => {
    const talk = new OpenTalk(answer);
    const heard = await talk.ask(question);
    expect(heard).toMatchObject({ last: 'failure', failed: null, content: { code } });
    expect(JSON.stringify(heard.content)).not.toContain(secret);
    await talk.close();
    expect(await billOf(talk)).toMatchObject({ calls: 0, promptTokens: 0, chargeMicros: 0 });
  });

  it('since its caller left; the upstream is told', async () => {
    const leaving = new AbortController();
    const told = Promise.withResolvers<void>();
    const talk = new OpenTalk(async function* (_, signal) {
      signal.addEventListener('abort', () => told.resolve());
      yield word('hel');
      leaving.abort();
      await told.promise;
      signal.throwIfAborted();
    });
    await talk.ask(question, leaving.signal);
    await told.promise;
    await talk.close();
    expect(await billOf(talk)).toMatchObject({ calls: 0 });
  });

  it('since it is no request', async () => {
    const talk = new OpenTalk(hello);
    for (const request of [utf8('no JSON'), utf8('[1]')]) {
      expect(await talk.ask(request)).toMatchObject({ content: { code: 'CALL_MALFORMED' } });
    }
    await talk.close();
  });
});

describe('a conversation', () => {
  it('states its model to whoever has its key, also after its last call, and bills nothing for it', async () => {
    const talk = new OpenTalk(hello, { callsMax: 1 });
    await talk.ask(question);
    const models = { kind: 'models', content: new Uint8Array() } as const;
    expect(await talk.say(models, { call: talk.newCall() })).toMatchObject({
      last: 'models',
      content: [{ id: 'm1', weights }],
      failed: null,
    });
    await talk.close();
    expect(await talk.say(models, { call: talk.newCall() })).toMatchObject({
      content: { code: 'CONVERSATION_CLOSED' },
    });
    expect(await billOf(talk)).toMatchObject({ calls: 1 });
  });

  it('is with the model of its plan, and no other that the server may have', async () => {
    let askedCount = 0;
    const talk = new OpenTalk(() => {
      askedCount += 1;
      return hello();
    });
    expect(await talk.ask({ ...question, model: 'm2' })).toMatchObject({
      content: { code: 'MODEL_UNKNOWN' },
    });
    await talk.close();
    expect({ askedCount, bill: await billOf(talk) }).toMatchObject({ askedCount: 0, bill: { calls: 0 } });
  });

  it('answers in order, with every word once, and bills what it signed', async () => {
    const talk = new OpenTalk(hello);
    const [one, two] = [await talk.ask(question), await talk.ask(question)];
    expect(one.data.map((data) => (JSON.parse(data) as JsonObject)['choices'])).toMatchObject([
      [{ delta: { content: 'hel' } }],
      [{ delta: { content: 'lo' } }],
    ]);
    expect(one).toMatchObject({
      last: 'receipt',
      content: { call: callId(new Uint8Array(16).fill(1)), chargeMicros: 781, end: 'stop', weights },
    });
    expect(two.content['answer']).not.toBe(one.content['answer']);
    expect(await talk.close()).toMatchObject({ last: 'close', failed: null });
    const bill = await billOf(talk);
    expect(bill).toMatchObject({ calls: 2, promptTokens: 1624, completionTokens: 894, chargeMicros: 1562 });
    const { evidence, blobs } = await talk.outcome;
    expect([evidence['usage'], blobs]).toEqual([bill['receipts'], [bill['receipts']]]);
    expect(fromUtf8(talk.blobs.get(String(bill['receipts'])) ?? new Uint8Array())).toContain('"v":1');
  });

  it('says the first word at once, and what its server said with it in one frame more', async () => {
    const talk = new OpenTalk(() => parts(...['a', 'b', 'c', 'd'].map((each) => word(each)), usage));
    let frames = 0;
    const { data, last } = await talk.ask(question, undefined, async () => {
      frames += 1;
    });
    expect({ words: data.length, last, frames }).toEqual({ words: 4, last: 'receipt', frames: 3 });
    await talk.close();
  });

  it('gives the request on as it is, fractions too', async () => {
    const seen: JsonObject[] = [];
    const talk = new OpenTalk((request) => {
      seen.push(request);
      return hello();
    });
    await talk.ask(question);
    await talk.close();
    expect(seen).toEqual([question]);
  });

  it('answers no more than its calls', async () => {
    const talk = new OpenTalk(hello, { callsMax: 1 });
    await talk.ask(question);
    expect(await talk.ask(question)).toMatchObject({ content: { code: 'CALLS_EXHAUSTED' } });
    await talk.close();
    expect(await billOf(talk)).toMatchObject({ calls: 1 });
  });

  it('that is closed ends what it began, and begins nothing', async () => {
    const goOn = Promise.withResolvers<void>();
    const talk = new OpenTalk(async function* () {
      yield word('hel');
      await goOn.promise;
      yield word('lo');
      yield usage;
    });
    const under = talk.ask(question);
    expect(await talk.close()).toMatchObject({ last: 'close' });
    expect(await talk.ask(question)).toMatchObject({ content: { code: 'CONVERSATION_CLOSED' } });
    goOn.resolve();
    expect(await under).toMatchObject({ last: 'receipt' });
    expect(await billOf(talk)).toMatchObject({ calls: 1 });
  });

  it('of a worker that is about to stop ends in order, and bills what it signed', async () => {
    const talk = new OpenTalk(hello);
    await talk.ask(question);
    talk.drain();
    expect(await billOf(talk)).toMatchObject({ calls: 1, chargeMicros: 781 });
  });

  it('whose lease is over bills nothing: it fails, and its answers are broken off', async () => {
    const begun = Promise.withResolvers<void>();
    const talk = new OpenTalk(async function* (_, signal) {
      yield word('hel');
      begun.resolve();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      signal.throwIfAborted();
    });
    const under = talk.ask(question);
    await begun.promise;
    talk.end(new Error('the lease ran out'));
    await expect(talk.outcome).rejects.toThrow('the lease ran out');
    expect(await under).toMatchObject({ last: 'failure' });
  });

  it('in which nobody says anything ends by itself', async () => {
    expect(await billOf(new OpenTalk(hello, { idleMs: 100 }))).toMatchObject({ calls: 0 });
  });

  it('has a key that no output repeats', async () => {
    const talk = new OpenTalk(hello);
    await talk.ask(question);
    await talk.close();
    expect(JSON.stringify(await talk.outcome)).not.toContain(Buffer.from(key).toString('base64'));
  });
});
