import type { IntentOutcome, SealflowClient } from '#client';
import { auctionKey } from '#ledger';
import { builtinText } from '#workflow';
import { euros, seconds, shownPath } from '../../output/format.js';
import type { Report } from '../../output/report.js';
import { showPlan } from '../../plan/show-plan.js';
import type { RunningStack } from '../../stack/stack.js';
import { demoClient } from '../frame/demo-client.js';
import { DemoLedger, told } from '../frame/demo-ledger.js';
import type { KeptRun } from '../frame/kept-run.js';
import { showAttackers } from '../frame/show-attackers.js';
import { showStack, showTotals, showVerdict } from '../frame/show-parts.js';
import { auctionAttackers } from './attackers.js';
import { type Bidder, DEPOSITS, expectedOf, type Lot, PLAIN_LOT, SELLER, TIED_LOT } from './lots.js';

const HOUR_MS = 3_600_000;

/** A lot that was sold: what its seller and its bidders were told. */
export interface Sale {
  readonly lot: Lot;
  readonly bids: ReadonlyMap<Bidder, IntentOutcome>;
  readonly settled: IntentOutcome;
  readonly winner: Bidder | null;
  readonly price: bigint;
}

/** Two lots of an auction, then its attackers. Returns whether everything came out as it must. */
export async function runAuctionDemo(stack: RunningStack, report: Report): Promise<boolean> {
  const beganMs = performance.now();
  const client = demoClient(stack);
  try {
    showStack(report, stack, 'a sealed-bid auction at the second price');
    const { bundles } = stack.installation;
    const openings = { [SELLER]: 0n, ...DEPOSITS };
    const ledger = await DemoLedger.found(client, openings, { name: 'auction', bundles });
    await showBatchPlan(report, client, ledger);
    showLedger(report, ledger);
    const sales = [await sell(TIED_LOT, ledger, report), await sell(PLAIN_LOT, ledger, report)];
    const balancesRight = await showBalances(report, ledger, sales);
    const attacks = await showAttackers(report, auctionAttackers, { stack, ledger, sales });
    const batches = await ledger.keepBatches();
    showEvidence(report, stack, ledger, batches, sales);
    const passed = showSales(report, sales) && balancesRight && allReplayed(report, batches);
    return showTotals(report, stack, { attacks, passed, beganMs });
  } finally {
    client.close();
  }
}

/** The plan of every batch: the orchestrator makes those runs itself, out of envelopes that it cannot open. */
async function showBatchPlan(report: Report, client: SealflowClient, { name }: DemoLedger): Promise<void> {
  const definition = builtinText('ledger-batch');
  showPlan(report, await client.plan({ definition, parameters: { batch: { ledger: name } } }));
}

function showLedger(report: Report, { name, files }: DemoLedger): void {
  const bidders = Object.entries(DEPOSITS).map(([bidder, cents]) => `${bidder} ${euros(cents)}`);
  report.heading(`LEDGER  ${name}: balances encrypted (BFV), nothing but deltas is ever added to them`);
  report.line(`  deposits: ${bidders.join(', ')}`);
  report.line(`  founding  ${shownPath(files.founding.bundlePath)}`);
}

/** Every bidder seals its own bid; then the seller, who knows none of them, ends the lot. */
async function sell(lot: Lot, ledger: DemoLedger, report: Report): Promise<Sale> {
  report.heading(`LOT  ${lot.name}: ${lot.what}`);
  const startMs = performance.now();
  const untilMs = Date.now() + HOUR_MS;
  const closer = auctionKey({ ledger: ledger.name, seller: SELLER, name: lot.name });
  const bids = new Map(
    await Promise.all(
      (Object.entries(lot.bids) as [Bidder, bigint][]).map(async ([bidder, amount]) => {
        const bid = { op: 'reserve', to: SELLER, amount, closer, untilMs } as const;
        return [bidder, await ledger.send(bidder, bid)] as const;
      }),
    ),
  );
  for (const [bidder, outcome] of bids) {
    report.line(`  ${bidder.padEnd(10)} is told  ${told(outcome).padEnd(14)} (batch ${outcome.runId})`);
  }
  const bidMs = performance.now() - startMs;
  const settled = await ledger.send(SELLER, { op: 'settle', auction: lot.name, floor: lot.floor });
  const winner = [...bids].find(([, { intentId }]) => intentId === settled.memo?.winner)?.[0] ?? null;
  const price = settled.memo?.transferred ?? 0n;
  report.line(
    `  ${SELLER.padEnd(10)} is told  ${told(settled)}: winner ${winner ?? 'none'}, price ${euros(price)}`,
  );
  report.line(
    `  ${bids.size} bids decided after ${seconds(bidMs)}, settled after ${seconds(performance.now() - startMs)}`,
  );
  return { lot, bids, settled, winner, price };
}

