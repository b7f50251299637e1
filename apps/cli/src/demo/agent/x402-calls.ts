import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '#canonical';
import type { PlannedWorkflow, SealflowClient } from '#client';
import { paidCalls } from '../../x402/paid-call.js';
import { drawPayment, PaymentBook } from '../../x402/payment-book.js';
import { CALL_PATH, paymentFront } from '../../x402/payment-front.js';
import {
  type PaymentPayload,
  type PaymentRequired,
  type PaymentRequirements,
  paymentIdentifier,
  readPaymentRequired,
  readSettlementResponse,
  type SettlementResponse,
  writePaymentPayload,
  x402Headers,
} from '../../x402/x402-messages.js';

/** What a client of x402 is answered. */
export interface X402Answer {
  readonly status: number;
  readonly required: PaymentRequired | null;
  readonly settlement: SettlementResponse | null;
  readonly body: JsonObject;
}

/** A front of the demo, and a client of it that knows nothing but x402. */
export class X402Shop {
  private constructor(
    private readonly server: Server,
    private readonly address: string,
  ) {}

  static async open(
    client: SealflowClient,
    planned: PlannedWorkflow,
    { accepts, home }: { readonly accepts: PaymentRequirements; readonly home: string },
  ): Promise<X402Shop> {
    const { tenant } = client.options;
    const { network } = accepts;
    const book = PaymentBook.open(mkdtempSync(join(home, 'demo-payments-')), { tenant, network });
    const calls = paidCalls(client, planned);
    const resource = { url: CALL_PATH, description: 'one call of a model in an enclave' };
    const { server } = paymentFront({ calls, accepts, resource, book, draw: drawPayment });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new X402Shop(server, `http://127.0.0.1:${port}`);
  }

  async ask(request: JsonObject, payment: PaymentPayload | null, signal?: AbortSignal): Promise<X402Answer> {
    const paid = payment === null ? {} : { [x402Headers.signature]: writePaymentPayload(payment) };
    const response = await fetch(`${this.address}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...paid },
      body: JSON.stringify(request),
      ...(signal === undefined ? {} : { signal }),
    });
    return answerOf(response);
  }

  /** What became of a payment, by its name. */
  async payment(id: string): Promise<X402Answer> {
    return answerOf(await fetch(`${this.address}/v1/payments/${id}`));
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** What the client signed, for what it was asked. */
export function paymentFor({ accepts }: PaymentRequired, id: string, order: JsonObject): PaymentPayload {
  const accepted = accepts.find(({ scheme }) => scheme === 'upto');
  if (accepted === undefined) throw new Error('the server accepts no payment of usage');
  return { accepted, payload: { order }, extensions: paymentIdentifier(id) };
}

/** The reason of an answer that is none. */
export function reasonOf({ body }: X402Answer): string | null {
  const { error = null } = body;
  const { reason = null } = isJsonObject(error) ? error : {};
  return typeof reason === 'string' ? reason : null;
}

async function answerOf(response: Response): Promise<X402Answer> {
  const required = response.headers.get(x402Headers.required);
  const settlement = response.headers.get(x402Headers.response);
  const body = (await response.json()) as Json;
  return {
    status: response.status,
    required: required === null ? null : readPaymentRequired(required),
    settlement: settlement === null ? null : readSettlementResponse(settlement),
    body: isJsonObject(body) ? body : {},
  };
}
