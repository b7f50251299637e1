/**
 * Calls of a model for clients of x402, over HTTP: 402 with what has to be paid, then the call and its settlement. The
 * scheme is `upto`: a signed order sets the most aside, and what an attested step states is taken of it.
 *
 * It is a client of the orchestrator like others: it seals the prompt to the worker and opens the answer, so it belongs
 * to whoever may read both. Without it the same payment is made over gRPC (docs/agents.md).
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { canonicalBytes, type Digest, digestOf, type Json, type JsonObject } from '#canonical';
import { codeOf, type PaidCalls } from './paid-call.js';
import type { BookedPayment, PaymentBook } from './payment-book.js';
import { isOver, mayBegin, type PaymentStanding, paymentOf } from './payment-state.js';
import { BodyError, readBody } from './read-body.js';
import { unlike } from './requirements.js';
import {
  orderOf,
  type PaymentPayload,
  type PaymentRequirements,
  paymentIdentifier,
  paymentIdOf,
  type ResourceInfo,
  readPaymentPayload,
  type SettlementResponse,
  writePaymentRequired,
  writeSettlementResponse,
  X402Error,
  x402Headers,
} from './x402-messages.js';

export const CALL_PATH = '/v1/chat/completions';
const PAYMENTS_PATH = '/v1/payments/';
const BODY_MS = 30_000;
/** Answers that are kept to be given again. */
const ANSWERS_MAX = 1_000;
/** Payments under way at once; each holds a prompt, an answer and a stream. */
const UNDER_WAY_MAX = 64;
/** Each may hold a body until it is too slow. */
const CONNECTIONS_MAX = 256;
/** A PAYMENT-SIGNATURE with a sealed order has some 6 KB. */
const HEADER_BYTES_MAX = 64 * 1024;

/** What is sold, and for whom. */
export interface PaymentFrontOptions {
  readonly calls: PaidCalls;
  readonly accepts: PaymentRequirements;
  readonly resource: ResourceInfo;
  /** Of the names of payments; kept over restarts. */
  readonly book: PaymentBook;
  /** Ids of a payment that nobody has made yet. */
  readonly draw: () => Pick<BookedPayment, 'requestId' | 'runId'>;
  /** When a client has to have sent its request. */
  readonly bodyOver?: () => AbortSignal;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject | string;
}

export interface PaymentFront {
  /** Not listening yet. */
  readonly server: Server;
  /** Takes nothing new, and waits for the payments under way, also those whose client left, or for the signal. */
  close(until: AbortSignal): Promise<void>;
}

export function paymentFront(options: PaymentFrontOptions): PaymentFront {
  const desk = new PaymentDesk(options);
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX }, (request, response) => {
    desk
      .answer(request)
      .then(({ status, headers, body }) => {
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        const last = server.listening ? {} : { connection: 'close' };
        response.writeHead(status, { 'content-type': 'application/json', ...headers, ...last });
        response.end(text);
      })
      .catch(() => response.destroy());
  });
  server.maxConnections = CONNECTIONS_MAX;
  const close = async (until: AbortSignal): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const over = new Promise<void>((resolve) => {
      if (until.aborted) resolve();
      until.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([desk.idle().then(() => closed), over]);
    server.closeAllConnections();
  };
  return { server, close };
}

class PaymentDesk {
  /** By the name of the payment, as are the answers that were given. */
  readonly #underWay = new Map<string, Promise<Answer>>();
  readonly #given = new Map<string, Answer>();

  constructor(private readonly options: PaymentFrontOptions) {}

  answer(request: IncomingMessage): Promise<Answer> {
    return this.#answer(request).catch(failed);
  }

