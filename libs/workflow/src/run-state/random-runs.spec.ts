import { describe, expect, it } from 'vitest';
import { type Json, sha256, toHex, utf8 } from '#canonical';
import { NO_MINIMUMS } from '../definition/minimums.js';
import { definitionFromJson } from '../definition/parse-definition.js';
import type { Plan, PlanTask } from '../plan/plan.js';
import { planWorkflow } from '../plan/plan-workflow.js';
import { nextTasks } from './next-tasks.js';
import { runStatus } from './run-status.js';
import type { TaskState } from './task-state.js';

const RUNS = 400;
const connected = [
  'document.extract',
  'scorecard.prove',
  ...['reserve', 'commit', 'release'].flatMap((verb) => [`ledger.${verb}.authorize`, `ledger.${verb}.apply`]),
];

/** Repeatable choices: a failing seed is a test case. */
function chooser(seed: string) {
  let count = 0;
  return (choices: number): number => {
    count += 1;
    return Number.parseInt(toHex(sha256(utf8(`${seed}/${count}`))).slice(0, 8), 16) % choices;
  };
}

/** Several applications, each with some approvals, that share one workflow; some have odd conditions. */
function randomPlan(choose: (choices: number) => number): Plan {
  const inputs: Record<string, Json> = {};
  const steps: Record<string, Json> = {};
  const lanes = 1 + choose(3);
  for (let lane = 0; lane < lanes; lane += 1) {
    for (const name of ['application', 'intent']) {
      inputs[`${name}${lane}`] = {
        class: name === 'intent' ? 'financial-state' : 'personal',
        type: 'json',
        bytesMax: 64,
      };
    }
    inputs[`statement${lane}`] = { class: 'secret-text', type: 'text', bytesMax: 64 };
    steps[`extract${lane}`] = {
      operation: 'document.extract',
      in: { statement: `inputs/statement${lane}`, application: `inputs/application${lane}` },
    };
    steps[`score${lane}`] = { operation: 'scorecard.prove', in: { features: `extract${lane}/features` } };
    let decision = `score${lane}/decision`;
    const reviews = choose(3);
    for (let review = 0; review < reviews; review += 1) {
      steps[`review${lane}-${review}`] = {
        operation: 'human.approve',
        in: { decision },
        when:
          choose(2) === 0
            ? []
            : { field: `score${lane}/decision`, in: ['review'], orSkipped: choose(2) === 0 },
      };
      decision = `review${lane}-${review}/decision`;
    }
    steps[`reserve${lane}`] = {
      operation: 'ledger.reserve',
      in: {
        intent: `inputs/intent${lane}`,
        limit: `score${lane}/limit`,
        decision: `score${lane}/decision`,
        ...(reviews === 0 ? {} : { review: decision }),
      },
      when: [
        { field: `score${lane}/decision`, in: ['approve', 'review'] },
        ...(lane > 0 && choose(2) === 0
          ? [{ field: `reserve${lane - 1}/outcome`, in: ['reserved'], orSkipped: choose(2) === 0 }]
          : []),
      ],
    };
    steps[`settle${lane}`] = {
      operation: 'ledger.commit',
      in: { reservation: `reserve${lane}/reservation` },
      when: choose(2) === 0 ? [] : { field: `score${lane}/decision`, in: ['approve'] },
      compensate: 'ledger.release',
    };
  }
  const definition = definitionFromJson({
    schema: 'sealflow/workflow/v1',
    name: 'random',
    version: 1,
    inputs,
    steps,
    outputs: {},
  });
  return planWorkflow({ definition, minimums: NO_MINIMUMS, connected });
}

interface Played {
  readonly plan: Plan;
  readonly states: Readonly<Record<string, TaskState>>;
  readonly started: readonly string[];
  readonly turns: number;
}

/** Starts and ends tasks in random order, several at once, with random facts, failures and cancellation. */
function playRandom(seed: string): Played {
  const choose = chooser(seed);
  const plan = randomPlan(choose);
  const byId = new Map(plan.tasks.map((task) => [task.id, task]));
  const failOneIn = choose(3) === 0 ? 8 : 1_000_000;
  const cancelAtTurn = choose(3) === 0 ? choose(20) : Number.POSITIVE_INFINITY;
  const states: Record<string, TaskState> = {};
  const started: string[] = [];
  for (let turns = 0; ; turns += 1) {
    const next = nextTasks(plan, states, { cancelled: turns >= cancelAtTurn });
    for (const id of next.skipped) {
      expect(states[id], `${seed}: ${id} was skipped after it started`).toBeUndefined();
      states[id] = { status: 'skipped' };
    }
    if (next.finished) {
      runStatus(plan, states, { cancelled: turns >= cancelAtTurn });
      return { plan, states, started, turns };
    }
    const running = Object.keys(states).filter((id) => states[id]?.status === 'running');
    const options = [...next.ready, ...running];
    const id = options[choose(options.length)];
    expect(id, `${seed}: neither finished nor anything to do`).toBeDefined();
    if (id === undefined) continue;
    if (running.includes(id)) {
      states[id] = endOf(byId.get(id), choose, failOneIn);
    } else {
      expect(started, `${seed}: started twice`).not.toContain(id);
      started.push(id);
      states[id] = { status: 'running' };
    }
  }
}

function endOf(
  task: PlanTask | undefined,
  choose: (choices: number) => number,
  failOneIn: number,
): TaskState {
  if (choose(failOneIn) === 0) return { status: 'failed' };
  const facts = Object.entries(task?.facts ?? {}).map(([name, values]) => [
    name,
    values[choose(values.length)] ?? '',
  ]);
  return { status: 'succeeded', public: Object.fromEntries(facts) };
}

describe('whatever a run does', () => {
  const runs = Array.from({ length: RUNS }, (_, index) => playRandom(`seed ${index}`));

  it('ends within two turns a task: one to start it and one to end it', () => {
    for (const { plan, turns } of runs) expect(turns).toBeLessThanOrEqual(2 * plan.tasks.length);
  });

  it('leaves every task with an end', () => {
    for (const { plan, states } of runs) {
      for (const { id } of plan.tasks)
        expect(['succeeded', 'failed', 'skipped']).toContain(states[id]?.status);
    }
  });

  it('carries every signed ledger change through, or fails trying', () => {
    for (const { plan, states } of runs) {
      for (const task of plan.tasks) {
        const begun = states[task.completes ?? ''];
        if (begun?.status !== 'succeeded') continue;
        const moved = begun.public['outcome'] !== 'insufficient';
        expect(states[task.id]?.status === 'skipped').toBe(!moved);
      }
    }
  });

  it('never both commits and releases one reservation, and never leaves one open without a failure', () => {
    let closed = 0;
    for (const { plan, states } of runs) {
      for (const { id } of plan.tasks.filter((task) => task.operation === 'ledger.reserve.apply')) {
        const lane = id.slice('reserve'.length, id.indexOf('.'));
        const committed = states[`settle${lane}.authorize`]?.status === 'succeeded';
        const released = states[`settle${lane}.release.authorize`]?.status === 'succeeded';
        expect(committed && released).toBe(false);
        if (states[id]?.status !== 'succeeded') continue;
        const failed = states[`settle${lane}.release.authorize`]?.status === 'failed';
        expect(committed || released || failed).toBe(true);
        closed += 1;
      }
    }
    // The property must not hold for want of reservations.
    expect(closed).toBeGreaterThan(50);
  });
});
