import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';
import type { BadRequest, BadRequest__Output } from './generated/sealflow/error/v1/BadRequest.js';
import type { ErrorInfo, ErrorInfo__Output } from './generated/sealflow/error/v1/ErrorInfo.js';
import type { Status, Status__Output } from './generated/sealflow/error/v1/Status.js';
import { loadContracts } from './loader.js';

const DETAILS_KEY = 'grpc-status-details-bin';
const TYPE_PREFIX = 'type.googleapis.com/google.rpc.';
export const ERROR_DOMAIN = 'sealflow.dev';

/** gRPC code of every reason (AIP-193). Adding is allowed, renaming is not. */
export const REASONS = {
  CREDENTIAL_MISSING: status.UNAUTHENTICATED,
  CREDENTIAL_MALFORMED: status.UNAUTHENTICATED,
  KEY_UNKNOWN: status.UNAUTHENTICATED,
  KEY_EXPIRED: status.UNAUTHENTICATED,
  KEY_REVOKED: status.UNAUTHENTICATED,
  TOKEN_INVALID: status.UNAUTHENTICATED,
  TOKEN_EXPIRED: status.UNAUTHENTICATED,
  TOKEN_NOT_YET_VALID: status.UNAUTHENTICATED,
  TOKEN_ALGORITHM_NOT_ALLOWED: status.UNAUTHENTICATED,
  TOKEN_ISSUER_UNKNOWN: status.UNAUTHENTICATED,
  TOKEN_AUDIENCE_MISMATCH: status.UNAUTHENTICATED,
  TOKEN_KEY_UNKNOWN: status.UNAUTHENTICATED,
  TOKEN_CLAIMS_INVALID: status.UNAUTHENTICATED,
  TENANT_UNKNOWN: status.UNAUTHENTICATED,
  ISSUER_UNAVAILABLE: status.UNAVAILABLE,
  ROLE_MISSING: status.PERMISSION_DENIED,
  INVALID_REQUEST: status.INVALID_ARGUMENT,
  WORKFLOW_INVALID: status.INVALID_ARGUMENT,
  COMMITMENT_MISMATCH: status.INVALID_ARGUMENT,
  PROOF_INVALID: status.INVALID_ARGUMENT,
  DEADLINE_TOO_SHORT: status.INVALID_ARGUMENT,
  BLOB_DIGEST_MISMATCH: status.INVALID_ARGUMENT,
  BLOB_TOO_LARGE: status.INVALID_ARGUMENT,
  ENVELOPE_CONTEXT_MISMATCH: status.INVALID_ARGUMENT,
  ASSURANCE_BELOW_MINIMUM: status.FAILED_PRECONDITION,
  ROUTE_UNSATISFIABLE: status.FAILED_PRECONDITION,
  PLAINTEXT_EDGE_FORBIDDEN: status.FAILED_PRECONDITION,
  EVIDENCE_INVALID: status.FAILED_PRECONDITION,
  OFFER_EXPIRED: status.FAILED_PRECONDITION,
  RUN_NOT_FINISHED: status.FAILED_PRECONDITION,
  RUN_FINISHED: status.FAILED_PRECONDITION,
  RUN_NOT_PAUSED: status.FAILED_PRECONDITION,
  RUN_PARKED: status.FAILED_PRECONDITION,
  INTERPRETER_TOO_OLD: status.FAILED_PRECONDITION,
  STEP_NOT_WAITING: status.FAILED_PRECONDITION,
  APPROVER_UNKNOWN: status.FAILED_PRECONDITION,
  COUNTERSIGN_EXPECTED: status.FAILED_PRECONDITION,
  REQUEST_ID_REUSED: status.ALREADY_EXISTS,
  TENANT_EXISTS: status.ALREADY_EXISTS,
  NULLIFIER_SPENT: status.ALREADY_EXISTS,
  ETAG_MISMATCH: status.ABORTED,
  POLICY_DIGEST_MISMATCH: status.ABORTED,
  STATE_ROOT_CONFLICT: status.ABORTED,
  LEASE_FENCED: status.ABORTED,
  NOT_FOUND: status.NOT_FOUND,
  TENANT_MISMATCH: status.NOT_FOUND,
  WORKER_CAPACITY: status.RESOURCE_EXHAUSTED,
  LIMIT_EXCEEDED: status.RESOURCE_EXHAUSTED,
  DRAINING: status.UNAVAILABLE,
  UNAVAILABLE: status.UNAVAILABLE,
  INTERNAL: status.INTERNAL,
} as const;

/**
 * Errors quote what a caller sent, and they travel in HTTP/2 trailers, which every peer bounds (65 535 bytes in Node):
 * an error above that bound would arrive as a broken connection. Characters and entries; the worst case is 48 KB.
 */
