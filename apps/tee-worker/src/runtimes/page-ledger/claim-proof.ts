/**
 * The insurer's consent to a claim, as the key enclave sees it.
 *
 * No server of the insurer says "pay": the proof of the claim circuit does, and what is paid is what it committed, to the
 * cent. Whoever claims makes the plan and chooses circuit, tables and secret that the proof is about, so the insurer's
 * order says which it means. The enclave takes the amount from the opening of the commitment that the proof carries. That
 * a ciphertext on the ledger encrypts it rests on this enclave.
 */
import { fromBase64 } from '#canonical';
import { type ClaimOrder, type ClaimPart, claimFacts, LedgerError, openClaimOrder } from '#ledger';
import type { OpenTask } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import { notProven, provenAmount, verifyProvenStep } from '../shared/proven-step.js';
import { openedInput, openedValue, publicInput } from '../shared/task-inputs.js';
import type { LedgerRecord } from './ledger-secrets.js';

/** Places in the outcome that the circuit commits: `[insurer, patient, deductible]`. */
const places: Readonly<Record<ClaimPart, number>> = { insurer: 0, deductible: 2 };

/** The order of a task, which only this ledger's keys open. Refuses with `INTENT_INVALID`. */
export async function claimOrderOf(
  task: OpenTask,
  { epochs, ledger, tenant }: Pick<LedgerRecord, 'epochs' | 'ledger' | 'tenant'>,
): Promise<ClaimOrder> {
  const value = openedValue(task, 'order');
  try {
    for (const { intentKey } of epochs) {
      const order = await openClaimOrder(value, fromBase64(intentKey), { tenant, ledger });
      if (order !== null) return order;
    }
  } catch (error) {
    if (error instanceof LedgerError) throw refusal('INTENT_INVALID', error.message);
    throw error;
  }
  throw refusal('INTENT_INVALID', 'input order: expected an order that was sealed to this ledger');
}

/** Refuses with `DECISION_NOT_PROVEN` unless the proof says what the order asks for, to the cent. */
export async function verifyClaim(task: OpenTask, order: ClaimOrder): Promise<void> {
  const rule = publicInput(task, 'rule');
  const outcome = openedInput(task, 'outcome');
  const ports = { value: 'rule', commitment: 'outcome' };
  const { predicate, evidence } = await verifyProvenStep(task, ports, { value: rule, committed: outcome });
  if (evidence.manifest !== order.manifest) throw notProven('the proof is of another circuit than the order');
  // The strict verifier has tied these facts to signals of the proof.
  const proven = predicate.public;
  if (proven['rule'] !== rule.value) throw notProven('the rule handed over is not the proven one');
  if (proven['rule'] !== 'accepted') throw notProven('the proven rule is not an acceptance');
  const other = claimFacts.find((fact) => proven[fact] !== order.facts[fact]);
  if (other !== undefined) throw notProven(`${other}: the proof is about another than the order`);
  const cents = provenAmount(outcome, places[order.part], 'outcome');
  const { reserve, commit } = order.settlement;
  if (reserve.intent.amount === cents && commit.intent.amount === cents) return;
  throw notProven('order.settlement: expected exactly the proven amount, set aside and paid');
}
