import { describe, expect, it } from 'vitest';
import { protoJson } from './proto-json.js';

describe('a message as JSON', () => {
  it('has bytes in base64, times as texts, and leaves out what is not there', () => {
    const message = {
      name: 'tenants/demo/runs/x',
      createTime: { seconds: '1795208400', nanos: 1_000_000 },
      endTime: null,
      steps: [{ id: 'a', attempt: 1, digest: Buffer.from('abc') }],
      size: '9007199254740993',
      none: undefined,
    };
    expect(protoJson(message)).toEqual({
      name: 'tenants/demo/runs/x',
      createTime: '2026-11-20T21:00:00.001Z',
      steps: [{ id: 'a', attempt: 1, digest: 'YWJj' }],
      size: '9007199254740993',
    });
  });
});
