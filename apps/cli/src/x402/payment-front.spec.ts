import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Digest, digestOf, type Json, type JsonObject, toBase64, utf8 } from '#canonical';
import { drawPayment, PaymentBook } from './payment-book.js';
import { CALL_PATH, type PaymentFront, paymentFront } from './payment-front.js';
import { BODY_BYTES_MAX } from './read-body.js';
import { offerOf } from './requirements.js';
import { ANSWER, CHARGE_MICROS, ScriptedCalls } from './scripted-calls.fixture.js';
import {
  type PaymentPayload,
  paymentIdentifier,
  readPaymentRequired,
  readSettlementResponse,
  writePaymentPayload,
  x402Headers,
} from './x402-messages.js';

const weights: Digest = digestOf(utf8('weights'));
const accepts = offerOf(
  { weights, inputNanosPerToken: 300, outputNanosPerToken: 1200 },
  {
    pin: { ledger: 'eur', ledgerKey: toBase64(new Uint8Array(32)) },
    ...{ asset: 'EUR', payTo: 'seller', cap: 40_000n, timeoutSeconds: 3600 },
  },
);
const subject = { tenant: 'demo', network: accepts.network };
const resource = { url: `http://127.0.0.1${CALL_PATH}` };
const question: JsonObject = { model: 'small', messages: [{ role: 'user', content: 'You may' }] };

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject;
}

let folder: string;
let calls: ScriptedCalls;
let front: PaymentFront;
let server: Server;
let address: string;
let slow: AbortController;
let drawn = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-front-'));
  calls = new ScriptedCalls();
  await open();
});
afterEach(() => {
  close();
  rmSync(folder, { recursive: true });
});

async function open(): Promise<void> {
  slow = new AbortController();
  const bodyOver = (): AbortSignal => slow.signal;
  const book = PaymentBook.open(folder, subject);
  front = paymentFront({ calls, accepts, resource, book, draw: drawPayment, bodyOver });
  server = front.server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(): void {
  server.closeAllConnections();
  server.close();
}

/** The same book, another process. */
async function restarted(): Promise<void> {
  close();
  await open();
}

function payment(changes: Partial<PaymentPayload> = {}): PaymentPayload {
  drawn += 1;
  const extensions = paymentIdentifier(`pay_${String(drawn).padStart(16, '0')}`);
  return {
    accepted: accepts,
    payload: { order: { v: 'order', message: `${drawn}` } },
    extensions,
    ...changes,
  };
}

function idOf({ extensions }: PaymentPayload): string {
  const { info } = extensions['payment-identifier'] as { info: { id: string } };
  return info.id;
}

async function told(response: Response): Promise<Told> {
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as JsonObject,
  };
}

async function ask(paid: PaymentPayload | string | null, body: Json = question): Promise<Told> {
  const header = paid === null || typeof paid === 'string' ? paid : writePaymentPayload(paid);
  return told(
    await fetch(`${address}${CALL_PATH}`, {
      method: 'POST',
      headers: header === null ? {} : { [x402Headers.signature]: header },
      body: JSON.stringify(body),
    }),
  );
}

async function standing(paid: PaymentPayload): Promise<Told> {
  return told(await fetch(`${address}/v1/payments/${idOf(paid)}`));
}

function errorOf({ body }: Told): { reason: string; state?: string; of?: string | null } {
  return body['error'] as never;
}

const shown = (answer: Told): string =>
  [answer.status, errorOf(answer)?.reason, errorOf(answer)?.state].filter(Boolean).join(' ');

