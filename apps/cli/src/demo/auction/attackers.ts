import { readFileSync } from 'node:fs';
import type { IntentOutcome } from '#client';
import { verifyBundle } from '#evidence';
import { auctionKey, type IntentBody } from '#ledger';
import { type Answer, type AttackCase, refusal } from '../../attack/attack-case.js';
import { searchStored } from '../../attack/orchestrator/search-storage.js';
import type { RunningStack } from '../../stack/stack.js';
import { type DemoLedger, told } from '../frame/demo-ledger.js';
import type { DemoAttacker } from '../frame/show-attackers.js';
import { tamper } from '../tamper.js';
import type { Sale } from './auction-demo.js';
import { PLAIN_LOT, SELLER } from './lots.js';

/** What the attackers find: an auction of which two lots were sold. */
export interface AuctionScene {
  readonly stack: RunningStack;
  readonly ledger: DemoLedger;
  readonly sales: readonly Sale[];
}

type AuctionCase = AttackCase<AuctionScene>;

const HOUR_MS = 3_600_000;
/** A lot that is not settled while its bidders misbehave. */
const OPEN_LOT = 'band-c';
const FIRST_BID = 2_104_773_619n;
const SECOND_BID = 60_318_552_074n;
const enclave = { noticedBy: 'key enclave', needs: 'stack' } as const;

const searchBids: AuctionCase = {
  name: 'search-bids',
  actor: 'orchestrator',
  tries: 'search everything that is stored for every bid, in six spellings',
  expected: 'NO_PLAINTEXT',
  noticedBy: 'nobody who looks',
  needs: 'stack',
  leaves: '',
  attack: ({ stack, sales }) => {
    const bids = new Set(sales.flatMap(({ lot }) => Object.values(lot.bids).map(String)));
    return searchStored(stack, { secrets: [...bids], known: sales.map(({ settled }) => settled.runId) });
  },
};

const withdrawBid: AuctionCase = {
  ...enclave,
  name: 'withdraw-bid',
  actor: 'submitter',
  tries: 'take a bid back before the lot is settled',
  expected: 'NOT_CLOSER',
  leaves: 'a bid for a lot that is never settled',
  attack: async ({ ledger }) => {
    const { intentId } = await ledger.send('west', bidOf(ledger, FIRST_BID));
    return answerOf(await ledger.send('west', { op: 'release', reservation: intentId }));
  },
};

const settleAsBidder: AuctionCase = {
  ...enclave,
  name: 'settle-as-bidder',
  actor: 'submitter',
  tries: 'end the lot at a moment of its own choice, as a bidder',
  expected: 'NOT_OWNER',
  leaves: '',
  attack: async ({ ledger }) =>
    answerOf(await ledger.send(SELLER, { op: 'settle', auction: OPEN_LOT, floor: PLAIN_LOT.floor }, 'west')),
};

const bidTwice: AuctionCase = {
  ...enclave,
  name: 'bid-twice',
  actor: 'submitter',
  tries: 'bid again with money that the lot before was paid with',
  expected: 'INSUFFICIENT',
  leaves: '',
  attack: async ({ ledger, sales }) =>
    answerOf(await ledger.send(sales[0]?.winner ?? 'north', bidOf(ledger, SECOND_BID))),
};

const readBidder: AuctionCase = {
  ...enclave,
  name: 'read-bidder',
  actor: 'auditor',
  tries: 'ask for the balance of a bidder, as the seller: before and after, it would tell the bid',
  expected: 'ANSWER_REFUSED',
  leaves: 'a question in the log, and an answer of the size of any other',
  attack: ({ ledger }) => refusal(() => ledger.balance('south', SELLER)),
};

const changeSignature: AuctionCase = {
  name: 'change-signature',
  actor: 'orchestrator',
  tries: 'pass on the batch that settled the lot with one byte of a signature changed',
  expected: 'STEP_SIGNATURE_INVALID',
  noticedBy: 'verifier',
  needs: 'stack',
  leaves: '',
  attack: async ({ stack, ledger, sales }) => {
    const batches = await ledger.keepBatches();
    const settling = batches.find(({ runId }) => runId === sales[0]?.settled.runId);
    if (settling === undefined) throw new Error('the batch that settled the first lot has no bundle');
    const { bytes, what } = tamper(readFileSync(settling.bundlePath), 'steps.0.signatures.0.sig');
    const { outcome, exitCode, reason } = await verifyBundle(bytes, stack.trust, { at: null });
    return { reason, detail: `${what}: verdict ${outcome}, exit code ${exitCode}` };
  },
};

export const auctionAttackers: readonly DemoAttacker<AuctionScene>[] = [
  ['curious operator', [searchBids]],
  ['dishonest bidder', [withdrawBid, settleAsBidder, bidTwice]],
  ['curious seller', [readBidder]],
  ['dishonest operator', [changeSignature]],
];

function bidOf({ name: ledger }: DemoLedger, amount: bigint): IntentBody {
  const closer = auctionKey({ ledger, seller: SELLER, name: OPEN_LOT });
  return { op: 'reserve', to: SELLER, amount, closer, untilMs: Date.now() + HOUR_MS };
}

function answerOf(outcome: IntentOutcome): Answer {
  const reason = told(outcome);
  return {
    reason: reason === 'applied' ? null : reason,
    detail: `decided in batch ${outcome.runId}: nothing moved`,
  };
}
