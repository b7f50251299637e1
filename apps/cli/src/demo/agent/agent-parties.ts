import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, ed25519PublicKey, type JsonObject, toBase64 } from '#canonical';
import type { PlannedWorkflow, SealflowClient } from '#client';
import { projectRoot } from '../../installation/paths.js';
import { random } from '../../stack/as-client.js';
import { offerOf } from '../../x402/requirements.js';
import type { PaymentRequirements } from '../../x402/x402-messages.js';
import type { DemoLedger } from '../frame/demo-ledger.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const NAME_BYTES = 16;

/** What the owner of the budget allows. */
export const LIMITS = { perCall: 40_000n, perDay: 5_000_000n } as const;
export const OPENINGS = { budget: 100_000n, seller: 0n, stranger: 0n } as const;
export const PRICE = { inputNanosPerToken: 300, outputNanosPerToken: 1200 } as const;

/** A call of a known size: the small model counts bytes, and writes as many as it may after this. */
export const CALL = {
  model: 'licence-talk',
  max_tokens: 447,
  temperature: 2,
  seed: 2,
} as const;
const PROMPT_BYTES = 812;
/** What the model reads around one message: `user: `, a line feed, and the beginning of its own line. */
const AROUND_BYTES = 'user: \nassistant: '.length;
const END = ' You may';

/** A request whose prompt has exactly as many bytes as the example is about. */
export function goldenRequest(): JsonObject {
  const question = 'Read this agreement, which is confidential, and say in a few words what it lets me do. ';
  const length = PROMPT_BYTES - AROUND_BYTES - END.length;
  const content = `${question.repeat(20).slice(0, length)}${END}`;
  return { ...CALL, messages: [{ role: 'user', content }] };
}

/** An agent with a key of its own, and what it may do with it. */
export class Agent {
  #nonce = 0;
  /** Of the newest order. */
  reservation: Digest | null = null;

  private constructor(
    private readonly ledger: DemoLedger,
    readonly seed: Uint8Array,
    readonly weights: Digest,
  ) {}

  /** The owner of the budget delegates to a new key. @param untilMs end of the mandate */
  static async mandated(ledger: DemoLedger, weights: Digest, untilMs = Date.now() + DAY_MS): Promise<Agent> {
    const seed = random(32);
    const delegate = toBase64(ed25519PublicKey(seed));
    const terms = { ...LIMITS, untilMs, allow: ['seller'], ops: ['reserve'] } as const;
    const { memo } = await ledger.send('budget', { op: 'delegate', delegate, ...terms });
    if (memo?.status !== 'applied') throw new Error(`no mandate: ${memo?.reason ?? 'refused as a whole'}`);
    // An intent counts from the version on that has the mandate.
    await ledger.pages.head();
    return new Agent(ledger, seed, weights);
  }

  /** Up to one call's cap for the seller, unless said. */
  async order(
    asked: {
      readonly to?: string;
      readonly amount?: bigint;
      readonly weights?: Digest;
      readonly payment?: string;
      readonly inputNanosPerToken?: number;
    } = {},
  ): Promise<JsonObject> {
    this.#nonce += 1;
    const { to = 'seller', amount = LIMITS.perCall, weights = this.weights, payment = newPayment() } = asked;
    const { inputNanosPerToken = PRICE.inputNanosPerToken } = asked;
    const { order, reservation } = await this.ledger.pages.usageOrder(
      { account: 'budget', seed: this.seed, nonce: this.#nonce },
      {
        ...{ to, amount, payment, weights: [weights], inputNanosPerToken },
        outputNanosPerToken: PRICE.outputNanosPerToken,
        untilMs: Date.now() + HOUR_MS,
      },
    );
    this.reservation = reservation;
    return order;
  }
}

export function newPayment(): string {
  return `pay_${randomBytes(NAME_BYTES).toString('hex')}`;
}

export function newRequest(): string {
  return randomUUID();
}

export async function planCall(
  client: SealflowClient,
  { name: ledger }: DemoLedger,
  weights: Digest,
): Promise<PlannedWorkflow> {
  const definition = readFileSync(join(projectRoot, 'examples/agent-call.yaml'), 'utf8');
  return client.plan({
    definition,
    parameters: { reserve: { ledger }, settle: { ledger }, converse: { weights } },
  });
}

/** What the front asks for: a payment on this ledger, for calls of this model at this price. */
export function requirementsOf({ pages: { pin } }: DemoLedger, weights: Digest): PaymentRequirements {
  const price = { pin, asset: 'EUR', payTo: 'seller', cap: LIMITS.perCall, timeoutSeconds: HOUR_MS / 1000 };
  return offerOf({ weights, ...PRICE }, price);
}
