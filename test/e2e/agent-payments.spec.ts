import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALL } from '../../apps/cli/src/demo/agent/agent-parties.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import type { OwnLedger } from '../../apps/cli/src/ledger/ledger-client.js';
import { MandateFolder } from '../../apps/cli/src/ledger/mandate-folder.js';
import { grant } from '../../apps/cli/src/ledger/mandates.js';
import { targetOf } from '../../apps/cli/src/stack/stack.js';
import { type Answered, KeptPayment, offered, sent } from '../../apps/cli/src/x402/pay-for-answer.js';
import { PaymentBook } from '../../apps/cli/src/x402/payment-book.js';
import { Wire } from '../chaos/wire.js';
import { ownLedgerOf } from '../support/mandate-story.js';
import { PageLedgerStory, told } from '../support/page-ledger-story.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { FIRST, SECOND } from '../support/two-replicas.js';
import { until } from '../support/until.js';
import { FrontProcess, paidByAgent } from '../support/x402-front.js';
import { isWhole } from './suite.js';

/*
 * Agents pay for calls over HTTP 402 at two orchestrators on one database: two fronts with one book, each a client of both. What each account has is compared with what the fronts said was taken.
 */
const OPENING = 10_000_000n;
const CAP = 40_000n;
const BUDGET = 400_000n;
const DAY_MS = 86_400_000;
const IDLE_MS = 10_000;
const request = { ...CALL, max_tokens: 8, messages: [{ role: 'user', content: 'You may' }] };

let folder: string;
let stack: TestStack;
let story: PageLedgerStory;
let own: OwnLedger;
/** Between the second front and the orchestrators. */
let wires: readonly Wire[] = [];
let fronts: FrontProcess[] = [];
let book: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-agents-'));
  book = join(folder, 'book');
  stack = await startTestStack({ second: {} });
  story = await PageLedgerStory.found(stack, 2, OPENING);
  own = ownLedgerOf(story, stack, [0, 1]);
  const replicas = [stack.address.grpc, stack.second?.grpcAddress ?? ''];
  wires = await Promise.all(replicas.map(wired));
  fronts = await Promise.all([serving(replicas), serving(wires)]);
}, 600_000);

