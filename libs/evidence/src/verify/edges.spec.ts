import { describe, expect, it } from 'vitest';
import { digestOf, type JsonObject, utf8 } from '#canonical';
import type { EdgeCommitment, StepPredicate } from '../statements/step.js';
import type { DemoOptions } from '../testing/demo-options.fixture.js';
import { sealedValue } from '../testing/demo-options.fixture.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';

async function lie(options: DemoOptions) {
  const { bytes, trust } = demoRun(options);
  return judge(bytes, trust);
}

function lieInStep(
  stepId: string,
  edit: (step: StepPredicate) => Partial<StepPredicate>,
  options: DemoOptions = {},
) {
  return lie({
    ...options,
    editStep: (step) => (step.stepId === stepId ? { ...step, ...edit(step) } : step),
  });
}

/** Replaces one port of a list of edges. */
function withPort(
  edges: readonly EdgeCommitment[],
  port: string,
  change: Partial<EdgeCommitment>,
): EdgeCommitment[] {
  return edges.map((edge) => (edge.port === port ? { ...edge, ...change } : edge));
}

/** Changes the status of one task in the root. */
function withStatus(taskId: string, status: 'succeeded' | 'skipped' | 'failed' | 'not-started'): DemoOptions {
  return {
    dropSteps: status === 'succeeded' ? [] : [taskId],
    editRun: (run) => ({
      ...run,
      tasks: run.tasks.map((task) => (task.taskId === taskId ? { taskId, status } : task)),
    }),
  };
}

describe('a value that a step read', () => {
  it('is the one that its producer gave, not one of another run', async () => {
    const { exitCode, failed } = await lieInStep('extract', ({ inputs }) => ({
      inputs: withPort(inputs, 'application', { commitment: sealedValue('of another run') }),
    }));
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['EDGE_COMMITMENT_MISMATCH'] });
  });

  it('comes from the port that the plan names', async () => {
    const { exitCode, failed } = await lieInStep('reserve.authorize', ({ inputs }) => ({
      inputs: withPort(inputs, 'intent', { edge: 'inputs/application' }),
    }));
    expect(exitCode).toBe(1);
    expect(failed).toContain('EDGE_NOT_PLANNED');
    expect(failed).toContain('EDGE_COMMITMENT_MISMATCH');
  });

  it('was made by somebody', async () => {
    const { failed } = await lieInStep('reserve.authorize', ({ inputs }) => ({
      inputs: withPort(inputs, 'decision', { edge: 'nowhere/decision' }),
    }));
    expect(failed).toContain('EDGE_PRODUCER_MISSING');
  });

  it('cannot be left out', async () => {
    const { failed } = await lieInStep('reserve.authorize', ({ inputs }) => ({
      inputs: inputs.filter(({ port }) => port !== 'limit'),
    }));
    expect(failed).toContain('EDGE_NOT_COVERED');
  });

  it('cannot be left out although optional, once somebody made it', async () => {
    const without = ({ inputs }: StepPredicate) => ({
      inputs: inputs.filter(({ port }) => port !== 'review'),
    });
    const { exitCode, failed } = await lieInStep('reserve.authorize', without, { decision: 'review' });
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['EDGE_NOT_COVERED'] });
  });

  it('does not come back to its maker', async () => {
    const { failed } = await lieInStep('extract', ({ inputs }) => ({
      inputs: withPort(inputs, 'application', { edge: 'score/decision' }),
    }));
    expect(failed).toContain('EDGE_CYCLE');
  });

  it('is not an extra that the plan does not know', async () => {
    const { failed } = await lieInStep('extract', ({ inputs }) => ({
      inputs: [...inputs, { port: 'extra', edge: 'inputs/intent', commitment: at(inputs).commitment }],
    }));
    expect(failed).toContain('EDGE_NOT_PLANNED');
  });

  it('that is secret is not behind a bare digest, which could be found by trial', async () => {
    const { failed } = await lieInStep('settle.authorize', ({ outputs }) => ({
      outputs: withPort(outputs, 'settlement', { commitment: digestOf(utf8('{"amountCents":"209600"}')) }),
    }));
    expect(failed).toContain('COMMITMENT_ALG_MISMATCH');
  });
});

