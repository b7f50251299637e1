import type { Appraisal } from '#attestation';
import type { Check } from '#canonical';

export type ClientErrorCode =
  | 'PLAN_UNTRUSTED'
  | 'WORKFLOW_UNTRUSTED'
  | 'EVIDENCE_REFUSED'
  | 'OWNER_REQUIRED'
  | 'PROVER_UNAVAILABLE'
  | 'INPUT_UNKNOWN'
  | 'INPUT_INVALID'
  | 'OUTPUT_MISSING'
  | 'OUTPUT_UNSEALED'
  | 'CONVERSATION_OVER'
  | 'BLOB_DIGEST_MISMATCH'
  | 'DECISION_UNTRUSTED'
  | 'EVENTS_BROKEN'
  | 'BUNDLE_REFUSED'
  | 'LEDGER_UNTRUSTED'
  | 'ANSWER_REFUSED'
  | 'KEY_SUSPENDED'
  | 'KEY_COMPROMISED'
  | 'COMMITMENT_MISMATCH';

/** A worker whose evidence did not pass, with everything that was found about it. */
export interface RefusedWorker {
  /** `workers/{worker}`, by the word of the orchestrator. */
  readonly worker: string;
  readonly operation: string;
  readonly appraisal: Appraisal;
  /** Its evidence passes, and its reference value does not allow the operation. */
  readonly operationNotAllowed: boolean;
}

/** A refusal of the client itself, before anything was sent or opened. `checks` explain it line by line. */
export class ClientError extends Error {
  override readonly name = 'ClientError';

  constructor(
    readonly code: ClientErrorCode,
    message: string,
    readonly checks: readonly Check[] = [],
    /** The verdict tree behind `EVIDENCE_REFUSED`: one branch a worker. */
    readonly refused: readonly RefusedWorker[] = [],
  ) {
    super(message);
  }
}

/** A step runs at the owner of the data, and this client has no owner's side. */
export function ownerRequired(what: string): ClientError {
  return new ClientError(
    'OWNER_REQUIRED',
    `${what}: runs at the owner of the data, and no prover of this client's own is there: start one by \`prove\` of this client, or \`sealflow prove\` and name its folder`,
  );
}
