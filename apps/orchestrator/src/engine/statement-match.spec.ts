import { describe, expect, it } from 'vitest';
import { canonicalBytes, digestOf, utf8 } from '#canonical';
import type { StepPredicate } from '#evidence';
import { inputs, plan, planned, predicateOf, run, task } from './statement.fixture.js';
import { statementMismatch } from './statement-match.js';

const expected = { run, task, attempt: 1, definitionDigest: plan.definitionDigest, inputs };
const match = (changes: Partial<StepPredicate> = {}) => statementMismatch(predicateOf(changes), expected);

describe('a step statement', () => {
  it('of the task that was given out matches', () => {
    expect(match()).toBeNull();
  });

  it.each<[string, Partial<StepPredicate>]>([
    ['another run', { runId: '01JD0000000000000000000001' }],
    ['another task', { stepId: 'score' }],
    ['another attempt', { attempt: 2 }],
    ['another kind of executor', { kind: 'zk.groth16' }],
    ['another operation', { operation: 'document.translate' }],
    ['another plan', { planDigest: digestOf(utf8('x')) }],
    ['another policy', { policyDigest: digestOf(utf8('x')) }],
    ['another definition', { definitionDigest: digestOf(utf8('x')) }],
  ])('of %s does not match', (_what, changes) => {
    expect(match(changes)).toBe('STATEMENT_MISMATCH');
  });

  const [first, second] = predicateOf().inputs;
  const [output, other] = predicateOf().outputs;
  if (first === undefined || second === undefined || output === undefined || other === undefined) {
    throw new Error('the fixture has two inputs and two outputs');
  }

  it.each<[string, Partial<StepPredicate>]>([
    ['without an input', { inputs: [first] }],
    ['with an input more', { inputs: [first, second, { ...first, port: 'more' }] }],
    ['with another value for an input', { inputs: [first, { ...second, commitment: first.commitment }] }],
    ['with an input of another edge', { inputs: [first, { ...second, edge: 'inputs/intent' }] }],
    [
      'with inputs at exchanged ports',
      {
        inputs: [
          { ...first, port: second.port },
          { ...second, port: first.port },
        ],
      },
    ],
    ['without an output', { outputs: [output] }],
    [
      'with an output that is not planned',
      { outputs: [output, other, { ...output, port: 'x', edge: 'extract/x' }] },
    ],
    ['with an output at another port', { outputs: [output, { ...other, port: 'x' }] }],
  ])('%s does not match', (_what, changes) => {
    expect(match(changes)).toBe('EDGE_MISMATCH');
  });

  it('may name pages of a ledger beside what it was given: their receipt proves where they come from', () => {
    const page = {
      port: 'state-available',
      edge: 'ledger/bank/available@1',
      commitment: digestOf(utf8('page')),
    };
    expect(match({ inputs: [...predicateOf().inputs, page] })).toBeNull();
  });
});

describe('a decision', () => {
  const review = planned('review');
  const decided = (decision: string, changes: Partial<StepPredicate> = {}) =>
    statementMismatch(
      predicateOf({
        stepId: 'review',
        kind: 'human',
        operation: 'human.approve',
        inputs: [],
        outputs: review.outputs.map(({ port, edge }) => ({
          port,
          edge,
          commitment: digestOf(canonicalBytes(decision)),
        })),
        public: { decision },
        ...changes,
      }),
      { ...expected, task: review, inputs: [] },
    );

  it('is one of the answers that the plan lists', () => {
    expect(decided('approve')).toBeNull();
    expect(decided('decline')).toBeNull();
    expect(decided('perhaps')).toBe('FACT_INVALID');
    expect(decided('approve', { public: {} })).toBe('FACT_INVALID');
    expect(decided('approve', { public: { decision: ['approve'] } })).toBe('FACT_INVALID');
  });
});

describe('an output that exists under one outcome only', () => {
  const reserve = planned('reserve.authorize');
  const outcome = (value: string, ports: readonly string[]) =>
    statementMismatch(
      predicateOf({
        stepId: reserve.id,
        operation: reserve.operation,
        inputs: [],
        outputs: reserve.outputs
          .filter(({ port }) => ports.includes(port))
          .map(({ port, edge }) => ({ port, edge, commitment: digestOf(utf8(edge)) })),
        public: { outcome: value },
      }),
      { ...expected, task: reserve, inputs: [] },
    );
  const all = reserve.outputs.map(({ port }) => port);
  const always = reserve.outputs.filter(({ presentWhen }) => presentWhen === null).map(({ port }) => port);

  it('is there under that outcome and absent under the other', () => {
    expect(always.length).toBeLessThan(all.length);
    expect(outcome('reserved', all)).toBeNull();
    expect(outcome('insufficient', always)).toBeNull();
    expect(outcome('reserved', always)).toBe('EDGE_MISMATCH');
    expect(outcome('insufficient', all)).toBe('EDGE_MISMATCH');
  });
});
