import { describe, expect, it } from 'vitest';
import { CanonicalError, canonicalBytes, toJson, utf8 } from '#canonical';
import { builtinDefinition } from '../builtin/builtin.js';
import { NO_MINIMUMS } from '../definition/minimums.js';
import { WorkflowError } from '../workflow-error.js';
import { parsePlan } from './parse-plan.js';
import { planDigest } from './plan.js';
import { planWorkflow } from './plan-workflow.js';

const plan = planWorkflow({
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
  parameters: { reserve: { ledger: 'pool' }, settle: { ledger: 'pool' } },
});

function tampered(from: string, to: string): Uint8Array {
  const text = new TextDecoder().decode(canonicalBytes(toJson(plan)));
  expect(text).toContain(from);
  return utf8(text.replace(from, to));
}

function refusal(bytes: Uint8Array): WorkflowError {
  try {
    parsePlan(bytes);
  } catch (error) {
    if (error instanceof WorkflowError) return error;
    throw error;
  }
  throw new Error('the plan was accepted');
}

describe('a plan from the orchestrator is refused when', () => {
  it.each([
    ['a reader was added', '"readers":["client"]', '"readers":["client","operator"]'],
    ['a consumer was added', '"consumers":["score"]', '"consumers":["score","spy"]'],
    ['a level was raised', '"integrity":"ATTESTED"', '"integrity":"PROVED"'],
    ['a route was changed', '"chosen":"zk"', '"chosen":"tee"'],
    [
      'a parameter of one task was changed',
      '"parameters":{"ledger":"pool"}',
      '"parameters":{"ledger":"mine"}',
    ],
    ['a member was added', '"connected":[', '"extra":1,"connected":['],
    ['the digest is of another definition', '"definitionDigest":"sha256:', '"definitionDigest":"sha256:00'],
    ['the floors of the classes were taken out', '"model-weights":{"confidentiality":"ENCLAVE"},', ''],
  ])('%s', (_name, from, to) => {
    const error = refusal(tampered(from, to));
    expect(error.code).toBe('PLAN_MISMATCH');
    expect(error.path).not.toBe('');
  });

  it('its own definition does not allow it', () => {
    expect(refusal(tampered('"operation":"scorecard.prove"', '"operation":"scorecard.guess"')).code).toBe(
      'UNKNOWN_OPERATION',
    );
  });

  it('it is of another version', () => {
    expect(refusal(tampered('sealflow/plan/v1', 'sealflow/plan/v2')).code).toBe('SCHEMA_INVALID');
  });

  it('it is no strict JSON', () => {
    expect(() => parsePlan(utf8('{"v":"sealflow/plan/v1","v":1}'))).toThrow(CanonicalError);
  });
});

describe('a plan', () => {
  it('survives the way to the client unchanged', () => {
    const parsed = parsePlan(canonicalBytes(toJson(plan)));
    expect(parsed).toEqual(plan);
    expect(planDigest(parsed)).toBe(planDigest(plan));
    expect(parsePlan(toJson(plan))).toEqual(plan);
  });
});
