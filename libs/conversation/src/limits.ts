const KIB = 1024;
const MIB = 1024 * KIB;

/** Of what one frame says, before padding. A request is one frame. */
export const FRAME_CONTENT_BYTES_MAX = MIB;

/** Of all frames of an answer. */
export const ANSWER_BYTES_MAX = 16 * MIB;

/** Of one conversation; its receipts are one blob of the bundle. */
export const CALLS_MAX = 1024;

/** A token of a price: far above every list. */
export const NANOS_PER_TOKEN_MAX = 1_000_000_000;

export const TOKENS_MAX = 10_000_000;