describe('the front asks for a payment', () => {
  it('of whoever sends none, with what it accepts, in the header of x402 and for people', async () => {
    const answer = await ask(null);
    expect(shown(answer)).toBe('402 PAYMENT_MISSING');
    const required = readPaymentRequired(answer.headers.get(x402Headers.required) ?? '');
    expect(required.accepts).toEqual([accepts]);
    expect(answer.body['accepts']).toEqual([{ ...accepts }]);
  });

  it.each([
    ['SCHEME_WRONG', { scheme: 'exact' }],
    ['NETWORK_WRONG', { network: 'eip155:84532' }],
    ['ASSET_WRONG', { asset: 'USD' }],
    ['PAYEE_WRONG', { payTo: 'somebody' }],
    ['AMOUNT_ABOVE_CAP', { amount: '40001' }],
    ['AMOUNT_BELOW_CAP', { amount: '39999' }],
    ['TERMS_WRONG', { maxTimeoutSeconds: 1 }],
    ['TERMS_WRONG', { extra: { ...accepts.extra, inputNanosPerToken: 0 } }],
  ])('of whoever accepted another: %s', async (reason, change) => {
    const answer = await ask(payment({ accepted: { ...accepts, ...change } }));
    expect(shown(answer)).toBe(`402 ${reason}`);
    expect(answer.headers.get(x402Headers.required)).not.toBeNull();
  });
});

describe('the front refuses, before it writes anything down', () => {
  afterEach(() => {
    expect({ tries: calls.tries, charged: calls.chargedMicros }).toEqual({ tries: 0, charged: 0 });
  });

  it.each<[string, string, () => PaymentPayload | string]>([
    ['a header that is no message', '400 X402_MALFORMED', () => 'no message'],
    ['a message of version 1', '400 X402_VERSION_WRONG', () => toBase64(utf8('{"x402Version":1}'))],
    ['a payment without a name', '400 PAYMENT_ID_MISSING', () => payment({ extensions: {} })],
    [
      'a name that is a path',
      '400 PAYMENT_ID_MALFORMED',
      () => payment({ extensions: paymentIdentifier('../x') }),
    ],
    ['a payment without an order', '400 ORDER_MISSING', () => payment({ payload: {} })],
    ['an order that is a list', '400 ORDER_MISSING', () => payment({ payload: { order: [] } })],
  ])('%s', async (_, refusal, paid) => {
    expect(shown(await ask(paid()))).toBe(refusal);
  });

  it.each<[string, string, Json]>([
    ['a body that is a list', '400 BODY_MALFORMED', []],
    ['a request for a stream', '400 STREAM_UNSUPPORTED', { ...question, stream: true }],
  ])('%s', async (_, refusal, body) => {
    expect(shown(await ask(payment(), body))).toBe(refusal);
  });

  it('a header that no payment needs', async () => {
    const response = await fetch(`${address}${CALL_PATH}`, {
      ...{ method: 'POST', body: '{}' },
      headers: { [x402Headers.signature]: 'A'.repeat(70_000) },
    });
    expect(response.status).toBe(431);
  });

  it('a body that is too large, and says so before all of it came', async () => {
    const client = httpRequest(`${address}${CALL_PATH}`, { method: 'POST' });
    client.on('error', () => undefined);
    const [response] = (
      await Promise.all([once(client, 'response'), client.write('x'.repeat(BODY_BYTES_MAX + 1))])
    )[0];
    expect({ status: response.statusCode, connection: response.headers.connection }).toEqual({
      ...{ status: 413, connection: 'close' },
    });
    client.destroy();
  });

  it('a client that does not come to the end of its body', async () => {
    const client = httpRequest(`${address}${CALL_PATH}`, { method: 'POST' });
    client.on('error', () => undefined);
    client.write('{');
    await once(server, 'request');
    const answered = once(client, 'response');
    slow.abort();
    const [response] = await answered;
    expect(response.statusCode).toBe(408);
    client.destroy();
  });

  it('a client that leaves within its body, and goes on serving', async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(`POST ${CALL_PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{`);
    await once(server, 'request');
    socket.destroy();
    expect((await ask(null)).status).toBe(402);
  });

  it('what it does not serve, and names that are none', async () => {
    expect((await fetch(`${address}/v1/models`)).status).toBe(404);
    expect(shown(await told(await fetch(`${address}/v1/payments/%E0%A4%A`)))).toBe(
      '400 PAYMENT_ID_MALFORMED',
    );
    expect(shown(await standing(payment()))).toBe('404 PAYMENT_UNKNOWN');
  });
});

