import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#canonical';
import { builtinDefinition } from '../builtin/builtin.js';
import { NO_MINIMUMS } from '../definition/minimums.js';
import { planWorkflow } from '../plan/plan-workflow.js';
import { WorkflowError } from '../workflow-error.js';
import { checkFacts } from './facts.js';
import { nextTasks } from './next-tasks.js';
import { runStatus } from './run-status.js';
import type { TaskState, TaskStates } from './task-state.js';

const credit = planWorkflow({
  definition: builtinDefinition('credit'),
  minimums: NO_MINIMUMS,
  connected: [
    'document.extract',
    'scorecard.prove',
    ...['reserve', 'commit', 'release'].flatMap((verb) => [
      `ledger.${verb}.authorize`,
      `ledger.${verb}.apply`,
    ]),
  ],
});

type Script = Readonly<Record<string, JsonObject | 'failed' | 'cancelled'>>;

const usual: Script = {
  score: { decision: 'approve' },
  review: { decision: 'approve' },
  'reserve.authorize': { outcome: 'reserved' },
  'settle.authorize': { outcome: 'committed' },
  'settle.release.authorize': { outcome: 'released' },
};

/** Plays a run task by task; `cancelAt` is the task during which the client cancels. */
function play(script: Script, cancelAt?: string, plan = credit) {
  const states: Record<string, TaskState> = {};
  const ran: string[] = [];
  let cancelled = false;
  for (;;) {
    const next = nextTasks(plan, states, { cancelled });
    for (const id of next.skipped) states[id] = { status: 'skipped' };
    if (next.finished) break;
    const id = next.ready[0];
    if (id === undefined) throw new Error('neither finished nor ready');
    ran.push(id);
    const end = script[id] ?? usual[id] ?? {};
    states[id] = typeof end === 'string' ? { status: end } : { status: 'succeeded', public: end };
    cancelled ||= id === cancelAt;
  }
  return { ran, states, status: runStatus(plan, states, { cancelled }) };
}

/** The credit workflow whose author can bear the failure of one step. */
function tolerating(step: string) {
  const definition = builtinDefinition('credit');
  const source = definition.steps[step];
  if (source === undefined) throw new RangeError(`no step ${step}`);
  const steps = { ...definition.steps, [step]: { ...source, tolerable: true as const } };
  return planWorkflow({
    definition: { ...definition, steps },
    minimums: NO_MINIMUMS,
    connected: credit.connected,
  });
}

const toDecision = ['extract', 'score'];
const reserved = ['reserve.authorize', 'reserve.apply'];
const settled = ['settle.authorize', 'settle.apply'];
const released = ['settle.release.authorize', 'settle.release.apply'];

describe('a run of the credit workflow', () => {
  it('settles an approved application and leaves the compensation asleep', () => {
    const { ran, status } = play({});
    expect(ran).toEqual([...toDecision, ...reserved, ...settled]);
    expect(status).toBe('completed');
  });

  it('asks a person about a case between, and settles what the person approves', () => {
    const { ran, status } = play({ score: { decision: 'review' } });
    expect(ran).toEqual([...toDecision, 'review', ...reserved, ...settled]);
    expect(status).toBe('completed');
  });

  it('moves nothing when the person declines', () => {
    const { ran, status } = play({ score: { decision: 'review' }, review: { decision: 'decline' } });
    expect(ran).toEqual([...toDecision, 'review']);
    expect(status).toBe('rejected');
  });

  it('moves nothing for a declined application, and that is a result', () => {
    const { ran, status } = play({ score: { decision: 'decline' } });
    expect(ran).toEqual(toDecision);
    expect(status).toBe('rejected');
  });

  it('says that the pool has not enough, and applies nothing', () => {
    const { ran, status } = play({ 'reserve.authorize': { outcome: 'insufficient' } });
    expect(ran).toEqual([...toDecision, 'reserve.authorize']);
    expect(status).toBe('rejected');
  });

  it('moves nothing when a worker states a fact that the operation does not have', () => {
    const { ran } = play({ score: { decision: 'APPROVE' } });
    expect(ran).toEqual(toDecision);
  });

  it('ends at a failed task', () => {
    const { ran, status } = play({ score: 'failed' });
    expect(ran).toEqual(toDecision);
    expect(status).toBe('failed');
  });

  it('gives the reservation back when the commit fails', () => {
    const { ran, status } = play({ 'settle.authorize': 'failed' });
    expect(ran).toEqual([...toDecision, ...reserved, 'settle.authorize', ...released]);
    expect(status).toBe('failed');
  });

  it('does not release what the enclave has committed, though the commit could not be applied', () => {
    const { ran, status } = play({ 'settle.apply': 'failed' });
    expect(ran).toEqual([...toDecision, ...reserved, ...settled]);
    expect(status).toBe('failed');
  });

  it('does not release what never reached the ledger', () => {
    const { ran, status } = play({ 'reserve.apply': 'failed' });
    expect(ran).toEqual([...toDecision, ...reserved]);
    expect(status).toBe('failed');
  });

  it('cannot give back what the release itself could not', () => {
    const { ran, status } = play({ 'settle.authorize': 'failed', 'settle.release.authorize': 'failed' });
    expect(ran).toEqual([...toDecision, ...reserved, 'settle.authorize', 'settle.release.authorize']);
    expect(status).toBe('failed');
  });
});

