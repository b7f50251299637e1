import { setTimeout as sleep } from 'node:timers/promises';
import type { IntentBody } from '#ledger';
import type { Actor, Answer, AttackCase, NoticedBy, Scene } from '../attack-case.js';
import { BIDDER_HAS, type Money, PER_CALL, PER_DAY, told } from './money.js';

type Attempt = (money: Money) => Promise<Answer>;

const hourOf = ({ client }: Money): number => client.options.now() + 3_600_000;

/** Attacks on money of a ledger of pages: by an agent under a mandate, by whom it pays, by bidders, and on the wire. */
export const agentMoney: readonly AttackCase[] = [
  ofMoney(
    'mandate-per-call',
    'agent',
    'pay more at a time than the mandate allows',
    'DELEGATE_LIMIT',
    (money) => refused(money, 'agent', 'budget', { op: 'transfer', to: 'provider', amount: PER_CALL + 1n }),
  ),
  ofMoney(
    'mandate-other-payee',
    'agent',
    'pay somebody whom the mandate does not list',
    'DELEGATE_NOT_ALLOWED',
    (money) => refused(money, 'agent', 'budget', { op: 'transfer', to: 'stranger', amount: 1n }),
  ),
  ofMoney('mandate-widened', 'agent', 'give itself a wider mandate', 'NOT_OWNER', (money) =>
    refused(money, 'agent', 'budget', {
      ...{ op: 'delegate', delegate: money.keyOf('agent'), ops: ['transfer'] },
      ...{ perCall: PER_CALL * 10n, perDay: PER_DAY * 10n, untilMs: hourOf(money), allow: null },
    }),
  ),
  ofMoney(
    'mandate-in-parallel',
    'agent',
    'exceed the day by three calls at once',
    'DELEGATE_LIMIT',
    inParallel,
  ),
  ofMoney(
    'budget-of-a-stranger',
    'submitter',
    'spend from an account of somebody else',
    'NOT_OWNER',
    (money) => refused(money, 'stranger', 'budget', { op: 'transfer', to: 'stranger', amount: 1n }),
  ),
  ofMoney('money-made', 'submitter', 'put money into an account that nobody issued', 'NOT_ISSUER', (money) =>
    refused(money, 'stranger', 'stranger', { op: 'deposit', amount: 1n }),
  ),
  ofMoney(
    'bid-without-money',
    'submitter',
    'bid more in a sealed auction than one has',
    'INSUFFICIENT',
    (money) =>
      refused(money, 'bidder', 'bidder', {
        ...{ op: 'reserve', to: 'provider', amount: BIDDER_HAS + 1n },
        ...{ closer: money.keyOf('provider'), untilMs: hourOf(money) },
      }),
  ),
  ofMoney(
    'bid-withdrawn',
    'submitter',
    'take a sealed bid back before the auction is over',
    'NOT_CLOSER',
    async (money) => {
      const reservation = await reserved(money, 'bidder', 'bidder', 10n);
      return refused(money, 'bidder', 'bidder', { op: 'release', reservation });
    },
  ),
  ofMoney(
    'charged-above-cap',
    'worker',
    'charge more than the agent set aside',
    'NOTHING_CHARGED',
    async (money) => {
      const reservation = await reserved(money, 'owner', 'budget', 100n);
      const outcome = await money.settle('provider', 'budget', { op: 'commit', reservation, amount: 101n });
      const moved = outcome.memo?.transferred;
      const reason = moved === 0n ? 'NOTHING_CHARGED' : null;
      return { reason, detail: `101 asked of 100 set aside: ${told(outcome)}, ${String(moved)} charged` };
    },
  ),
  ofMoney('charged-twice', 'worker', 'charge for one call twice', 'RESERVATION_UNKNOWN', async (money) => {
    const reservation = await reserved(money, 'owner', 'budget', 100n);
    const body = { op: 'commit', reservation, amount: 60n } as const;
    const first = await money.settle('provider', 'budget', body);
    const again = await refused(money, 'provider', 'budget', body);
    return { ...again, detail: `first ${told(first)}, then ${again.detail}` };
  }),
  ofMoney(
    'charged-by-a-stranger',
    'orchestrator',
    'charge in the name of the provider',
    'NOT_CLOSER',
    async (money) => {
      const reservation = await reserved(money, 'owner', 'budget', 100n);
      return refused(money, 'stranger', 'budget', { op: 'commit', reservation, amount: 100n });
    },
  ),
  ofMoney(
    'old-balances-shown',
    'orchestrator',
    'show the key enclave balances from before what the payer has seen',
    'STALE_PAGE',
    async (money) => {
      const pay = { op: 'transfer', to: 'provider', amount: 1n } as const;
      const answer = told(await money.settleAfter(1_000, 'owner', 'budget', pay));
      const detail = `a payer who saw 1000 batches more: ${answer}`;
      return { reason: answer === 'applied' ? null : answer, detail };
    },
  ),
  ofMoney(
    'payment-number-reused',
    'network',
    'send another payment under the number of one that was made',
    'REPLAYED',
    async (money) => {
      const pay = (amount: bigint) =>
        money.intent('owner', 'budget', { op: 'transfer', to: 'provider', amount }, 40);
      const { ledger } = money.founded;
      const [first] = await ledger.settle([await pay(1n)]);
      const [again] = await ledger.settle([await pay(2n)]);
      const reason = again === undefined ? null : told(again);
      return { reason, detail: `first ${first === undefined ? 'no answer' : told(first)}, then ${reason}` };
    },
  ),
  ofMoney(
    'payment-replayed',
    'network',
    'send the sealed payment that was made once more',
    'SAME_ANSWER',
    resent,
    'orchestrator',
  ),
  // Last, as it waits for its time.
  ofMoney(
    'mandate-expired',
    'agent',
    'pay under a mandate that is over',
    'DELEGATE_EXPIRED',
    async (money) => {
      await sleep(Math.max(0, money.lateUntilMs - money.client.options.now()));
      return refused(money, 'late', 'budget', { op: 'transfer', to: 'provider', amount: 1n });
    },
  ),
];

