import { CiphertextError } from '#ciphertext';
import { FheProcessError, TaskError } from '#worker';

/** Why the key enclave refused. Codes of ciphertexts and of the engine's process pass through beside these. */
export type LedgerCode =
  | 'CHARGE_ABOVE_TERMS'
  | 'CHARTER_INVALID'
  | 'CHARTER_SIGNATURE_INVALID'
  | 'DECISION_NOT_PROVEN'
  | 'EPOCH_WRONG'
  | 'INPUT_MISSING'
  | 'INTENT_EXPIRED'
  | 'INTENT_INVALID'
  | 'INTENT_SIGNATURE_INVALID'
  | 'INTENT_SOURCE_REFUSED'
  | 'LEDGER_EXISTS'
  | 'LEDGER_UNKNOWN'
  | 'LIMIT_EXCEEDED'
  | 'MODEL_NOT_LISTED'
  | 'NULLIFIER_SPENT'
  | 'QUESTION_INVALID'
  | 'RECEIPT_INVALID'
  | 'RECOVERY_FAILED'
  | 'RESERVATION_INVALID'
  | 'RESERVATION_UNKNOWN'
  | 'SEALED_STATE_UNREADABLE'
  | 'SNAPSHOT_INVALID'
  | 'STATE_INVALID'
  | 'STATE_ROOT_CONFLICT'
  | 'TASK_ABORTED'
  | 'USAGE_NOT_SIGNED';

/** The message travels to the orchestrator: it names fields and versions, never an amount, an account or a key. */
export function refusal(code: LedgerCode, message: string, retryable = false): TaskError {
  return new TaskError(code, message, retryable);
}

/** Errors of the layers below as the agent understands them. */
export function asTaskError(error: unknown): unknown {
  if (error instanceof CiphertextError) return new TaskError(error.code, error.message, false);
  if (error instanceof FheProcessError) return new TaskError(error.code, error.message, error.retryable);
  return error;
}
