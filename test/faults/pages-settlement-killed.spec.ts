import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run__Output } from '#contracts';
import { LOAN_CENTS, SettlementStory } from '../support/settlement-story.js';
import { type ServiceName, startTestStack, type TestStack } from '../support/test-stack.js';
import type { WatchedRun } from '../support/watched-run.js';

type Victim = ServiceName | 'database';
/** Whom to kill, in the turn in which it is said that a task reached a state. */
type Strike = readonly [victim: Victim, task: string, state: 'DISPATCHED' | 'SUCCEEDED'];

/** Each part while it has a task of a settlement, and while it has none. */
const stories: readonly (readonly Strike[])[] = [
  [
    ['orchestrator', 'reserve.submit', 'DISPATCHED'],
    ['tee-worker', 'reserve.confirm', 'DISPATCHED'],
    ['fhe-service', 'settle.submit', 'SUCCEEDED'],
    ['database', 'settle.confirm', 'DISPATCHED'],
  ],
  [
    ['database', 'reserve.submit', 'SUCCEEDED'],
    ['fhe-service', 'reserve.replay', 'DISPATCHED'],
    ['tee-worker', 'settle.submit', 'DISPATCHED'],
    ['orchestrator', 'settle.confirm', 'DISPATCHED'],
  ],
  [
    ['zk-prover', 'reserve.submit', 'SUCCEEDED'],
    ['orchestrator', 'reserve.confirm', 'SUCCEEDED'],
    ['tee-worker', 'settle.confirm', 'DISPATCHED'],
    ['fhe-service', 'settle.replay', 'DISPATCHED'],
  ],
];

describe('kill -9 of each part while a run settles on a ledger of pages', () => {
  let stack: TestStack;
  let story: SettlementStory;

  beforeAll(async () => {
    stack = await startTestStack();
    story = await SettlementStory.open(stack, stories.length);
  });
  afterAll(() => stack.stop());

  async function kill(victim: Victim): Promise<void> {
    if (victim !== 'database') return stack.restart(victim, 'SIGKILL');
    const pid = stack.postmaster();
    if (pid === null) throw new Error('no database to kill');
    // The orchestrator finds out, and starts it again.
    process.kill(pid, 'SIGKILL');
  }

  /** Strikes as the events come; a part that is on its way up is killed once it is there. */
  async function struck(run: WatchedRun, strikes: readonly Strike[]): Promise<readonly Victim[]> {
    const killed: Victim[] = [];
    let killing: Promise<void> = Promise.resolve();
    for (const [victim, task, state] of strikes) {
      void run.moment(task, state).then(() => {
        killing = killing.then(() => kill(victim)).then(() => void killed.push(victim));
      });
    }
    await run.ended;
    await killing;
    return killed;
  }

  function factsOf(run: Run__Output, task: string): Record<string, unknown> {
    return JSON.parse(run.steps.find(({ id }) => id === task)?.publicJson || '{}') as Record<string, unknown>;
  }

  it('the key enclave with what nobody else can open: the run fails by name, and nothing is set aside', async () => {
    const run = await story.start(await story.settlement());
    await run.moment('score', 'SUCCEEDED');
    stack.freeze('tee-worker');
    await run.reached('reserve.submit', 'DISPATCHED');
    await stack.restart('tee-worker');
    const over = await run.ended;
    expect([over.state, over.reason]).toEqual(['RUN_STATE_FAILED', 'reserve.submit: RECIPIENTS_GONE']);
    expect(over.steps.find(({ id }) => id === 'reserve.confirm')?.state).toBe('STEP_STATE_SKIPPED');
  });

  it.each(
    stories.map((strikes) => [strikes.map(([victim, task]) => `${victim} at ${task}`).join(', '), strikes]),
  )('%s: the loan is paid, and the bundle verifies', async (_what, strikes) => {
    const run = await story.start(await story.settlement());
    const killed = await struck(run, strikes as readonly Strike[]);
    expect([...killed].sort()).toEqual((strikes as readonly Strike[]).map(([victim]) => victim).sort());
    const over = await run.ended;
    expect([over.state, over.reason]).toEqual(['RUN_STATE_SUCCEEDED', '']);
    expect(factsOf(over, 'reserve.confirm')).toMatchObject({ outcome: 'reserved' });
    expect(factsOf(over, 'settle.confirm')).toMatchObject({ outcome: 'committed' });
    expect((await run.handle.verify()).outcome).toBe('verified');
  });

  it('each was paid once and to the cent, and nothing waits', async () => {
    expect(await story.hasExactly(0, 0n)).toEqual(['INSUFFICIENT']);
    // Both accounts began with as much as all loans together.
    const all = 2n * LOAN_CENTS * BigInt(stories.length);
    expect(await story.hasExactly(1, all)).toEqual(['INSUFFICIENT', 'applied']);
    const states = await stack.query<{ state: string }>(
      'select distinct state from sealflow.ledger_intents where ledger = $1',
      [story.pages.ledger.pin.ledger],
    );
    expect(states).toEqual([{ state: 'done' }]);
  });
});
