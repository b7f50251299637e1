import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JsonObject, toJson } from '#canonical';
import type { PlannedWorkflow, PreparedRun } from '#client';
import { demoCase } from '#samples';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { PageLedgerStory } from './page-ledger-story.js';
import type { TestStack } from './test-stack.js';
import { WatchedRun } from './watched-run.js';

const RUN_DEADLINE_MS = 300_000;
const HOUR_MS = 3_600_000;
/** Each settlement signs three intents. */
const NUMBERS = 3;

/** What the golden applicant is paid; the proven limit is 600 000 cents. */
export const LOAN_CENTS = 209_600n;

/** A bank whose loans are paid on a ledger of pages: account 0 pays, account 1 is the borrower's. */
export class SettlementStory {
  #nonce = 1;

  private constructor(
    readonly pages: PageLedgerStory,
    readonly plan: PlannedWorkflow,
  ) {}

  /** @param loans how many the bank can pay */
  static async open(stack: TestStack, loans: number): Promise<SettlementStory> {
    const pages = await PageLedgerStory.found(stack, 2, LOAN_CENTS * BigInt(loans));
    const { ledger } = pages.ledger.pin;
    const approvers = [...stack.trust.approvers];
    const definition = readFileSync(join(projectRoot, 'examples/credit-pages.yaml'), 'utf8');
    const parameters = { review: { approvers }, reserve: { ledger, approvers }, settle: { ledger } };
    return new SettlementStory(pages, await pages.client.plan({ definition, parameters }));
  }

  /** Signed by the owner of account 0, unless said. */
  settlement(amount = LOAN_CENTS, signer = 0, account = 0): Promise<JsonObject> {
    const nonce = this.#nonce;
    this.#nonce += NUMBERS;
    const { seed } = this.pages.account(signer);
    const { id } = this.pages.account(account);
    const to = this.pages.account(1).id;
    return this.pages.ledger.settlement(
      { account: id, seed, nonce },
      { to, amount, untilMs: Date.now() + HOUR_MS },
    );
  }

  prepare(settlement: JsonObject): Promise<PreparedRun> {
    const { applicant, statement } = demoCase('approve');
    return this.pages.client.prepare(
      this.plan,
      { application: toJson(applicant), statement, settlement },
      { deadlineMs: RUN_DEADLINE_MS, requestId: randomUUID() },
    );
  }

  async start(settlement: JsonObject): Promise<WatchedRun> {
    return WatchedRun.create(this.pages.client, await this.prepare(settlement));
  }

  /** Whether account 0 has exactly so much: it can pay that, and not one cent more. */
  async hasExactly(account: number, amount: bigint): Promise<string[]> {
    const payer = this.pages.account(account);
    const to = this.pages.account(1 - account).id;
    const pay = async (cents: bigint): Promise<string> => {
      const nonce = this.#nonce + 1_000;
      this.#nonce += 1;
      const signer = { account: payer.id, seed: payer.seed, nonce };
      const [outcome] = await this.pages.settle(
        await this.pages.ledger.intent(signer, { op: 'transfer', to, amount: cents }),
      );
      return outcome?.memo?.reason ?? outcome?.memo?.status ?? 'no memo';
    };
    return [await pay(amount + 1n), ...(amount === 0n ? [] : [await pay(amount)])];
  }
}
