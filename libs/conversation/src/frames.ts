/**
 * The frames of one call: STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, "Online Authenticated-Encryption and its
 * Nonce-Reuse Misuse-Resistance", 2015) with AES-256-GCM. The nonce is prefix, counter and a flag on the last frame, so
 * that an answer which is cut, or whose frames change places, does not open.
 *
 * The relay sees call, counter and flag in the clear, and they are authenticated: a reader names what went wrong by
 * them, and believes none that does not open. It also sees sizes. The length of a token gives away what a model says
 * (Weiss, Ayzenshteyn, Amit and Mirsky, "What Was Your Prompt? A Remote Keylogging Attack on AI Assistants", USENIX
 * Security 2024), so contents are padded to powers of two; how many frames there are, and when, stays visible.
 */
import {
  aes256GcmOpen,
  aes256GcmSeal,
  type Bytes,
  concatBytes,
  type Digest,
  digestOf,
  equalBytes,
  fromHex,
  toHex,
  u32be,
} from '#canonical';
import { ConversationError } from './conversation-error.js';
import {
  CALL_ID_BYTES,
  type CallContext,
  type Direction,
  deriveFrameKeys,
  type FrameKeys,
} from './frame-keys.js';
import { FRAME_CONTENT_BYTES_MAX } from './limits.js';

/** What a frame is for. */
export const frameKinds = ['call', 'close', 'chunk', 'receipt', 'failure', 'models'] as const;
export type FrameKind = (typeof frameKinds)[number];

export interface Frame {
  readonly kind: FrameKind;
  readonly content: Uint8Array;
  readonly last: boolean;
}

const VERSION = 1;
/** version, flag, call, counter */
const HEADER_BYTES = 2 + CALL_ID_BYTES + 4;
/** kind and length, before the content */
const PREAMBLE_BYTES = 5;
const TAG_BYTES = 16;
const BUCKET_BYTES_MIN = 512;
const COUNTER_MAX = 0xffff_ffff;

export const FRAME_BYTES_MAX = HEADER_BYTES + 2 * FRAME_CONTENT_BYTES_MAX + TAG_BYTES;

/** The size that a content of so many bytes is padded to: what the relay sees of it. */
export function bucketBytes(contentBytes: number): number {
  const needed = contentBytes + PREAMBLE_BYTES;
  let bucket = BUCKET_BYTES_MIN;
  while (bucket < needed) bucket *= 2;
  return bucket;
}

/**
 * Seals the frames of one direction of one call, in order. A token is sealed at once, in microseconds: given to the
 * thread pool it would wait for its turn and back, which costs more than all else that a small frame goes through.
 */
export class FrameSealer {
  #counter = 0;
  #ended = false;

  /** Private to the language, so that a key does not print. */
  readonly #keys: FrameKeys;

  private constructor(
    keys: FrameKeys,
    private readonly call: Uint8Array,
  ) {
    this.#keys = keys;
  }

  static async begin(key: Uint8Array, context: CallContext, direction: Direction): Promise<FrameSealer> {
    return new FrameSealer(deriveFrameKeys(key, context, direction), context.call);
  }

