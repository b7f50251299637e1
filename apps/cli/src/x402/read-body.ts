import type { IncomingMessage } from 'node:http';
import { CanonicalError, isJsonObject, type JsonObject, parseJsonStrict } from '#canonical';

export const BODY_BYTES_MAX = 1024 * 1024;

export type BodyCode =
  | 'BODY_TOO_LARGE'
  | 'BODY_TOO_SLOW'
  | 'BODY_CUT'
  | 'BODY_MALFORMED'
  | 'STREAM_UNSUPPORTED';

/** Says what was expected of a body; nothing of it. */
export class BodyError extends Error {
  override readonly name = 'BodyError';

  constructor(
    readonly code: BodyCode,
    message: string,
  ) {
    super(message);
  }
}

/**
 * @param signal ends the wait for a client that is too slow
 * @throws BodyError; the connection stays, so that the refusal can be said on it
 */
export async function readBody(request: IncomingMessage, signal: AbortSignal): Promise<JsonObject> {
  const value = parsed(await bytesOf(request, signal));
  if (value['stream'] === true)
    throw new BodyError(
      'STREAM_UNSUPPORTED',
      'body.stream: expected none: the settlement comes before the answer',
    );
  return value;
}

function parsed(bytes: Uint8Array): JsonObject {
  try {
    const value = parseJsonStrict(bytes, { bytesMax: BODY_BYTES_MAX });
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
  }
  throw new BodyError('BODY_MALFORMED', 'body: expected a JSON object');
}

/** Not as an iterator: leaving one would take the connection away before it was said why. */
function bytesOf(request: IncomingMessage, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const over = (end: () => void): void => {
      signal.removeEventListener('abort', slow);
      request.off('data', take);
      end();
    };
    const refuse = (code: BodyCode, expected: string): void =>
      over(() => reject(new BodyError(code, `body: expected ${expected}`)));
    const slow = (): void => refuse('BODY_TOO_SLOW', 'all of it in time');
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) refuse('BODY_TOO_LARGE', `at most ${BODY_BYTES_MAX} bytes`);
      else chunks.push(chunk);
    };
    signal.addEventListener('abort', slow, { once: true });
    request.on('data', take);
    request.once('end', () => over(() => resolve(Buffer.concat(chunks))));
    request.once('error', () => refuse('BODY_CUT', 'all of it'));
    request.once('close', () => refuse('BODY_CUT', 'all of it'));
    if (signal.aborted) slow();
  });
}
