import { afterEach, describe, expect, it } from 'vitest';
import { parseQuestion } from '#evidence';
import { goldenBundle, goldenTrust } from './golden.fixture.js';
import { ReappraisalJudge } from './reappraisal-judge.js';

const bytes = goldenBundle('approved');
const trust = goldenTrust();
const question = parseQuestion({});
const judges: ReappraisalJudge[] = [];

afterEach(async () => {
  for (const judge of judges.splice(0)) await judge.onModuleDestroy();
});

/** A thread that does what the text says. */
function judgeRunning(text: string): ReappraisalJudge {
  class Scripted extends ReappraisalJudge {
    protected override readonly script = new URL(`data:text/javascript,${encodeURIComponent(text)}`);
  }
  const judge = new Scripted();
  judges.push(judge);
  return judge;
}

const echo = `
  import { parentPort } from 'node:worker_threads';
  let answered = 0;
  parentPort.on('message', ({ bundle }) => {
    if (bundle[0] === 0) throw new Error('a bundle that nobody can bear');
    answered += 1;
    parentPort.postMessage({ reappraisal: { runId: String(bundle[0]), name: String(answered) } });
  });
`;

describe('the thread that judges old runs', () => {
  it('says of a bundle that brings it down that nothing is known, never that it holds', async () => {
    const judge = judgeRunning('process.exit(1)');
    expect(await judge.judge(bytes, trust, question)).toMatchObject({
      fate: 'undecided',
      reason: 'VERIFIER_ERROR',
    });
  });

  it('is made anew for the next bundle', async () => {
    const judge = judgeRunning(echo);
    const answers = await Promise.all(
      [1, 0, 2, 3].map((first) => judge.judge(Uint8Array.of(first), trust, question)),
    );
    expect(answers.map((answer) => answer?.reason ?? `${answer?.runId} ${answer?.name}`)).toEqual([
      '1 1',
      'VERIFIER_ERROR',
      '2 1',
      '3 2',
    ]);
  });

  it('leaves nobody waiting when the service ends', async () => {
    const judge = judgeRunning('setInterval(() => undefined, 1000)');
    const waiting = [1, 2].map((first) => judge.judge(Uint8Array.of(first), trust, question));
    await judge.onModuleDestroy();
    for (const answer of await Promise.all(waiting)) expect(answer).toMatchObject({ fate: 'undecided' });
  });

  it('answers each question with its own bundle, however many wait', async () => {
    const judge = judgeRunning(echo);
    const asked = Array.from({ length: 50 }, (_, index) => index + 1);
    const answers = await Promise.all(
      asked.map((first) => judge.judge(Uint8Array.of(first), trust, question)),
    );
    expect(answers.map((answer) => Number(answer?.runId))).toEqual(asked);
  });
});