  /** When no payment is under way any more. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay.values());
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const path = request.url?.split('?', 1)[0] ?? '';
    if (request.method === 'GET' && path.startsWith(PAYMENTS_PATH))
      return this.#payment(path.slice(PAYMENTS_PATH.length));
    if (request.method !== 'POST' || path !== CALL_PATH)
      return refused(404, 'NOT_FOUND', `served are POST ${CALL_PATH} and GET ${PAYMENTS_PATH}{id}`);
    const { bodyOver = () => AbortSignal.timeout(BODY_MS) } = this.options;
    const body = await readBody(request, bodyOver());
    const signature = request.headers[x402Headers.signature];
    if (typeof signature !== 'string')
      return this.#required('PAYMENT_MISSING', 'PAYMENT-SIGNATURE header is required');
    const paid = readPaymentPayload(signature);
    const other = unlike(paid.accepted, this.options.accepts);
    if (other !== null) return this.#required(other.reason, other.message);
    return this.#once(paid, body);
  }

  /** The same name and payload is answered as before; the same name with another payload never. */
  async #once(paid: PaymentPayload, body: JsonObject): Promise<Answer> {
    const { accepted, payload: scheme } = paid;
    const [id, order] = [paymentIdOf(paid), orderOf(paid)];
    const payload = digestOf(canonicalBytes({ accepted: { ...accepted }, payload: scheme, body }));
    const known = this.options.book.find(id);
    if (known !== null && known.payload !== payload) return conflict();
    const before = this.#underWay.get(id) ?? this.#given.get(id);
    if (before !== undefined) return before;
    // Before anything is written down: whoever is sent away has no payment here.
    if (this.#underWay.size >= UNDER_WAY_MAX)
      return refused(503, 'FRONT_BUSY', `at most ${UNDER_WAY_MAX} payments at once: send it again later`);
    return this.#settled(id, this.#take(id, payload, { order, request: body }));
  }

  async #take(id: string, payload: Digest, asked: { order: Json; request: JsonObject }): Promise<Answer> {
    const { book, draw } = this.options;
    const fresh = { payload, ...draw() };
    const known = book.take(id, fresh);
    if (known === null) return this.#pay(fresh, asked);
    // Another process with this book was faster.
    if (known.payload !== payload) return conflict();
    const standing = await this.#standing(known);
    return mayBegin(standing.standing) ? this.#pay(known, asked) : standing.answer();
  }

  /** What is over is answered the same again; what nobody can say yet is asked again next time. */
  #settled(id: string, answering: Promise<Answer>): Promise<Answer> {
    this.#underWay.set(id, answering);
    const over = (): void => void this.#underWay.delete(id);
    answering.then((answer) => {
      over();
      if (answer.status >= 500 || answer.status === 409) return;
      this.#given.set(id, answer);
      const [oldest] = this.#given.keys();
      if (this.#given.size > ANSWERS_MAX && oldest !== undefined) this.#given.delete(oldest);
    }, over);
    return answering;
  }

  async #pay(booked: BookedPayment, asked: { order: Json; request: JsonObject }): Promise<Answer> {
    const { requestId, runId } = booked;
    try {
      const paid = await this.options.calls.pay(asked, { requestId, runId });
      const { standing, usage, answer, failure } = paid;
      if (answer === null || standing.state !== 'SETTLED')
        return this.#stands(runId, standing, usage?.chargeMicros ?? 0, failure);
      const response = this.#settlement(runId, standing, usage?.chargeMicros ?? 0);
      return { status: 200, headers: headersOf(response), body: answer };
    } catch (error) {
      // The run may have begun. It alone says so.
      const { standing, answer } = await this.#standing(booked);
      return mayBegin(standing) ? notBegun(503, codeOf(error)) : answer();
    }
  }

  /** What became of a payment. Nothing is signed or sent again. */
  async #payment(name: string): Promise<Answer> {
    const booked = this.options.book.find(nameIn(name));
    if (booked === null) return refused(404, 'PAYMENT_UNKNOWN', 'no payment of this name was made here');
    const { standing, answer } = await this.#standing(booked);
    if (!mayBegin(standing)) return answer();
    return this.#underWay.has(nameIn(name)) ? unknown('its run is being made') : notBegun(404, null);
  }

  /** Where a payment stands by the word of its run alone. */
  async #standing({ runId }: BookedPayment): Promise<{ standing: PaymentStanding; answer: () => Answer }> {
    const { calls } = this.options;
    try {
      const run = await calls.find(runId);
      const standing = paymentOf(run);
      const usage = run !== null && isOver(standing) ? await calls.usage(run) : null;
      return { standing, answer: () => this.#stands(runId, standing, usage?.chargeMicros ?? 0, null) };
    } catch (error) {
      const standing = { state: 'UNKNOWN', reason: codeOf(error) } as const;
      return { standing, answer: () => unknown(codeOf(error)) };
    }
  }

  /** The answer of a payment without that of the model. */
  #stands(runId: string, standing: PaymentStanding, micros: number, failure: string | null): Answer {
    const { state, reason } = standing;
    if (!isOver(standing)) return unknown(failure ?? `payment ${state}`, standing);
    const headers = headersOf(this.#settlement(runId, standing, micros));
    if (state === 'SETTLED')
      return { status: 200, headers, body: { payment: { ...standing }, answer: null } };
    // Refused by the ledger, or the model did not answer: nothing was charged.
    return { status: 402, headers, body: { error: { reason: reason ?? failure ?? 'UNKNOWN', state } } };
  }

  #required(reason: string, message: string): Answer {
    const { accepts, resource } = this.options;
    const required = { error: message, resource, accepts: [accepts], extensions: paymentIdentifier() };
    return {
      status: 402,
      headers: { [x402Headers.required]: writePaymentRequired(required) },
      body: { error: { reason, message }, accepts: [{ ...accepts }] },
    };
  }

  #settlement(runId: string, { state, reason }: PaymentStanding, micros: number): SettlementResponse {
    const { network } = this.options.accepts;
    if (state === 'SETTLED') return { success: true, transaction: runId, network, amount: `${micros}` };
    const errorReason = reason === 'INSUFFICIENT' ? 'insufficient_funds' : 'invalid_transaction_state';
    return { success: false, errorReason, transaction: '', network };
  }
}

