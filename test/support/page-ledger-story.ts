import { randomBytes, randomUUID } from 'node:crypto';
import { ed25519PublicKey, isJsonObject, type JsonObject, parseDigest, toBase64 } from '#canonical';
import {
  type FoundedLedger,
  foundLedger,
  type IntentOutcome,
  type IntentSigner,
  type PageLedger,
  type PreparedIntent,
  type SealflowClient,
} from '#client';
import { type GetLedgerResponse__Output, unary } from '#contracts';
import { handShares, type IntentBody, openShare } from '#ledger';
import { generateSealKeyPair } from '#sealing';
import type { TestStack } from './test-stack.js';

const FOUNDING_MS = 300_000;
const SUPPLY_MAX = 1_000_000_000_000n;

export interface StoryAccount {
  readonly id: string;
  readonly seed: Uint8Array;
}

const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));

/**
 * A bank with a ledger of pages, its accounts, and what their balances must be: kept by hand from what became of each
 * intent, so that the ledger is compared with something else than itself.
 */
export class PageLedgerStory {
  readonly #nonces = new Map<string, number>();

  private constructor(
    readonly client: SealflowClient,
    readonly founded: FoundedLedger,
    readonly issuerSeed: Uint8Array,
    readonly accounts: readonly StoryAccount[],
    private readonly holders: readonly Holder[],
  ) {}

  /** @param opening what each account starts with */
  static async found(
    stack: Pick<TestStack, 'client'>,
    count: number,
    opening: bigint,
    rest: { readonly pageCount?: number; readonly tenant?: string } = {},
  ): Promise<PageLedgerStory> {
    const client = stack.client(rest.tenant);
    const issuerSeed = random(32);
    const holders = ['notary', 'auditor', 'bank'].map((name) => ({
      name,
      keys: generateSealKeyPair(random),
    }));
    const accounts = Array.from({ length: count }, (_, index) => ({
      id: `account-${index}`,
      seed: random(32),
    }));
    const charter = {
      ledger: `pages-${randomBytes(6).toString('hex')}`,
      asset: 'EUR',
      issuer: toBase64(ed25519PublicKey(issuerSeed)),
      supplyMax: SUPPLY_MAX,
      pageCount: rest.pageCount ?? 1,
      mode: 'tee-check',
      padding: 'touched',
      accounts: accounts.map(({ id, seed }) => ({
        id,
        owner: toBase64(ed25519PublicKey(seed)),
        rollover: 'auto' as const,
        opening,
      })),
      recovery: {
        threshold: 2,
        holders: holders.map(({ name, keys }) => ({ name, sealKey: toBase64(keys.publicKey) })),
      },
      viewers: [],
    } as const;
    const options = { deadlineMs: FOUNDING_MS, requestId: randomUUID() };
    const founded = await foundLedger(client, charter, issuerSeed, options);
    return new PageLedgerStory(client, founded, issuerSeed, accounts, holders);
  }

  get ledger(): PageLedger {
    return this.founded.ledger;
  }

  account(index: number): StoryAccount {
    const found = this.accounts[index % this.accounts.length];
    if (found === undefined) throw new RangeError(`no account ${index}`);
    return found;
  }

  /** An intent of an account's owner, with the next of its numbers. */
  ofOwner(account: StoryAccount, body: IntentBody): Promise<PreparedIntent> {
    return this.ledger.intent(this.ownerOf(account), body);
  }

  /** An account's owner, with the next of its numbers. */
  ownerOf({ id, seed }: StoryAccount): IntentSigner {
    return { account: id, seed, nonce: this.#next(`owner ${id}`) };
  }

  ofIssuer(account: string, body: IntentBody): Promise<PreparedIntent> {
    const nonce = this.#next(`issuer ${account}`);
    return this.ledger.intent({ account, seed: this.issuerSeed, nonce }, body);
  }

  transfer(from: number, to: number, amount: bigint): Promise<PreparedIntent> {
    return this.ofOwner(this.account(from), { op: 'transfer', to: this.account(to).id, amount });
  }

  settle(...intents: PreparedIntent[]): Promise<readonly IntentOutcome[]> {
    return this.ledger.settle(intents);
  }

  /** What so many holders hand to an enclave that takes over: each opened its own share. */
  async handedShares(count: number): Promise<JsonObject> {
    const { shares: document, ledger } = this.founded;
    const kit = isJsonObject(document) ? document['package'] : '';
    const { version } = await ledger.head();
    const holders = this.holders.slice(0, count);
    return handShares({
      ledger: ledger.pin.ledger,
      head: { version, receipt: parseDigest(await this.headDigest()) },
      package: parseDigest(String(kit)),
      shares: await Promise.all(holders.map(({ name, keys }) => openShare(document, name, keys.secretKey))),
    });
  }

  async headDigest(): Promise<string> {
    const { ledger } = await unary<GetLedgerResponse__Output>(
      (options, callback) =>
        this.client.services.ledger.getLedger({ name: this.ledger.name }, options, callback),
      { deadlineMs: 10_000 },
    );
    return ledger?.receipt ?? '';
  }

  #next(signer: string): number {
    const nonce = this.#nonces.get(signer) ?? 1;
    this.#nonces.set(signer, nonce + 1);
    return nonce;
  }
}

interface Holder {
  readonly name: string;
  readonly keys: ReturnType<typeof generateSealKeyPair>;
}

/** `applied`, or the reason of the refusal. */
export function told({ memo }: IntentOutcome): string {
  return memo === null ? 'no memo' : (memo.reason ?? memo.status);
}
