/** Why a call got no whole answer, besides what the upstream says (`UpstreamCode`). Closed. */
export type CallCode =
  | 'CALL_MALFORMED'
  | 'CALL_REPEATED'
  | 'CALL_TOO_LONG'
  | 'CALLS_AT_ONCE'
  | 'CALLS_EXHAUSTED'
  | 'ANSWER_TOO_LARGE'
  | 'CONVERSATION_CLOSED'
  /** The upstream said what the answer came to twice, before its end, or not at all. */
  | 'USAGE_UNCLEAR';

/** Messages name sizes and limits, and nothing of what was said. */
export class CallError extends Error {
  override readonly name = 'CallError';

  constructor(
    readonly code: CallCode,
    message: string,
  ) {
    super(message);
  }
}
