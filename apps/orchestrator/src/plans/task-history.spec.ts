import { describe, expect, it } from 'vitest';
import type { Logger } from '#telemetry';
import type { Database } from '../database/database.js';
import { powerOfTwo, rounded, TaskHistory } from './task-history.js';

const silent = { warn: () => undefined } as unknown as Logger;

/** The rows of the next answers; an error stands for a database that is away. */
function historyOf(answers: (readonly object[] | Error)[]) {
  let nowMs = 0;
  let asked = 0;
  const execute = async () => {
    const answer = answers[asked] ?? [];
    asked += 1;
    if (answer instanceof Error) throw answer;
    return { rows: answer };
  };
  const database = { queries: { execute } } as unknown as Database;
  const history = new TaskHistory(database, () => nowMs, silent);
  return { history, asked: () => asked, pass: (ms: number) => (nowMs += ms) };
}

const prove = (p50: number) => [
  { operation: 'scorecard.prove', count: '77', p50, p90: 1_234.5, memory: null },
];

describe('the history of tasks', () => {
  it('is rounded, so that plans of one hour are one plan', async () => {
    const { history } = historyOf([prove(812.3)]);
    expect(await history.current()).toEqual({ 'scorecard.prove': { count: 64, p50Ms: 820, p90Ms: 1_300 } });
  });

  it('says what workers held at most, where they said it', async () => {
    const { history } = historyOf([[{ ...prove(800)[0], memory: 411 }]]);
    expect((await history.current())['scorecard.prove']?.memoryMiB).toBe(420);
  });

  it('is read once in a while, not for every plan', async () => {
    const { history, asked, pass } = historyOf([prove(800), prove(900)]);
    await history.current();
    pass(299_999);
    await history.current();
    expect(asked()).toBe(1);
    pass(1);
    expect((await history.current())['scorecard.prove']?.p50Ms).toBe(900);
  });

  it('that cannot be read is what was known before', async () => {
    const { history, pass } = historyOf([prove(800), new Error('away')]);
    const known = await history.current();
    pass(300_000);
    expect(await history.current()).toBe(known);
  });
});

describe('rounding', () => {
  it.each([
    [0, 0],
    [0.4, 1],
    [7.2, 8],
    [99, 99],
    [101, 110],
    [812.3, 820],
    [12_345, 13_000],
  ])('%d ms become %d', (ms, to) => {
    expect(rounded(ms)).toBe(to);
  });

  it.each([
    [0, 0],
    [1, 1],
    [5, 4],
    [1_000, 512],
  ])('%d tasks are at least %d', (count, to) => {
    expect(powerOfTwo(count)).toBe(to);
  });
});
