import { describe, expect, it } from 'vitest';
import { asCaller, currentPrincipal } from '../auth/call-context.js';
import { SharedWrites } from './shared-writes.js';

/** Writes that go on when they are told to, and what each of them was given. */
function held(fails: (items: readonly string[]) => boolean = () => false) {
  const given: (readonly string[])[] = [];
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const writes = new SharedWrites<string, string>(async (items) => {
    given.push(items);
    await gate;
    if (fails(items)) throw new Error(`refused ${items.join(', ')}`);
    return items.map((item) => `${item} written`);
  }, 3);
  return { given, go, writes };
}

describe('writes that are shared', () => {
  it('fail for whoever brought what is refused, and for nobody else', async () => {
    const { given, go, writes } = held((items) => items.includes('bad'));
    const results = ['a', 'bad', 'b'].map((item) => writes.add(item));
    go();
    const settled = await Promise.allSettled(results);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(results[1]).rejects.toThrow('refused bad');
    expect(given).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']]);
  });

  it('go on after a failure', async () => {
    const { go, writes } = held((items) => items.includes('bad'));
    go();
    await expect(writes.add('bad')).rejects.toThrow('refused bad');
    expect(await writes.add('good')).toBe('good written');
  });

  it('take what came meanwhile together, in the order in which it came, so many at a time', async () => {
    const { given, go, writes } = held();
    const first = writes.add('first');
    await new Promise((resolve) => setImmediate(resolve));
    const later = ['1', '2', '3', '4', '5'].map((item) => writes.add(item));
    go();
    expect(await first).toBe('first written');
    expect(await Promise.all(later)).toEqual(['1', '2', '3', '4', '5'].map((item) => `${item} written`));
    expect(given).toEqual([['first'], ['1', '2', '3'], ['4', '5']]);
  });

  it('are of the orchestrator itself, whoever began them', async () => {
    const seen: unknown[] = [];
    const writes = new SharedWrites<number, number>((items) => {
      seen.push(currentPrincipal());
      return Promise.resolve(items);
    }, 8);
    const caller = {
      subject: 'key:1',
      tenant: 'acme',
      roles: [],
      kind: 'key',
      holder: 'x',
      expiresMs: 0,
    } as const;
    expect(await asCaller(caller, () => writes.add(1))).toBe(1);
    expect(seen).toEqual([null]);
  });
});
