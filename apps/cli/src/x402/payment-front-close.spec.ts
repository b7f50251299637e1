import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, toBase64, utf8 } from '#canonical';
import { drawPayment, PaymentBook } from './payment-book.js';
import { CALL_PATH, type PaymentFront, paymentFront } from './payment-front.js';
import { offerOf } from './requirements.js';
import { CHARGE_MICROS, ScriptedCalls } from './scripted-calls.fixture.js';
import { paymentIdentifier, writePaymentPayload, x402Headers } from './x402-messages.js';

const accepts = offerOf(
  { weights: digestOf(utf8('weights')), inputNanosPerToken: 300, outputNanosPerToken: 1200 },
  {
    pin: { ledger: 'eur', ledgerKey: toBase64(new Uint8Array(32)) },
    ...{ asset: 'EUR', payTo: 'seller', cap: 40_000n, timeoutSeconds: 3600 },
  },
);
const id = 'pay_7d5d747be160e280';
const UNDER_WAY_MAX = 64;
const never = new AbortController().signal;

let folder: string;
let calls: ScriptedCalls;
let front: PaymentFront;
let url: string;
let go: () => void;
let until: Promise<void>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-front-'));
  calls = new ScriptedCalls();
  until = new Promise<void>((resolve) => {
    go = resolve;
  });
  calls.script.push({ kind: 'waits', until });
  const book = PaymentBook.open(folder, { tenant: 'demo', network: accepts.network });
  front = paymentFront({ calls, accepts, book, resource: { url: CALL_PATH }, draw: drawPayment });
  front.server.listen(0, '127.0.0.1');
  await once(front.server, 'listening');
  url = `http://127.0.0.1:${(front.server.address() as AddressInfo).port}${CALL_PATH}`;
});
afterEach(() => {
  front.server.closeAllConnections();
  front.server.close();
  rmSync(folder, { recursive: true });
});

function paid(signal?: AbortSignal, name = id): Promise<Response> {
  const order = { v: 'order', message: name };
  const payment = { accepted: accepts, payload: { order }, extensions: paymentIdentifier(name) };
  return fetch(url, {
    ...{ method: 'POST', body: '{}', headers: { [x402Headers.signature]: writePaymentPayload(payment) } },
    ...(signal === undefined ? {} : { signal }),
  });
}

describe('a front that has much to do', () => {
  it('sends away whom it has no room for, before it writes anything down, and takes them afterwards', async () => {
    const others = Array.from({ length: UNDER_WAY_MAX }, (_, at) => `pay_of_another_${at}`);
    for (const _ of others.slice(1)) calls.script.push({ kind: 'waits', until });
    const answering = others.map((name) => paid(undefined, name));
    await calls.tried(UNDER_WAY_MAX);
    const away = await paid();
    expect({ status: away.status, body: await away.json() }).toMatchObject({
      ...{ status: 503, body: { error: { reason: 'FRONT_BUSY' } } },
    });
    const book = PaymentBook.open(folder, { tenant: 'demo', network: accepts.network });
    expect(book.find(id)).toBeNull();
    go();
    for (const answer of await Promise.all(answering)) expect(answer.status).toBe(200);
    expect((await paid()).status).toBe(200);
    expect(calls.tries).toBe(UNDER_WAY_MAX + 1);
  });
});

describe('a front that is closed', () => {
  it('takes no new client, and answers the payment under way before it ends', async () => {
    const answering = paid();
    await calls.tried(1);
    const closed = front.close(never);
    await expect(fetch(url)).rejects.toThrow();
    go();
    const answer = await answering;
    expect({ status: answer.status, connection: answer.headers.get('connection') }).toEqual({
      ...{ status: 200, connection: 'close' },
    });
    await answer.text();
    await closed;
  });

  it('finishes the payment of a client that left', async () => {
    const leaving = new AbortController();
    const lost = paid(leaving.signal).catch(() => null);
    await calls.tried(1);
    leaving.abort();
    await lost;
    const closed = front.close(never);
    go();
    await closed;
    expect(calls.chargedMicros).toBe(CHARGE_MICROS);
  });

  it('waits no longer than it is told, and leaves the name of the payment in the book', async () => {
    const lost = paid().catch(() => null);
    await calls.tried(1);
    await front.close(AbortSignal.abort());
    await lost;
    const book = PaymentBook.open(folder, { tenant: 'demo', network: accepts.network });
    expect(book.find(id)).not.toBeNull();
    expect(calls.chargedMicros).toBe(0);
    go();
  });
});
