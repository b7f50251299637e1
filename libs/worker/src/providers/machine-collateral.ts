import { type Collateral, collateralBytesMax } from '#attestation';
import { concatBytes, toBase64, utf8 } from '#canonical';
import type { CpuQuote } from './cpu-quote.js';
import { QuoteError } from './quote-error.js';
import { parseSnpCertificates, type SnpCertificate } from './snp-certificates.js';

/** A log in the format of the TCG begins with an event of type EV_NO_ACTION that spells this at 32. */
const LOG_SIGNATURE = utf8('Spec ID Event03');
const LOG_SIGNATURE_AT = 32;

/**
 * What the machine had beside its quote, as collateral of the package: the key server of AMD answers about once in
 * ten seconds per client, so a VCEK that the host has must travel with the report. A broken table of the host is left
 * out: the verifier then says what is missing, and a hostile host could leave it out as well.
 */
export function machineCollateral(quote: CpuQuote, source: string): readonly Collateral[] {
  const piece = (kind: Collateral['kind'], data: Uint8Array): Collateral[] =>
    data.length === 0 || data.length > collateralBytesMax[kind]
      ? []
      : [{ kind, data, fetchedAtMs: null, source }];
  const certificates = quote.certificates === null ? [] : readTable(quote.certificates);
  const of = (kind: SnpCertificate['kind']): Uint8Array[] =>
    certificates.filter((certificate) => certificate.kind === kind).map(({ bytes }) => bytes);
  const issuers = [...of('ask'), ...of('ark')];
  return [
    ...[...of('vcek'), ...of('vlek')].flatMap((bytes) => piece('amd-vek', bytes)),
    ...(issuers.length === 2 ? piece('amd-chain', concatBytes(...issuers.map(asPem))) : []),
    ...of('crl').flatMap((bytes) => piece('amd-crl', bytes)),
    ...(isCcel(quote.eventLog) ? piece('tdx-event-log', quote.eventLog) : []),
  ];
}

function readTable(table: Uint8Array): readonly SnpCertificate[] {
  try {
    return parseSnpCertificates(table);
  } catch (error) {
    if (error instanceof QuoteError) return [];
    throw error;
  }
}

/** Hosts store either form. */
function asPem(certificate: Uint8Array): Uint8Array {
  if (certificate[0] !== 0x30) return concatBytes(certificate, utf8('\n'));
  const lines = toBase64(certificate).match(/.{1,64}/g) ?? [];
  return utf8(`-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`);
}

/** dstack words its log as JSON of its own, which no verifier here replays. */
function isCcel(log: Uint8Array | null): log is Uint8Array {
  return log !== null && LOG_SIGNATURE.every((byte, index) => log[LOG_SIGNATURE_AT + index] === byte);
}
