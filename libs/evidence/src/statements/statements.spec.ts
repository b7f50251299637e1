import { describe, expect, it } from 'vitest';
import { digestOf, type JsonObject, utf8 } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { ledgerEdge, parseLedgerEdge } from './ledger-edge.js';
import { parseLedgerReceipt } from './ledger-receipt.js';
import { parsePlanView } from './plan-view.js';
import { sameSubjects, subjectOf } from './statement.js';
import { buildStepStatement, parseStepPredicate, type StepPredicate } from './step.js';
import { parseStepEvidence } from './step-evidence.js';

const { steps } = demoRun({ decision: 'review' });
const [extract] = steps.predicates;
const predicate = (): StepPredicate => {
  if (extract === undefined) throw new RangeError('no step');
  return extract;
};
const json = (): JsonObject => buildStepStatement(predicate()).predicate;

function code(read: () => unknown): string {
  try {
    read();
    return 'NONE';
  } catch (error) {
    return error instanceof EvidenceError ? error.code : 'UNTYPED';
  }
}

describe('a step predicate', () => {
  it('survives being written and read', () => {
    expect(parseStepPredicate(json())).toEqual(predicate());
  });

  it('may hold members of a later version', () => {
    expect(code(() => parseStepPredicate({ ...json(), later: { a: 1 } }))).toBe('NONE');
  });

  it.each<[string, JsonObject]>([
    ['an attempt of zero', { attempt: 0 }],
    ['an unknown kind', { kind: 'sgx' }],
    ['an unknown level', { assurance: { integrity: 'CERTIFIED', confidentiality: 'ENCLAVE' } }],
    ['a digest of another form', { planDigest: 'sha256:AA' }],
    ['a time without milliseconds', { startedAt: '2026-11-20T21:03:00Z' }],
    [
      'a key of 31 bytes',
      { executor: { id: 'a', key: Buffer.alloc(31).toString('base64'), softwareDigest: digestOf(utf8('')) } },
    ],
    [
      'a port named twice',
      { inputs: [0, 1].map(() => ({ port: 'a', edge: 'inputs/a', commitment: digestOf(utf8('')) })) },
    ],
    ['a value instead of a commitment', { inputs: [{ port: 'a', edge: 'inputs/a', commitment: '209600' }] }],
    ['no evidence', { evidence: null }],
  ])('with %s is malformed', (_, change) => {
    expect(code(() => parseStepPredicate({ ...json(), ...change }))).toBe('STATEMENT_MALFORMED');
  });

  it('without any one of its members is malformed', () => {
    for (const member of Object.keys(json())) {
      const rest = Object.fromEntries(Object.entries(json()).filter(([name]) => name !== member));
      expect(
        code(() => parseStepPredicate(rest)),
        member,
      ).toBe('STATEMENT_MALFORMED');
    }
  });

  it('has evidence of its kind', () => {
    for (const step of steps.predicates) {
      expect(code(() => parseStepEvidence(step))).toBe('NONE');
      expect(code(() => parseStepEvidence({ ...step, evidence: {} }))).toBe('STATEMENT_MALFORMED');
    }
  });
});

describe('subjects', () => {
  const bare = digestOf(utf8('a'));

  it('keep commitments of different kinds apart', () => {
    const hex = bare.slice('sha256:'.length);
    expect(subjectOf('a', bare).digest).toEqual({ sha256: hex });
    expect(subjectOf('a', `commit:sha256:${hex}`).digest).toEqual({ 'commit-sha256': hex });
    expect(subjectOf('a', `commit:poseidon-bn254:${hex}`).digest).toEqual({ 'commit-poseidon-bn254': hex });
    expect(code(() => subjectOf('a', 'sha512:00'))).toBe('STATEMENT_MALFORMED');
  });

  it('are a set', () => {
    const [a, b] = [subjectOf('a', bare), subjectOf('b', bare)];
    expect(sameSubjects([a, b], [b, a])).toBe(true);
    expect(sameSubjects([a], [a, b])).toBe(false);
    expect(sameSubjects([a, a], [a, b])).toBe(false);
  });
});

describe('edges of a ledger', () => {
  it('are read as they are written', () => {
    const edge = { ledger: 'demo', book: 'reserved', version: 7 } as const;
    expect(parseLedgerEdge(ledgerEdge(edge))).toEqual(edge);
  });

  it.each([
    'ledger/demo/other@1',
    'ledger/demo/available@01',
    'ledger/demo/available',
    'ledger//available@1',
    'inputs/ledger',
  ])('%s is none', (edge) => {
    expect(parseLedgerEdge(edge)).toBeNull();
  });
});

describe('a ledger receipt', () => {
  it('has pages before it if and only if it has a receipt before it', () => {
    const pages = { available: digestOf(utf8('a')), reserved: digestOf(utf8('b')) };
    const opening = {
      ledger: 'demo',
      version: 1,
      operation: 'ledger.open',
      runId: 'r',
      taskId: 't',
      intentId: null,
      prev: null,
      delta: null,
      next: pages,
      prevReceipt: null,
      ledgerKey: Buffer.alloc(32).toString('base64'),
      keyId: 'k',
      addCount: 0,
      engine: 'e',
    };
    expect(code(() => parseLedgerReceipt(opening))).toBe('NONE');
    expect(code(() => parseLedgerReceipt({ ...opening, prevReceipt: pages.available }))).toBe(
      'STATEMENT_MALFORMED',
    );
    expect(code(() => parseLedgerReceipt({ ...opening, prev: pages }))).toBe('STATEMENT_MALFORMED');
  });
});

describe('a plan', () => {
  it('is read as far as a bundle is checked against it', () => {
    const plan = parsePlanView(steps.plan);
    expect(plan.tasks.map(({ id }) => id)).toContain('settle.release.apply');
    expect(plan.outputs.get('decision')).toBe('score/decision');
  });

  it('that lies about its definition, or names a task twice, is malformed', () => {
    const { tasks } = steps.plan;
    if (!Array.isArray(tasks)) throw new RangeError('no tasks');
    expect(code(() => parsePlanView({ ...steps.plan, definitionDigest: digestOf(utf8('other')) }))).toBe(
      'PLAN_MALFORMED',
    );
    expect(code(() => parsePlanView({ ...steps.plan, tasks: [...tasks, ...tasks] }))).toBe('PLAN_MALFORMED');
    expect(code(() => parsePlanView({}))).toBe('PLAN_MALFORMED');
  });
});
