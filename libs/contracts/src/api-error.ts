import type { ServiceError } from '@grpc/grpc-js';
import { decodeStatus, type ErrorContent, encodeStatus, type FieldViolation } from './error-details.js';
import { Metadata, status } from './grpc.js';
import { isReason, type Reason, reasonFacts } from './reasons.js';

export const DETAILS_KEY = 'grpc-status-details-bin';

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
const RETRY_MS_MAX = 3_600_000;

export interface ApiErrorOptions {
  readonly facts?: Readonly<Record<string, string>>;
  readonly violations?: readonly FieldViolation[];
  /** When the caller may come again, where the table's time does not fit. */
  readonly retryMs?: number;
}

/**
 * An error of the API: a reason from a closed set, a sentence for a person, facts for a program.
 * Neither the message nor the facts may hold a payload: both travel in the clear and into logs.
 */
export class ApiError extends Error implements ErrorContent {
  override readonly name = 'ApiError';
  readonly code: status;
  /** Of the table, unless a newer service sent one that this version does not know. */
  readonly reason: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];
  readonly retryMs: number | null;

  constructor(reason: Reason, message: string, options: ApiErrorOptions = {}) {
    super(cut(message, textMax.message));
    const { code, retry } = reasonFacts(reason);
    this.reason = reason;
    this.code = code;
    this.facts = boundedFacts(options.facts);
    this.violations = boundedViolations(options.violations);
    const retryMs = options.retryMs ?? (typeof retry === 'number' ? retry : null);
    this.retryMs = retryMs === null ? null : Math.min(Math.max(0, Math.round(retryMs)), RETRY_MS_MAX);
  }

  /** An error as it came from a service. */
  static received({ reason, message, code, facts, violations, retryMs }: ErrorContent): ApiError {
    const error = new ApiError('INTERNAL', message, { facts, violations });
    return Object.assign(error, {
      reason,
      code,
      retryMs: retryMs === null ? null : Math.min(retryMs, RETRY_MS_MAX),
    });
  }

  /** The status as grpc-js and Nest send it, with `google.rpc.Status` in the trailer. */
  toStatus(): { code: status; details: string; message: string; metadata: Metadata } {
    const metadata = new Metadata();
    const kind = isReason(this.reason) ? reasonFacts(this.reason).detail : 'none';
    metadata.set(DETAILS_KEY, encodeStatus(this, kind));
    return { code: this.code, details: this.message, message: this.message, metadata };
  }
}

function boundedFacts(facts: ApiErrorOptions['facts'] = {}): Readonly<Record<string, string>> {
  const bounded = Object.entries(facts).slice(0, textMax.facts);
  return Object.fromEntries(bounded.map(([name, value]) => [name, cut(value, textMax.fact)]));
}

function boundedViolations(violations: readonly FieldViolation[] = []): readonly FieldViolation[] {
  return violations.slice(0, textMax.violations).map(({ field, description }) => ({
    field: cut(field, textMax.field),
    description: cut(description, textMax.description),
  }));
}

/** The end of a text that is too long is of no use to anybody; half a character never goes out. */
function cut(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 3).replace(/[\ud800-\udbff]$/, '')}...`;
}

/** Reads the error of a call back into an ApiError; an error of the transport gets the reason of its code. */
export function fromServiceError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const service = (error ?? {}) as Partial<ServiceError>;
  if (isResetUnder(service)) {
    return new ApiError('UNAVAILABLE', 'the connection ended under the call; repeat it, another one is made');
  }
  const code = typeof service.code === 'number' ? service.code : status.UNKNOWN;
  const message = service.details ?? (error instanceof Error ? error.message : 'unknown error');
  const bare = { code, reason: reasonOfCode(code), message, facts: {}, violations: [], retryMs: null };
  const trailer = service.metadata?.get(DETAILS_KEY)[0];
  if (!(trailer instanceof Uint8Array)) return ApiError.received(bare);
  try {
    return ApiError.received(decodeStatus(trailer, bare));
  } catch {
    return ApiError.received(bare);
  }
}

/**
 * A stream that was reset without anybody's wish. Node resets the streams of a connection that goes away with CANCEL,
 * and grpc-js 1.14 tells that from a dropped connection only where the connection's own end came first. What the
 * caller cancels has another text, and services answer with none of theirs.
 */
function isResetUnder({ code, details }: Partial<ServiceError>): boolean {
  return code === status.CANCELLED && details === 'Call cancelled';
}

function reasonOfCode(code: status): string {
  return status[code] ?? 'UNKNOWN';
}