describe('what a step gave', () => {
  it('is what the plan expects under its outcome', async () => {
    const less = await lieInStep('settle.authorize', ({ outputs }) => ({
      outputs: outputs.filter(({ port }) => port !== 'settlement'),
    }));
    expect(less.failed).toContain('EDGE_NOT_COVERED');
    const more = await lieInStep('extract', ({ outputs }) => ({
      outputs: [...outputs, { port: 'copy', edge: 'extract/copy', commitment: sealedValue('copy') }],
    }));
    expect(more.failed).toContain('EDGE_NOT_PLANNED');
  });

  it('is stated with facts that the plan lists', async () => {
    const { failed } = await lieInStep('settle.authorize', ({ public: facts }) => ({
      public: { ...facts, outcome: 'maybe' },
    }));
    expect(failed).toContain('FACT_INVALID');
  });

  it('is the result of the run', async () => {
    const { exitCode, failed } = await lie({
      editRun: (run) => ({
        ...run,
        outputs: run.outputs.map((output) => ({ ...output, commitment: sealedValue('other') })),
      }),
    });
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['RUN_OUTPUT_MISMATCH'] });
    const hidden = await lie({ editRun: (run) => ({ ...run, outputs: [] }) });
    expect(hidden.failed).toEqual(['RUN_OUTPUT_MISMATCH']);
  });

  it('opens the digest of its public fact', async () => {
    const { failed } = await lieInStep(
      'review',
      ({ public: facts }) => ({ public: { ...facts, decision: 'decline' } }),
      {
        decision: 'review',
      },
    );
    expect(failed).toContain('PUBLIC_VALUE_MISMATCH');
  });
});

