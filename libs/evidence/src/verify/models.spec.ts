import { describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { statedModels } from '../statements/stated-models.js';
import type { DemoOptions } from '../testing/demo-options.fixture.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';

const weights = digestOf(utf8('weights'));
const card = digestOf(utf8('card'));
const facts = { model: weights, modelName: 'statement-reader', modelCard: card };
const [stated] = statedModels([{ operation: 'document.extract', public: facts }]);

/** A run whose first step says that it ran a model. */
function runWith(options: DemoOptions) {
  const { bytes, trust } = demoRun({
    editStep: (step) => (step.stepId === 'extract' ? { ...step, public: facts } : step),
    ...options,
  });
  return judge(bytes, trust);
}

const other = { name: 'other', version: '1', weightsDigest: card, cardDigest: null };

describe('the models of a run', () => {
  it('that the root leaves out, while it lists another, are missed', async () => {
    const { exitCode, failed } = await runWith({ editRun: (run) => ({ ...run, models: [other] }) });
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['MODELS_MISMATCH'] });
  });

  it('that no step speaks of are the word of the orchestrator', async () => {
    const models = stated === undefined ? [] : [stated, other];
    const { exitCode, warned } = await runWith({ editRun: (run) => ({ ...run, models }) });
    expect(exitCode).toBe(0);
    expect(warned).toContain('MODEL_UNSTATED');
  });

  it('are those that its steps state', async () => {
    const models = stated === undefined ? [] : [stated];
    const { exitCode, warned } = await runWith({ editRun: (run) => ({ ...run, models }) });
    expect(exitCode).toBe(0);
    expect(warned).not.toContain('MODEL_UNSTATED');
  });

  it('are not asked of a root that lists none', async () => {
    expect((await runWith({})).exitCode).toBe(0);
  });
});

describe('the models that steps state', () => {
  it.each([
    ['no model', {}],
    ['a commitment', { modelCommitment: 'commit:poseidon-bn254:00' }],
    ['a model by name', { model: 'statement-reader' }],
    ['a model that is no text', { model: 7 }],
  ])('are none in a step with %s', (_what, given) => {
    expect(statedModels([{ operation: 'document.extract', public: given }])).toEqual([]);
  });

  it('are named by their card, or by the operation where a name is none', () => {
    expect(stated).toEqual({
      name: 'statement-reader',
      version: weights.slice(7, 19),
      weightsDigest: weights,
      cardDigest: card,
    });
    const [unnamed] = statedModels([
      { operation: 'document.extract', public: { model: weights, modelName: 'a b', modelCard: 'none' } },
    ]);
    expect(unnamed).toMatchObject({ name: 'document.extract', cardDigest: null });
  });

  it('are listed once, however many steps ran them', () => {
    const step = { operation: 'document.extract', public: facts };
    expect(statedModels([step, step])).toHaveLength(1);
  });
});
