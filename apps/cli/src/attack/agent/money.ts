import { randomBytes, randomUUID } from 'node:crypto';
import { ed25519PublicKey, toBase64 } from '#canonical';
import {
  type FoundedLedger,
  foundLedger,
  type IntentOutcome,
  type PreparedIntent,
  type SealflowClient,
} from '#client';
import { type IntentBody, signIntent } from '#ledger';
import { passingCharter } from '../../ledger/passing-charter.js';
import { random } from '../../stack/as-client.js';
import { CannotRun } from '../attack-case.js';
import { orCannot } from '../credit-scene.js';

const FOUNDING_MS = 120_000;
const HOUR_MS = 3_600_000;
/** Of a mandate that is over when most attacks on the ledger have ended: at least this, or twice what the founding took. */
const SHORT_MS = 15_000;

export const PER_CALL = 40_000n;
export const PER_DAY = 60_000n;
export const BUDGET = 100_000n;
export const BIDDER_HAS = 1_000n;

const names = ['issuer', 'owner', 'agent', 'late', 'provider', 'stranger', 'bidder'] as const;
type Party = (typeof names)[number];

/** A ledger of pages with an agent's budget on it, and the keys of everybody who has to do with it. */
export class Money {
  readonly #numbers = new Map<string, number>();
  #lateUntilMs = 0;

  private constructor(
    readonly client: SealflowClient,
    readonly founded: FoundedLedger,
    private readonly seeds: Readonly<Record<Party, Uint8Array>>,
  ) {}

  static make(client: SealflowClient): Promise<Money> {
    return orCannot('ledgers of pages', async () => {
      const seeds = Object.fromEntries(names.map((name) => [name, random(32)])) as Record<Party, Uint8Array>;
      const ledger = `attack-${randomBytes(6).toString('hex')}`;
      const account = (id: string, party: Party, opening: bigint) => ({ id, seed: seeds[party], opening });
      const charter = passingCharter({
        ...{ ledger, issuerSeed: seeds.issuer, supplyMax: 1_000_000n },
        accounts: [
          account('budget', 'owner', BUDGET),
          account('provider', 'provider', 0n),
          account('stranger', 'stranger', 0n),
          account('bidder', 'bidder', BIDDER_HAS),
        ],
      });
      const options = { deadlineMs: FOUNDING_MS, requestId: randomUUID() };
      const startMs = client.options.now();
      const founded = await foundLedger(client, charter, seeds.issuer, options);
      const money = new Money(client, founded, seeds);
      // The mandates are one batch of the several runs that a founding is: they are granted in less time.
      const nowMs = client.options.now();
      await money.#grantBoth(nowMs, nowMs + Math.max(SHORT_MS, 2 * (nowMs - startMs)));
      return money;
    });
  }

  /** When the mandate of the second agent is over. */
  get lateUntilMs(): number {
    return this.#lateUntilMs;
  }

  /** An agent for an hour, and one whose mandate is over soon. */
  async #grantBoth(nowMs: number, lateUntilMs: number): Promise<void> {
    this.#lateUntilMs = lateUntilMs;
    const mandate = (agent: Party, untilMs: number): Promise<PreparedIntent> =>
      this.intent('owner', 'budget', {
        ...{ op: 'delegate', delegate: this.keyOf(agent), ops: ['transfer', 'reserve'] },
        ...{ perCall: PER_CALL, perDay: PER_DAY, untilMs, allow: ['provider'] },
      });
    const mandates = [await mandate('agent', nowMs + HOUR_MS), await mandate('late', lateUntilMs)];
    const answers = (await this.founded.ledger.settle(mandates)).map(told);
    if (answers.some((answer) => answer !== 'applied'))
      throw new CannotRun(`the mandates were not granted: ${answers.join(', ')}`);
    // A mandate covers intents whose signer has seen it.
    await this.founded.ledger.head();
  }

  seedOf(party: Party): Uint8Array {
    return this.seeds[party];
  }

  keyOf(party: Party): string {
    return toBase64(ed25519PublicKey(this.seeds[party]));
  }

  /** With the next number of its signer, unless another is given. */
  intent(signer: Party, account: string, body: IntentBody, nonce?: number): Promise<PreparedIntent> {
    const seed = this.seeds[signer];
    return this.founded.ledger.intent({ account, seed, nonce: nonce ?? this.#next(signer, account) }, body);
  }

  async settle(signer: Party, account: string, body: IntentBody): Promise<IntentOutcome> {
    const [outcome] = await this.founded.ledger.settle([await this.intent(signer, account, body)]);
    if (outcome === undefined) throw new Error('an intent without an outcome');
    return outcome;
  }

  /** What its signer signed after it had seen a later state than the ledger's newest: as an enclave sees it that is shown an old one. */
  async settleAfter(
    batches: number,
    signer: Party,
    account: string,
    body: IntentBody,
  ): Promise<IntentOutcome> {
    const { asset, epoch, version } = await this.founded.ledger.head();
    const memoKey = random(32);
    const head = {
      ...{ ledger: this.founded.ledger.pin.ledger, asset, epoch, account },
      ...{ nonce: this.#next(signer, account), seen: version + batches },
      notAfterMs: this.client.options.now() + HOUR_MS / 12,
    };
    const signed = signIntent({ ...head, memoKey: toBase64(memoKey), ...body }, this.seeds[signer]);
    const [outcome] = await this.founded.ledger.settle([{ ...signed, memoKey }]);
    if (outcome === undefined) throw new Error('an intent without an outcome');
    return outcome;
  }

  #next(signer: Party, account: string): number {
    const key = `${signer} ${account}`;
    const nonce = this.#numbers.get(key) ?? 1;
    this.#numbers.set(key, nonce + 1);
    return nonce;
  }
}

/** `applied`, or the reason of the refusal. */
export function told({ memo }: IntentOutcome): string {
  return memo === null ? 'BATCH_REFUSED' : (memo.reason ?? memo.status);
}
