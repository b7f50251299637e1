import { concatBytes, fromHex, sha256, sha384, utf8 } from '#canonical';
import { ecdsaSign, ecKeyPair } from '../primitives.js';
import { QE_REPORT_BYTES, QE_VENDOR_INTEL, quoteConstant, REPORT_DATA_BYTES } from '../tdx/quote.js';
import { leafKey, type Random, type SimulationAuthority, simulatedChain } from './authority.js';
import { u16le, u32le } from './little-endian.js';

export interface SimulatedTd {
  /** 64 bytes, see `reportData`. */
  readonly reportData: Uint8Array;
  /** Lower-case hex, 48 bytes. */
  readonly mrtd: string;
  /** RTMR0 to RTMR3 as lower-case hex; zero unless given. */
  readonly rtmrs?: readonly string[];
  /** Launches the guest in debug mode. */
  readonly debug?: boolean;
  /** SEPT_VE_DISABLE is set unless this is false. */
  readonly septVeDisable?: boolean;
}

const MEASUREMENT_BYTES = 48;
const SEPT_VE_DISABLE = 0x10;
/** What Intel's quoting enclave puts there. */
const QE_AUTH_DATA = Uint8Array.from({ length: 32 }, (_, index) => index);
const QE_ATTRIBUTES = 48;
const SGX_INIT_MODE64 = 0x05;

/** A TDX quote v4 of simulated hardware, with a new attestation key. About 4.3 KB. */
export function simulateTdxQuote(
  authority: SimulationAuthority,
  td: SimulatedTd,
  random: Random,
): Uint8Array {
  if (td.reportData.length !== REPORT_DATA_BYTES) {
    throw new RangeError(`reportData has ${td.reportData.length} bytes, expected ${REPORT_DATA_BYTES}`);
  }
  const attestationKey = ecKeyPair('P-256', random);
  const signedBytes = concatBytes(header(random), body(td));

  const qeReport = new Uint8Array(QE_REPORT_BYTES);
  qeReport[QE_ATTRIBUTES] = SGX_INIT_MODE64;
  qeReport.set(sha256(attestationKey.point, QE_AUTH_DATA), QE_REPORT_BYTES - 64);
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
    u16le(quoteConstant.certDataQeReport),
    u32le(certification.length),
    certification,
  );
  return concatBytes(signedBytes, u32le(signatureData.length), signatureData);
}

function header(random: Random): Uint8Array {
  return concatBytes(
    u16le(4),
    u16le(quoteConstant.attestationKeyEcdsaP256),
    u32le(quoteConstant.teeTypeTdx),
    new Uint8Array(4),
    fromHex(QE_VENDOR_INTEL),
    random(20),
  );
}

function body(td: SimulatedTd): Uint8Array {
  const rtmrs = td.rtmrs ?? Array.from({ length: 4 }, () => '00'.repeat(MEASUREMENT_BYTES));
  if (rtmrs.length !== 4) throw new RangeError(`rtmrs has ${rtmrs.length} values, expected 4`);
  const tdAttributes = new Uint8Array(8);
  if (td.debug === true) tdAttributes[0] = 1;
  if (td.septVeDisable !== false) tdAttributes[3] = SEPT_VE_DISABLE;
  return concatBytes(
    new Uint8Array(16).fill(1),
    sha384(utf8('sealflow/simulated-tdx-module/v1\0')),
    new Uint8Array(MEASUREMENT_BYTES),
    new Uint8Array(8),
    tdAttributes,
    new Uint8Array(8),
    measurement(td.mrtd, 'mrtd'),
    new Uint8Array(3 * MEASUREMENT_BYTES),
    ...rtmrs.map((value, index) => measurement(value, `rtmr${index}`)),
    td.reportData,
  );
}

function measurement(hex: string, name: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes.length === MEASUREMENT_BYTES) return bytes;
  throw new RangeError(`${name} has ${bytes.length} bytes, expected ${MEASUREMENT_BYTES}`);
}