describe('a cancelled run', () => {
  it('starts nothing more before money is set aside', () => {
    const { ran, status } = play({}, 'score');
    expect(ran).toEqual(toDecision);
    expect(status).toBe('cancelled');
  });

  it('finishes a ledger change that is signed already, then gives it back', () => {
    const { ran, status } = play({}, 'reserve.authorize');
    expect(ran).toEqual([...toDecision, ...reserved, ...released]);
    expect(status).toBe('cancelled');
  });

  it('gives the reservation back', () => {
    const { ran, status } = play({}, 'reserve.apply');
    expect(ran).toEqual([...toDecision, ...reserved, ...released]);
    expect(status).toBe('cancelled');
  });

  it('is not called cancelled when the money moved all the same', () => {
    const { ran, status } = play({}, 'settle.authorize');
    expect(ran).toEqual([...toDecision, ...reserved, ...settled]);
    expect(status).toBe('completed');
  });

  it('gives back after a task was stopped in the middle', () => {
    const { ran, status } = play({ 'settle.authorize': 'cancelled' }, 'settle.authorize');
    expect(ran).toEqual([...toDecision, ...reserved, 'settle.authorize', ...released]);
    expect(status).toBe('cancelled');
  });

  it('is a business no when the application was declined before', () => {
    const { status } = play({ score: { decision: 'decline' } }, 'score');
    expect(status).toBe('rejected');
  });
});

describe('the next tasks', () => {
  it('are the inputs’ first readers', () => {
    expect(nextTasks(credit, {})).toEqual({ ready: ['extract'], skipped: [], finished: false });
  });

  it('are none while one runs, and the run is not finished', () => {
    const states: TaskStates = { extract: { status: 'running' } };
    expect(nextTasks(credit, states)).toEqual({ ready: [], skipped: [], finished: false });
    expect(nextTasks(credit, states, { cancelled: true }).finished).toBe(false);
  });

  it('do not depend on how often one asks', () => {
    const states: TaskStates = { extract: { status: 'succeeded', public: {} } };
    expect(nextTasks(credit, states)).toEqual(nextTasks(credit, states));
  });

  it('are refused for states of another plan', () => {
    const ask = () => nextTasks(credit, { other: { status: 'running' } });
    expect(ask).toThrow(WorkflowError);
    expect(ask).toThrow(expect.objectContaining({ code: 'STATE_INVALID' }));
  });
});

describe('public facts', () => {
  const score = credit.tasks.find(({ id }) => id === 'score');

  it.each([[{}], [{ decision: 'maybe' }], [{ decision: 2 }], [{ decision: ['approve'] }]])(
    'are refused outside the values of the operation: %j',
    (facts) => {
      if (score === undefined) throw new Error('no task score');
      expect(() => checkFacts(score, facts)).toThrow(expect.objectContaining({ code: 'FACT_INVALID' }));
    },
  );

  it('are refused without repeating them: a fact is where a payload could leak', () => {
    if (score === undefined) throw new Error('no task score');
    const leak = () => checkFacts(score, { decision: 'IBAN DE00 0000' });
    expect(leak).toThrow(expect.not.stringContaining('IBAN'));
  });

  it('pass when the operation lists them', () => {
    if (score === undefined) throw new Error('no task score');
    expect(() => checkFacts(score, { decision: 'review' })).not.toThrow();
  });
});

describe('a failure that the author can bear', () => {
  it('is none of the run: what needs the step is skipped, the rest goes on', () => {
    const { ran, states, status } = play(
      { score: { decision: 'review' }, review: 'failed' },
      undefined,
      tolerating('review'),
    );
    expect(ran).toEqual([...toDecision, 'review']);
    expect(states['reserve.authorize']?.status).toBe('skipped');
    expect(status).toBe('completed');
  });

  it('still gives back what the step would have closed', () => {
    const { ran, status } = play({ 'settle.authorize': 'failed' }, undefined, tolerating('settle'));
    expect(ran).toEqual([...toDecision, ...reserved, 'settle.authorize', ...released]);
    expect(status).toBe('completed');
  });

  it.each([
    ['what finishes a signed change', { 'settle.apply': 'failed' }],
    [
      'what gives back what the run holds',
      { 'settle.authorize': 'failed', 'settle.release.authorize': 'failed' },
    ],
    ['another step', { score: 'failed' }],
  ] as const)('does not cover %s', (_what, script) => {
    expect(play(script, undefined, tolerating('settle')).status).toBe('failed');
  });
});
