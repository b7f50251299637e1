import { describe, expect, it } from 'vitest';
import { canonicalBytes, toJson } from '#canonical';
import { builtinDefinition } from '../builtin/builtin.js';
import { NO_MINIMUMS, parseMinimums } from '../definition/minimums.js';
import { WorkflowError } from '../workflow-error.js';
import { type History, MEASURED_TASKS_MIN, parseHistory } from './history.js';
import { parsePlan, parsePlanToWork } from './parse-plan.js';
import { planDigest } from './plan.js';
import { type PlanRequest, planWorkflow } from './plan-workflow.js';

const connected = [
  'document.extract',
  'scorecard.prove',
  ...['reserve', 'commit', 'release'].flatMap((verb) => [`ledger.${verb}.authorize`, `ledger.${verb}.apply`]),
];
const complete: History = Object.fromEntries(
  connected.map((operation) => [operation, { count: 128, p50Ms: 100, p90Ms: 250 }]),
);

function planCredit(change: Partial<PlanRequest> = {}) {
  const definition = builtinDefinition('credit');
  return planWorkflow({ definition, minimums: NO_MINIMUMS, connected, ...change });
}

function routeOf(step: string, history: History) {
  const found = planCredit({ history }).routes.find((route) => route.step === step);
  if (found === undefined) throw new RangeError(`no step ${step}`);
  return found;
}

