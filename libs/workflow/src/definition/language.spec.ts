import { describe, expect, it } from 'vitest';
import { builtinText } from '../builtin/builtin.js';
import { checkRunnable } from '../plan/check-runnable.js';
import { planWorkflow } from '../plan/plan-workflow.js';
import { WorkflowError, type WorkflowErrorCode } from '../workflow-error.js';
import { definitionDigest } from './definition.js';
import { NO_MINIMUMS } from './minimums.js';
import { parseDefinition } from './parse-definition.js';

const HEAD = `schema: sealflow/workflow/v1
name: letters
version: 1
`;
const LISTS = `${HEAD}inputs:
  statements: { class: secret-text, type: text, bytesMax: 65536, items: 3 }
  applications: { class: personal, type: json, bytesMax: 4096, items: 3 }
  note: { class: personal, type: json, bytesMax: 4096 }
steps:
  extract:
    map: { over: inputs/statements }
    operation: document.extract
    in: { statement: inputs/statements, application: inputs/applications }
  again:
    map: { over: inputs/statements }
    operation: document.extract
    in: { statement: inputs/statements, application: inputs/note }
  score:
    map: { over: inputs/statements }
    operation: scorecard.prove
    in: { features: extract/features }
  review:
    map: { over: inputs/statements }
    operation: human.approve
    in: { decision: score/decision }
    when: { field: score/decision, in: [review] }
outputs:
  decision: score/decision
rejected: { field: score/decision, in: [decline] }
minimums: { fields: { score/decision: { integrity: PROVED } } }
`;
const CREDIT = builtinText('credit');
const connected = ['document.extract', 'scorecard.prove'];

function refusal(text: string): WorkflowError {
  try {
    planWorkflow({ definition: parseDefinition(text), minimums: NO_MINIMUMS, connected });
  } catch (error) {
    if (error instanceof WorkflowError) return error;
    throw error;
  }
  throw new Error('the definition was accepted');
}

function inStep(member: string, step = 'score', text = CREDIT): string {
  return text.replace(`  ${step}:\n`, `  ${step}:\n    ${member}\n`);
}

describe('a definition is refused, at the line where it is wrong, when', () => {
  it.each<[string, WorkflowErrorCode, string, string]>([
    [
      'a class of errors is not known',
      'SCHEMA_INVALID',
      'steps.score.retry.on[0]',
      inStep('retry: { on: [worker_gone], attemptsMax: 2 }'),
    ],
    [
      'a retry names no class',
      'SCHEMA_INVALID',
      'steps.score.retry.on',
      inStep('retry: { on: [], attemptsMax: 2 }'),
    ],
    [
      'a retry has no end',
      'SCHEMA_INVALID',
      'steps.score.retry.attemptsMax',
      inStep('retry: { on: [timeout] }'),
    ],
    [
      'attempts are counted twice',
      'SCHEMA_INVALID',
      'steps.score.attemptsMax',
      inStep('retry: { on: [timeout], attemptsMax: 2 }\n    attemptsMax: 3'),
    ],
    [
      'it waits longer than an hour between attempts',
      'LIMIT_EXCEEDED',
      'steps.score.retry.backoffMs',
      inStep('retry: { on: [timeout], attemptsMax: 2, backoffMs: 3600001 }'),
    ],
    [
      'a person is tried again',
      'SCHEMA_INVALID',
      'steps.review.retry',
      inStep('retry: { on: [timeout], attemptsMax: 2 }', 'review'),
    ],
    ['a machine signs in pairs', 'SCHEMA_INVALID', 'steps.score.quorum', inStep('quorum: 2')],
    ['three persons are asked for', 'LIMIT_EXCEEDED', 'steps.review.quorum', inStep('quorum: 3', 'review')],
    ['tolerable is a word', 'SCHEMA_INVALID', 'steps.score.tolerable', inStep('tolerable: maybe')],
    ['a priority is not known', 'SCHEMA_INVALID', 'priority', `${CREDIT}priority: urgent\n`],
    ['a deadline is under a second', 'LIMIT_EXCEEDED', 'deadlineMs', `${CREDIT}deadlineMs: 10\n`],
    ['a cap is below nothing', 'LIMIT_EXCEEDED', 'costMicrosMax', `${CREDIT}costMicrosMax: -1\n`],
    [
      'an output is said to be of another class',
      'CLASS_MISMATCH',
      'outputs.decision.class',
      CREDIT.replace(
        'decision: score/decision\n  limit',
        'decision: { from: score/decision, class: personal }\n  limit',
      ),
    ],
    [
      'it maps over a single value',
      'UNKNOWN_REFERENCE',
      'steps.score.map.over',
      inStep('map: { over: inputs/intent }'),
    ],
    [
      'a step that runs once reads many values',
      'MAP_MISMATCH',
      'steps.score.in.features',
      LISTS.replace('  score:\n    map: { over: inputs/statements }\n', '  score:\n'),
    ],
    [
      'lists of different length are read together',
      'MAP_MISMATCH',
      'steps.extract.in.application',
      LISTS.replace('bytesMax: 4096, items: 3', 'bytesMax: 4096, items: 2'),
    ],
    [
      'a list has more values than any list',
      'LIMIT_EXCEEDED',
      'inputs.statements.items',
      LISTS.replace('items: 3', 'items: 65'),
    ],
    [
      'it unfolds to more than a workflow may have',
      'LIMIT_EXCEEDED',
      'inputs',
      LISTS.replaceAll('items: 3', 'items: 60'),
    ],
    [
      'an item takes the name of another input',
      'SCHEMA_INVALID',
      'inputs.statements',
      LISTS.replace('  note:', '  statements-2:').replace('inputs/note', 'inputs/statements-2'),
    ],
  ])('%s', (_what, code, path, text) => {
    const error = refusal(text);
    expect({ code: error.code, path: error.path }).toEqual({ code, path });
    expect(error.position?.line).toBeGreaterThan(0);
  });

  it('its estimate is above its own cap: the error says what costs most and what to change', () => {
    const text = LISTS.replace('version: 1', 'version: 1\ncostMicrosMax: 5');
    const error = refusal(text);
    expect({ code: error.code, path: error.path }).toEqual({ code: 'COST_ABOVE_CAP', path: 'costMicrosMax' });
    expect(error.got).toMatch(/^\d+: most for score \d+/);
    expect(error.hint).toMatch(/^Raise costMicrosMax to \d+/);
  });
});

