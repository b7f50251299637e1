import { status } from './grpc.js';

/** Which of google.rpc's details goes with a reason, besides ErrorInfo. */
export type DetailKind = 'BadRequest' | 'PreconditionFailure' | 'QuotaFailure' | 'ResourceInfo' | 'none';

export interface ReasonFacts {
  readonly code: status;
  readonly detail: DetailKind;
  /** `no`: the same call fails again. `reread`: read what changed and decide again. A number: milliseconds to wait. */
  readonly retry: 'no' | 'reread' | number;
  readonly meaning: string;
  /** True for what no call answers with: it is why a step of a run failed, and stands in `Step.reason`. */
  readonly ofSteps?: true;
}

const invalid = (meaning: string): ReasonFacts => ({
  code: status.INVALID_ARGUMENT,
  detail: 'BadRequest',
  retry: 'no',
  meaning,
});
const precondition = (meaning: string): ReasonFacts => ({
  code: status.FAILED_PRECONDITION,
  detail: 'PreconditionFailure',
  retry: 'no',
  meaning,
});
const exhausted = (retry: ReasonFacts['retry'], meaning: string): ReasonFacts => ({
  code: status.RESOURCE_EXHAUSTED,
  detail: 'QuotaFailure',
  retry,
  meaning,
});
/** Who calls is not known, or not believed. The details say which credential is meant, never what was in it. */
const unknownCaller = (meaning: string): ReasonFacts => ({
  code: status.UNAUTHENTICATED,
  detail: 'none',
  retry: 'no',
  meaning,
});
const taken = (meaning: string): ReasonFacts => ({
  code: status.ALREADY_EXISTS,
  detail: 'ResourceInfo',
  retry: 'no',
  meaning,
});
const changed = (meaning: string): ReasonFacts => ({
  code: status.ABORTED,
  detail: 'PreconditionFailure',
  retry: 'reread',
  meaning,
});

/**
 * Every reason that a service of this project gives (AIP-193), once. Adding is allowed, renaming is not.
 * docs/errors.md is this table; test/contracts wants a test that provokes each of them.
 */
