import { QuoteError } from './quote-error.js';

/** One entry of a host's certificate table: who it is for, and the bytes (DER or PEM) as delivered. */
export interface SnpCertificate {
  readonly kind: 'ark' | 'ask' | 'vcek' | 'vlek' | 'crl' | 'other';
  readonly guid: string;
  readonly bytes: Uint8Array;
}

/** GUIDs in the byte order of RFC 4122 (GHCB specification, section 4.1.8.1). */
const KINDS: Readonly<Record<string, SnpCertificate['kind']>> = {
  'c0b406a4-a803-4952-9743-3fb6014cd0ae': 'ark',
  '4ab7b379-bbac-4fe4-a02f-05aef327c782': 'ask',
  '63da758d-e664-4564-adc5-f4b93be8accd': 'vcek',
  'a8074bc2-a25a-483e-aae6-39c045a0b8a1': 'vlek',
  '92f81bc3-5811-4d3d-97ff-d19f88dc67ea': 'crl',
};
export const SNP_CERTIFICATE_GUIDS = KINDS;
const ENTRY_BYTES = 24;
const ENTRIES_MAX = 16;
const CERTIFICATE_BYTES_MAX = 64 * 1024;
const GUID_BYTES = 16;

/**
 * Reads the certificate table that comes with an SNP report: entries of GUID, offset u32, length u32, ended by a
 * zero GUID. The host wrote it, so nothing in it is believed: certificates are judged by the verifier.
 *
 * @throws QuoteError `QUOTE_MALFORMED`
 */
export function parseSnpCertificates(table: Uint8Array): readonly SnpCertificate[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const found: SnpCertificate[] = [];
  for (let at = 0; ; at += ENTRY_BYTES) {
    if (at + ENTRY_BYTES > table.length)
      return malformed('a zero entry at the end', `${table.length} bytes without one`);
    const guidBytes = table.subarray(at, at + GUID_BYTES);
    if (guidBytes.every((byte) => byte === 0)) return found;
    if (found.length === ENTRIES_MAX) return malformed(`at most ${ENTRIES_MAX} entries`, 'more');
    const offset = view.getUint32(at + GUID_BYTES, true);
    const length = view.getUint32(at + GUID_BYTES + 4, true);
    if (length === 0 || length > CERTIFICATE_BYTES_MAX || offset + length > table.length) {
      return malformed('entries inside the table', `entry ${found.length} at ${offset} with ${length} bytes`);
    }
    const guid = guidText(guidBytes);
    found.push({ kind: KINDS[guid] ?? 'other', guid, bytes: table.slice(offset, offset + length) });
  }
}

function guidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function malformed(expected: string, got: string): never {
  throw new QuoteError('QUOTE_MALFORMED', {
    what: 'SNP certificate table',
    expected,
    got,
    advice: 'the host delivers a broken table; fetch the VCEK from the key server of AMD instead',
  });
}
