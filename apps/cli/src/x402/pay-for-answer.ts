import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64, isDigest, isJsonObject, type Json, type JsonObject, parseJsonStrict } from '#canonical';
import { PageLedger, type SealflowClient } from '#client';
import type { MandateFolder } from '../ledger/mandate-folder.js';
import { exitCode, UsageError } from '../output/failure.js';
import { networkOf, type SoldModel } from './requirements.js';
import {
  type PaymentPayload,
  type PaymentRequired,
  type PaymentRequirements,
  paymentIdentifier,
  paymentIdOf,
  readPaymentPayload,
  readPaymentRequired,
  readSettlementResponse,
  type SettlementResponse,
  writePaymentPayload,
  X402Error,
  x402Headers,
} from './x402-messages.js';

const NAME_BYTES = 16;
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

/** What an agent accepts of an offer. */
export interface AcceptedTerms {
  readonly ledgerKey: string;
  /** The most for one call. */
  readonly max: bigint;
}

export interface Answered {
  readonly payment: string;
  readonly status: number;
  readonly settlement: SettlementResponse | null;
  readonly body: JsonObject;
}

/** Why none of what a server offers is accepted. */
export type OfferCode = 'NO_USAGE_OFFER' | 'OTHER_LEDGER' | 'ABOVE_MAX' | 'OFFER_MALFORMED';

export class OfferError extends UsageError {
  constructor(
    readonly reason: OfferCode,
    message: string,
  ) {
    super(`${reason}: ${message}`);
  }
}

/** @throws OfferError */
export function acceptedOffer(
  { accepts }: PaymentRequired,
  { ledgerKey, max }: AcceptedTerms,
): { readonly accepted: PaymentRequirements; readonly model: SoldModel } {
  const [accepted] = accepts.filter(({ scheme }) => scheme === 'upto');
  if (accepted === undefined)
    throw new OfferError('NO_USAGE_OFFER', 'the server offers no payment of scheme upto');
  const { extra = {} } = accepted;
  if (accepted.network !== networkOf(ledgerKey) || extra['ledgerKey'] !== ledgerKey)
    throw new OfferError(
      'OTHER_LEDGER',
      'the server asks for money of another ledger than the mandate is of',
    );
  if (BigInt(accepted.amount) > max)
    throw new OfferError(
      'ABOVE_MAX',
      `the server asks for at most ${accepted.amount} a call, --max is ${max}`,
    );
  const { weights, inputNanosPerToken, outputNanosPerToken } = extra;
  const priced = typeof inputNanosPerToken === 'number' && typeof outputNanosPerToken === 'number';
  if (typeof weights !== 'string' || !isDigest(weights) || !priced)
    throw new OfferError(
      'OFFER_MALFORMED',
      'extra: expected the model by its weights, and the price of its tokens',
    );
  return { accepted, model: { weights, inputNanosPerToken, outputNanosPerToken } };
}

/**
 * A payment of an agent under its mandate, signed once and kept before it is sent: what becomes of it is asked under its
 * name, and sending it again pays nothing twice.
 */
export class KeptPayment {
  private constructor(
    readonly path: string,
    readonly payload: PaymentPayload,
  ) {}

  get id(): string {
    return paymentIdOf(this.payload);
  }

  static async signed(
    client: SealflowClient,
    mandate: MandateFolder,
    required: PaymentRequired,
    { folder, max }: { readonly folder: string; readonly max: bigint },
  ): Promise<KeptPayment> {
    const { ledger, ledgerKey, account, seed } = mandate.content;
    const { accepted, model } = acceptedOffer(required, { ledgerKey, max });
    const payment = `pay_${randomBytes(NAME_BYTES).toString('hex')}`;
    const { weights, ...price } = model;
    const { order } = await new PageLedger(client, { ledger, ledgerKey }).usageOrder(
      { account, seed: fromBase64(seed), nonce: mandate.nextNumber() },
      {
        ...{ to: accepted.payTo, amount: BigInt(accepted.amount), payment, weights: [weights], ...price },
        untilMs: client.options.now() + accepted.maxTimeoutSeconds * 1000,
      },
    );
    const payload = { accepted, payload: { order }, extensions: paymentIdentifier(payment) };
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${payment}.payment`);
    writeFileSync(path, writePaymentPayload(payload), { flag: 'wx', mode: 0o600 });
    return new KeptPayment(path, payload);
  }

  /** @throws UsageError */
  static open(path: string): KeptPayment {
    if (!existsSync(path))
      throw new UsageError(`--payment ${path}: expected the file of a payment, got none`);
    const text = readFileSync(path, 'utf8');
    const refusal = (message: string) => new UsageError(`--payment ${path}: ${message}`, exitCode.malformed);
    return new KeptPayment(
      path,
      refusedAs(refusal, () => readPaymentPayload(text)),
    );
  }
}

/** What a server asks for. @throws OfferError, UsageError */
export async function offered(url: string, request: JsonObject): Promise<PaymentRequired> {
  const answer = await post(url, request, {}).catch(() => null);
  if (answer === null) throw new UsageError(`${url}: nobody answers there`, exitCode.malformed);
  const header = answer.headers.get(x402Headers.required);
  if (header === null)
    throw new OfferError('NO_USAGE_OFFER', `${url}: expected an answer 402 that says what to pay`);
  return refusedAs(
    (message) => new OfferError('OFFER_MALFORMED', message),
    () => readPaymentRequired(header),
  );
}

function refusedAs<T>(refusal: (message: string) => UsageError, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof X402Error ? refusal(`${error.code}, ${error.message}`) : error;
  }
}

export async function sent(
  url: string,
  request: JsonObject,
  { id, payload }: KeptPayment,
): Promise<Answered> {
  const response = await post(url, request, { [x402Headers.signature]: writePaymentPayload(payload) });
  const header = response.headers.get(x402Headers.response);
  const settlement = header === null ? null : readSettlementResponse(header);
  const value: Json = parseJsonStrict(new Uint8Array(await response.arrayBuffer()), {
    bytesMax: ANSWER_BYTES_MAX,
  });
  return { payment: id, status: response.status, settlement, body: isJsonObject(value) ? value : {} };
}

function post(
  url: string,
  request: JsonObject,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  return fetch(url, {
    ...{ method: 'POST', body: JSON.stringify(request), redirect: 'error' },
    headers: { 'content-type': 'application/json', ...headers },
  });
}
