import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject, type Json } from '#canonical';
import { type MisbehavingServer, misbehavingServer } from './misbehaving-server.fixture.js';
import { openAiUpstream } from './openai-upstream.js';
import { OpenTalk, weights } from './talk.fixture.js';

const question = { model: 'm1', messages: [{ role: 'user', content: 'a question' }], stream: true };

let server: MisbehavingServer;
let talk: OpenTalk;

beforeEach(async () => {
  server = await misbehavingServer();
  const upstream = openAiUpstream({
    address: server.url,
    models: [{ id: 'm1', weights, tokenizer: 'words' }],
  });
  talk = new OpenTalk((request, signal) => upstream.answer(request, signal));
});

afterEach(async () => {
  await talk.close();
  await server.close().catch(() => undefined);
});

async function billed(): Promise<Json> {
  await talk.close();
  const output = (await talk.outcome).outputs['usage'];
  return output?.kind === 'public' && isJsonObject(output.value) ? output.value : {};
}

describe('a model server that ends', () => {
  it('between two calls is missed by name, and costs nothing until it is back', async () => {
    expect(await talk.ask(question)).toMatchObject({ last: 'receipt' });
    await server.close();
    expect(await talk.ask(question)).toMatchObject({
      last: 'failure',
      content: { code: 'UPSTREAM_UNREACHABLE' },
    });
    await server.start();
    expect(await talk.ask(question)).toMatchObject({ last: 'receipt' });
    expect(await billed()).toMatchObject({ calls: 2 });
  });

  it('in the middle of an answer cuts it by name, and the next call has an answer of its own', async () => {
    server.behave('hang');
    const cut = await talk.ask(question, undefined, () => server.close());
    expect(cut).toMatchObject({ last: 'failure', content: { code: 'UPSTREAM_CUT' } });
    expect(cut.data.length).toBeGreaterThan(0);
    server.behave('none');
    await server.start();
    const whole = await talk.ask(question);
    expect(whole).toMatchObject({ last: 'receipt', content: { end: 'stop' } });
    expect(whole.data.join('')).toContain('answer ');
    expect(await billed()).toMatchObject({ calls: 1, completionTokens: 5 });
  });
});
