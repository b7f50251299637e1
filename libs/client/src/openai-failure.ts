/** A failure as clients of OpenAI's API read it: a status, and a code of ours. */
export class OpenAiFailure extends Error {
  override readonly name = 'OpenAiFailure';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Whether the same call may be made again at once: it did not begin. */
    readonly again = false,
  ) {
    super(message);
  }
}

/** Codes that are the caller's to mend, or that pass with time; every other one is 502, and is not repeated. */
const STATUS: Readonly<Record<string, number>> = {
  REQUEST_INVALID: 400,
  REQUEST_FIELD_UNKNOWN: 400,
  CALL_MALFORMED: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  MODEL_UNKNOWN: 404,
  CALLS_EXHAUSTED: 409,
  CONVERSATION_CLOSED: 409,
  CONVERSATION_OVER: 409,
  REQUEST_TOO_LARGE: 413,
  FRAME_TOO_LARGE: 413,
  CALLS_AT_ONCE: 429,
  UPSTREAM_BUSY: 503,
};

/** What refuses names a reason: `code` of this client and the worker, `reason` of the service. */
export function failureOf(error: unknown): OpenAiFailure {
  if (error instanceof OpenAiFailure) return error;
  const code = memberOf(error, 'code') ?? memberOf(error, 'reason') ?? 'CLIENT_ERROR';
  const status = Object.hasOwn(STATUS, code) ? (STATUS[code] ?? 502) : 502;
  const message = error instanceof Error ? error.message : 'the call failed';
  return new OpenAiFailure(status, code, message, status === 429 || status === 503);
}

export function errorBody({ status, code, message }: OpenAiFailure): string {
  const type = status < 429 ? 'invalid_request_error' : 'sealflow_error';
  return JSON.stringify({ error: { message, type, param: null, code } });
}

function memberOf(error: unknown, name: 'code' | 'reason'): string | null {
  if (typeof error !== 'object' || error === null || !(name in error)) return null;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' && /^[A-Z][A-Z0-9_]{2,63}$/.test(value) ? value : null;
}