function refusal(work: () => unknown): WorkflowError {
  try {
    work();
  } catch (error) {
    if (error instanceof WorkflowError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('an estimate', () => {
  it('is the catalogue`s and says nothing of a measurement while nothing was measured', () => {
    const plan = planCredit();
    expect(plan).not.toHaveProperty('history');
    expect(plan).not.toHaveProperty('measured');
    expect(plan.routes.every((route) => route.measured === undefined)).toBe(true);
    expect(planDigest(planCredit({ history: {} }))).toBe(planDigest(plan));
  });

  it('is the middle of what was measured, with how much was measured and what nine of ten took', () => {
    const route = routeOf('score', { 'scorecard.prove': { count: 40, p50Ms: 700, p90Ms: 1_100 } });
    expect(route.estimate).toMatchObject({ durationMs: 700, costMicros: 28 });
    expect(route.measured).toEqual({ tasks: 40, p90Ms: 1_100 });
  });

  it('is of memory what a worker held at most, where one has said it', () => {
    const measured = { count: 40, p50Ms: 700, p90Ms: 1_100 };
    const unsaid = routeOf('score', {}).estimate.memoryMiB;
    expect(routeOf('score', { 'scorecard.prove': measured }).estimate.memoryMiB).toBe(unsaid);
    const said = routeOf('score', { 'scorecard.prove': { ...measured, memoryMiB: 4_000 } });
    expect(said.estimate.memoryMiB).toBe(4_000);
  });

  it('is not called measured while a part of its step, or hardly anything, was measured', () => {
    const authorize = { count: 40, p50Ms: 90, p90Ms: 120 };
    const half = routeOf('reserve', { 'ledger.reserve.authorize': authorize });
    expect(half.measured).toBeUndefined();
    // What is known counts all the same: 90 ms measured and 50 ms of the catalogue.
    expect(half.estimate.durationMs).toBe(140);
    const few = { ...authorize, count: MEASURED_TASKS_MIN - 1 };
    expect(routeOf('score', { 'scorecard.prove': few }).measured).toBeUndefined();
  });

  it('of a step of two parts adds them up, and counts the part that was measured least', () => {
    const route = routeOf('reserve', {
      'ledger.reserve.authorize': { count: 40, p50Ms: 90, p90Ms: 120 },
      'ledger.reserve.apply': { count: 9, p50Ms: 30, p90Ms: 45 },
    });
    expect(route.estimate.durationMs).toBe(120);
    expect(route.measured).toEqual({ tasks: 9, p90Ms: 165 });
  });

  it('of a run follows the longest path, with people taking no time', () => {
    const plan = planCredit({ history: complete });
    expect(plan.estimate.durationMs).toBe(6 * 100);
    expect(plan.measured).toEqual({ p90Ms: 6 * 250 });
    // A compensation is no part of the estimate, and so of no interest.
    const read = connected.filter((operation) => !operation.startsWith('ledger.release'));
    expect(Object.keys(plan.history ?? {}).sort()).toEqual(read.sort());
  });

  it('never moves a route', () => {
    const slow = Object.fromEntries(connected.map((name) => [name, { count: 999, p50Ms: 9e6, p90Ms: 9e7 }]));
    const chosen = (history: History) =>
      planCredit({ history }).routes.map(({ step, chosen: to }) => [step, to]);
    expect(chosen(slow)).toEqual(chosen({}));
  });
});

describe('a plan with a history', () => {
  const plan = planCredit({ history: complete });
  const json = () => JSON.parse(JSON.stringify(plan));

  it('is made again from what it holds', () => {
    expect(planDigest(parsePlan(canonicalBytes(toJson(plan))))).toBe(planDigest(plan));
  });

  it.each([
    ['an estimate', (changed: ReturnType<typeof json>) => Object.assign(changed.estimate, { durationMs: 1 })],
    [
      'a measurement',
      (changed: ReturnType<typeof json>) => Object.assign(changed.routes[0].measured, { tasks: 999 }),
    ],
    [
      'its history',
      (changed: ReturnType<typeof json>) => Object.assign(changed.history['scorecard.prove'], { p50Ms: 1 }),
    ],
  ])('is refused with %s changed by a client, and worked on by a worker', (_what, change) => {
    const changed = json();
    change(changed);
    expect(refusal(() => parsePlan(changed)).code).toBe('PLAN_MISMATCH');
    expect(parsePlanToWork(changed).definitionDigest).toBe(plan.definitionDigest);
  });

  it('is refused by a worker too when it does something else', () => {
    const changed = json();
    changed.tasks[0].timeoutMs = 1;
    expect(refusal(() => parsePlanToWork(changed)).code).toBe('PLAN_MISMATCH');
  });
});

describe('a history is refused with', () => {
  it.each([
    ['a time below nothing', { 'scorecard.prove': { count: 1, p50Ms: -1, p90Ms: 1 } }],
    [
      'a time longer than a week',
      { 'scorecard.prove': { count: 1, p50Ms: 1, p90Ms: 7 * 24 * 3_600_000 + 1 } },
    ],
    ['no count', { 'scorecard.prove': { p50Ms: 1, p90Ms: 1 } }],
    ['something that is no operation', { score: { count: 1, p50Ms: 1, p90Ms: 1 } }],
    ['more than it should say', { 'scorecard.prove': { count: 1, p50Ms: 1, p90Ms: 1, tenant: 'acme' } }],
  ])('%s', (_what, history) => {
    expect(refusal(() => parseHistory(history)).path).toMatch(/^history/);
  });
});

describe('a plan that cannot be made says what to change:', () => {
  it('the worker that is missing', () => {
    const error = refusal(() =>
      planCredit({ connected: connected.filter((name) => name !== 'scorecard.prove') }),
    );
    expect(error.hint).toBe('For zk: start a worker that offers scorecard.prove, then plan again.');
  });

  it('each minimum that is too high, with the level that can be had', () => {
    const minimums = parseMinimums({
      classes: { personal: { integrity: 'PROVED' } },
      fields: { 'inputs/statement': { confidentiality: 'CLIENT_ONLY' } },
    });
    const { code, hint } = refusal(() => planCredit({ minimums }));
    expect(code).toBe('ASSURANCE_BELOW_MINIMUM');
    expect(hint).toContain('lower the minimum confidentiality of inputs/statement to ENCLAVE');
    expect(hint).toContain('lower the minimum integrity of class personal of extract/features to ATTESTED');
  });

  it('both, where both stand in the way', () => {
    const minimums = parseMinimums({ fields: { 'extract/features': { integrity: 'PROVED' } } });
    const { hint } = refusal(() => planCredit({ minimums, connected: [] }));
    expect(hint).toBe(
      'For tee: lower the minimum integrity of extract/features to ATTESTED and start a worker that offers document.extract, then plan again.',
    );
  });
});
