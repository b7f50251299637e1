/**
 * Calls of a model for clients of x402, over HTTP: 402 with what has to be paid, then the call and its settlement. The
 * scheme is `upto`: a signed order sets the most aside, and what an attested step states is taken of it.
 *
 * It is a client of the orchestrator like others: it seals the prompt to the worker and opens the answer, so it belongs
 * to whoever may read both. Without it the same payment is made over gRPC (docs/agents.md).
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  CanonicalError,
  canonicalBytes,
  type Digest,
  digestOf,
  isJsonObject,
  type JsonObject,
  parseJsonStrict,
  utf8,
} from '#canonical';
import type { PlannedWorkflow, SealflowClient } from '#client';
import { type GetRunResponse__Output, type Run__Output, unary } from '#contracts';
import { codeOf, payForCall, usageOf } from './paid-call.js';
import { PaymentBook } from './payment-book.js';
import { type PaymentStanding, paymentOf } from './payment-state.js';
import {
  type PaymentPayload,
  type PaymentRequirements,
  paymentIdentifier,
  paymentIdOf,
  readPaymentPayload,
  type SettlementResponse,
  writePaymentRequired,
  writeSettlementResponse,
  X402Error,
  x402Headers,
} from './x402-messages.js';

const BODY_BYTES_MAX = 1024 * 1024;
const CALL_MS = 30_000;
/** Answers that are kept to be given again. */
const ANSWERS_MAX = 1_000;
const PATH = '/v1/chat/completions';

/** What is sold, and for whom. */
export interface PaymentFrontOptions {
  readonly client: SealflowClient;
  /** Of `agent-call`, with the ledger and the model. */
  readonly planned: PlannedWorkflow;
  readonly accepts: PaymentRequirements;
  /** Of the names of payments; kept over restarts. */
  readonly folder: string;
}

/** A network of x402 is a ledger, by the key that signs its receipts. */
export function networkOf(ledgerKey: string): string {
  return `sealflow:${digestOf(utf8(ledgerKey)).slice('sha256:'.length, 'sha256:'.length + 32)}`;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject | string;
}

/** Not listening yet. */
export function paymentFront(options: PaymentFrontOptions): Server {
  const front = new PaymentFront(options);
  return createServer((request, response) => {
    front.handle(request, response).catch(() => response.destroy());
  });
}

class PaymentFront {
  readonly #book: PaymentBook;
  /** Payments under way and answers that were given, by the name of the payment. */
  readonly #answers = new Map<string, Promise<Answer>>();

  constructor(private readonly options: PaymentFrontOptions) {
    this.#book = new PaymentBook(options.folder);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers, body } = await this.#answer(request).catch(failed);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(text);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const path = request.url?.split('?', 1)[0] ?? '';
    const payment = path.startsWith('/v1/payments/') ? path.slice('/v1/payments/'.length) : null;
    if (request.method === 'GET' && payment !== null) return this.#reconcile(decodeURIComponent(payment));
    if (request.method !== 'POST' || path !== PATH)
      return refused(404, 'NOT_FOUND', `served are POST ${PATH} and GET /v1/payments/{id}`);
    const body = await readBody(request);
    const signature = request.headers[x402Headers.signature];
    if (typeof signature !== 'string') return this.#required('PAYMENT-SIGNATURE header is required');
    const paid = readPaymentPayload(signature);
    const unlike = this.#unlike(paid);
    if (unlike !== null) return this.#required(unlike);
    const id = paymentIdOf(paid);
    const payload = digestOf(canonicalBytes({ accepted: { ...paid.accepted }, payload: paid.payload, body }));
    return this.#once(id, payload, () => this.#pay(id, payload, paid, body));
  }

