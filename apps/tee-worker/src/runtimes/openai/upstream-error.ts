/** Why a model call did not get a whole, plausible answer. Closed: a new reason gets a new code. */
export type UpstreamCode =
  /** The address is not one of this machine, so prompts would leave it. */
  | 'UPSTREAM_ADDRESS_REFUSED'
  /** A member of the request that is not passed on. */
  | 'REQUEST_FIELD_UNKNOWN'
  | 'REQUEST_INVALID'
  | 'REQUEST_TOO_LARGE'
  /** A model that this worker does not serve. */
  | 'MODEL_UNKNOWN'
  | 'MODEL_UNAVAILABLE'
  /** The server says that it runs other weights than the file that the worker read. */
  | 'MODEL_DIGEST_MISMATCH'
  | 'UPSTREAM_UNREACHABLE'
  /** Another status than 200; `status` has it. */
  | 'UPSTREAM_REFUSED'
  /** 429 or 503: the same call may pass later. */
  | 'UPSTREAM_BUSY'
  /** The server reported an error after it had begun to answer. */
  | 'UPSTREAM_FAILED'
  | 'UPSTREAM_CUT'
  | 'UPSTREAM_MALFORMED'
  | 'UPSTREAM_TOO_LARGE'
  | 'UPSTREAM_SLOW'
  | 'UPSTREAM_USAGE_MISSING'
  | 'UPSTREAM_USAGE_FALSE';

/** Messages name members, sizes, limits and statuses. What the server wrote is left out: it may quote the prompt. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';

  constructor(
    readonly code: UpstreamCode,
    message: string,
    /** Of the server's response, where there was one. */
    readonly status: number | null = null,
  ) {
    super(message);
  }

  /** Whether the same call may pass later. */
  get retryable(): boolean {
    return this.code === 'UPSTREAM_BUSY' || this.code === 'UPSTREAM_UNREACHABLE';
  }
}
