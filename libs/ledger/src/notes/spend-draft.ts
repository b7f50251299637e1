/**
 * A payment in `zk-check` from the payer's side, or what is to leave the ledger: what a prover is asked, and what of its answer goes into the intent. The
 * prover sees the spend key, so it is the payer's own; its answer is verified before anybody is told of it.
 */
import { type Digest, type Json, poseidon } from '#canonical';
import type { CircuitPolicy } from '#proofs';
import type { SpendBody } from '../intent/intent.js';
import { LedgerError } from '../ledger-error.js';
import {
  assetField,
  burnContext,
  burnOwner,
  commitNote,
  type Note,
  noteOwner,
  spendContext,
} from './note.js';
import { packProof } from './packed-proof.js';
import { type ClaimedSpend, type SpendCircuit, verifySpends } from './verify-spends.js';

export interface SpendDraft {
  readonly charter: Digest;
  readonly asset: string;
  readonly note: Note;
  readonly spendKey: bigint;
  readonly amount: bigint;
  /** Owner of the payee's notes; `burnOwner` for what leaves the ledger, and for nothing else. */
  readonly recipient: bigint;
  /** Field elements that nobody else knows: whoever knows the salt of a note can try amounts. */
  readonly salts: { readonly order: bigint; readonly rest: bigint; readonly payment: bigint };
}

/** Input of the circuit `transfer`, decimal texts. Holds the spend key. */
export function spendQuestion(draft: SpendDraft): Readonly<Record<string, string>> {
  const { charter, note, spendKey, amount, recipient, salts } = draft;
  return {
    asset: `${assetField(draft.asset)}`,
    balance: `${note.amount}`,
    owner: `${noteOwner(spendKey)}`,
    balanceSalt: `${note.salt}`,
    amount: `${amount}`,
    recipient: `${recipient}`,
    spendKey: `${spendKey}`,
    orderSalt: `${salts.order}`,
    restSalt: `${salts.rest}`,
    paymentSalt: `${salts.payment}`,
    context: `${(leaves(draft) ? burnContext : spendContext)(charter, note.number)}`,
  };
}

/** What the draft pays, as everybody sees it: what the issuer signs for where it leaves the ledger. */
export function paymentNote({ asset, amount, recipient, salts }: SpendDraft): bigint {
  return commitNote(asset, { owner: recipient, amount, salt: salts.payment });
}

function leaves({ recipient }: SpendDraft): boolean {
  return recipient === burnOwner;
}

/**
 * The member `spend` of an intent, or all of `burn` but the issuer's word.
 *
 * @throws LedgerError `PROOF_REFUSED` for a proof that the ledger would refuse
 */
export function spendBody(
  draft: SpendDraft,
  proof: Json,
  circuit: SpendCircuit,
  policy: CircuitPolicy,
): SpendBody {
  const { asset, note, spendKey, amount, recipient, salts } = draft;
  // The circuit proves that too, as `insufficient`, and no ledger counts it.
  if (amount > note.amount) throw new LedgerError('PROOF_REFUSED', 'the note does not cover the amount');
  const owner = noteOwner(spendKey);
  const balance = commitNote(asset, { owner, ...note });
  const order = poseidon([assetField(asset), amount, recipient, spendKey, salts.order]);
  const nullifier = poseidon([spendKey, balance]);
  const packed = packProof(proof);
  const spend: ClaimedSpend = {
    kind: leaves(draft) ? 'burn' : 'transfer',
    ...{ note: note.number, proof: packed, balance, order, nullifier },
    rest: commitNote(asset, { owner, amount: note.amount - amount, salt: salts.rest }),
    payment: paymentNote(draft),
  };
  // A single proof is judged by itself: its weight says nothing.
  const one = (count: number): Uint8Array => new Uint8Array(count).fill(1);
  const [reason = 'PROOF_INVALID'] = verifySpends(
    [spend],
    { charter: draft.charter, asset, circuit },
    policy,
    one,
  );
  if (reason !== null) throw new LedgerError('PROOF_REFUSED', `the prover's answer does not hold: ${reason}`);
  return {
    ...{ note: note.number, restSalt: salts.rest, paymentSalt: salts.payment },
    ...{ order, nullifier, proof: packed },
  };
}