  /** The same name and payload is answered as before; the same name with another payload never. */
  async #once(id: string, payload: Digest, pay: () => Promise<Answer>): Promise<Answer> {
    const known = this.#book.take(id, { payload, requestId: randomUUID(), runId: null });
    if (known !== null && known.payload !== payload)
      return refused(
        409,
        'PAYMENT_ID_CONFLICT',
        'the payment of this name has another payload: draw a new name',
      );
    const before = this.#answers.get(id);
    if (before !== undefined) return before;
    const answer = known?.runId == null ? pay() : this.#reconcile(id);
    this.#answers.set(id, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > ANSWERS_MAX && oldest !== undefined) this.#answers.delete(oldest);
    // What nobody can say yet is asked again next time.
    answer.then(
      ({ status }) => status >= 500 && this.#answers.delete(id),
      () => this.#answers.delete(id),
    );
    return answer;
  }

  async #pay(
    id: string,
    payload: Digest,
    { payload: scheme }: PaymentPayload,
    request: JsonObject,
  ): Promise<Answer> {
    const { client, planned } = this.options;
    const { order = null } = scheme;
    const { requestId = randomUUID() } = this.#book.find(id) ?? {};
    try {
      const onRun = (runId: string): void => this.#book.ran(id, { payload, requestId, runId });
      const paid = await payForCall(client, planned, { order, request }, { requestId, onRun });
      const { standing, usage, answer, failure, handle } = paid;
      const response = this.#settlement(handle.runId, standing, usage?.chargeMicros ?? 0);
      if (answer !== null && standing.state === 'SETTLED')
        return { status: 200, headers: headersOf(response), body: answer };
      return this.#notSettled(standing, response, failure);
    } catch (error) {
      // The run may have begun: what became of it is asked by the name of the payment.
      return unknown(codeOf(error));
    }
  }

  /** What became of a payment, from its run. Nothing is signed or sent again. */
  async #reconcile(id: string): Promise<Answer> {
    const booked = this.#book.find(id);
    if (booked === null) return refused(404, 'PAYMENT_UNKNOWN', 'no payment of this name was made here');
    if (booked.runId === null) return unknown('no run of this payment was made yet');
    let run: Run__Output;
    try {
      run = await this.#run(booked.runId);
    } catch (error) {
      return unknown(codeOf(error));
    }
    const standing = paymentOf(run);
    if (standing.state !== 'SETTLED' && standing.state !== 'RELEASED')
      return unknown(`payment ${standing.state}`, standing);
    const usage = await usageOf(this.options.client, run);
    const response = this.#settlement(booked.runId, standing, usage?.chargeMicros ?? 0);
    if (standing.state === 'RELEASED') return this.#notSettled(standing, response, null);
    return { status: 200, headers: headersOf(response), body: { payment: { ...standing }, answer: null } };
  }

  async #run(runId: string): Promise<Run__Output> {
    const { services, options } = this.options.client;
    const name = `tenants/${options.tenant}/runs/${runId}`;
    const { run } = await unary<GetRunResponse__Output>(
      (call, callback) => services.run.getRun({ name }, call, callback),
      { deadlineMs: CALL_MS },
    );
    if (run === null) throw new Error(`no run ${runId}`);
    return run;
  }

  /** Says which requirement of this front the client did not accept. */
  #unlike({ accepted }: PaymentPayload): string | null {
    const { accepts } = this.options;
    const same = digestOf(canonicalBytes({ ...accepted })) === digestOf(canonicalBytes({ ...accepts }));
    return same ? null : 'the payment accepts other requirements than are offered here';
  }

  #required(error: string): Answer {
    const { accepts } = this.options;
    const required = {
      error,
      resource: { url: PATH, description: 'one call of a model in an enclave', mimeType: 'application/json' },
      accepts: [accepts],
      extensions: paymentIdentifier(),
    };
    return { status: 402, headers: { [x402Headers.required]: writePaymentRequired(required) }, body: {} };
  }

  #settlement(runId: string, { state, reason }: PaymentStanding, micros: number): SettlementResponse {
    const { network } = this.options.accepts;
    if (state === 'SETTLED') return { success: true, transaction: runId, network, amount: `${micros}` };
    const errorReason = reason === 'INSUFFICIENT' ? 'insufficient_funds' : 'invalid_transaction_state';
    return { success: false, errorReason, transaction: '', network };
  }

  #notSettled(standing: PaymentStanding, response: SettlementResponse, failure: string | null): Answer {
    if (standing.state === 'UNKNOWN' || standing.state === 'RESERVED')
      return unknown(failure ?? 'UNKNOWN', standing);
    // Refused by the ledger, or the model did not answer: nothing was charged.
    const reason = standing.reason ?? failure ?? 'UNKNOWN';
    return { status: 402, headers: headersOf(response), body: { error: { reason, state: standing.state } } };
  }
}

function headersOf(response: SettlementResponse): Record<string, string> {
  return { [x402Headers.response]: writeSettlementResponse(response) };
}

function unknown(
  why: string,
  { state, reason }: PaymentStanding = { state: 'UNKNOWN', reason: null },
): Answer {
  const message = `${why}: ask GET /v1/payments/{id}; do not sign another payment for this call`;
  return {
    status: 503,
    headers: {},
    body: { error: { reason: 'SETTLEMENT_UNKNOWN', state, of: reason, message } },
  };
}

function refused(status: number, reason: string, message: string): Answer {
  return { status, headers: {}, body: { error: { reason, message } } };
}

function failed(error: unknown): Answer {
  if (error instanceof X402Error) return refused(400, error.code, error.message);
  if (error instanceof CanonicalError) return refused(400, 'BODY_MALFORMED', 'body: expected a JSON object');
  return refused(500, 'INTERNAL', 'the call failed here');
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX)
      throw new X402Error('X402_MALFORMED', `body: expected at most ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  const body = parseJsonStrict(Buffer.concat(chunks), { bytesMax: BODY_BYTES_MAX });
  if (!isJsonObject(body)) throw new X402Error('X402_MALFORMED', 'body: expected a JSON object');
  if (body['stream'] === true)
    throw new X402Error(
      'X402_MALFORMED',
      'body.stream: expected none: the settlement comes before the answer',
    );
  return body;
}
