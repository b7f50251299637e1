import { describe, expect, it } from 'vitest';
import type { TaskRuntime } from '../runtime.js';
import { isOffered, offeredRuntimes } from './offered-runtimes.js';

const runtimes = [
  'document.extract',
  'ledger.reserve.authorize',
  'ledger.open.authorize',
  'ledgers.list',
].map(
  (operation): TaskRuntime => ({
    operation,
    kind: 'tee.cpu',
    run: () => Promise.reject(new Error('not run')),
  }),
);
const offered = (...names: readonly string[]): string[] =>
  offeredRuntimes(runtimes, names).map(({ operation }) => operation);

describe('what a worker offers', () => {
  it('is refused where a name means nothing to it, and says what it has', () => {
    expect(() => offered('document.extract', 'document.read')).toThrow(
      /^SEALFLOW_OPERATIONS: .*got document\.read; it has document\.extract,ledger\.open\.authorize/,
    );
    expect(() => offered('zk.*')).toThrow(/got zk\.\*/);
  });

  it('is everything where nothing is said', () => {
    expect(offeredRuntimes(runtimes, null)).toBe(runtimes);
  });

  it('is what is named, by name or by all that begins so', () => {
    expect(offered('document.extract')).toEqual(['document.extract']);
    expect(offered('ledger.*')).toEqual(['ledger.reserve.authorize', 'ledger.open.authorize']);
  });

  it('is asked of one operation by the same rule', () => {
    expect(isOffered('ledger.open.authorize', null)).toBe(true);
    expect(isOffered('ledger.open.authorize', ['document.extract', 'ledger.*'])).toBe(true);
    expect(isOffered('ledger.open.authorize', ['document.extract', 'ledger.open'])).toBe(false);
  });
});
