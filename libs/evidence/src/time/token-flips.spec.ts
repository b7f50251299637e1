import { expect, it } from 'vitest';
import { parseTime, utf8 } from '#canonical';
import { TestAuthority } from '../testing/tsa.fixture.js';
import { timestampAuthoritiesOf } from '../trust/trust-file.js';
import { verifyTimestamp } from './verify-timestamp.js';

const nowMs = parseTime('2026-11-20T22:00:00.000Z');
const authority = new TestAuthority('tsa.example', nowMs);
const data = utf8('log.example/flips\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n');
const authorities = timestampAuthoritiesOf({ timestampAuthorities: [authority.trusted] });
const token = authority.token({ data, genTimeMs: nowMs });
const judge = (bytes: Uint8Array) =>
  verifyTimestamp({ token: bytes, data, chain: [], crls: [], authorities });

it('a token with any bit flipped is refused with a reason', () => {
  expect(judge(token).reason).toBeNull();
  const accepted: string[] = [];
  for (let at = 0; at < token.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const flipped = token.slice();
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
      if (judge(flipped).reason === null) accepted.push(`${at}:${bit}`);
    }
  }
  expect(accepted).toEqual([]);
});

it('a token that ends early, or goes on, is refused', () => {
  for (let length = 0; length < token.length; length += 1) {
    expect(judge(token.subarray(0, length)).reason).toBe('TIMESTAMP_MALFORMED');
  }
  expect(judge(Uint8Array.from([...token, 0])).reason).toBe('TIMESTAMP_MALFORMED');
});
