/**
 * Several byte strings as one: a line that says what it is, how many there are, then of each its length and its bytes.
 * Numbers have 32 bits, big endian. So travel the sealed envelopes of a batch, which anybody may hold, the signed
 * intents inside an envelope, and the outcomes of a batch.
 */
import { type Bytes, concatBytes, equalBytes, u32be, utf8 } from '#canonical';
import { LedgerError } from '../ledger-error.js';
import { ledgerLimits } from '../limits.js';

const WORD_BYTES = 4;

export interface FrameFormat {
  readonly firstLine: string;
  readonly countMax: number;
  readonly frameBytesMax: number;
  readonly bytesMax: number;
}

/** Sealed envelopes of a batch. */
export const intentsFormat: FrameFormat = {
  firstLine: 'sealflow/ledger-intents/v1\n',
  countMax: ledgerLimits.batchIntentsMax,
  frameBytesMax: ledgerLimits.envelopeBytesMax,
  bytesMax: ledgerLimits.intentsBlobBytesMax,
};

/** Signed intents inside one envelope. */
export const envelopeFormat: FrameFormat = {
  firstLine: 'sealflow/ledger-envelope/v1\n',
  countMax: ledgerLimits.envelopeIntentsMax,
  frameBytesMax: ledgerLimits.intentBytesMax,
  bytesMax: ledgerLimits.envelopeBytesMax,
};

/** Outcomes of a batch: at the place of each envelope the sealed memos of its intents, in their order. */
export const outcomesFormat: FrameFormat = {
  firstLine: 'sealflow/ledger-outcomes/v1\n',
  countMax: ledgerLimits.batchIntentsMax,
  frameBytesMax: ledgerLimits.envelopeBytesMax,
  bytesMax: ledgerLimits.intentsBlobBytesMax,
};

/** @throws LedgerError `INTENTS_MALFORMED` */
export function encodeFrames(format: FrameFormat, frames: readonly Uint8Array[]): Bytes {
  if (frames.length > format.countMax) throw malformed(`${frames.length} frames, limit ${format.countMax}`);
  const parts: Uint8Array[] = [utf8(format.firstLine), u32be(frames.length)];
  for (const frame of frames) {
    if (frame.length > format.frameBytesMax)
      throw malformed(`a frame of ${frame.length} bytes, limit ${format.frameBytesMax}`);
    parts.push(u32be(frame.length), frame);
  }
  const bytes = concatBytes(...parts);
  if (bytes.length > format.bytesMax) throw malformed(`${bytes.length} bytes, limit ${format.bytesMax}`);
  return bytes;
}

/** The frames, as views of `bytes`. @throws LedgerError `INTENTS_MALFORMED` */
export function parseFrames(format: FrameFormat, bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes.length > format.bytesMax) throw malformed(`${bytes.length} bytes, limit ${format.bytesMax}`);
  const first = utf8(format.firstLine);
  if (bytes.length < first.length || !equalBytes(bytes.subarray(0, first.length), first))
    throw malformed(`expected the first line ${format.firstLine.trimEnd()}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = first.length;
  const word = (what: string): number => {
    if (bytes.length - at < WORD_BYTES) throw malformed(`${what} is cut off at byte ${at}`);
    at += WORD_BYTES;
    return view.getUint32(at - WORD_BYTES);
  };
  const count = word('the count');
  if (count > format.countMax) throw malformed(`${count} frames, limit ${format.countMax}`);
  const frames: Uint8Array[] = [];
  for (let index = 0; index < count; index += 1) {
    const length = word(`the length of frame ${index}`);
    if (length > format.frameBytesMax || length > bytes.length - at)
      throw malformed(
        `frame ${index} says ${length} bytes, limit ${format.frameBytesMax}, left ${bytes.length - at}`,
      );
    frames.push(bytes.subarray(at, at + length));
    at += length;
  }
  if (at !== bytes.length) throw malformed(`${bytes.length - at} bytes after the last frame`);
  return frames;
}

function malformed(message: string): LedgerError {
  return new LedgerError('INTENTS_MALFORMED', `frames: ${message}`);
}
