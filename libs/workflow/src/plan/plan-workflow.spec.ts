import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#canonical';
import { builtinDefinition } from '../builtin/builtin.js';
import { CATALOGUE } from '../catalogue/catalogue.js';
import type { WorkflowDefinition } from '../definition/definition.js';
import { NO_MINIMUMS, parseMinimums } from '../definition/minimums.js';
import { WorkflowError } from '../workflow-error.js';
import { checkRunnable } from './check-runnable.js';
import { type Plan, planDigest } from './plan.js';
import { type PlanRequest, planWorkflow } from './plan-workflow.js';

const everyWorker = [
  'document.extract',
  'scorecard.prove',
  ...['open', 'reserve', 'commit', 'release'].flatMap((verb) => [
    `ledger.${verb}.authorize`,
    `ledger.${verb}.apply`,
  ]),
];
const ledger: Record<string, JsonObject> = { reserve: { ledger: 'pool' }, settle: { ledger: 'pool' } };

function planCredit(request: Partial<PlanRequest> = {}): Plan {
  return planWorkflow({
    definition: builtinDefinition('credit'),
    minimums: NO_MINIMUMS,
    connected: everyWorker,
    parameters: ledger,
    ...request,
  });
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

function route(plan: Plan, step: string) {
  const found = plan.routes.find((decision) => decision.step === step);
  if (found === undefined) throw new Error(`no route for ${step}`);
  return found;
}

function task(plan: Plan, id: string) {
  const found = plan.tasks.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no task ${id}`);
  return found;
}

describe('planning is refused when', () => {
  it('no worker offers a step: the error names the operation', () => {
    const error = refusal(() =>
      planCredit({ connected: everyWorker.filter((name) => name !== 'scorecard.prove') }),
    );
    expect(error.code).toBe('ROUTE_UNSATISFIABLE');
    expect(error.path).toBe('steps.score');
    expect(error.got).toContain('zk: no connected worker offers scorecard.prove');
  });

  it('one of the two parties of a ledger step is missing', () => {
    const error = refusal(() =>
      planCredit({ connected: everyWorker.filter((name) => name !== 'ledger.reserve.apply') }),
    );
    expect(error.code).toBe('ROUTE_UNSATISFIABLE');
    expect(error.got).toContain('ledger.reserve.apply');
  });

  it('nobody could carry out a compensation, though the step itself could run', () => {
    const error = refusal(() =>
      planCredit({ connected: everyWorker.filter((name) => !name.startsWith('ledger.release')) }),
    );
    expect({ code: error.code, path: error.path }).toEqual({
      code: 'ROUTE_UNSATISFIABLE',
      path: 'steps.settle.compensate',
    });
  });

  it.each([
    ['integrity of a field', { fields: { 'extract/features': { integrity: 'PROVED' } } }, 'steps.extract'],
    [
      'confidentiality of a class',
      { classes: { 'secret-text': { confidentiality: 'CLIENT_ONLY' } } },
      'steps.extract',
    ],
    [
      'confidentiality of an input',
      { fields: { 'inputs/intent': { confidentiality: 'ENCRYPTED' } } },
      'steps.reserve',
    ],
    [
      'integrity of a ledger step',
      { classes: { 'financial-state': { integrity: 'PROVED' } } },
      'steps.reserve',
    ],
    [
      'integrity of a human answer',
      { fields: { 'review/decision': { integrity: 'PROVED' } } },
      'steps.review',
    ],
  ])('the client pins more than any route gives: %s', (_name, minimums, path) => {
    const error = refusal(() => planCredit({ minimums: parseMinimums(minimums) }));
    expect({ code: error.code, path: error.path }).toEqual({ code: 'ASSURANCE_BELOW_MINIMUM', path });
    expect(error.got).toContain('below the minimum');
  });

  it('the client pins a field that the workflow does not have', () => {
    const error = refusal(() => planCredit({ minimums: parseMinimums({ fields: { 'score/result': {} } }) }));
    expect(error.code).toBe('UNKNOWN_REFERENCE');
  });

  it('parameters name a step that the workflow does not have', () => {
    const error = refusal(() => planCredit({ parameters: { reserv: { ledger: 'pool' } } }));
    expect(error.code).toBe('UNKNOWN_REFERENCE');
  });

  it('parameters are too large', () => {
    const error = refusal(() => planCredit({ parameters: { reserve: { ledger: 'x'.repeat(5000) } } }));
    expect(error.code).toBe('LIMIT_EXCEEDED');
  });

  it('the definition was built in code and never checked', () => {
    const definition: WorkflowDefinition = {
      ...builtinDefinition('credit'),
      outputs: { all: 'score/everything' },
    };
    expect(refusal(() => planCredit({ definition })).code).toBe('UNKNOWN_REFERENCE');
  });

  it('the steps make more tasks than a verifier reads', () => {
    const credit = builtinDefinition('credit');
    const { reserve, settle } = credit.steps;
    if (reserve === undefined || settle === undefined) throw new Error('credit has no reserve and settle');
    const pairs = Array.from({ length: 45 }, (_, index) => [
      [`reserve${index}`, { ...reserve, in: { ...reserve.in, intent: 'inputs/intent' } }],
      [`settle${index}`, { ...settle, in: { reservation: `reserve${index}/reservation` }, when: [] }],
    ]);
    const definition = { ...credit, steps: { ...credit.steps, ...Object.fromEntries(pairs.flat()) } };
    const error = refusal(() => planCredit({ definition }));
    expect({ code: error.code, path: error.path, got: error.got }).toEqual({
      code: 'LIMIT_EXCEEDED',
      path: 'steps',
      got: '279 tasks',
    });
  });

  it('a run is to start and the ledger is not named', () => {
    const error = refusal(() => checkRunnable(planCredit({ parameters: { reserve: { ledger: 'pool' } } })));
    expect({ code: error.code, path: error.path }).toEqual({
      code: 'MISSING_PARAMETER',
      path: 'parameters.settle.ledger',
    });
  });
});

describe('the plan of the credit workflow', () => {
  const plan = planCredit();

  it('has these tasks in this order, the compensation last', () => {
    const lines = plan.tasks.map(
      ({ id, operation, kind, assurance }) =>
        `${id} ${operation} ${kind} ${assurance.integrity} ${assurance.confidentiality}`,
    );
    expect(lines).toEqual([
      'extract document.extract tee.cpu ATTESTED ENCLAVE',
      'score scorecard.prove zk.groth16 PROVED ENCLAVE',
      'review human.approve human SIGNED OPERATOR_VISIBLE',
      'reserve.authorize ledger.reserve.authorize tee.cpu ATTESTED ENCLAVE',
      'reserve.apply ledger.reserve.apply fhe.bfv REPLAYED ENCRYPTED',
      'settle.authorize ledger.commit.authorize tee.cpu ATTESTED ENCLAVE',
      'settle.apply ledger.commit.apply fhe.bfv REPLAYED ENCRYPTED',
      'settle.release.authorize ledger.release.authorize tee.cpu ATTESTED ENCLAVE',
      'settle.release.apply ledger.release.apply fhe.bfv REPLAYED ENCRYPTED',
    ]);
  });

  it('connects them by these edges', () => {
    const wires = plan.tasks.flatMap(({ id, inputs }) =>
      inputs.map(({ port, edge, alg, optional }) => `${edge} -> ${id}:${port} ${alg}${optional ? '?' : ''}`),
    );
    expect(wires).toEqual([
      'inputs/statement -> extract:statement sha256',
      'inputs/application -> extract:application sha256',
      'extract/features -> score:features poseidon-bn254',
      'score/decision -> review:decision public',
      'inputs/intent -> reserve.authorize:intent sha256',
      'score/limit -> reserve.authorize:limit poseidon-bn254',
      'score/decision -> reserve.authorize:decision public',
      'review/decision -> reserve.authorize:review public?',
      'reserve.authorize/deltaAvailable -> reserve.apply:deltaAvailable digest',
      'reserve.authorize/deltaReserved -> reserve.apply:deltaReserved digest',
      'reserve.authorize/receipt -> reserve.apply:receipt public',
      'reserve.authorize/reservation -> settle.authorize:reservation sha256',
      'settle.authorize/deltaAvailable -> settle.apply:deltaAvailable digest',
      'settle.authorize/deltaReserved -> settle.apply:deltaReserved digest',
      'settle.authorize/receipt -> settle.apply:receipt public',
      'reserve.authorize/reservation -> settle.release.authorize:reservation sha256',
      'settle.release.authorize/deltaAvailable -> settle.release.apply:deltaAvailable digest',
      'settle.release.authorize/deltaReserved -> settle.release.apply:deltaReserved digest',
      'settle.release.authorize/receipt -> settle.release.apply:receipt public',
    ]);
  });

  it('lets the client open every sealed result, and nobody but the next enclaves besides', () => {
    const sealed = plan.tasks.flatMap(({ outputs }) =>
      outputs
        .filter(({ alg }) => alg === 'sha256' || alg === 'poseidon-bn254')
        .map(({ edge, consumers, readers }) => [edge, ...consumers, ...readers].join(' ')),
    );
    expect(sealed).toEqual([
      'extract/features score client',
      'extract/findings client',
      'score/limit reserve.authorize client',
      'reserve.authorize/reservation settle.authorize settle.release.authorize client',
      'settle.authorize/settlement client',
    ]);
  });

  it('changes a ledger again only after the change before was applied', () => {
    expect(task(plan, 'settle.authorize').after).toEqual(['reserve.apply']);
    expect(task(plan, 'settle.release.authorize').after).toEqual(['reserve.apply']);
    expect(task(plan, 'settle.apply').completes).toBe('settle.authorize');
    expect(task(plan, 'settle.release.authorize').compensates).toBe('settle');
  });

  it('gives back with more patience than any step may have', () => {
    const release = task(plan, 'settle.release.authorize');
    expect(release.timeoutMs).toBeGreaterThan(task(plan, 'settle.authorize').timeoutMs);
    expect(release.attemptsMax).toBeGreaterThan(task(plan, 'settle.authorize').attemptsMax);
  });

  it('says of a reservation alone that its executor keeps the content', () => {
    const kept = plan.tasks.flatMap(({ inputs }) => inputs).filter(({ keptByExecutor }) => keptByExecutor);
    expect(new Set(kept.map(({ edge }) => edge))).toEqual(new Set(['reserve.authorize/reservation']));
  });

  it('makes a reservation only when something was reserved', () => {
    const reservation = task(plan, 'reserve.authorize').outputs.find(({ port }) => port === 'reservation');
    expect(reservation?.presentWhen).toEqual({
      field: 'reserve.authorize/outcome',
      in: ['reserved'],
      orSkipped: false,
    });
  });

  it('translates conditions, outputs and rejections from steps to tasks', () => {
    expect(task(plan, 'settle.authorize').when).toEqual([
      { field: 'reserve.authorize/outcome', in: ['reserved'], orSkipped: false },
    ]);
    expect(plan.outputs).toEqual({
      findings: 'extract/findings',
      decision: 'score/decision',
      limit: 'score/limit',
      settlement: 'settle.authorize/settlement',
    });
    expect(plan.rejected.map(({ field }) => field)).toEqual([
      'score/decision',
      'review/decision',
      'reserve.authorize/outcome',
    ]);
  });

  it('gives every task of a ledger step its parameters, the compensation too', () => {
    const withLedger = plan.tasks.filter(({ ledgerState }) => ledgerState);
    expect(withLedger).toHaveLength(6);
    for (const { parameters } of withLedger) expect(parameters).toEqual({ ledger: 'pool' });
    expect(() => checkRunnable(plan)).not.toThrow();
  });

  it('is the same for the same question, whatever the order of the workers', () => {
    const again = planCredit({ connected: [...everyWorker, 'something.else', ...everyWorker].reverse() });
    expect(planDigest(again)).toBe(planDigest(plan));
  });

  it('adds up its estimate', () => {
    const durations = plan.routes.map(({ estimate }) => estimate.durationMs);
    // Credit is one chain, so the longest path is all of it.
    expect(plan.estimate.durationMs).toBe(durations.reduce((sum, durationMs) => sum + durationMs, 0));
    expect(plan.estimate.memoryMiB).toBe(Math.max(...plan.routes.map(({ estimate }) => estimate.memoryMiB)));
  });
});

describe('a route says why', () => {
  const plan = planCredit();

  it('the decision is proved: the enclave alone is below the pinned minimum, encryption is no way', () => {
    const { chosen, integrity, confidentiality, rule, rejected } = route(plan, 'score');
    expect({ chosen, integrity, confidentiality, rule }).toEqual({
      chosen: 'zk',
      integrity: 'PROVED',
      confidentiality: 'ENCLAVE',
      rule: 'minimum',
    });
    expect(rejected).toEqual([
      {
        protection: 'tee',
        code: 'BELOW_MINIMUM',
        reason: 'integrity ATTESTED is below the minimum PROVED for score/decision',
      },
      { protection: 'fhe', code: 'NOT_FEASIBLE', reason: expect.stringContaining('not implemented') },
    ]);
  });

  it('the statement is read in an enclave: the circuit would be too large, encryption too slow', () => {
    const { chosen, rule, rejected } = route(plan, 'extract');
    expect({ chosen, rule }).toEqual({ chosen: 'tee', rule: 'only-candidate' });
    expect(rejected.map(({ protection, code }) => [protection, code])).toEqual([
      ['zk', 'NOT_FEASIBLE'],
      ['fhe', 'NOT_FEASIBLE'],
    ]);
    expect(rejected[0]?.reason).toMatch(/^circuit too large: .* 1\.9 million constraints .* 2\.8 million/);
    expect(rejected[1]?.reason).toMatch(/^too slow: /);
  });

  it('balances stay encrypted, and the step is worth no more than its weaker half', () => {
    for (const step of ['reserve', 'settle']) {
      const { chosen, integrity, confidentiality, reason } = route(plan, step);
      expect({ chosen, integrity, confidentiality }).toEqual({
        chosen: 'fhe',
        integrity: 'ATTESTED',
        confidentiality: 'ENCLAVE',
      });
      expect(reason).toContain('balances stay encrypted');
    }
  });

  it('without a pinned minimum the enclave still has no runtime for the score', () => {
    const definition = { ...builtinDefinition('credit'), minimums: NO_MINIMUMS };
    const { chosen, rule, rejected } = route(planCredit({ definition }), 'score');
    expect({ chosen, rule }).toEqual({ chosen: 'zk', rule: 'only-candidate' });
    expect(rejected[0]?.code).toBe('NOT_IMPLEMENTED');
  });

  it('a client cannot lower what the author pinned, nor the floor of a class', () => {
    const lower = parseMinimums({
      classes: { personal: { confidentiality: 'OPERATOR_VISIBLE' } },
      fields: { 'score/decision': { integrity: 'ASSERTED' } },
    });
    const { minimums } = planCredit({ minimums: lower });
    expect(minimums.classes.personal?.confidentiality).toBe('ENCLAVE');
    expect(minimums.fields['score/decision']?.integrity).toBe('PROVED');
  });
});

describe('the plan of ledger-open', () => {
  it('opens the pages in the key enclave and hands them to the keyless service', () => {
    const plan = planWorkflow({
      definition: builtinDefinition('ledger-open'),
      minimums: NO_MINIMUMS,
      connected: ['ledger.open.authorize', 'ledger.open.apply'],
      parameters: { open: { ledger: 'pool' } },
    });
    expect(plan.tasks.map(({ id }) => id)).toEqual(['open.authorize', 'open.apply']);
    expect(task(plan, 'open.apply').inputs.map(({ edge }) => edge)).toEqual([
      'open.authorize/pageAvailable',
      'open.authorize/pageReserved',
      'open.authorize/receipt',
    ]);
    expect(plan.outputs).toEqual({ receipt: 'open.authorize/receipt' });
  });
});

describe('the catalogue', () => {
  it('takes every task input of a ready candidate from the step or from an earlier task', () => {
    for (const operation of CATALOGUE.values()) {
      for (const { tasks } of operation.candidates) {
        for (const [index, template] of tasks.entries()) {
          for (const [port, input] of Object.entries(template.inputs)) {
            const { from } = input;
            const produced =
              from === 'step'
                ? operation.inputs[port]
                : tasks.slice(0, index).find(({ suffix }) => suffix === from.task)?.outputs[port];
            expect(produced, `${template.operation} ${port}`).toMatchObject({
              class: input.class,
              alg: input.alg,
            });
          }
        }
      }
    }
  });

  it('states every output and fact of an operation in one of the tasks of each ready candidate', () => {
    for (const operation of CATALOGUE.values()) {
      for (const { tasks, status } of operation.candidates) {
        if (status !== 'ready') continue;
        for (const [port, { task: suffix, class: dataClass, alg }] of Object.entries(operation.outputs)) {
          const maker = tasks.find((template) => template.suffix === suffix);
          expect(maker?.outputs[port], `${operation.name} ${port}`).toMatchObject({ class: dataClass, alg });
        }
        for (const [field, { task: suffix, values }] of Object.entries(operation.fields)) {
          const maker = tasks.find((template) => template.suffix === suffix);
          expect(maker?.facts[field], `${operation.name} ${field}`).toEqual(values);
        }
      }
    }
  });

  it('never carries a secret on an edge in the clear', () => {
    for (const operation of CATALOGUE.values()) {
      for (const { tasks } of operation.candidates) {
        for (const output of tasks.flatMap((template) => Object.values(template.outputs))) {
          if (output.alg === 'public') expect(output.class).toBe('disclosable');
        }
      }
    }
  });
});