describe('the tasks of the plan', () => {
  it('cannot be left out of the account', async () => {
    const { failed } = await lie({ editRun: (run) => ({ ...run, tasks: run.tasks.slice(0, -1) }) });
    expect(failed).toContain('TASK_UNACCOUNTED');
  });

  it('cannot be skipped while all their conditions hold', async () => {
    const { exitCode, failed } = await lie(withStatus('settle.apply', 'skipped'));
    expect(exitCode).toBe(1);
    expect(failed).toContain('TASK_SKIP_UNJUSTIFIED');
  });

  it('a human review cannot be jumped over', async () => {
    const { failed } = await lie({ decision: 'review', ...withStatus('review', 'skipped') });
    expect(failed).toContain('TASK_SKIP_UNJUSTIFIED');
  });

  it('a change that was signed is carried through even when the run is given up', async () => {
    const given = withStatus('settle.apply', 'skipped');
    const { failed } = await lie({
      ...given,
      editRun: (run) => ({ ...(given.editRun?.(run) ?? run), status: 'cancelled' }),
    });
    expect(failed).toEqual(['TASK_SKIP_UNJUSTIFIED']);
  });

  it('a reservation cannot stay open: what undoes it must have run', async () => {
    const gone = ['settle.authorize', 'settle.apply'];
    const { failed } = await lie({
      dropSteps: gone,
      editRun: (run) => ({
        ...run,
        status: 'failed',
        outputs: run.outputs.filter(({ name }) => name !== 'settlement'),
        tasks: run.tasks.map((task) =>
          task.taskId === 'settle.authorize'
            ? { ...task, status: 'failed' }
            : gone.includes(task.taskId)
              ? { ...task, status: 'skipped' }
              : task,
        ),
      }),
    });
    expect(failed).toEqual(['TASK_SKIP_UNJUSTIFIED']);
  });

  it('may fail where the plan tolerates it: the run is complete, and what needed them is skipped', async () => {
    const settled = ['settle.authorize', 'settle.apply'];
    const failing = (tolerable: boolean, status: 'completed' | 'failed'): DemoOptions => ({
      dropSteps: settled,
      editPlan: (plan) => ({
        ...plan,
        tasks: (plan['tasks'] as readonly JsonObject[]).flatMap((task) =>
          // Nothing that undoes it: here the failure alone is judged.
          task['compensates'] !== null
            ? []
            : [{ ...task, ...(tolerable && task['id'] === settled[0] ? { tolerable } : {}) }],
        ),
      }),
      editRun: (run) => ({
        ...run,
        status,
        outputs: run.outputs.filter(({ name }) => name !== 'settlement'),
        tasks: run.tasks
          .filter(({ taskId }) => !taskId.startsWith('settle.release'))
          .map((task) =>
            settled.includes(task.taskId)
              ? { ...task, status: task.taskId === settled[0] ? 'failed' : 'skipped' }
              : task,
          ),
      }),
    });
    expect((await lie(failing(true, 'completed'))).failed).toEqual([]);
    expect((await lie(failing(false, 'failed'))).failed).toEqual([]);
    // Neither may a failure be called bearable that the plan does not bear, nor the other way round.
    expect((await lie(failing(false, 'completed'))).failed).toEqual(['RUN_STATUS_MISMATCH']);
    expect((await lie(failing(true, 'failed'))).failed).toEqual(['RUN_STATUS_MISMATCH']);
  });

  it('do not run against their conditions', async () => {
    const { failed } = await lie({
      editPlan: (plan) => JSON.parse(JSON.stringify(plan).replaceAll('["approve","review"]', '["review"]')),
    });
    expect(failed).toEqual(['TASK_RAN_AGAINST_CONDITION']);
  });

  it('have a statement if and only if they succeeded', async () => {
    const { failed } = await lie({ dropSteps: ['settle.apply'] });
    expect(failed).toContain('TASK_STATUS_MISMATCH');
  });

  it('agree with the status of the run', async () => {
    const declined = await lie({ decision: 'decline', editRun: (run) => ({ ...run, status: 'completed' }) });
    expect({ exitCode: declined.exitCode, failed: declined.failed }).toEqual({
      exitCode: 1,
      failed: ['RUN_STATUS_MISMATCH'],
    });
    const approved = await lie({ editRun: (run) => ({ ...run, status: 'rejected' }) });
    expect(approved.failed).toEqual(['RUN_STATUS_MISMATCH']);
  });

  it('run the operation that was planned', async () => {
    const { failed } = await lieInStep('extract', () => ({ operation: 'document.forge' }));
    expect(failed).toContain('STEP_NOT_PLANNED');
    expect(failed).toContain('OPERATION_NOT_ALLOWED');
  });
});

describe('readers', () => {
  it('that no evidence vouches for are pointed out', async () => {
    const { exitCode, warned } = await lieInStep('extract', ({ sealing }) => ({
      sealing: {
        ...sealing,
        readers: sealing.readers.map((entry) => ({
          ...entry,
          recipients: [...entry.recipients, { role: 'worker:stranger', kid: digestOf(utf8('stranger')) }],
        })),
      },
    }));
    expect(exitCode).toBe(0);
    expect(warned).toContain('READER_UNAPPRAISED');
  });

  it('of an edge that is not the executor`s own are refused', async () => {
    const { failed } = await lieInStep('extract', ({ sealing }) => ({
      sealing: { ...sealing, readers: sealing.readers.map((entry) => ({ ...entry, edge: 'score/limit' })) },
    }));
    expect(failed).toContain('READERS_MISMATCH');
  });
});

function at(edges: readonly EdgeCommitment[]): EdgeCommitment {
  const [first] = edges;
  if (first === undefined) throw new RangeError('no edge');
  return first;
}