describe('a payment that the ledger refuses takes nothing', () => {
  it.each(['EXPIRED', 'DELEGATE_EXPIRED', 'DELEGATE_LIMIT', 'INSUFFICIENT'])('%s', async (reason) => {
    calls.script.push({ kind: 'ledger-refuses', reason });
    const answer = await ask(payment());
    expect(shown(answer)).toBe(`402 ${reason} RELEASED`);
    const settlement = readSettlementResponse(answer.headers.get(x402Headers.response) ?? '');
    expect(settlement).toMatchObject({ success: false, transaction: '' });
    expect(calls.chargedMicros).toBe(0);
  });

  it('where the model did not answer, with why', async () => {
    calls.script.push({ kind: 'model-fails', failure: 'UPSTREAM_CUT' });
    expect(shown(await ask(payment()))).toBe('402 UPSTREAM_CUT RELEASED');
    expect(calls.chargedMicros).toBe(0);
  });
});

describe('a payment is made once', () => {
  it('and answered with the answer of the model and what was taken', async () => {
    const answer = await ask(payment());
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: JSON.parse(ANSWER) });
    const settlement = readSettlementResponse(answer.headers.get(x402Headers.response) ?? '');
    expect(settlement).toMatchObject({ success: true, amount: `${CHARGE_MICROS}`, network: accepts.network });
    expect([...calls.runs.keys()]).toEqual([settlement.transaction]);
  });

  it('however often it is sent, also at the same time', async () => {
    const paid = payment();
    let go = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      go = resolve;
    });
    calls.script.push({ kind: 'waits', until });
    const asked = [ask(paid), ask(paid), ask(paid)];
    await calls.tried(1);
    expect(shown(await standing(paid))).toBe('503 SETTLEMENT_UNKNOWN UNKNOWN');
    go();
    for (const answer of await Promise.all(asked)) expect(answer.body).toEqual(JSON.parse(ANSWER));
    expect((await ask(paid)).body).toEqual(JSON.parse(ANSWER));
    expect({ tries: calls.tries, charged: calls.chargedMicros }).toEqual({
      tries: 1,
      charged: CHARGE_MICROS,
    });
  });

  it('and under its name never with another payload, nor for another prompt', async () => {
    const paid = payment();
    await ask(paid);
    const other = { ...paid, payload: { order: { v: 'order', message: 'another' } } };
    expect(shown(await ask(other))).toBe('409 PAYMENT_ID_CONFLICT');
    expect(shown(await ask(paid, { ...question, model: 'large' }))).toBe('409 PAYMENT_ID_CONFLICT');
    expect(calls.tries).toBe(1);
  });

  it('and its order under no other name', async () => {
    const paid = payment();
    await ask(paid);
    const again = { ...payment(), payload: paid.payload };
    expect(shown(await ask(again))).toBe('402 REPLAYED RELEASED');
    expect(calls.chargedMicros).toBe(CHARGE_MICROS);
  });
});

