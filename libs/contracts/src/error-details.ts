import { messageType } from './error-messages.js';
import type { BadRequest, BadRequest__Output } from './generated/sealflow/error/v1/BadRequest.js';
import type { ErrorInfo, ErrorInfo__Output } from './generated/sealflow/error/v1/ErrorInfo.js';
import type {
  PreconditionFailure,
  PreconditionFailure__Output,
} from './generated/sealflow/error/v1/PreconditionFailure.js';
import type { QuotaFailure, QuotaFailure__Output } from './generated/sealflow/error/v1/QuotaFailure.js';
import type { ResourceInfo, ResourceInfo__Output } from './generated/sealflow/error/v1/ResourceInfo.js';
import type { RetryInfo, RetryInfo__Output } from './generated/sealflow/error/v1/RetryInfo.js';
import type { Status, Status__Output } from './generated/sealflow/error/v1/Status.js';
import type { DetailKind } from './reasons.js';

export const ERROR_DOMAIN = 'sealflow.dev';
const TYPE_PREFIX = 'type.googleapis.com/google.rpc.';

export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/** What travels of an error, read or to be written. */
export interface ErrorContent {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];
  readonly retryMs: number | null;
}

function detail<I extends object, O extends object>(name: string, content: I) {
  return { typeUrl: `${TYPE_PREFIX}${name}`, value: messageType<I, O>(name).serialize(content) };
}

/** google.rpc.Status: ErrorInfo first, then what the reason's kind and the retry ask for. */
export function encodeStatus(error: ErrorContent, kind: DetailKind): Buffer {
  const details = [
    detail<ErrorInfo, ErrorInfo__Output>('ErrorInfo', {
      reason: error.reason,
      domain: ERROR_DOMAIN,
      metadata: { ...error.facts },
    }),
    ...kindDetails(error, kind),
  ];
  if (error.retryMs !== null) {
    const retryDelay = {
      seconds: String(Math.floor(error.retryMs / 1_000)),
      nanos: (error.retryMs % 1_000) * 1_000_000,
    };
    details.push(detail<RetryInfo, RetryInfo__Output>('RetryInfo', { retryDelay }));
  }
  const { code, message } = error;
  return messageType<Status, Status__Output>('Status').serialize({ code, message, details });
}

function kindDetails(error: ErrorContent, kind: DetailKind) {
  const { message, facts, violations } = error;
  const subject = facts['resource'] ?? facts['limit'] ?? violations[0]?.field ?? '';
  if (violations.length === 0 && kind === 'BadRequest')
    return [badRequest([{ field: subject, description: message }])];
  return [...subjectDetail(error, kind, subject), ...(violations.length > 0 ? [badRequest(violations)] : [])];
}

function badRequest(violations: readonly FieldViolation[]) {
  const fieldViolations = violations.map((violation) => ({ ...violation }));
  return detail<BadRequest, BadRequest__Output>('BadRequest', { fieldViolations });
}

function subjectDetail(
  { reason, message: description, facts }: ErrorContent,
  kind: DetailKind,
  subject: string,
) {
  switch (kind) {
    case 'PreconditionFailure': {
      const failure = { violations: [{ type: reason, subject, description }] };
      return [detail<PreconditionFailure, PreconditionFailure__Output>('PreconditionFailure', failure)];
    }
    case 'QuotaFailure': {
      const failure = { violations: [{ subject, description }] };
      return [detail<QuotaFailure, QuotaFailure__Output>('QuotaFailure', failure)];
    }
    case 'ResourceInfo': {
      const resource = { resourceType: facts['resourceType'] ?? '', resourceName: subject, description };
      return [detail<ResourceInfo, ResourceInfo__Output>('ResourceInfo', resource)];
    }
    default:
      return [];
  }
}

/** Reads a trailer; what is missing in it stays as `otherwise` has it. */
export function decodeStatus(trailer: Uint8Array, otherwise: ErrorContent): ErrorContent {
  const decoded = messageType<Status, Status__Output>('Status').deserialize(trailer);
  let { reason, facts, violations, retryMs } = otherwise;
  for (const { typeUrl, value } of decoded.details) {
    if (typeUrl === `${TYPE_PREFIX}ErrorInfo`) {
      const info = messageType<ErrorInfo, ErrorInfo__Output>('ErrorInfo').deserialize(value);
      reason = info.reason;
      facts = info.metadata;
    } else if (typeUrl === `${TYPE_PREFIX}BadRequest`) {
      const bad = messageType<BadRequest, BadRequest__Output>('BadRequest').deserialize(value);
      violations = bad.fieldViolations.map(({ field, description }) => ({ field, description }));
    } else if (typeUrl === `${TYPE_PREFIX}RetryInfo`) {
      const { retryDelay } = messageType<RetryInfo, RetryInfo__Output>('RetryInfo').deserialize(value);
      retryMs = Number(retryDelay?.seconds ?? 0) * 1_000 + Math.floor((retryDelay?.nanos ?? 0) / 1_000_000);
    }
  }
  return { ...otherwise, reason, facts, violations, retryMs };
}