/** The winner of each lot paid its price and nobody else paid anything, as each asks of the key enclave about itself. */
async function showBalances(report: Report, ledger: DemoLedger, sales: readonly Sale[]): Promise<boolean> {
  report.heading(
    'BALANCES  as the key enclave tells each owner about its own account and nobody about another',
  );
  const paid = (bidder: Bidder): bigint =>
    sales.filter(({ winner }) => winner === bidder).reduce((sum, { price }) => sum + price, 0n);
  const expected = new Map<string, bigint>([
    ...(Object.keys(DEPOSITS) as Bidder[]).map(
      (bidder) => [bidder, DEPOSITS[bidder] - paid(bidder)] as const,
    ),
    [SELLER, sales.reduce((sum, { price }) => sum + price, 0n)],
  ]);
  const actual = await Promise.all(
    [...expected.keys()].map(async (id) => [id, await ledger.balance(id)] as const),
  );
  for (const [id, cents] of actual) {
    const right = cents === expected.get(id);
    report.line(`  ${right ? 'as it must' : 'WRONG     '}  ${id.padEnd(10)} ${euros(cents)}`);
  }
  report.fact('balances', Object.fromEntries(actual));
  return actual.every(([id, cents]) => cents === expected.get(id));
}

function showEvidence(
  report: Report,
  stack: RunningStack,
  { files }: DemoLedger,
  batches: readonly KeptRun[],
  sales: readonly Sale[],
): void {
  const settling = batches.find(({ runId }) => runId === sales[0]?.settled.runId);
  if (settling !== undefined) {
    showVerdict(report, stack, 'the batch that settled the first lot', {
      ...settling,
      ciphertexts: files.folder,
    });
  }
  const folder = shownPath(files.folder);
  report.line(`  the whole ledger: npx sealflow ledger replay "${folder}" --ciphertexts "${folder}"`);
  report.line(
    '  What no bundle proves: that the enclave ranked the bids as it says. Its measured code does that; the additions',
  );
  report.line('  of what it signed are repeated above. No bid is in any bundle.');
  report.fact(
    'bundles',
    [files.founding, ...batches].map(({ runId, bundlePath, verdict }) => ({
      runId,
      bundlePath,
      verdict: verdict.outcome,
    })),
  );
}

function showSales(report: Report, sales: readonly Sale[]): boolean {
  report.heading('SUMMARY');
  const results = sales.map(({ lot, bids, winner, price }) => {
    const expected = expectedOf(lot);
    const unfunded = [...bids]
      .filter(([, outcome]) => told(outcome) === 'INSUFFICIENT')
      .map(([name]) => name);
    const right =
      winner !== null &&
      expected.winners.includes(winner) &&
      price === expected.price &&
      unfunded.join() === expected.unfunded.join();
    report.line(
      `  ${right ? 'as it must' : 'WRONG     '}  ${lot.name}  ${bids.size} bids, without money: ${unfunded.join(', ') || 'none'}; ${winner ?? 'nobody'} pays ${euros(price)}`,
    );
    return { lot: lot.name, winner, price, unfunded, right };
  });
  report.fact('lots', results);
  return results.every(({ right }) => right);
}

function allReplayed(report: Report, batches: readonly KeptRun[]): boolean {
  const steps = batches.flatMap(({ verdict }) => verdict.steps.filter(({ kind }) => kind === 'fhe.bfv'));
  const replayed = steps.filter(({ integrity }) => integrity === 'REPLAYED').length;
  const verified = batches.filter(({ verdict }) => verdict.outcome === 'verified').length;
  report.line(
    `  ${verified} of ${batches.length} batches verified, additions of ${replayed} of ${steps.length} repeated`,
  );
  return verified === batches.length && replayed === steps.length;
}
