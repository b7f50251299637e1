import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPassing, type SealedIntents, type SubmittedEnvelope } from '#client';
import { PageLedgerStory, told } from '../support/page-ledger-story.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';

const ACCOUNTS = 256;
const OPENING = 1_000n;
const TRANSFERS = 10_000;
const PER_ENVELOPE = 50;
/** Envelopes under way at a time. */
const AT_ONCE = 8;
/** Who is killed, each time that so many more transfers are settled. */
const victims = ['tee-worker', 'orchestrator', 'fhe-service', 'database'] as const;
const BETWEEN_KILLS = 1_200;
const RETRY_MS = 250;

/** One payer after the other; whom and how much follows from the number alone, so that it can be summed up by hand. */
const payerOf = (index: number): number => index % ACCOUNTS;
const payeeOf = (index: number): number => (index * 7 + 3 + Math.floor(index / ACCOUNTS)) % ACCOUNTS;
const amountOf = (index: number): bigint => BigInt((index % 5) + 1);

describe('kill -9 of each part, in turn, while 10,000 transfers are settled', () => {
  let stack: TestStack;
  let story: PageLedgerStory;
  const kills: string[] = [];

  beforeAll(async () => {
    stack = await startTestStack();
    story = await PageLedgerStory.found(stack, ACCOUNTS, OPENING);
  });
  afterAll(() => stack.stop());

  async function kill(): Promise<void> {
    const victim = victims[kills.length % victims.length] ?? 'orchestrator';
    kills.push(victim);
    if (victim !== 'database') return stack.restart(victim, 'SIGKILL');
    const pid = stack.postmaster();
    if (pid === null) throw new Error('no database to kill');
    // The orchestrator finds out, and starts it again.
    process.kill(pid, 'SIGKILL');
  }

  /** Until somebody took it, and says so. It is the same envelope each time. */
  async function send(sealed: SealedIntents): Promise<SubmittedEnvelope> {
    for (;;) {
      try {
        return await story.ledger.send(sealed);
      } catch (error) {
        if (!isPassing(error)) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  it('each is applied once, and every account has to the cent what it must have', async () => {
    const expected = new Map<number, bigint>();
    const add = (account: number, amount: bigint): void => {
      expected.set(account, (expected.get(account) ?? OPENING) + amount);
    };
    const envelopes: SealedIntents[] = [];
    for (let from = 0; from < TRANSFERS; from += PER_ENVELOPE) {
      const intents = [];
      for (let index = from; index < from + PER_ENVELOPE; index += 1) {
        // Nobody pays itself.
        const payee = payeeOf(index) === payerOf(index) ? payerOf(index) + 1 : payeeOf(index);
        intents.push(await story.transfer(payerOf(index), payee, amountOf(index)));
        add(payerOf(index), -amountOf(index));
        add(payee % ACCOUNTS, amountOf(index));
      }
      envelopes.push(await story.ledger.seal(intents));
    }

    const answers: string[] = [];
    const seen = new Set<string>();
    let killing: Promise<void> = Promise.resolve();
    const one = async (): Promise<void> => {
      for (let sealed = envelopes.shift(); sealed !== undefined; sealed = envelopes.shift()) {
        for await (const outcomes of story.ledger.outcomes([await send(sealed)])) {
          answers.push(...outcomes.map(told));
          for (const { intentId, memo } of outcomes) if (memo?.repeated === false) seen.add(intentId);
        }
        if (answers.length >= (kills.length + 1) * BETWEEN_KILLS) killing = killing.then(kill);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    await killing;

    expect(kills).toEqual(expect.arrayContaining([...victims]));
    expect(new Set(answers)).toEqual(new Set(['applied']));
    expect(answers).toHaveLength(TRANSFERS);
    expect(seen.size).toBe(TRANSFERS);

    // Everybody pays out what it must have, and then has not one cent more.
    const sink = 'sink';
    const { ledgerKey } = story.founded.pin;
    const [opened] = await settled([
      await story.ofIssuer(sink, { op: 'open', owner: ledgerKey, rollover: 'auto' }),
    ]);
    expect(opened).toBe('applied');
    const total = [...expected.values()].reduce((sum, each) => sum + each, 0n);
    expect(total).toBe(OPENING * BigInt(ACCOUNTS));
    for (let from = 0; from < ACCOUNTS; from += PER_ENVELOPE) {
      const accounts = [...expected.keys()].sort((a, b) => a - b).slice(from, from + PER_ENVELOPE);
      const all = [];
      for (const index of accounts) {
        const amount = expected.get(index) ?? OPENING;
        all.push(await story.ofOwner(story.account(index), { op: 'transfer', to: sink, amount }));
      }
      expect(await settled(all)).toEqual(all.map(() => 'applied'));
      const more = [];
      for (const index of accounts) {
        more.push(await story.ofOwner(story.account(index), { op: 'transfer', to: sink, amount: 1n }));
      }
      expect(await settled(more)).toEqual(more.map(() => 'INSUFFICIENT'));
    }
  }, 900_000);

  it('no version is missing, none was made twice, and nothing is left in the queue', async () => {
    const { ledger } = story.founded.pin;
    const [batches] = await stack.query<{ applied: number; last: number; head: number; open: number }>(
      `select count(*) filter (where state = 'applied')::int as applied, max(version) as last,
        (select version from sealflow.page_ledgers where ledger = $1) as head,
        count(*) filter (where state = 'running')::int as open
       from sealflow.ledger_batches where ledger = $1`,
      [ledger],
    );
    expect(batches).toMatchObject({ last: (batches?.applied ?? 0) + 1, head: batches?.last, open: 0 });
    const states = await stack.query<{ state: string }>(
      'select distinct state from sealflow.ledger_intents where ledger = $1',
      [ledger],
    );
    expect(states).toEqual([{ state: 'done' }]);
  });

  async function settled(intents: Parameters<PageLedgerStory['ledger']['seal']>[0]): Promise<string[]> {
    const answers: string[] = [];
    const envelope = await send(await story.ledger.seal(intents));
    for await (const outcomes of story.ledger.outcomes([envelope])) answers.push(...outcomes.map(told));
    return answers;
  }
});