  /** @throws ConversationError `FRAME_TOO_LARGE`, or `STREAM_OVERRUN` after the last frame */
  async seal({ kind, content, last }: Frame): Promise<Bytes> {
    if (content.length > FRAME_CONTENT_BYTES_MAX) {
      throw new ConversationError(
        'FRAME_TOO_LARGE',
        `content: expected at most ${FRAME_CONTENT_BYTES_MAX} bytes, got ${content.length}`,
      );
    }
    if (this.#ended || this.#counter > COUNTER_MAX) throw overrun();
    const counter = this.#counter;
    this.#counter += 1;
    this.#ended = last;
    const header = concatBytes(Uint8Array.of(VERSION, last ? 1 : 0), this.call, u32be(counter));
    const plaintext = new Uint8Array(bucketBytes(content.length));
    plaintext.set(u32be(content.length), 0);
    plaintext[4] = frameKinds.indexOf(kind);
    plaintext.set(content, PREAMBLE_BYTES);
    const iv = nonceOf(this.#keys, counter, last);
    return concatBytes(header, aes256GcmSeal(this.#keys.key, iv, plaintext, header));
  }
}

/** Opens the frames of one direction of one call, each exactly once and in order. */
export class FrameOpener {
  #next = 0;
  #ended = false;

  /** Private to the language, so that a key does not print. */
  readonly #keys: FrameKeys;

  private constructor(
    keys: FrameKeys,
    private readonly call: Uint8Array,
  ) {
    this.#keys = keys;
  }

  static async begin(key: Uint8Array, context: CallContext, direction: Direction): Promise<FrameOpener> {
    return new FrameOpener(deriveFrameKeys(key, context, direction), context.call);
  }

  /** @throws ConversationError with a code for each way in which a relay can cheat */
  async open(bytes: Uint8Array): Promise<Frame> {
    const { call, counter, last } = parseHeader(bytes);
    if (!equalBytes(call, this.call)) {
      throw new ConversationError(
        'STREAM_OTHER_CALL',
        `expected a frame of call ${toHex(this.call)}, got one of ${toHex(call)}`,
      );
    }
    if (counter < this.#next) throw outOfOrder('STREAM_REPEATED', this.#next, counter);
    if (this.#ended) throw overrun();
    if (counter > this.#next) throw outOfOrder('STREAM_REORDERED', this.#next, counter);
    const header = bytes.subarray(0, HEADER_BYTES);
    const iv = nonceOf(this.#keys, counter, last);
    const plaintext = aes256GcmOpen(this.#keys.key, iv, bytes.subarray(HEADER_BYTES), header);
    if (plaintext === null) {
      throw new ConversationError(
        'FRAME_OPEN_FAILED',
        `frame ${counter} does not open: sealed under another key, run, task, attempt or direction, or changed`,
      );
    }
    this.#next += 1;
    this.#ended = last;
    return { ...contentOf(plaintext), last };
  }

  /** To be called when nothing more comes. @throws ConversationError `STREAM_CUT` where the last frame is missing */
  end(): void {
    if (this.#ended) return;
    throw new ConversationError(
      'STREAM_CUT',
      `the stream ended after ${this.#next} frames without its last one`,
    );
  }
}

/** A digest over sealed frames in order, made as they come. */
export class FrameDigest {
  #digest: Digest = digestOf(new Uint8Array());
  #frames = 0;

  add(frame: Uint8Array): void {
    this.#digest = digestOf(concatBytes(bytesOf(this.#digest), bytesOf(digestOf(frame))));
    this.#frames += 1;
  }

  get digest(): Digest {
    return this.#digest;
  }

  get frames(): number {
    return this.#frames;
  }
}

/** Which call a sealed frame says that it is of; nothing else of it can be known without the key. */
export function callOf(frame: Uint8Array): Bytes {
  return concatBytes(parseHeader(frame).call);
}

function parseHeader(bytes: Uint8Array): { call: Uint8Array; counter: number; last: boolean } {
  const [version, flag] = bytes;
  const isFrame =
    bytes.length >= HEADER_BYTES + PREAMBLE_BYTES + TAG_BYTES &&
    bytes.length <= FRAME_BYTES_MAX &&
    version === VERSION &&
    (flag === 0 || flag === 1);
  if (!isFrame) {
    throw new ConversationError('FRAME_MALFORMED', `expected a frame of version ${VERSION}, got other bytes`);
  }
  const counterAt = 2 + CALL_ID_BYTES;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { call: bytes.subarray(2, counterAt), counter: view.getUint32(counterAt), last: flag === 1 };
}

function contentOf(plaintext: Uint8Array): Pick<Frame, 'kind' | 'content'> {
  const view = new DataView(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength);
  const length = view.getUint32(0);
  const kind = frameKinds[plaintext[4] ?? -1];
  if (kind === undefined || PREAMBLE_BYTES + length > plaintext.length) {
    throw new ConversationError('FRAME_MALFORMED', 'expected a kind and a content, got something else');
  }
  return { kind, content: plaintext.slice(PREAMBLE_BYTES, PREAMBLE_BYTES + length) };
}

function nonceOf({ noncePrefix }: FrameKeys, counter: number, last: boolean): Bytes {
  return concatBytes(noncePrefix, u32be(counter), Uint8Array.of(last ? 1 : 0));
}

function bytesOf(digest: Digest): Uint8Array {
  return fromHex(digest.slice('sha256:'.length));
}

function outOfOrder(
  code: 'STREAM_REPEATED' | 'STREAM_REORDERED',
  expected: number,
  got: number,
): ConversationError {
  return new ConversationError(code, `expected frame ${expected}, got frame ${got}`);
}

function overrun(): ConversationError {
  return new ConversationError('STREAM_OVERRUN', 'a frame after the last one');
}