export const REASONS = {
  INVALID_REQUEST: invalid('A field is missing or is not what it has to be; the violations name each.'),
  DEADLINE_REQUIRED: invalid('The call has no deadline (grpc-timeout), or one later than its method allows.'),
  DEADLINE_TOO_SHORT: invalid('The run would not end before its deadline, or the deadline is too far away.'),
  COMMITMENT_MISMATCH: invalid('A value does not open the commitment that it comes with.'),
  BLOB_DIGEST_MISMATCH: invalid('The bytes that came do not have the digest that was announced.'),
  BLOB_TOO_LARGE: invalid('A blob has more bytes than the store takes.'),
  BLOB_OFFSET_MISMATCH: {
    ...changed('An upload goes on elsewhere than where the kept bytes end; ask QueryWriteStatus.'),
    code: status.ABORTED,
  },
  ENVELOPE_CONTEXT_MISMATCH: invalid(
    'An envelope was sealed for another run, workflow, policy, edge or time.',
  ),
  ENVELOPE_MALFORMED: invalid('An input is no sealed envelope.'),
  ENVELOPE_TOO_LARGE: invalid('An envelope is larger than any may be.'),
  SUITE_UNSUPPORTED: invalid('An envelope is of a version or suite that is not known here.'),
  DOCUMENT_INVALID: invalid('A definition is no JSON or YAML of the strict kind.'),
  SCHEMA_INVALID: invalid('A part of a definition has another form than the language gives it.'),
  UNKNOWN_FIELD: invalid('A definition has a field that the language does not know.'),
  UNKNOWN_OPERATION: invalid('A step names an operation that the catalogue does not have.'),
  UNKNOWN_REFERENCE: invalid('A definition refers to a step, input or output that it does not have.'),
  MISSING_INPUT: invalid('A step leaves out an input of its operation.'),
  UNUSED_INPUT: invalid('An input of a definition is read by no step.'),
  CYCLE: invalid('Steps of a definition wait for each other.'),
  CLASS_MISMATCH: invalid('A value of one data class goes where another is declared.'),
  COMPENSATION_MISSING: invalid('A step that has to be undone on failure names nothing that undoes it.'),
  MAP_MISMATCH: invalid('A list is used as one value, or one value as a list.'),
  MISSING_PARAMETER: invalid('A step lacks a parameter of its operation, or has one that it does not take.'),
  CREDENTIAL_MISSING: unknownCaller('The call names no caller: it has neither an API key nor a token.'),
  CREDENTIAL_MALFORMED: unknownCaller(
    'What the call names its caller with is neither an API key nor a token.',
  ),
  KEY_UNKNOWN: unknownCaller('No API key is this one.'),
  KEY_EXPIRED: unknownCaller('The API key ran out.'),
  KEY_REVOKED: unknownCaller('The API key was revoked.'),
  TOKEN_INVALID: unknownCaller('The token is not signed by its issuer, or is no token.'),
  TOKEN_EXPIRED: unknownCaller('The token ran out.'),
  TOKEN_NOT_YET_VALID: unknownCaller('The token is of a time to come.'),
  TOKEN_ALGORITHM_NOT_ALLOWED: unknownCaller('The token is signed by an algorithm that is not taken.'),
  TOKEN_ISSUER_UNKNOWN: unknownCaller('The issuer of the token is none that is configured.'),
  TOKEN_AUDIENCE_MISMATCH: unknownCaller('The token was issued for another service.'),
  TOKEN_KEY_UNKNOWN: unknownCaller('The issuer of the token has no such key.'),
  TOKEN_CLAIMS_INVALID: unknownCaller('The token lacks a claim, or one has another form.'),
  TENANT_UNKNOWN: unknownCaller('The credential is of a tenant that is not there.'),
  SESSION_INVALID: unknownCaller('The cookie is no session of this installation, or the session is over.'),
  LOGIN_FAILED: unknownCaller(
    'A login at an issuer did not begin in this browser, or the issuer did not confirm it.',
  ),
  ORIGIN_NOT_ALLOWED: {
    code: status.PERMISSION_DENIED,
    detail: 'none',
    retry: 'no',
    meaning: 'A page in a browser called whose origin is not among those that may.',
  },
  CSRF_TOKEN_MISMATCH: {
    code: status.PERMISSION_DENIED,
    detail: 'none',
    retry: 'reread',
    meaning:
      'A call that changes something came with a cookie alone: another site may have made the browser send it.',
  },
  ROLE_MISSING: {
    code: status.PERMISSION_DENIED,
    detail: 'none',
    retry: 'no',
    meaning: 'The caller has no role that may call this method.',
  },
  RELAY_TICKET_INVALID: unknownCaller(
    'A call that a replica passed on has no ticket of a replica with the key of this one.',
  ),
  CERTIFICATE_REQUIRED: unknownCaller(
    'A key of a worker came over a connection that shows no valid certificate of a worker.',
  ),
  CERTIFICATE_IDENTITY_INVALID: unknownCaller(
    'The certificate of the connection does not name a worker of this trust domain.',
  ),
  WORKER_ID_MISMATCH: {
    code: status.PERMISSION_DENIED,
    detail: 'none',
    retry: 'no',
    meaning: 'The certificate of the connection is of another worker than the one that is named.',
  },
  WORKER_KEY_UNATTESTED: precondition(
    'Another signing key came under the id of a worker, without evidence of a new boot over it.',
  ),
  ISSUER_UNAVAILABLE: {
    code: status.UNAVAILABLE,
    detail: 'none',
    retry: 2_000,
    meaning: 'An issuer of tokens cannot be asked for its keys, or for a login, now.',
  },
  ASSURANCE_BELOW_MINIMUM: precondition('No route reaches the minimum that the client pinned.'),
  ROUTE_UNSATISFIABLE: precondition(
    'No candidate of an operation can be used; each is listed with why it fell.',
  ),
  PLAINTEXT_EDGE_FORBIDDEN: precondition('A value would leave its protection in the clear.'),
  COST_ABOVE_CAP: precondition('The plan costs more than the definition allows.'),
  PLAN_MISMATCH: precondition(
    'A plan is not the one that its definition and minimums make, or not of the revision that is named beside it.',
  ),
  WORKFLOW_DELETED: precondition('Something new is asked of a workflow that was deleted.'),
  REVISION_DEPRECATED: precondition('Something new is asked of a revision that is no longer to be used.'),
  EVIDENCE_INVALID: precondition('Evidence of a worker is unreadable, or answers another question.'),
  OFFER_EXPIRED: precondition('The evidence of an offer ran out before the run was created.'),
  RUN_NOT_FINISHED: precondition('Something of the end of a run is asked before the run has ended.'),
  RUN_FINISHED: precondition('Something is asked of a run that its end forbids.'),
  RUN_NOT_PAUSED: precondition('A run is to go on that is not paused.'),
  RUN_PARKED: precondition('A run was put aside because it failed again and again; a person decides.'),
  RUN_NOT_PARKED: precondition('A run is to be tried again that was not put aside.'),
  INPUT_NOT_AWAITED: precondition('An input was sealed again for a run that has all its inputs.'),
  STEP_NOT_RETRYABLE: precondition('A step is to be tried again that did not fail, or failed for good.'),
  INTERPRETER_TOO_OLD: precondition('A run was begun under rules that do not have what is asked.'),
  RETENTION_OVER: precondition('What is asked for was kept as long as its rule says, and is deleted.'),
  KEY_STATE_INVALID: precondition(
    'What is asked for is sealed under the key of a tenant that is suspended or destroyed.',
  ),
  HOLD_STANDING: precondition('What is to be destroyed is under a legal hold.'),
  RUNS_OPEN: precondition('What is to be destroyed is needed by runs that have not ended.'),
  STEP_NOT_WAITING: precondition('A decision comes for a step that does not wait for one.'),
  COUNTERSIGN_EXPECTED: precondition(
    'A step asks for two persons, and the first has signed: the second signs the same decision.',
  ),
  APPROVER_UNKNOWN: precondition('A decision is not signed by a person that the plan lists.'),
  REQUEST_ID_REUSED: taken('A request id was used before, for other content.'),
  WORKFLOW_EXISTS: taken('There is a workflow of this name.'),
  VERSION_TAKEN: taken('The workflow has another definition of this version; a version never changes.'),
  TENANT_EXISTS: taken('There is a tenant of this name.'),
  NULLIFIER_SPENT: {
    ...taken(
      'Money of this intent has moved already, or a note that a proof names was spent, or a claim or its encounter accepted.',
    ),
    ofSteps: true,
  },
  ETAG_MISMATCH: changed('The resource is no longer as the caller read it.'),
  STATE_ROOT_CONFLICT: { ...changed('A ledger moved on since its state was read.'), ofSteps: true },
  LEASE_FENCED: changed('A lease was given on, has ended or was never given; its result is refused.'),
  UPLOAD_TAKEN_OVER: changed(
    'Somebody else goes on with the upload; ask QueryWriteStatus before you do again.',
  ),
  BLOB_IN_USE: precondition('A run or a plan of the tenant names the blob, which therefore stays.'),
  NOT_FOUND: {
    code: status.NOT_FOUND,
    detail: 'ResourceInfo',
    retry: 'no',
    meaning: 'There is no such resource for this caller: what belongs to another tenant is not there either.',
  },
  TENANT_MISMATCH: {
    code: status.NOT_FOUND,
    detail: 'ResourceInfo',
    retry: 'no',
    meaning: 'The credential is of another tenant than the one that is named, which therefore is not there.',
  },
  CONVERSATION_NOT_OPEN: precondition('No worker has the step open for calls, in that attempt.'),
  WORKER_ELSEWHERE: {
    code: status.UNAVAILABLE,
    detail: 'none',
    retry: 0,
    meaning: 'The worker of an open step is connected to another replica, which takes the call.',
  },
  STREAM_CUT: {
    code: status.ABORTED,
    detail: 'none',
    retry: 'no',
    meaning: 'An answer ended before its last frame: nothing of it is charged that was not signed.',
  },
  CALL_FAILED: {
    code: status.ABORTED,
    detail: 'none',
    retry: 'no',
    meaning: 'The worker refused a call before it could seal an answer; the facts name its reason.',
  },
  WORKER_CAPACITY: exhausted(2_000, 'No connected worker offers the operation now.'),
  LIMIT_EXCEEDED: exhausted('no', 'A bound of the service is exceeded; the facts name it.'),
  QUOTA_EXCEEDED: exhausted(1_000, 'The tenant does as much as it may; the facts name the quota.'),
  READER_TOO_SLOW: exhausted(1_000, 'The caller did not take what it asked for; go on where it stands.'),
  WRITER_TOO_SLOW: exhausted(1_000, 'The caller did not send what it began; go on where the kept bytes end.'),
  DRAINING: {
    code: status.UNAVAILABLE,
    detail: 'none',
    retry: 500,
    meaning: 'This replica stops and takes nothing new; another one serves.',
  },
  UNAVAILABLE: {
    code: status.UNAVAILABLE,
    detail: 'none',
    retry: 1_000,
    meaning: 'Something that the call needs is away, such as the database.',
  },
  INTERNAL: {
    code: status.INTERNAL,
    detail: 'none',
    retry: 'no',
    meaning: 'A defect of the service; its log names the cause, and the answer does not.',
  },
} as const satisfies Readonly<Record<string, ReasonFacts>>;

export type Reason = keyof typeof REASONS;

export function reasonFacts(reason: Reason): ReasonFacts {
  return REASONS[reason];
}

export function isReason(text: string): text is Reason {
  return Object.hasOwn(REASONS, text);
}
