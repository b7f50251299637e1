import { describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { parseServedModels, servedModels } from './served-models.js';

const weights = digestOf(utf8('weights'));
const model = { id: 'small', weights };

describe('the models that a worker states', () => {
  it.each<[what: string, content: string]>([
    ['no JSON', 'small'],
    ['one that is no list', JSON.stringify(model)],
    ['none', '[]'],
    ['too many', JSON.stringify(Array.from({ length: 17 }, () => model))],
    ['one without weights', JSON.stringify([{ id: 'small' }])],
    ['weights that are no digest', JSON.stringify([{ id: 'small', weights: 'the best' }])],
    ['one without a name', JSON.stringify([{ id: '', weights }])],
    ['a very long name', JSON.stringify([{ id: 'x'.repeat(257), weights }])],
    ['a member that nobody knows', JSON.stringify([{ ...model, price: 1 }])],
    ['a member twice', `[{"id":"small","id":"large","weights":"${weights}"}]`],
  ])('are not %s', (_, content) => {
    expect(() => parseServedModels(utf8(content))).toThrow(
      expect.objectContaining({ name: 'ConversationError', code: 'MODELS_MALFORMED' }),
    );
  });

  it('come as they were stated', () => {
    expect(parseServedModels(servedModels([model]))).toEqual([model]);
  });
});
