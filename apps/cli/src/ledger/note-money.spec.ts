import { describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import { UsageError } from '../output/failure.js';
import { requireCounted, spendCircuit } from './note-money.js';

const circuit = spendCircuit();
const manifests = [digestOf(circuit.manifest)];

describe('a ledger in zk-check is founded', () => {
  it.each([
    ['counts other circuits', { manifests: [], allowDev: true }],
    ['revoked this one', { manifests, revoked: manifests, allowDev: true }],
    ['counts no development keys', { manifests, allowDev: false }],
  ])('not under a trust file that %s', (_what, policy) => {
    expect(() => requireCounted(circuit, policy)).toThrow(UsageError);
    expect(() => requireCounted(circuit, policy)).toThrow(/nothing was founded/);
  });

  it('under one that counts its circuit', () => {
    expect(() => requireCounted(circuit, { manifests, allowDev: true })).not.toThrow();
  });
});
