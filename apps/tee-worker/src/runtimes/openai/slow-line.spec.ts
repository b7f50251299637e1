import { describe, expect, it } from 'vitest';
import { SEVERAL_BYTES_MAX } from './answer-call.js';
import { OpenTalk, usage, word } from './talk.fixture.js';

const question = { model: 'm1', messages: [{ role: 'user', content: 'hello' }] };
const words = 8_000;
const content = 'x'.repeat(1_000);
const eventBytes = JSON.stringify({ choices: [{ delta: { content }, finish_reason: null }] }).length;
/** What may lie between server and line: a frame that waits, and the event that made it full. */
const aheadMax = Math.ceil(SEVERAL_BYTES_MAX / eventBytes) + 1;

/* Counted in events of the server: how long anything takes says nothing here. */
describe('an answer whose line takes nothing', () => {
  it('holds its server up after one frame, and goes on where it was', async () => {
    let asked = 0;
    const talk = new OpenTalk(async function* () {
      for (; asked < words; asked += 1) yield word(content);
      yield usage;
    });
    const stopped = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const answer = talk.ask(question, undefined, async () => {
      stopped.resolve();
      await goOn.promise;
    });
    await stopped.promise;
    // The server says everything in one turn of the loop if nobody holds it up.
    for (let turns = 0; turns < 100; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThanOrEqual(aheadMax + 1);
    goOn.resolve();
    const { data, last } = await answer;
    expect({ events: data.length, last }).toEqual({ events: words, last: 'receipt' });
    await talk.close();
  });
});