const textMax = {
  message: 1_000,
  facts: 8,
  fact: 500,
  violations: 16,
  field: 100,
  description: 200,
} as const;

export type Reason = keyof typeof REASONS;

export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/**
 * An error of the API: a reason from a closed set, a sentence for a person, facts for a program.
 * Neither the message nor the facts may hold a payload: both travel in the clear and into logs.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly facts: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];

  constructor(
    readonly reason: Reason | (string & {}),
    message: string,
    options: { facts?: Record<string, string>; violations?: readonly FieldViolation[]; code?: status } = {},
  ) {
    super(cut(message, textMax.message));
    this.facts = Object.fromEntries(
      Object.entries(options.facts ?? {})
        .slice(0, textMax.facts)
        .map(([name, value]) => [name, cut(value, textMax.fact)]),
    );
    this.violations = (options.violations ?? [])
      .slice(0, textMax.violations)
      .map(({ field, description }) => ({
        field: cut(field, textMax.field),
        description: cut(description, textMax.description),
      }));
    this.code = options.code ?? REASONS[reason as Reason] ?? status.UNKNOWN;
  }

  readonly code: status;

  /** The status as grpc-js and Nest send it, with `google.rpc.Status` in the trailer. */
  toStatus(): { code: status; details: string; message: string; metadata: Metadata } {
    const metadata = new Metadata();
    metadata.set(DETAILS_KEY, encodeStatus(this));
    return { code: this.code, details: this.message, message: this.message, metadata };
  }
}

/** The end of a text that is too long is of no use to anybody; half a character never goes out. */
function cut(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 3).replace(/[\ud800-\udbff]$/, '')}...`;
}

/** Reads the error of a call back into an ApiError; an error of the transport gets the reason of its code. */
export function fromServiceError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const service = (error ?? {}) as Partial<ServiceError>;
  const code = typeof service.code === 'number' ? service.code : status.UNKNOWN;
  const message = service.details ?? (error instanceof Error ? error.message : 'unknown error');
  const trailer = service.metadata?.get(DETAILS_KEY)[0];
  if (!(trailer instanceof Buffer)) return new ApiError(reasonOfCode(code), message, { code });
  try {
    return decodeStatus(trailer, code, message);
  } catch {
    return new ApiError(reasonOfCode(code), message, { code });
  }
}

function reasonOfCode(code: status): Reason | string {
  if (code === status.UNAVAILABLE) return 'UNAVAILABLE';
  if (code === status.NOT_FOUND) return 'NOT_FOUND';
  return status[code] ?? 'UNKNOWN';
}

function messageType<I extends object, O extends object>(name: string): MessageTypeDefinition<I, O> {
  return loadContracts()[`sealflow.error.v1.${name}`] as unknown as MessageTypeDefinition<I, O>;
}

function encodeStatus(error: ApiError): Buffer {
  const details = [
    {
      typeUrl: `${TYPE_PREFIX}ErrorInfo`,
      value: messageType<ErrorInfo, ErrorInfo__Output>('ErrorInfo').serialize({
        reason: error.reason,
        domain: ERROR_DOMAIN,
        metadata: { ...error.facts },
      }),
    },
  ];
  if (error.violations.length > 0) {
    const value = messageType<BadRequest, BadRequest__Output>('BadRequest').serialize({
      fieldViolations: error.violations.map((violation) => ({ ...violation })),
    });
    details.push({ typeUrl: `${TYPE_PREFIX}BadRequest`, value });
  }
  return messageType<Status, Status__Output>('Status').serialize({
    code: error.code,
    message: error.message,
    details,
  });
}

function decodeStatus(trailer: Buffer, code: status, message: string): ApiError {
  const decoded = messageType<Status, Status__Output>('Status').deserialize(trailer);
  let reason: string = reasonOfCode(code);
  let facts: Record<string, string> = {};
  let violations: FieldViolation[] = [];
  for (const detail of decoded.details) {
    if (detail.typeUrl === `${TYPE_PREFIX}ErrorInfo`) {
      const info = messageType<ErrorInfo, ErrorInfo__Output>('ErrorInfo').deserialize(detail.value);
      reason = info.reason;
      facts = info.metadata;
    } else if (detail.typeUrl === `${TYPE_PREFIX}BadRequest`) {
      const bad = messageType<BadRequest, BadRequest__Output>('BadRequest').deserialize(detail.value);
      violations = bad.fieldViolations.map(({ field, description }) => ({ field, description }));
    }
  }
  return new ApiError(reason, message, { facts, violations, code });
}
