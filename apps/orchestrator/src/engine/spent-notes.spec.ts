import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#canonical';
import type { LedgerStore } from '../ledger/ledger-store.js';
import type { NullifierStore, Spender } from '../runs/nullifier-store.js';
import type { RunStore } from '../runs/run-store.js';
import type { LeaseBook, LeaseRow } from '../sessions/lease-book.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import { ResultCollector } from './result-collector.js';
import { NOW_MS, planned, run } from './statement.fixture.js';
import type { StatementChecker } from './statement-checker.js';

const proved = planned('score');
const nothing = () => undefined;
const logger = { info: nothing, warn: nothing, error: nothing } as never;

/** A collector over results that pass every check of their statements. */
function collector(facts: JsonObject) {
  const fenced: string[] = [];
  const asked: string[] = [];
  const spent = new Map<string, string>();
  const spend = async (names: readonly string[], spender: Spender): Promise<boolean> => {
    asked.push(...names);
    const step = `${spender.runId} ${spender.taskId}`;
    if (names.some((name) => (spent.get(name) ?? step) !== step)) return false;
    for (const name of names) spent.set(name, step);
    return true;
  };
  const checked = {
    reason: null,
    signKey: 'key',
    statement: 's',
    public: facts,
    outputs: [],
    blobs: [],
    memoryMib: 1,
  };
  const made = new ResultCollector(
    {} as RunStore,
    { conclude: async () => undefined } as unknown as LeaseBook,
    {} as LedgerStore,
    { fence: async (key: string) => fenced.push(key) } as unknown as SessionRegistry,
    { check: async () => checked } as unknown as StatementChecker,
    { spend } as unknown as NullifierStore,
    () => NOW_MS,
    logger,
  );
  const lease = {
    ...{ lease: 'lease', state: 'completed', sentAt: null, worker: 'zk-prover-0' },
    result: { kind: 'completed', statement: 's', outputs: [], blobs: [] },
  } as unknown as LeaseRow;
  const judge = (runId: string) => made.judge({ ...run, runId }, proved, lease, null);
  return { judge, fenced, asked };
}

describe('what is used up twice', () => {
  it('fails the second step by name, for good, and takes no honest prover out of service', async () => {
    const { judge, fenced } = collector({ nullifier: '77', outcome: 'transferred' });
    expect((await judge('run-1')).result.status).toBe('succeeded');
    const second = await judge('run-2');
    expect(second).toMatchObject({
      result: { status: 'failed', reason: 'NULLIFIER_SPENT' },
      retry: false,
      checked: null,
    });
    expect(fenced).toEqual([]);
  });

  it.each([
    ['claim', { claimNullifier: '1', encounterNullifier: '4' }],
    ['encounter of it, under another number', { claimNullifier: '3', encounterNullifier: '2' }],
  ])('fails a claim of which the %s was accepted before', async (_, names) => {
    const facts: JsonObject = { rule: 'accepted', claimNullifier: '1', encounterNullifier: '2' };
    const { judge } = collector(facts);
    expect((await judge('run-1')).result.status).toBe('succeeded');
    Object.assign(facts, names);
    expect((await judge('run-2')).result).toEqual({ status: 'failed', reason: 'NULLIFIER_SPENT' });
  });

  it('is no second time where the same step says it again', async () => {
    const { judge } = collector({ nullifier: '77' });
    await judge('run-1');
    expect((await judge('run-1')).result.status).toBe('succeeded');
  });

  it('is not looked for where nothing was spent', async () => {
    const { judge, asked } = collector({ decision: 'approve' });
    expect((await judge('run-1')).result.status).toBe('succeeded');
    expect(asked).toEqual([]);
  });
});
