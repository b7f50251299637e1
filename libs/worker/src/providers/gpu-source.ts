import { type GpuEvidence, parseGpuReport } from '#attestation';
import { equalBytes } from '#canonical';
import { QuoteError } from './quote-error.js';

export interface GpuEvidenceSource {
  readonly name: string;
  /**
   * Evidence of every GPU in index order.
   *
   * @param nonce 32 bytes
   * @param reportData given under the binding rule v1+coco, where the nonce is a part of it
   * @throws QuoteError
   */
  gpuEvidence(nonce: Uint8Array, reportData?: Uint8Array): Promise<readonly GpuEvidence[]>;
}

export const GPU_NONCE_BYTES = 32;
const PEM_BEGIN = '-----BEGIN CERTIFICATE-----';

/** For machines whose image names no GPU. */
export class NoGpu implements GpuEvidenceSource {
  readonly name = 'no GPU';

  async gpuEvidence(): Promise<readonly GpuEvidence[]> {
    return [];
  }
}

/**
 * Checks what a source gave before it travels: a report that parses and carries our nonce, and a PEM chain.
 *
 * @throws QuoteError `QUOTE_MALFORMED`, `GPU_NONCE_MISMATCH`
 */
export function gpuEvidenceOf(
  source: string,
  report: Uint8Array,
  chain: Uint8Array,
  nonce: Uint8Array,
): GpuEvidence {
  let found: Uint8Array;
  try {
    found = parseGpuReport(report).nonce;
  } catch (error) {
    throw new QuoteError('QUOTE_MALFORMED', {
      what: `${source}: GPU report`,
      expected: 'an SPDM 1.1 request and response of a Hopper or Blackwell GPU',
      got: error instanceof Error ? error.message : 'something else',
      advice: 'check the driver version and that the GPU is in confidential computing mode',
    });
  }
  if (!equalBytes(found, nonce)) {
    throw new QuoteError('GPU_NONCE_MISMATCH', {
      what: `${source}: nonce inside the GPU report`,
      expected: `${Buffer.from(nonce.subarray(0, 8)).toString('hex')}...`,
      got: `${Buffer.from(found.subarray(0, 8)).toString('hex')}...`,
      advice: 'the report is a stored one, or of another request',
    });
  }
  const text = new TextDecoder().decode(chain).replace(/\0+$/, '');
  if (!text.startsWith(PEM_BEGIN)) {
    throw new QuoteError('QUOTE_MALFORMED', {
      what: `${source}: GPU certificate chain`,
      expected: 'PEM certificates, leaf first',
      got: `${chain.length} bytes of something else`,
      advice: 'check the driver version',
    });
  }
  return { report, chain: text };
}

export function requireNonce(source: string, nonce: Uint8Array): void {
  if (nonce.length === GPU_NONCE_BYTES) return;
  throw new QuoteError('QUOTE_REQUEST_INVALID', {
    what: `${source}: GPU nonce`,
    expected: `${GPU_NONCE_BYTES} bytes`,
    got: `${nonce.length}`,
    advice: 'this is a fault of the caller',
  });
}
