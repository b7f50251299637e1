import { randomBytes } from 'node:crypto';
import { fetchBytes } from '#collateral';
import {
  acceptTimestamp,
  type BundleTimestamp,
  EvidenceError,
  encodeTimestampRequest,
  timestampLimits,
} from '#evidence';
import { exitCode, UsageError } from '../output/failure.js';

/** What is around the token in an answer is small. */
const ANSWER_BYTES_MAX = timestampLimits.tokenBytesMax + 4096;
const TIMEOUT_MS = 20_000;
const NONCE_BYTES = 16;

/** Asks one authority to stamp some bytes; what it answers is checked for everything but who believes it. */
export async function stampText(url: string, data: Uint8Array): Promise<BundleTimestamp> {
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
  const { status, body } = await fetchBytes({
    url,
    method: 'POST',
    // RFC 3161 section 3.4
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    body: encodeTimestampRequest({ data, hash: 'sha256', nonce }),
    bytesMax: ANSWER_BYTES_MAX,
    timeoutMs: TIMEOUT_MS,
  });
  const { host } = new URL(url);
  if (status !== 200)
    throw new UsageError(`${host}: expected a timestamp, got status ${status}`, exitCode.malformed);
  try {
    return acceptTimestamp({ response: body, data, hash: 'sha256', nonce, nowMs: Date.now() });
  } catch (error) {
    if (error instanceof EvidenceError) throw new UsageError(`${host}: ${error.message}`, exitCode.failed);
    throw error;
  }
}
