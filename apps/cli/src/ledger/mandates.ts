import { ed25519PublicKey, formatTime, fromBase64, toBase64 } from '#canonical';
import {
  type IntentOutcome,
  type MandateTerms as MandateOnLedger,
  mandateBodies,
  type ProvenStatement,
  type SealflowClient,
} from '#client';
import type { IntentBody } from '#ledger';
import { UsageError } from '../output/failure.js';
import { random } from '../stack/as-client.js';
import type { OwnLedger } from './ledger-client.js';
import { MandateFolder } from './mandate-folder.js';

/** What the owner of an account allows an agent, whose key is drawn with it. */
export interface MandateTerms extends Omit<MandateOnLedger, 'account' | 'agent'> {
  readonly payer: string;
  /** Name of the account that holds the budget. */
  readonly mandate: string;
}

/** What a grant needs of a ledger. */
export type GrantingLedger = Pick<OwnLedger, 'wallet' | 'issued' | 'owned' | 'together'>;

/**
 * Grants a mandate. Its budget is the balance of an account of its own: a slot of an encrypted page, which the agent
 * spends and only its owner may ask about. One batch opens that account, delegates to the agent and puts the budget in.
 *
 * @returns what became of the three, in this order
 */
export async function grant(
  own: GrantingLedger,
  terms: MandateTerms,
  folder: string,
): Promise<readonly IntentOutcome[]> {
  const { wallet } = own;
  const { payer, mandate, perCall, perDay, untilMs, payees } = terms;
  const { tenant, ledger, ledgerKey, minted } = wallet.known;
  if (minted !== undefined) {
    throw new UsageError(`ledger ${ledger}: expected one in tee-check: in zk-check nobody pays for another`);
  }
  wallet.account(payer);
  if (Object.hasOwn(wallet.known.accounts, mandate)) {
    throw new UsageError(`mandate ${mandate}: expected the name of no account yet: each mandate has its own`);
  }
  const [ownerSeed, agentSeed] = [random(32), random(32)];
  const agent = toBase64(ed25519PublicKey(agentSeed));
  // Kept first: an account whose key nobody has would be lost with what is in it.
  MandateFolder.create(folder, {
    ...{ tenant, ledger, ledgerKey, account: mandate, seed: toBase64(agentSeed), untilMs },
  });
  wallet.add(mandate, toBase64(ownerSeed), null);
  wallet.keepMandate(mandate, {
    ...{ payer, agent, perCall: `${perCall}`, perDay: `${perDay}`, until: formatTime(untilMs), payees },
  });
  const owner = toBase64(ed25519PublicKey(ownerSeed));
  const { open, delegate, budget } = mandateBodies({ ...terms, account: mandate, agent }, owner);
  return own.together([
    await own.issued(mandate, open),
    await own.owned(mandate, delegate),
    await own.owned(payer, budget),
  ]);
}

export interface EndedMandate {
  /** null where the agent had lost its power before: then only the rest was left to give back. */
  readonly revoked: IntentOutcome | null;
  /** What was there after the agent lost its power; null where that was refused. */
  readonly proven: ProvenStatement | null;
  /** null where nothing was left. */
  readonly returned: IntentOutcome | null;
}

/** Takes the power away, and then gives back what is left. Nobody can spend in between. */
export async function end(own: OwnLedger, mandate: string): Promise<EndedMandate> {
  const { payer, agent } = own.wallet.mandate(mandate);
  const revoked = await own.byOwner(mandate, { op: 'revoke', delegate: agent });
  // A mandate that was ended before still has what reservations gave back since.
  const before = revoked.memo?.reason === 'DELEGATE_NOT_ALLOWED';
  if (revoked.memo?.status !== 'applied' && !before) return { revoked, proven: null, returned: null };
  const proven = await own.statement(mandate);
  const { available } = proven.statement.opening;
  const rest = { op: 'transfer', to: payer, amount: available } as const;
  const returned = available === 0n ? null : await own.byOwner(mandate, rest);
  return { revoked: before ? null : revoked, proven, returned };
}

/** What the agent does, with its own key and what lies in its folder. */
export async function spend(
  client: SealflowClient,
  folder: MandateFolder,
  body: IntentBody,
): Promise<IntentOutcome> {
  const { ledger, ledgerKey, account, seed } = folder.content;
  const signer = { account, seed: fromBase64(seed), nonce: folder.nextNumber() };
  return client.ledger({ ledger, ledgerKey }).settleOne(signer, body);
}