describe('a front that died', () => {
  it('before the run was made left a payment that has not begun, and the same payload makes it, once', async () => {
    const paid = payment();
    calls.script.push({ kind: 'refused-before', reason: 'UNAVAILABLE' });
    calls.away = 'UNAVAILABLE';
    expect(shown(await ask(paid))).toBe('503 SETTLEMENT_UNKNOWN UNKNOWN');
    await restarted();
    // Nobody can be asked: nothing follows from that.
    expect(shown(await ask(paid))).toBe('503 SETTLEMENT_UNKNOWN UNKNOWN');
    expect(calls.tries).toBe(1);
    calls.away = null;
    expect(shown(await standing(paid))).toBe('404 PAYMENT_NOT_BEGUN NOT_BEGUN');
    const answers = await Promise.all([ask(paid), ask(paid)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect({ runs: calls.runs.size, charged: calls.chargedMicros }).toEqual({
      runs: 1,
      charged: CHARGE_MICROS,
    });
  });

  it('is not replaced by another payload under the name that it left', async () => {
    const paid = payment();
    calls.script.push({ kind: 'refused-before', reason: 'UNAVAILABLE' });
    await ask(paid);
    await restarted();
    expect(shown(await ask({ ...paid, payload: payment().payload }))).toBe('409 PAYMENT_ID_CONFLICT');
    expect(calls.tries).toBe(1);
  });

  it.each(['UNAVAILABLE', 'DRAINING', 'ROLE_MISSING', 'TENANT_MISMATCH'] as const)(
    'leaves its payment UNKNOWN while the orchestrator says %s, which is no word about its run',
    async (reason) => {
      const paid = payment();
      calls.script.push({ kind: 'refused-before', reason: 'UNAVAILABLE' });
      calls.away = reason;
      await ask(paid);
      await restarted();
      expect(shown(await standing(paid))).toBe('503 SETTLEMENT_UNKNOWN UNKNOWN');
      expect(shown(await ask(paid))).toBe('503 SETTLEMENT_UNKNOWN UNKNOWN');
      expect(calls.tries).toBe(1);
    },
  );

  it('after the run was made is told by the run: RESERVED, then RELEASED, and no second run', async () => {
    const paid = payment();
    calls.script.push({ kind: 'lost-after-create' });
    await ask(paid);
    await restarted();
    expect(shown(await ask(paid))).toBe('503 SETTLEMENT_UNKNOWN RESERVED');
    const [runId = ''] = calls.runs.keys();
    calls.abandon(runId);
    expect(shown(await ask(paid))).toBe('402 UNKNOWN RELEASED');
    expect({ tries: calls.tries, charged: calls.chargedMicros }).toEqual({ tries: 1, charged: 0 });
  });

  it('while its run was on the way leaves one that comes after the question: that one is followed', async () => {
    const paid = payment();
    calls.script.push({ kind: 'refused-before', reason: 'UNAVAILABLE' });
    await ask(paid);
    await restarted();
    const booked = PaymentBook.open(folder, subject).find(idOf(paid));
    if (booked === null) throw new Error('the name was not written down');
    // Between the answer that there is no run and the second attempt, the first one arrives.
    const { order = null } = paid.payload;
    let arrived = (): void => undefined;
    calls.script.push({ kind: 'waits', until: new Promise<void>((resolve) => (arrived = resolve)) });
    const second = ask(paid);
    await calls.tried(2);
    await calls.pay({ order, request: question }, booked);
    arrived();
    const answer = await second;
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 200,
      body: { answer: null },
    });
    expect({ runs: calls.runs.size, charged: calls.chargedMicros }).toEqual({
      runs: 1,
      charged: CHARGE_MICROS,
    });
  });

  it('after it settled says what was taken, without the answer, which nobody has any more', async () => {
    const paid = payment();
    await ask(paid);
    await restarted();
    const again = await ask(paid);
    expect(again.body).toEqual({ payment: { state: 'SETTLED', reason: null }, answer: null });
    const settlement = readSettlementResponse(again.headers.get(x402Headers.response) ?? '');
    expect(settlement.amount).toBe(`${CHARGE_MICROS}`);
    expect({ tries: calls.tries, charged: calls.chargedMicros }).toEqual({
      tries: 1,
      charged: CHARGE_MICROS,
    });
  });
});

describe('an upstream that fails', () => {
  it('before anything was made is named, and the same payment can be sent again', async () => {
    const paid = payment();
    calls.script.push({ kind: 'refused-before', reason: 'WORKER_CAPACITY' });
    const answer = await ask(paid);
    expect(shown(answer)).toBe('503 PAYMENT_NOT_BEGUN NOT_BEGUN');
    expect(errorOf(answer).of).toBe('WORKER_CAPACITY');
    expect((await ask(paid)).status).toBe(200);
    expect({ runs: calls.runs.size, charged: calls.chargedMicros }).toEqual({
      runs: 1,
      charged: CHARGE_MICROS,
    });
  });
});
