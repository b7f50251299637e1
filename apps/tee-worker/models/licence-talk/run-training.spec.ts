import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import { committedPlan, runTraining } from './run-training.js';

const folder = 'apps/tee-worker/models/licence-talk';
const smallPlan = { ...committedPlan, seed: 'run-training.spec', rounds: 2, embeddingSize: 4, hiddenSize: 8 };
const text = 'You may make copies of the work.\n\nYou must give a copy of this licence.\n';

describe('runTraining', () => {
  it('gives the same bytes and card for the same plan and text', () => {
    const [first, second] = [runTraining(smallPlan, text, () => {}), runTraining(smallPlan, text, () => {})];
    expect(second).toEqual(first);
    expect(first.card).toMatchObject({ digest: digestOf(first.onnx), bytes: first.onnx.length });
  });
});

describe('the committed model', () => {
  const bytes = readFileSync(`${folder}/licence-talk.onnx`);
  const card = JSON.parse(readFileSync(`${folder}/model.json`, 'utf8'));

  it('is at most 300 KB and the one that its card names', () => {
    expect(bytes.length).toBeLessThanOrEqual(300_000);
    expect(card).toMatchObject({ bytes: bytes.length, digest: digestOf(bytes) });
  });

  it('was trained by the plan in the source, on the licence of this repository', () => {
    expect(card.training).toMatchObject({ ...committedPlan, text: digestOf(readFileSync('LICENSE')) });
  });
});
