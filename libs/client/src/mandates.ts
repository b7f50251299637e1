import { ed25519PublicKey, toBase64 } from '#canonical';
import type { DelegableOp, IntentBody } from '#ledger';
import type { IntentOutcome } from './intent-outcomes.js';
import type { IntentSigner, PageLedger } from './page-ledger.js';

/**
 * What the owner of an account lets an agent spend. The budget is the balance of an account of its own: a slot of an
 * encrypted page, which the agent spends and only its owner may ask about. Amounts are whole minor units.
 */
export interface MandateTerms {
  /** Account that holds the budget; it is opened with the mandate. */
  readonly account: string;
  /** The agent's raw Ed25519 key, base64. */
  readonly agent: string;
  readonly budget: bigint;
  /** At most so much at a time. */
  readonly perCall: bigint;
  /** At most so much a day of UTC. What is asked for counts, whether or not it was there. */
  readonly perDay: bigint;
  readonly untilMs: number;
  readonly ops: readonly DelegableOp[];
  /** Whom the agent may pay; null allows any. */
  readonly payees: readonly string[] | null;
}

/** Who signs a mandate. Each number is one that its signer did not use before about that account. */
export interface MandateSigners {
  /** The issuer of the ledger, which opens accounts. */
  readonly issuer: Omit<IntentSigner, 'account'>;
  /** Owner of the new account: it takes the mandate back. */
  readonly owner: Omit<IntentSigner, 'account'>;
  /** Account that the budget comes from. */
  readonly payer: IntentSigner;
}

/** What a mandate is on the ledger: three intents, for one batch. */
export interface MandateBodies {
  readonly open: IntentBody;
  readonly delegate: IntentBody;
  readonly budget: IntentBody;
}

/** @param owner raw Ed25519 key of whoever the new account belongs to, base64 */
export function mandateBodies(terms: MandateTerms, owner: string): MandateBodies {
  const { account, agent, budget, perCall, perDay, untilMs, ops, payees } = terms;
  return {
    open: { op: 'open', owner, rollover: 'auto' },
    delegate: { op: 'delegate', delegate: agent, ops, perCall, perDay, untilMs, allow: payees },
    budget: { op: 'transfer', to: account, amount: budget },
  };
}

/**
 * Mandates of agents on a ledger of pages. The key enclave holds each spending against them; an outcome that it refuses
 * names the reason (`DELEGATE_LIMIT`, `DELEGATE_EXPIRED`, ...) and moved nothing, and tells the agent nothing of the
 * budget.
 */
export class Mandates {
  constructor(readonly ledger: PageLedger) {}

  /**
   * Opens the account, delegates to the agent and puts the budget in, in one batch.
   *
   * @returns what became of the three, in this order
   * @throws ClientError LEDGER_UNTRUSTED, KEY_SUSPENDED, KEY_COMPROMISED
   */
  async grant(terms: MandateTerms, signers: MandateSigners): Promise<readonly IntentOutcome[]> {
    const { ledger } = this;
    const { account } = terms;
    const { issuer, owner, payer } = signers;
    const bodies = mandateBodies(terms, toBase64(ed25519PublicKey(owner.seed)));
    return ledger.settle([
      await ledger.intent({ ...issuer, account }, bodies.open),
      await ledger.intent({ ...owner, account }, bodies.delegate),
      await ledger.intent(payer, bodies.budget),
    ]);
  }

  /** Pays, as the agent, from the account of the mandate. */
  pay(agent: IntentSigner, to: string, amount: bigint): Promise<IntentOutcome> {
    return this.#asAgent(agent, { op: 'transfer', to, amount });
  }

  /** Sets an amount aside, as the agent; `closer` (raw Ed25519 key, base64) says later how much of it was used. */
  reserve(
    agent: IntentSigner,
    terms: {
      readonly to: string;
      readonly amount: bigint;
      readonly closer: string;
      readonly untilMs: number;
    },
  ): Promise<IntentOutcome> {
    return this.#asAgent(agent, { op: 'reserve', ...terms });
  }

  /** Takes the agent's power away, as the owner. What is in the account stays there. */
  revoke(owner: IntentSigner, agent: string): Promise<IntentOutcome> {
    return this.ledger.settleOne(owner, { op: 'revoke', delegate: agent });
  }

  /** An intent names the newest version that its signer saw, and counts only from its delegation on. */
  async #asAgent(agent: IntentSigner, body: IntentBody): Promise<IntentOutcome> {
    await this.ledger.head();
    return await this.ledger.settleOne(agent, body);
  }
}
