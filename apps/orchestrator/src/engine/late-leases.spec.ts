import { describe, expect, it } from 'vitest';
import type { LedgerStore } from '../ledger/ledger-store.js';
import type { NullifierStore } from '../runs/nullifier-store.js';
import type { RunStore } from '../runs/run-store.js';
import type { LeaseBook, LeaseRow } from '../sessions/lease-book.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import { ResultCollector } from './result-collector.js';
import { NOW_MS, planned, run } from './statement.fixture.js';
import type { StatementChecker } from './statement-checker.js';

const nothing = () => undefined;
const logger = { info: nothing, warn: nothing, error: nothing } as never;

/** One lease that nobody answers, as the database keeps it, and a collector that judges it as often as it is asked. */
function unanswered(state: 'queued' | 'sent') {
  let row = { lease: 'lease', state, reason: null, result: null, sentAt: null } as unknown as LeaseRow;
  const leases = {
    revoke: async (_lease: string, reason: string) => {
      if (row.state === 'queued' || row.state === 'sent') row = { ...row, state: 'revoked', reason };
    },
    conclude: async () => undefined,
  };
  const collector = new ResultCollector(
    {} as RunStore,
    leases as unknown as LeaseBook,
    {} as LedgerStore,
    {} as SessionRegistry,
    {} as StatementChecker,
    {} as NullifierStore,
    () => NOW_MS,
    logger,
  );
  return {
    judge: (task = planned('extract'), changes: Partial<typeof run> = {}) =>
      collector.judge({ ...run, ...changes }, task, row, null),
    revoke: (reason: string) => leases.revoke('lease', reason),
  };
}

describe('a lease that nobody answered in time', () => {
  it.each([
    ['queued', 'NO_WORKER', 'worker-capacity'],
    ['sent', 'DEADLINE_EXCEEDED', 'timeout'],
  ] as const)(
    'and that was %s says %s, also when it is judged again after the judge was killed',
    async (state, reason, errorClass) => {
      const { judge } = unanswered(state);
      const expected = { result: { status: 'failed', reason }, errorClass, retry: true };
      expect(await judge()).toMatchObject(expected);
      expect(await judge()).toMatchObject(expected);
    },
  );

  it('of a person is no reason to ask that person again, however often it is judged', async () => {
    const { judge } = unanswered('sent');
    const person = { ...planned('extract'), kind: 'human' as const, attemptsMax: 3 };
    const expected = { result: { status: 'failed', reason: 'DEADLINE_EXCEEDED' }, retry: false };
    expect(await judge(person)).toMatchObject(expected);
    expect(await judge(person)).toMatchObject(expected);
  });

  it('of a run that was cancelled is cancelled, whatever it was revoked for', async () => {
    const { judge, revoke } = unanswered('sent');
    await revoke('CANCELLED');
    expect(await judge(undefined, { cancelRequested: true })).toMatchObject({
      result: { status: 'cancelled', reason: 'CANCELLED' },
      retry: false,
    });
  });
});