describe('a definition in JSON', () => {
  it('is refused at line and column too', () => {
    const json = JSON.stringify(JSON.parse(JSON.stringify(parseDefinition(CREDIT))), null, 2);
    const lines = json.replace('"scorecard.prove"', '"scorecard.guess"').split('\n');
    const error = refusal(lines.join('\n'));
    expect(error.code).toBe('UNKNOWN_OPERATION');
    const { line = 0, column = 0 } = error.position ?? {};
    expect(lines[line - 1]?.slice(column - 1)).toMatch(/^"operation": "scorecard\.guess"/);
  });
});

describe('a misspelt word', () => {
  it.each([
    ['a member', inStep('tolerabel: true'), 'Did you mean "tolerable"?'],
    ['an operation', CREDIT.replace('scorecard.prove', 'scorcard.prove'), 'Did you mean "scorecard.prove"?'],
    ['a port', CREDIT.replace('{ features:', '{ feature:'), 'Did you mean "features"?'],
    ['a step', CREDIT.replace('extract/features', 'extrcat/features'), 'Did you mean "extract/features"?'],
    ['an input', CREDIT.replace('inputs/statement,', 'inputs/statment,'), 'Did you mean "inputs/statement"?'],
    ['a fact', CREDIT.replace('reserve/outcome', 'reserve/outcom'), 'Did you mean "reserve/outcome"?'],
    ['a value', CREDIT.replace('in: [reserved]', 'in: [resreved]'), 'Did you mean "reserved"?'],
    ['a class', CREDIT.replace('class: personal', 'class: persnal'), 'Did you mean "personal"?'],
    ['a level', CREDIT.replace('integrity: PROVED', 'integrity: PROVD'), 'Did you mean "PROVED"?'],
    ['a class of errors', inStep('retry: { on: [time_out], attemptsMax: 2 }'), 'Did you mean "timeout"?'],
  ])('%s is answered with the nearest known one', (_what, text, hint) => {
    expect(refusal(text).hint).toBe(hint);
  });

  it('that is near nothing gets no guess', () => {
    expect(refusal(inStep('owner: me')).hint).toBe('Remove it or correct its spelling.');
  });
});

