import { canonicalBytes, fromBase64 } from '#canonical';
import {
  EvidenceError,
  type LedgerReceipt,
  ledgerReceiptPredicateType,
  openStatement,
  parseLedgerReceipt,
} from '#evidence';
import { type OpenTask, TaskError } from '#worker';

/**
 * The receipt that says what this task has to add.
 *
 * The service needs no trust in it to stay honest: it adds what it is given and anybody replays the sum. It still
 * refuses a receipt that the authorising step's ledger key did not sign, or that another task made, because pages
 * made from such a receipt would only be refused later by everybody else.
 */
export function readReceipt(task: OpenTask, operation: string): LedgerReceipt {
  const input = task.inputs['receipt'];
  if (input?.kind !== 'public' || input.producer === null) {
    throw new TaskError(
      'RECEIPT_INVALID',
      'input receipt: expected the disclosable receipt of an authorising step',
    );
  }
  const { producer, value } = input;
  const ledgerKey = producer.public['ledgerKey'];
  if (typeof ledgerKey !== 'string') {
    throw new TaskError('RECEIPT_INVALID', 'input receipt: the authorising step names no ledger key');
  }
  const receipt = opened(canonicalBytes(value), ledgerKey);
  if (receipt.runId !== task.runId || receipt.taskId !== producer.taskId || receipt.operation !== operation) {
    throw new TaskError(
      'RECEIPT_INVALID',
      `receipt: expected ${operation} of task ${producer.taskId} in this run`,
    );
  }
  return receipt;
}

function opened(envelope: Uint8Array, ledgerKey: string): LedgerReceipt {
  try {
    const statement = openStatement({
      envelope,
      publicKey: fromBase64(ledgerKey),
      predicateType: ledgerReceiptPredicateType,
    });
    return parseLedgerReceipt(statement.predicate);
  } catch (error) {
    const reason = error instanceof EvidenceError ? `${error.code}: ${error.message}` : 'not a receipt';
    throw new TaskError('RECEIPT_INVALID', `receipt: ${reason}`);
  }
}
