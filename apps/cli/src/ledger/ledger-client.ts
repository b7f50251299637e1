import { randomUUID } from 'node:crypto';
import { fromBase64 } from '#canonical';
import { amountMax } from '#ciphertext';
import {
  askStatement,
  type IntentOutcome,
  type IntentSigner,
  PageLedger,
  type PreparedIntent,
  type ProvenStatement,
  type SealflowClient,
} from '#client';
import { type IntentBody, reasonAdvice } from '#ledger';
import { homeFolder } from '../installation/paths.js';
import { exitCode, UsageError } from '../output/failure.js';
import type { ClientFlags } from '../stack/as-client.js';
import { Wallet } from './wallet.js';

const QUESTION_DEADLINE_MS = 120_000;

export interface LedgerFlags extends ClientFlags {
  readonly json?: boolean;
}

/** A ledger whose keys are in this installation. */
export class OwnLedger {
  readonly #ledger: PageLedger;

  constructor(
    private readonly client: SealflowClient,
    readonly wallet: Wallet,
  ) {
    const { ledger, ledgerKey } = wallet.known;
    this.#ledger = new PageLedger(client, { ledger, ledgerKey });
  }

  static open(client: SealflowClient, ledger: string): OwnLedger {
    return new OwnLedger(client, Wallet.open(homeFolder(), ledger));
  }

  head() {
    return this.#ledger.head();
  }

  batches() {
    return this.#ledger.batches();
  }

  byIssuer(account: string, body: IntentBody): Promise<IntentOutcome> {
    return this.#ledger.settleOne(this.#issuer(account), body);
  }

  byOwner(account: string, body: IntentBody): Promise<IntentOutcome> {
    return this.#ledger.settleOne(this.#owner(account), body);
  }

  /** An intent of the issuer, to be sent with others. */
  issued(account: string, body: IntentBody): Promise<PreparedIntent> {
    return this.#ledger.intent(this.#issuer(account), body);
  }

  /** An intent of an account's owner, to be sent with others. */
  owned(account: string, body: IntentBody): Promise<PreparedIntent> {
    return this.#ledger.intent(this.#owner(account), body);
  }

  /** An intent about somebody else's account: of the closer of a reservation there, whose key is that of `closer`. */
  closing(payer: string, closer: string, body: IntentBody): Promise<IntentOutcome> {
    return this.#ledger.settleOne({ ...this.#owner(closer), account: payer }, body);
  }

  /** One envelope, so that one batch decides them, in their order. */
  together(intents: readonly PreparedIntent[]): Promise<readonly IntentOutcome[]> {
    return this.#ledger.settle(intents);
  }

  /** What the key enclave tells the owner of an account whose key is here. */
  statement(account: string): Promise<ProvenStatement> {
    const seed = fromBase64(this.wallet.account(account).seed);
    const options = { deadlineMs: QUESTION_DEADLINE_MS, requestId: randomUUID() };
    return askStatement(this.client, this.#ledger, { account, seed }, options);
  }

  /** Each takes a number, which is used once. */
  #issuer(account: string): IntentSigner {
    const seed = fromBase64(this.wallet.known.issuerSeed);
    return { account, seed, nonce: this.wallet.nextOfIssuer(account) };
  }

  #owner(account: string): IntentSigner {
    const seed = fromBase64(this.wallet.account(account).seed);
    return { account, seed, nonce: this.wallet.nextOf(account) };
  }
}

/** Whole minor units, e.g. cents. */
export function amountOf(text: string, name = 'amount'): bigint {
  const amount = /^[1-9][0-9]{0,18}$/.test(text) ? BigInt(text) : 0n;
  if (amount > 0n && amount <= amountMax) return amount;
  throw new UsageError(`${name}: expected a whole number of minor units from 1 to ${amountMax}`);
}

/** Shows what became of an intent; a refusal is an answer, and the exit code says that it is one. */
export function showOutcome({ intentId, memo, runId }: IntentOutcome, { json }: LedgerFlags): void {
  const status = memo?.status ?? 'refused';
  const reason = memo === null ? 'ENVELOPE_POISONED' : memo.reason;
  if (status === 'refused') process.exitCode = exitCode.failed;
  if (json === true) {
    const { winner } = memo ?? {};
    const won = winner === undefined ? {} : { winner, price: `${memo?.transferred}` };
    const fact = { intentId, status, reason, version: memo?.version ?? null, batch: runId, ...won };
    process.stdout.write(`${JSON.stringify(fact)}\n`);
    return;
  }
  const why = memo?.reason == null ? '' : `: ${memo.reason}, ${reasonAdvice[memo.reason]}`;
  process.stdout.write(`${status}${why}\n  intent ${intentId}\n  batch  ${runId}\n`);
}
