/** Why a frame, a session or a receipt of a conversation was refused. Closed: a new reason gets a new code. */
export type ConversationCode =
  /** The answer ended before its last frame. */
  | 'STREAM_CUT'
  /** A frame came before the one that is next. */
  | 'STREAM_REORDERED'
  /** A frame came a second time. */
  | 'STREAM_REPEATED'
  /** A frame of another call. */
  | 'STREAM_OTHER_CALL'
  /** A frame after the last one. */
  | 'STREAM_OVERRUN'
  /** Bytes that are no frame. */
  | 'FRAME_MALFORMED'
  /** A frame that does not open: another key, run, task, attempt or direction, or changed bytes. */
  | 'FRAME_OPEN_FAILED'
  | 'FRAME_TOO_LARGE'
  | 'SESSION_MALFORMED'
  | 'MODELS_MALFORMED'
  /** The worker states other weights than those of the plan. */
  | 'MODELS_MISMATCH'
  | 'RECEIPT_MALFORMED'
  /** A receipt of another call, answer or price. */
  | 'RECEIPT_MISMATCH'
  /** More tokens than the request or the answer can hold. */
  | 'USAGE_IMPLAUSIBLE';

/** Messages name fields, sizes and limits; never a key and nothing of what was said. */
export class ConversationError extends Error {
  override readonly name = 'ConversationError';

  constructor(
    readonly code: ConversationCode,
    message: string,
  ) {
    super(message);
  }
}
