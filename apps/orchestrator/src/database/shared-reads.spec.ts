import { describe, expect, it, vi } from 'vitest';
import { asCaller, asSystem, currentPrincipal } from '../auth/call-context.js';
import type { Principal } from '../auth/principal.js';
import { SharedReads } from './shared-reads.js';

const callerOf = (tenant: string): Principal => ({
  subject: `key:${tenant}`,
  tenant,
  roles: ['submitter'],
  kind: 'key',
  holder: 'x',
  expiresMs: 0,
});

interface Read {
  readonly tenant: string | null;
  readonly keys: readonly string[];
  answer(values: Readonly<Record<string, object>>): void;
  fail(error: Error): void;
}

/** A store that answers when the test says so. */
function slowStore() {
  const reads: Read[] = [];
  const shared = new SharedReads<object>(
    (keys) =>
      new Promise((resolve, reject) => {
        reads.push({
          tenant: currentPrincipal()?.tenant ?? null,
          keys,
          answer: (values) => resolve(new Map(Object.entries(values))),
          fail: reject,
        });
      }),
  );
  const nth = (index: number): Promise<Read> =>
    vi.waitFor(() => {
      const read = reads[index];
      if (read === undefined) throw new Error(`no read ${index} yet`);
      return read;
    });
  return { shared, reads, nth };
}

const bank = <T>(run: () => T): T => asCaller(callerOf('bank'), run);

describe('reads that are shared', () => {
  it('never give an answer of a read that began before somebody asked', async () => {
    const { shared, nth } = slowStore();
    const early = bank(() => shared.get('a'));
    const first = await nth(0);
    const late = bank(() => shared.get('a'));
    first.answer({ a: { version: 1 } });
    (await nth(1)).answer({ a: { version: 2 } });
    expect(await early).toEqual({ version: 1 });
    expect(await late).toEqual({ version: 2 });
  });

  it('never are one for two tenants, nor for a tenant and the orchestrator', async () => {
    const { shared, nth } = slowStore();
    const asked = [
      bank(() => shared.get('a')),
      asCaller(callerOf('globex'), () => shared.get('a')),
      asSystem(() => shared.get('a')),
    ];
    const reads = await Promise.all([0, 1, 2].map(nth));
    expect(reads.map(({ tenant }) => tenant)).toEqual(['bank', 'globex', null]);
    for (const read of reads) read.answer({ a: { of: read.tenant } });
    expect(await Promise.all(asked)).toEqual([{ of: 'bank' }, { of: 'globex' }, { of: null }]);
  });

  it('are made together for all who ask meanwhile, and as their tenant', async () => {
    const { shared, reads, nth } = slowStore();
    const first = bank(() => shared.get('a'));
    const begun = await nth(0);
    const asked = ['b', 'c', 'b'].map((key) => bank(() => shared.get(key)));
    begun.answer({ a: {} });
    const second = await nth(1);
    const b = { name: 'b' };
    second.answer({ b });
    expect(second).toMatchObject({ tenant: 'bank', keys: ['b', 'c'] });
    expect(await Promise.all([first, ...asked])).toEqual([{}, b, undefined, b]);
    expect(reads).toHaveLength(2);
  });

  it('fail for those who waited for them, and for nobody after', async () => {
    const { shared, nth } = slowStore();
    const failed = bank(() => shared.get('a'));
    (await nth(0)).fail(new Error('away'));
    await expect(failed).rejects.toThrow('away');
    const after = bank(() => shared.get('a'));
    (await nth(1)).answer({ a: { back: true } });
    expect(await after).toEqual({ back: true });
  });

  it('take no more keys at once than one statement should have, and forget none', async () => {
    const { shared, reads, nth } = slowStore();
    const asked = Array.from({ length: 100 }, (_, index) => bank(() => shared.get(`key-${index}`)));
    for (const index of [0, 1]) {
      const read = await nth(index);
      read.answer(Object.fromEntries(read.keys.map((key) => [key, { key }])));
    }
    expect(await Promise.all(asked)).toHaveLength(100);
    expect(reads.map(({ keys }) => keys.length)).toEqual([64, 36]);
    expect(new Set(reads.flatMap(({ keys }) => keys)).size).toBe(100);
  });
});
