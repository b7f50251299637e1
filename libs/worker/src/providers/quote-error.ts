export type QuoteErrorCode =
  // Which source
  | 'QUOTE_SOURCE_ABSENT'
  | 'QUOTE_SOURCE_UNKNOWN'
  | 'QUOTE_REQUEST_INVALID'
  // What a source answered
  | 'QUOTE_MALFORMED'
  | 'QUOTE_REPORT_DATA_MISMATCH'
  | 'QUOTE_TOO_LARGE'
  | 'QUOTE_TIMEOUT'
  | 'QUOTE_PERMISSION'
  | 'QUOTE_BUSY'
  | 'QUOTE_UNSUPPORTED'
  | 'SEALING_KEY_UNAVAILABLE'
  // configfs-tsm
  | 'TSM_RACE'
  | 'TSM_PROVIDER_UNKNOWN'
  | 'TSM_FAILED'
  // Device ioctls
  | 'LIBC_UNAVAILABLE'
  | 'SNP_CHANNEL_DISABLED'
  | 'SNP_FIRMWARE_ERROR'
  | 'TDX_QUOTE_NEEDS_TSM'
  | 'TDX_REPORT_FAILED'
  // Guest REST API of Confidential Containers
  | 'COCO_FORBIDDEN'
  | 'COCO_ATTESTATION_DISABLED'
  | 'COCO_ENDPOINT_MISSING'
  | 'COCO_AGENT_ERROR'
  // dstack
  | 'DSTACK_ERROR'
  // GPU
  | 'NVML_UNAVAILABLE'
  | 'NVML_ERROR'
  | 'GPU_CC_OFF'
  | 'GPU_DEV_TOOLS'
  | 'GPU_NONCE_MISMATCH'
  | 'NVATTEST_FAILED';

export interface QuoteErrorFacts {
  /** The source and the step that failed. */
  readonly what: string;
  readonly expected: string;
  readonly got: string;
  /** What the operator can do about it. */
  readonly advice: string;
}

/**
 * Evidence could not be collected. The text is written for whoever runs the machine: what failed, what was expected,
 * what came, and what to do. It never holds a key; evidence itself is no secret.
 */
export class QuoteError extends Error {
  override readonly name = 'QuoteError';
  readonly facts: QuoteErrorFacts;

  constructor(
    readonly code: QuoteErrorCode,
    facts: QuoteErrorFacts,
  ) {
    super(`${facts.what}: expected ${facts.expected}, got ${facts.got}; ${facts.advice}`);
    this.facts = facts;
  }

  /** The same call may succeed a little later, with nothing changed by anybody. */
  get retryable(): boolean {
    return this.code === 'QUOTE_BUSY' || this.code === 'QUOTE_TIMEOUT' || this.code === 'TSM_RACE';
  }
}

const TEXT_MAX = 160;

/** Text of a foreign service inside an error: one line, printable, short. */
export function foreignText(text: string): string {
  const line = text.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return JSON.stringify(line.length > TEXT_MAX ? `${line.slice(0, TEXT_MAX)}...` : line);
}

/** `errno` name of a failed system call, as Node puts it into `code`. */
export function errnoOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'an unknown error';
}
