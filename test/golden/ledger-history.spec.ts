import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSealEngine, pageParameters } from '#ciphertext';
import { type GoldenHistory, makeHistory } from './ledger-history.js';

const file = new URL('./ledger-pages/history.json', import.meta.url);

describe('the golden history of encrypted pages', () => {
  const golden = JSON.parse(readFileSync(file, 'utf8')) as GoldenHistory;

  it('gives the same digests again, step by step', async () => {
    using engine = await createSealEngine(pageParameters);
    const idle = engine.handleCount;
    expect(makeHistory(engine, golden.seed)).toEqual(golden);
    expect(engine.handleCount).toBe(idle);
  });
});
