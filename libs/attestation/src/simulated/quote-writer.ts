import { concatBytes, fromHex, sha256, utf8 } from '#canonical';
import { ecdsaSign, ecKeyPair } from '../primitives.js';
import { QE_REPORT_BYTES, QE_VENDOR_INTEL, quoteConstant } from '../tdx/quote.js';
import { leafKey, type Random, type SimulationAuthority, simulatedChain } from './authority.js';
import { u16le, u32le } from './little-endian.js';

/** The quoting enclave of simulated hardware. What is left out is what the simulated QE identity expects. */
export interface SimulatedQe {
  /** Lower-case hex, 32 bytes. */
  readonly mrSigner?: string;
  readonly isvProdId?: number;
  readonly isvSvn?: number;
  /** First byte of ATTRIBUTES. */
  readonly flags?: number;
}

/** What Intel's quoting enclave puts there. */
const QE_AUTH_DATA = Uint8Array.from({ length: 32 }, (_, index) => index);
const offsets = { attributes: 48, mrSigner: 128, isvProdId: 256, isvSvn: 258, reportData: 320 } as const;
export const SGX_INIT_MODE64 = 0x05;

export function quoteHeader(version: number, teeType: number, random: Random): Uint8Array {
  return concatBytes(
    u16le(version),
    u16le(quoteConstant.attestationKeyEcdsaP256),
    u32le(teeType),
    new Uint8Array(4),
    fromHex(QE_VENDOR_INTEL),
    random(20),
  );
}

/** The whole quote: `signedBytes`, then everything that vouches for them, by a new attestation key. */
export function signQuote(
  authority: SimulationAuthority,
  signedBytes: Uint8Array,
  { nested, qe = {} }: { readonly nested: boolean; readonly qe?: SimulatedQe },
  random: Random,
): Uint8Array {
  const attestationKey = ecKeyPair('P-256', random);
  const qeReport = writeQeReport(qe);
  qeReport.set(sha256(attestationKey.point, QE_AUTH_DATA), offsets.reportData);
  const pckChain = utf8(simulatedChain(authority.cpu));
  const certification = concatBytes(
    qeReport,
    ecdsaSign(leafKey('P-256', authority.cpu), qeReport, 'raw'),
    u16le(QE_AUTH_DATA.length),
    QE_AUTH_DATA,
    u16le(quoteConstant.certDataPckChain),
    u32le(pckChain.length),
    pckChain,
  );
  const signatureData = concatBytes(
    ecdsaSign(attestationKey, signedBytes, 'raw'),
    attestationKey.point,
    ...(nested ? [u16le(quoteConstant.certDataQeReport), u32le(certification.length)] : []),
    certification,
  );
  return concatBytes(signedBytes, u32le(signatureData.length), signatureData);
}

function writeQeReport(qe: SimulatedQe): Uint8Array {
  const report = new Uint8Array(QE_REPORT_BYTES);
  report[offsets.attributes] = qe.flags ?? SGX_INIT_MODE64;
  if (qe.mrSigner !== undefined) report.set(fromHex(qe.mrSigner), offsets.mrSigner);
  report.set(u16le(qe.isvProdId ?? 0), offsets.isvProdId);
  report.set(u16le(qe.isvSvn ?? 0), offsets.isvSvn);
  return report;
}
