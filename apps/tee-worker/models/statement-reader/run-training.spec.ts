import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import { parseModelCard } from '../../src/runtimes/onnx/model-card.js';
import { committedPlan, runTraining } from './run-training.js';

const smallPlan = {
  ...committedPlan,
  seed: 'run-training.spec',
  statements: 640,
  embeddingSize: 4,
  hiddenSize: 4,
  heldOut: 50,
};
const folder = 'apps/tee-worker/models/statement-reader';

describe('runTraining', () => {
  it('gives the same bytes and card for the same plan, and a card that the runtime accepts', () => {
    const lines: string[] = [];
    const [first, second] = [
      runTraining(smallPlan, (line) => lines.push(line)),
      runTraining(smallPlan, () => {}),
    ];
    expect(second.onnx).toEqual(first.onnx);
    expect(second.card).toEqual(first.card);
    expect(lines.at(-1)).toMatch(/^step 10 of 10, loss \d/);
    const card = Buffer.from(JSON.stringify(first.card), 'utf8');
    expect(parseModelCard(card).digest).toBe(digestOf(first.onnx));
  });
});

describe('the committed model', () => {
  const bytes = readFileSync(`${folder}/statement-reader.onnx`);
  const card = JSON.parse(readFileSync(`${folder}/model.json`, 'utf8'));

  it('is at most 2 MiB and the one that its card names', () => {
    expect(bytes.length).toBeLessThanOrEqual(2 * 1024 * 1024);
    expect(card).toMatchObject({ bytes: bytes.length, digest: digestOf(bytes) });
  });

  it('was trained by the plan in the source', () => {
    expect(card.training).toMatchObject(committedPlan);
    expect(card.training.heldOutSeed).not.toBe(`${committedPlan.seed}/training`);
  });

  it('was measured on at least two thousand unseen statements', () => {
    for (const { heldOut } of card.heads) {
      expect(heldOut.of).toBeGreaterThanOrEqual(2000);
      expect(heldOut.accuracyBasisPoints).toBe(Math.round((10_000 * heldOut.correct) / heldOut.of));
    }
  });
});
