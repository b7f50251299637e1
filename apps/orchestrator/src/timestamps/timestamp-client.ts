import { randomBytes } from 'node:crypto';
import { fetchBytes } from '#collateral';
import { acceptTimestamp, type BundleTimestamp, encodeTimestampRequest, timestampLimits } from '#evidence';

/** What is around the token in an answer is small. */
const ANSWER_BYTES_MAX = timestampLimits.tokenBytesMax + 4096;
const TIMEOUT_MS = 5_000;
const NONCE_BYTES = 16;

/**
 * Asks one authority to stamp the text of a checkpoint. The authority is not trusted here: what it answers must be a
 * sound token over this text, with our nonce and near our time. Whether it is believed is for who reads the bundle.
 */
export async function requestTimestamp(input: {
  readonly url: string;
  readonly data: Uint8Array;
  readonly clock: () => number;
  readonly timeoutMs?: number;
}): Promise<BundleTimestamp> {
  const { url, data, clock, timeoutMs = TIMEOUT_MS } = input;
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
  const { status, body } = await fetchBytes({
    url,
    method: 'POST',
    // RFC 3161 section 3.4
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    body: encodeTimestampRequest({ data, hash: 'sha256', nonce }),
    bytesMax: ANSWER_BYTES_MAX,
    timeoutMs,
  });
  if (status !== 200) throw new Error(`status ${status}`);
  return acceptTimestamp({ response: body, data, hash: 'sha256', nonce, nowMs: clock() });
}
