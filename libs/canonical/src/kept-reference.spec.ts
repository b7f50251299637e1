import { describe, expect, it } from 'vitest';
import { commitPoseidon } from './commitment.js';
import { encodeEdgePayload } from './edge-payload.js';
import { utf8 } from './encoding.js';
import { encodeKeptReference, parseKeptReference } from './kept-reference.js';

const commitment = commitPoseidon([1n, 2n], 3n);

describe('a reference to a value that its owner keeps', () => {
  it('names the commitment and nothing else', () => {
    const bytes = encodeKeptReference(commitment);
    expect(Buffer.from(bytes).toString('utf8')).toBe(
      `{"commitment":"${commitment}","v":"sealflow/kept-by-owner/v1"}`,
    );
    expect(parseKeptReference(bytes)).toBe(commitment);
  });

  it.each([
    [
      'a value',
      encodeEdgePayload({ alg: 'poseidon-bn254', label: 'inputs/a', salt: '3', fields: ['1'], value: null }),
    ],
    ['no JSON', utf8('x')],
    ['another version', utf8(`{"v":"sealflow/kept-by-owner/v2","commitment":"${commitment}"}`)],
    ['a member too many', utf8(`{"v":"sealflow/kept-by-owner/v1","commitment":"${commitment}","x":1}`)],
    ['no commitment', utf8('{"v":"sealflow/kept-by-owner/v1","commitment":"x"}')],
  ])('is not %s', (_, bytes) => {
    expect(parseKeptReference(bytes)).toBeNull();
  });
});