function headersOf(response: SettlementResponse): Record<string, string> {
  return { [x402Headers.response]: writeSettlementResponse(response) };
}

function nameIn(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new X402Error('PAYMENT_ID_MALFORMED', `${PAYMENTS_PATH}{id}: expected the name of a payment`);
  }
}

function conflict(): Answer {
  return refused(409, 'PAYMENT_ID_CONFLICT', 'the payment of this name has another payload: draw a new name');
}

/** @param of why its run could not be made, where it was tried just now */
function notBegun(status: number, of: string | null): Answer {
  const message =
    'no run of this payment was made, and nothing set aside: send the same payment again; do not sign another for this call';
  const error = { reason: 'PAYMENT_NOT_BEGUN', state: 'NOT_BEGUN', of, message };
  return { status, headers: {}, body: { error } };
}

function unknown(
  why: string,
  { state, reason }: PaymentStanding = { state: 'UNKNOWN', reason: null },
): Answer {
  const message = `${why}: ask GET ${PAYMENTS_PATH}{id}; do not sign another payment for this call`;
  return {
    status: 503,
    headers: {},
    body: { error: { reason: 'SETTLEMENT_UNKNOWN', state, of: reason, message } },
  };
}

function refused(status: number, reason: string, message: string): Answer {
  return { status, headers: {}, body: { error: { reason, message } } };
}

const bodyStatus: Readonly<Record<BodyError['code'], number>> = {
  BODY_TOO_LARGE: 413,
  BODY_TOO_SLOW: 408,
  BODY_CUT: 400,
  BODY_MALFORMED: 400,
  STREAM_UNSUPPORTED: 400,
};

function failed(error: unknown): Answer {
  if (error instanceof X402Error) return refused(400, error.code, error.message);
  if (!(error instanceof BodyError)) return refused(500, 'INTERNAL', 'the call failed here');
  const answer = refused(bodyStatus[error.code], error.code, error.message);
  // What is left of the body is not waited for.
  return { ...answer, headers: { connection: 'close' } };
}
