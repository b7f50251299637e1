import { afterEach, describe, expect, it } from 'vitest';
import { AskedThread } from './asked-thread.js';
import { scriptBeside } from './source-flags.js';

interface Answer {
  readonly doubled: number;
  readonly variables: number;
}

const script = scriptBeside(import.meta.url, 'asked-thread.fixture');
const limits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };
const threads: AskedThread<number, Answer>[] = [];

function opened(): AskedThread<number, Answer> {
  const thread = new AskedThread<number, Answer>(script, limits);
  threads.push(thread);
  return thread;
}

afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.close();
});

describe('a thread that is asked', () => {
  it('gives each question its own answer, however many wait', async () => {
    const thread = opened();
    const answers = await Promise.all([1, 2, 3, 4].map((question) => thread.ask(question)));
    expect(answers.map(({ doubled }) => doubled)).toEqual([2, 4, 6, 8]);
  });

  it('is told nothing of the environment', async () => {
    expect((await opened().ask(1)).variables).toBe(0);
  });

  it('that ends fails all who wait for it, and the next question starts another', async () => {
    const thread = opened();
    const asked = await Promise.allSettled([thread.ask(13), thread.ask(1)]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await thread.ask(21)).doubled).toBe(42);
  });

  it('that is closed leaves nobody waiting', async () => {
    const thread = opened();
    const asked = thread.ask(1).catch((error: Error) => error.message);
    await thread.close();
    expect(['the thread that was asked ended', { doubled: 2, variables: 0 }]).toContainEqual(await asked);
  });
});
