import type { HashName } from '#attestation';
import { equalBytes, formatTime } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import type { BundleTimestamp } from './members.js';
import { nonceText, tokenOfResponse } from './timestamp-request.js';
import { parseTimestampToken } from './timestamp-token.js';
import { verifyTimestamp } from './verify-timestamp.js';

/** How far the clock of an authority may be from that of whoever asks. A token from elsewhere would spoil a bundle. */
export const askedClockSkewMsMax = 5 * 60_000;

/**
 * What an authority answered to one request, as a bundle carries it. Everything is checked but whether anybody believes
 * the authority: that is for the trust file of whoever reads the bundle.
 *
 * @throws EvidenceError `TIMESTAMP_MALFORMED`, `TIMESTAMP_REFUSED`
 */
export function acceptTimestamp(input: {
  /** TimeStampResp of an untrusted server. */
  readonly response: Uint8Array;
  readonly data: Uint8Array;
  readonly hash: HashName;
  readonly nonce: Uint8Array;
  readonly nowMs: number;
}): BundleTimestamp {
  const { data, hash, nowMs } = input;
  const token = tokenOfResponse(input.response);
  const { certificates, genTimeMs, imprint, signer } = parseTimestampToken(token);
  if (imprint.hash !== hash) throw refused(`expected an imprint of ${hash}, got ${imprint.hash}`);
  const certificate = certificates.find(
    ({ issuer, serial }) => equalBytes(issuer, signer.issuer) && serial === signer.serial,
  );
  // The signer stands for its own authority: what is left to judge is the token.
  const authorities =
    certificate === undefined ? [] : [{ name: 'signer', certificate, fromMs: null, toMs: null }];
  const nonce = nonceText(input.nonce);
  const verdict = verifyTimestamp({ token, data, nonce, chain: [], crls: [], authorities });
  if (verdict.reason !== null) {
    const { reason, expected = 'a token that verifies', actual = 'none' } = verdict;
    throw refused(`${reason}: expected ${expected}, got ${actual}`);
  }
  if (Math.abs(genTimeMs - nowMs) > askedClockSkewMsMax) {
    throw refused(
      `expected a time near ${formatTime(nowMs)}, got ${formatTime(genTimeMs)}: a clock is wrong`,
    );
  }
  return { kind: 'rfc3161', over: 'checkpoint', digestAlg: hash, token, chain: [], crls: [] };
}

function refused(what: string): EvidenceError {
  return new EvidenceError('TIMESTAMP_REFUSED', `timestamp: ${what}`);
}
