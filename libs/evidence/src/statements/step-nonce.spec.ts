import { describe, expect, it } from 'vitest';
import { digestOf, toHex, utf8 } from '#canonical';
import { stepNonce } from './step-nonce.js';

const step = {
  runId: '01JD0000000000000000000000',
  stepId: 'reserve.apply',
  attempt: 1,
  inputs: [{ port: 'delta', edge: 'reserve.authorize/delta', commitment: digestOf(utf8('delta')) }],
};
const nonce = (changes: Partial<typeof step> = {}) => toHex(stepNonce({ ...step, ...changes }));

describe('the nonce of a step', () => {
  it.each<[string, Partial<typeof step>]>([
    ['run', { runId: '01JD0000000000000000000001' }],
    ['step', { stepId: 'settle.apply' }],
    ['attempt', { attempt: 2 }],
    ['number of inputs', { inputs: [] }],
    ['edge', { inputs: step.inputs.map((input) => ({ ...input, edge: 'settle.authorize/delta' })) }],
    [
      'commitment',
      { inputs: step.inputs.map((input) => ({ ...input, commitment: digestOf(utf8('another delta')) })) },
    ],
  ])('is another for another %s', (_what, changes) => {
    expect(nonce(changes)).not.toBe(nonce());
  });

  it('is 32 bytes that anybody computes again from the statement', () => {
    expect(nonce()).toMatch(/^[0-9a-f]{64}$/);
    expect(nonce()).toBe(nonce({}));
  });
});