function ofMoney(
  name: string,
  actor: Actor,
  tries: string,
  expected: string,
  attempt: Attempt,
  noticedBy: NoticedBy = 'key enclave',
): AttackCase {
  return {
    ...{ name, actor, tries, expected, noticedBy, needs: 'target' },
    leaves: 'batches of the ledger of the pack, each a run',
    lane: 'money',
    attack: async (scene: Scene) => attempt(await scene.money()),
  };
}

async function refused(
  money: Money,
  signer: Parameters<Money['settle']>[0],
  account: string,
  body: IntentBody,
): Promise<Answer> {
  const answer = told(await money.settle(signer, account, body));
  return { reason: answer === 'applied' ? null : answer, detail: `${body.op} by ${signer}: ${answer}` };
}

/** Sets an amount aside for the provider, who says how much was used. */
async function reserved(
  money: Money,
  signer: Parameters<Money['settle']>[0],
  account: string,
  amount: bigint,
) {
  const closer = money.keyOf('provider');
  const body = { op: 'reserve', to: 'provider', amount, closer, untilMs: hourOf(money) } as const;
  const outcome = await money.settle(signer, account, body);
  if (told(outcome) !== 'applied') throw new Error(`nothing was set aside: ${told(outcome)}`);
  return outcome.intentId;
}

/** Of a day of 60,000 three calls of 25,000 each: whichever comes first, the third finds too little. */
async function inParallel(money: Money): Promise<Answer> {
  const call = { op: 'transfer', to: 'provider', amount: 25_000n } as const;
  const answers = (await Promise.all([1, 2, 3].map(() => money.settle('agent', 'budget', call)))).map(told);
  const detail = answers.join(', ');
  const paid = answers.filter((answer) => answer === 'applied').length;
  if (BigInt(paid) * call.amount > PER_DAY) return { reason: null, detail };
  return { reason: answers.find((answer) => answer !== 'applied') ?? null, detail };
}

/** The same bytes again are the same envelope: nothing new is decided. */
async function resent(money: Money): Promise<Answer> {
  const { ledger } = money.founded;
  const pay = await money.intent('owner', 'budget', { op: 'transfer', to: 'provider', amount: 1n });
  const sealed = await ledger.seal([pay]);
  const answersOf = async (): Promise<string> => {
    const envelope = await ledger.send(sealed);
    for await (const outcomes of ledger.outcomes([envelope]))
      return `${outcomes.map(told)} ${outcomes[0]?.runId}`;
    return '';
  };
  const [first, again] = [await answersOf(), await answersOf()];
  return {
    reason: first !== '' && first === again ? 'SAME_ANSWER' : null,
    detail: `${first}; again ${again}`,
  };
}
