import { describe, expect, it } from 'vitest';
import { digestOf, failedChecks, isJsonObject, type Json, parseJsonStrict, utf8 } from '#canonical';
import { readContainer } from '../bundle/container.js';
import { statementOf } from '../dsse/envelope.js';
import { parseRootPredicate } from '../statements/root.js';
import { parseStepPredicate } from '../statements/step.js';
import { parseStepEvidence } from '../statements/step-evidence.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import type { StepView } from './session.js';
import { verifyProofs } from './zk-proofs.js';

const { bytes, trust } = demoRun();
const document: Json = parseJsonStrict(bytes);
const bundle = readContainer(isJsonObject(document) ? document : {});
const root = parseRootPredicate(statementOf(bundle.root).predicate);
const steps = bundle.steps.map((envelope): StepView => {
  const statement = statementOf(envelope);
  const predicate = parseStepPredicate(statement.predicate);
  return { envelope, statement, predicate, evidence: parseStepEvidence(predicate) };
});
const proven = steps.filter(({ evidence }) => evidence.by === 'zk');

function judge(views: readonly StepView[]): readonly (readonly (string | null)[])[] {
  const blob = (digest: ReturnType<typeof digestOf>) => bundle.blobs.get(digest)?.bytes ?? null;
  const found = verifyProofs({ steps: views, root, trust, blob });
  return views.map((view) => failedChecks(found.get(view) ?? []).map(({ reason }) => reason));
}

/** The same proof in a statement of its own. */
function again(index: number, publicSignals?: (before: readonly string[]) => readonly string[]): StepView {
  const [step] = proven;
  if (step?.evidence.by !== 'zk') throw new Error('the demo proves a step');
  const { evidence } = step.evidence;
  return {
    ...step,
    envelope: { ...step.envelope, digest: digestOf(utf8(`statement ${index}`)) },
    evidence: {
      by: 'zk',
      evidence: {
        ...evidence,
        publicSignals: publicSignals?.(evidence.publicSignals) ?? evidence.publicSignals,
      },
    },
  };
}

describe('the proofs of a bundle', () => {
  it('hold, one alone and several together', () => {
    expect(judge(proven)).toEqual([[]]);
    expect(judge([again(1), again(2), again(3)])).toEqual([[], [], []]);
  });

  it('that is false is named among those that are true', () => {
    const swapped = again(2, ([first = '', second = '', ...rest]) => [second, first, ...rest]);
    const [left, middle, right] = judge([again(1), swapped, again(3)]);
    expect([left, right]).toEqual([[], []]);
    expect(middle).toContain('PROOF_INVALID');
  });

  it('are looked for in steps that state one, and left alone where their files are not here', () => {
    const others = steps.filter(({ evidence }) => evidence.by !== 'zk');
    expect(verifyProofs({ steps: others, root, trust, blob: () => null }).size).toBe(0);
    expect(verifyProofs({ steps: proven, root, trust, blob: () => null }).size).toBe(0);
  });
});
