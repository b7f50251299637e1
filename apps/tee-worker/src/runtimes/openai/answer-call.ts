import { fromUtf8, isJsonObject, type Json, type JsonObject, utf8 } from '#canonical';
import {
  ANSWER_BYTES_MAX,
  type EndReason,
  endReasons,
  FRAME_CONTENT_BYTES_MAX,
  FrameDigest,
  type FrameSealer,
} from '#conversation';
import type { IncomingCall } from '#worker';
import { CallError } from './call-error.js';
import type { Upstream, UpstreamUsage } from './upstream.js';

export interface Answered {
  readonly usage: UpstreamUsage;
  readonly digest: FrameDigest;
  readonly end: EndReason;
}

/** Between the data of events that are said in one frame: as many as came while the line was busy. */
const NEWLINE = '\n';

/**
 * What is said in one frame of several events. Streams of gRPC keep up to 16 messages ahead of their readers, whatever
 * their size, on both sides of every connection: a frame of many events must not be large. Padded it has 64 KiB.
 */
export const SEVERAL_BYTES_MAX = 60 * 1024;

/**
 * Passes an answer on as it comes, sealed. What comes while a frame is under way goes into the next one, and the
 * upstream is not read further than one such frame ahead of the line.
 *
 * @throws CallError, or what the upstream throws
 */
export async function passAnswer(
  upstream: Upstream,
  request: JsonObject,
  { call, sealer, signal }: { call: IncomingCall; sealer: FrameSealer; signal: AbortSignal },
): Promise<Answered> {
  const digest = new FrameDigest();
  let usage: UpstreamUsage | null = null;
  let end: EndReason = 'other';
  let bytes = 0;
  let waiting: string[] = [];
  let waitingBytes = 0;
  let sending: Promise<void> = Promise.resolve();
  let busy = false;
  const send = async (data: readonly string[]): Promise<void> => {
    const frame = await sealer.seal({ kind: 'chunk', content: utf8(data.join(NEWLINE)), last: false });
    digest.add(frame);
    await call.send(frame);
    // The rest of what the server wrote at once is read in this turn of the loop: it goes together.
    await new Promise((resolve) => setImmediate(resolve));
  };
  const flush = (): void => {
    if (busy || waiting.length === 0) return;
    const data = waiting;
    waiting = [];
    waitingBytes = 0;
    busy = true;
    sending = send(data).finally(() => {
      busy = false;
      flush();
    });
    // Whoever waits for it hears of a failure; until then nobody may.
    sending.catch(() => undefined);
  };
  for await (const part of upstream.answer(request, signal)) {
    signal.throwIfAborted();
    if (usage !== null) throw new CallError('USAGE_UNCLEAR', 'the upstream said more after the usage');
    if (part.kind === 'usage') {
      usage = part.usage;
      continue;
    }
    const size = utf8(part.data).length;
    bytes += size;
    if (bytes > ANSWER_BYTES_MAX || size >= FRAME_CONTENT_BYTES_MAX) {
      throw new CallError('ANSWER_TOO_LARGE', `answer: expected at most ${ANSWER_BYTES_MAX} bytes`);
    }
    end = endOf(part.data) ?? end;
    // A line that takes nothing holds the upstream up.
    while (busy && waitingBytes + size >= SEVERAL_BYTES_MAX) await sending;
    waiting.push(part.data);
    waitingBytes += size + 1;
    flush();
  }
  while (busy || waiting.length > 0) await sending;
  await sending;
  if (usage === null)
    throw new CallError('USAGE_UNCLEAR', 'the upstream did not say what the answer came to');
  return { usage, digest, end };
}

/** Why the model stopped, where this event says so. */
function endOf(data: string): EndReason | null {
  // Most events say null; they are not read a second time.
  if (!data.includes('"finish_reason":"') && !data.includes('"finish_reason": "')) return null;
  const parsed = JSON.parse(data) as Json;
  const choices = isJsonObject(parsed) ? parsed['choices'] : null;
  if (!Array.isArray(choices)) return null;
  const reasons = choices.flatMap((choice: Json) => (isJsonObject(choice) ? [choice['finish_reason']] : []));
  const said = reasons.find((reason) => typeof reason === 'string');
  if (said === undefined) return null;
  return endReasons.find((known) => known === said) ?? 'other';
}

/** The request of a frame. Numbers are as the protocol has them, fractions too. @throws CallError `CALL_MALFORMED` */
export function parseRequest(content: Uint8Array): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(fromUtf8(content)) as Json;
  } catch {
    throw new CallError('CALL_MALFORMED', 'request: expected JSON, got other bytes');
  }
  if (!isJsonObject(value)) throw new CallError('CALL_MALFORMED', 'request: expected a JSON object');
  return value;
}