describe('the digest of a definition', () => {
  it('does not change with defaults that are written out', () => {
    const plain = definitionDigest(parseDefinition(CREDIT));
    const written = inStep(
      'quorum: 1',
      'review',
      inStep('tolerable: false', 'score', `${CREDIT}priority: normal\n`),
    );
    expect(definitionDigest(parseDefinition(written))).toBe(plain);
  });

  it('changes with each member that means something', () => {
    const digests = [
      CREDIT,
      `${CREDIT}priority: high\n`,
      `${CREDIT}deadlineMs: 60000\n`,
      `${CREDIT}costMicrosMax: 1000000\n`,
      inStep('quorum: 2', 'review'),
      inStep('tolerable: true'),
      inStep('retry: { on: [timeout], attemptsMax: 2 }'),
    ].map((text) => definitionDigest(parseDefinition(text)));
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe('a step that maps over a list', () => {
  const plan = planWorkflow({ definition: parseDefinition(LISTS), minimums: NO_MINIMUMS, connected });

  it('becomes one task a value, and reads the value of its number wherever there are as many', () => {
    expect(plan.tasks.map(({ id }) => id).sort()).toEqual(
      ['again', 'extract', 'review', 'score'].flatMap((step) => [1, 2, 3].map((item) => `${step}-${item}`)),
    );
    const edges = (id: string) => plan.tasks.find((task) => task.id === id)?.inputs.map(({ edge }) => edge);
    expect(edges('extract-2')).toEqual(['inputs/statements-2', 'inputs/applications-2']);
    expect(edges('again-2')).toEqual(['inputs/statements-2', 'inputs/note']);
    expect(edges('score-3')).toEqual(['extract-3/features']);
    expect(plan.tasks.find(({ id }) => id === 'review-3')?.when).toEqual([
      { field: 'score-3/decision', in: ['review'], orSkipped: false },
    ]);
  });

  it('gives one result a value, and one of them is enough for a "no"', () => {
    expect(plan.outputs).toEqual({
      'decision-1': 'score-1/decision',
      'decision-2': 'score-2/decision',
      'decision-3': 'score-3/decision',
    });
    expect(plan.rejected.map(({ field }) => field)).toEqual([
      'score-1/decision',
      'score-2/decision',
      'score-3/decision',
    ]);
  });

  it('is one route, whose cost counts for each value', () => {
    const score = plan.routes.find(({ step }) => step === 'score');
    expect(plan.routes).toHaveLength(4);
    expect(score?.items).toBe(3);
    const sum = plan.routes.reduce(
      (total, { items = 1, estimate }) => total + items * estimate.costMicros,
      0,
    );
    expect(plan.estimate.costMicros).toBe(sum);
    // Values are worked on side by side: the longest path is that of one value.
    expect(plan.estimate.durationMs).toBe(
      plan.routes
        .filter(({ step }) => step !== 'again')
        .reduce((total, { estimate }) => total + estimate.durationMs, 0),
    );
  });
});

describe('the plan', () => {
  it('carries what the engine needs of retries, tolerance, quorum and nothing where nothing was said', () => {
    const text = inStep(
      'retry: { on: [worker_lost, timeout, timeout], attemptsMax: 4, backoffMs: 250 }\n    tolerable: true',
      'extract',
      inStep('quorum: 2', 'review', LISTS),
    );
    const plan = planWorkflow({ definition: parseDefinition(text), minimums: NO_MINIMUMS, connected });
    const task = (id: string) => plan.tasks.find((candidate) => candidate.id === id);
    expect(task('extract-1')).toMatchObject({
      attemptsMax: 4,
      retry: { on: ['timeout', 'worker_lost'], backoffMs: 250 },
      tolerable: true,
    });
    expect(task('review-1')).toMatchObject({ quorum: 2 });
    for (const member of ['retry', 'tolerable', 'quorum']) expect(task('score-1')).not.toHaveProperty(member);
  });

  it('cannot be run while fewer persons are named than must sign', () => {
    const definition = parseDefinition(inStep('quorum: 2', 'review', LISTS));
    const withKeys = (approvers: string[]) =>
      planWorkflow({ definition, minimums: NO_MINIMUMS, connected, parameters: { review: { approvers } } });
    expect(() => checkRunnable(withKeys(['a', 'a']))).toThrow(/at least 2 different keys/);
    expect(() => checkRunnable(withKeys(['a', 'b']))).not.toThrow();
  });
});