afterAll(async () => {
  for (const front of fronts) await front.end('SIGKILL');
  for (const wire of wires) await wire.close();
  await stack?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

async function wired(replica: string): Promise<Wire> {
  const wire = await Wire.open('front');
  wire.leadTo(replica);
  return wire;
}

/** A conversation whose client is gone is over soon, so that its payment is. */
function serving(replicas: readonly (string | Wire)[]): Promise<FrontProcess> {
  const target = targetOf(replicas.map((at) => (typeof at === 'string' ? at : at.address)));
  const workflow = join(folder, 'agent-call.yaml');
  const text = readFileSync(join(projectRoot, 'examples/agent-call.yaml'), 'utf8');
  writeFileSync(workflow, text.replace('callsMax: 1', `callsMax: 1\n      idleMs: ${IDLE_MS}`));
  return FrontProcess.start(stack, [
    ...['--ledger', story.ledger.pin.ledger, '--pay-to', story.account(1).id, '--cap', `${CAP}`],
    ...['--listen', '127.0.0.1:0', '--orchestrator', target, '--book', book, '--workflow', workflow],
  ]);
}

/** An agent with a mandate of its own. */
async function agentNamed(mandate: string, perDay: bigint): Promise<{ mandate: MandateFolder; at: string }> {
  const at = join(folder, mandate);
  const terms = {
    ...{ payer: story.account(0).id, mandate, budget: BUDGET, perCall: CAP, perDay },
    ...{ untilMs: Date.now() + DAY_MS, ops: ['reserve'] as const, payees: [story.account(1).id] },
  };
  const granted = await grant(own, terms, at);
  expect(granted.map(told)).toEqual(['applied', 'applied', 'applied']);
  return { mandate: MandateFolder.open(at), at };
}

async function signed(mandate: MandateFolder, url: string): Promise<KeptPayment> {
  const terms = { folder: join(folder, 'payments'), max: CAP };
  return KeptPayment.signed(story.client, mandate, await offered(url, request), terms);
}

function send(front: FrontProcess | undefined, payment: KeptPayment): Promise<Answered> {
  return sent(front?.url ?? '', request, payment);
}

async function available(account: string): Promise<bigint> {
  const { available: amount, reserved, pending } = (await own.statement(account)).statement.opening;
  expect({ reserved, pending }).toEqual({ reserved: 0n, pending: 0n });
  return amount;
}

const takenBy = ({ settlement }: Pick<Answered, 'settlement'>): bigint => BigInt(settlement?.amount ?? 0);
const reasonOf = ({ body }: Pick<Answered, 'body'>): string =>
  String((body['error'] as { reason?: string } | undefined)?.reason ?? 'none');

/** What the seller got over all, by the word of the fronts. */
let taken = 0n;

describe.runIf(isWhole)('a front of x402', () => {
  it('sells a call to an agent that has a mandate, and says what was taken', async () => {
    const { at } = await agentNamed('agent-one', BUDGET);
    const file = join(folder, 'request.json');
    writeFileSync(file, JSON.stringify(request));
    const [front] = fronts;
    const words = [at, front?.url ?? '', '--request', file, '--orchestrator', stack.address.grpc];
    const line = await paidByAgent(stack, [...words, '--max', `${CAP}`]);
    expect(line, JSON.stringify(line.body)).toMatchObject({ status: 200, settlement: { success: true } });
    expect(line.body['choices']).toHaveLength(1);
    const again = await paidByAgent(stack, [...words, '--payment', line.path]);
    expect(again).toEqual(line);
    taken += BigInt(line.settlement?.amount ?? 0);
    expect(taken > 0n).toBe(true);
    expect(await available('agent-one')).toBe(BUDGET - taken);
  });

  it('asks a client that does not pay, and one that would pay less, and makes no run for either', async () => {
    const [front] = fronts;
    const before = await runCount();
    const required = await offered(front?.url ?? '', request);
    expect(required.accepts).toMatchObject([{ scheme: 'upto', amount: `${CAP}`, asset: 'EUR' }]);
    const { mandate } = await agentNamed('agent-cheap', BUDGET);
    const payment = await signed(mandate, front?.url ?? '');
    const accepted = { ...payment.payload.accepted, amount: '1' };
    const cheap = Object.assign(Object.create(payment), { payload: { ...payment.payload, accepted } });
    expect(reasonOf(await send(front, cheap))).toBe('AMOUNT_BELOW_CAP');
    expect(await runCount()).toBe(before);
  });

  it('takes one payment once, though it comes to two fronts with one book at the same time', async () => {
    const { mandate } = await agentNamed('agent-twice', BUDGET);
    const payment = await signed(mandate, fronts[0]?.url ?? '');
    const before = await runCount();
    const answers = await Promise.all(fronts.map((front) => send(front, payment)));
    const settled = await Promise.all(
      fronts.map(async (front) => {
        await until('the payment is over', async () => (await front.payment(payment.id)).status !== 503);
        return send(front, payment);
      }),
    );
    expect(answers.filter(({ body }) => Array.isArray(body['choices']))).toHaveLength(1);
    const [first, second] = settled.map(({ settlement }) => settlement);
    expect(first).toMatchObject({ success: true });
    expect(first).toEqual(second);
    expect(await runCount()).toBe(before + 1);
    const amount = BigInt(first?.amount ?? 0);
    taken += amount;
    expect(await available('agent-twice')).toBe(BUDGET - amount);
  });

  it('passes as many of parallel calls at two replicas as the cap of the day allows, and no more', async () => {
    const { mandate } = await agentNamed('agent-many', 3n * CAP);
    const payments: KeptPayment[] = [];
    for (let count = 0; count < 8; count += 1) payments.push(await signed(mandate, fronts[0]?.url ?? ''));
    const answers = await Promise.all(payments.map((payment, at) => send(fronts[at % 2], payment)));
    const passed = answers.filter(({ status }) => status === 200);
    expect(passed).toHaveLength(3);
    expect(answers.filter(({ status }) => status !== 200).map(reasonOf)).toEqual(
      Array(5).fill('DELEGATE_LIMIT'),
    );
    const amount = passed.map(takenBy).reduce((sum, each) => sum + each, 0n);
    expect(await executors(payments)).toEqual([FIRST, SECOND]);
    taken += amount;
    expect(await available('agent-many')).toBe(BUDGET - amount);
  }, 300_000);
});

describe.runIf(isWhole)('a front that is killed', () => {
  it('between writing a payment down and making its run leaves one that the same payload makes, once', async () => {
    const { mandate } = await agentNamed('agent-killed', BUDGET);
    const [honest, dying] = fronts as [FrontProcess, FrontProcess];
    const payment = await signed(mandate, dying.url);
    for (const wire of wires) wire.set('frozen');
    const lost = send(dying, payment).catch(() => null);
    await until('the name is written down', () => Promise.resolve(booked(payment) !== null));
    expect(await dying.end('SIGKILL')).toBeNull();
    await lost;
    for (const wire of wires) wire.set('open');
    expect(await honest.payment(payment.id)).toMatchObject({
      ...{ status: 404, error: { reason: 'PAYMENT_NOT_BEGUN', state: 'NOT_BEGUN' } },
    });
    fronts = [honest, await serving(wires)];
    const answer = await send(fronts[1], payment);
    expect({ status: answer.status, reason: reasonOf(answer) }).toEqual({ status: 200, reason: 'none' });
    expect(answer.settlement?.transaction).toBe(booked(payment)?.runId);
    taken += takenBy(answer);
    expect(await available('agent-killed')).toBe(BUDGET - takenBy(answer));
  });

  it('once the run is made leaves one whose money comes back, and is never made again', async () => {
    const { mandate } = await agentNamed('agent-orphan', BUDGET);
    const [honest, dying] = fronts as [FrontProcess, FrontProcess];
    const payment = await signed(mandate, dying.url);
    const lost = send(dying, payment).catch(() => null);
    await until('the run is there', async () => {
      const [row] = await stack.query<{ run_id: string }>(
        'select run_id from sealflow.runs where run_id = $1',
        [booked(payment)?.runId ?? ''],
      );
      return row !== undefined;
    });
    await dying.end('SIGKILL');
    await lost;
    await until('the money is back', async () => {
      const { status, error } = await honest.payment(payment.id);
      expect(error?.['state'] ?? 'SETTLED').not.toBe('NOT_BEGUN');
      return status !== 503;
    });
    const before = await runCount();
    const answer = await send(honest, payment);
    expect(await runCount()).toBe(before);
    taken += takenBy(answer);
    expect(await available('agent-orphan')).toBe(BUDGET - takenBy(answer));
  });

  it('and one that is told to stop ends by itself', async () => {
    expect(await fronts[0]?.end()).toBe(0);
  });
});

describe.runIf(isWhole)('when all is over', () => {
  it('the seller has to the unit what the fronts said was taken', async () => {
    expect(await available(story.account(1).id)).toBe(OPENING + taken);
  });
});

function booked({ id }: KeptPayment) {
  const { network = '' } = fronts[0]?.said ?? {};
  return PaymentBook.open(book, { tenant: story.client.options.tenant, network }).find(id);
}

/** The replicas that the runs of payments were executed by. */
async function executors(payments: readonly KeptPayment[]): Promise<readonly string[]> {
  const rows = await stack.query<{ executor_id: string }>(
    'select distinct executor_id from dbos.workflow_status where workflow_uuid = any($1) order by 1',
    [payments.map((payment) => booked(payment)?.runId)],
  );
  return rows.map(({ executor_id: executor }) => executor);
}

async function runCount(): Promise<number> {
  const [row] = await stack.query<{ count: string }>(
    "select count(*) from sealflow.runs where workflow = 'agent-call'",
  );
  return Number(row?.count);
}
