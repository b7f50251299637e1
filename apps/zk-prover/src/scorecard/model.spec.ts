// SPDX-License-Identifier: GPL-3.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitPoseidon, utf8 } from '#canonical';
import { shippedArtifacts } from '../circuit/circuit.js';
import { FEATURES, modelCommitment, parseModel } from './model.js';
import { ScorecardError } from './scorecard-error.js';

const bytes = readFileSync(join(shippedArtifacts('scorecard'), 'model.json'));
const model = parseModel(bytes);

function changed(change: (file: Record<string, unknown>) => void): () => unknown {
  const file = JSON.parse(bytes.toString('utf8'));
  change(file);
  return () => parseModel(utf8(JSON.stringify(file)));
}

describe('parseModel', () => {
  it('reads the shipped card: 33 weights under their names', () => {
    expect(FEATURES).toHaveLength(33);
    expect(model).toMatchObject({ name: 'german-credit-demo', base: 617 });
    expect(model.weights.filter((points) => points > 0)).toHaveLength(14);
  });

  it.each<[string, (file: Record<string, unknown>) => void]>([
    ['a missing weight', (file) => (file['weights'] as unknown[]).pop()],
    ['weights in another order', (file) => (file['weights'] as unknown[]).reverse()],
    [
      'a weight of more than 8 bits',
      (file) => Object.assign((file['weights'] as object[])[0] ?? {}, { points: 128 }),
    ],
    ['a base of more than 10 bits', (file) => Object.assign(file, { base: 1024 })],
    ['a salt that is no field element', (file) => Object.assign(file, { salt: '0x1' })],
    ['another version', (file) => Object.assign(file, { v: 'sealflow/scorecard-model/v2' })],
  ])('refuses %s', (_name, change) => {
    expect(changed(change)).toThrow(ScorecardError);
  });

  it('refuses a file that is not JSON', () => {
    expect(() => parseModel(utf8('base: 617'))).toThrow(ScorecardError);
  });
});

describe('modelCommitment', () => {
  it('is Poseidon over 31 shifted weights, then two weights and the base, then the salt', () => {
    const byte = (index: number): bigint => BigInt((model.weights[index] ?? 0) + 128);
    let low = 0n;
    for (let index = 0; index < 31; index += 1) low += byte(index) << BigInt(8 * index);
    const high = byte(31) + (byte(32) << 8n) + (617n << 16n);
    expect(modelCommitment(model)).toBe(commitPoseidon([low, high], model.salt));
  });

  it('changes with every weight, the base and the salt', () => {
    const variants = [
      ...model.weights.map((_, at) => ({
        ...model,
        weights: model.weights.map((w, i) => (i === at ? w + 1 : w)),
      })),
      { ...model, base: 618 },
      { ...model, salt: model.salt + 1n },
    ];
    expect(new Set([model, ...variants].map(modelCommitment)).size).toBe(36);
  });
});
