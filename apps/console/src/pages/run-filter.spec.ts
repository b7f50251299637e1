import { describe, expect, it } from 'vitest';
import { filterOf } from './run-filter.js';

describe('the filter of runs', () => {
  it('lets no text of an address end its quotes, and leaves out what is no day or state', () => {
    expect(filterOf({ workflow: 'a" OR state = FAILED \\' })).toBe(
      'workflow = "a\\" OR state = FAILED \\\\"',
    );
    expect(filterOf({ state: 'x" OR', from: 'yesterday', policy: 'sha256:" OR' })).toBe('');
  });

  it('has whole days of UTC', () => {
    expect(filterOf({ state: 'FAILED', from: '2026-11-01', to: '2026-11-02' })).toBe(
      'state = FAILED AND create_time >= "2026-11-01T00:00:00Z" AND create_time <= "2026-11-02T23:59:59.999Z"',
    );
  });
});
