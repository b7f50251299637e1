import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseModelCard } from './model-card.js';

const committed = readFileSync('apps/tee-worker/models/statement-reader/model.json', 'utf8');
const parse = (text: string) => parseModelCard(Buffer.from(text, 'utf8'));
const refused = (part: string) =>
  expect.objectContaining({ code: 'MODEL_CARD_INVALID', message: expect.stringContaining(part) });

describe('parseModelCard', () => {
  it('reads the committed card', () => {
    expect(parse(committed)).toEqual({
      name: 'statement-reader',
      file: 'statement-reader.onnx',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
  });

  it('says in the card that the model is not fit for lending', () => {
    expect(committed).toContain('synthetic data');
    expect(committed).toContain('not fit for lending');
  });

  it.each([
    ['text that is no JSON', '{', 'strict JSON'],
    ['a duplicate key', committed.replace('{', '{"v":"sealflow/model-card/v1",'), 'strict JSON'],
    ['another version', committed.replace('model-card/v1', 'model-card/v2'), 'v must be'],
    ['another tokenizer', committed.replace('statement-tokens/v1', 'other/v1'), 'tokenizer.version'],
    [
      'another vocabulary',
      committed.replace('"vocabularySize": 16384', '"vocabularySize": 4'),
      'vocabularySize',
    ],
    ['another head', committed.replace('"incomeBand"', '"other"'), 'heads[0].name'],
    ['a path as file', committed.replace('statement-reader.onnx', '../x.onnx'), 'file must be'],
    ['no name', committed.replace('"name": "statement-reader"', '"name": 7'), 'name must be'],
    ['a bad digest', committed.replace('"sha256:', '"sha1:'), 'digest must be'],
    ['a list', '[]', 'v must be'],
    ['nothing', 'null', 'v must be'],
  ])('refuses %s', (_, text, part) => {
    expect(() => parse(text)).toThrow(refused(part));
  });
});
