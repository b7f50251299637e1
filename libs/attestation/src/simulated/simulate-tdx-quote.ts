import { concatBytes, fromHex, sha384, utf8 } from '#canonical';
import { quoteConstant, REPORT_DATA_BYTES, TD_BODY_15_BYTES, TD_BODY_BYTES } from '../tdx/quote.js';
import type { Random, SimulationAuthority } from './authority.js';
import { u16le, u32le } from './little-endian.js';
import { quoteHeader, type SimulatedQe, signQuote } from './quote-writer.js';

export interface SimulatedTd {
  /** 64 bytes, see `reportData`. */
  readonly reportData: Uint8Array;
  /** Lower-case hex, 48 bytes. */
  readonly mrtd: string;
  /** Lower-case hex, 48 bytes; zero unless given, as a guest without initdata has. */
  readonly mrConfigId?: string;
  /** RTMR0 to RTMR3 as lower-case hex; zero unless given. */
  readonly rtmrs?: readonly string[];
  /** Launches the guest in debug mode. */
  readonly debug?: boolean;
  /** SEPT_VE_DISABLE is set unless this is false. */
  readonly septVeDisable?: boolean;
  /** Lower-case hex, 16 bytes: module 01 at version 1 unless given. */
  readonly teeTcbSvn?: string;
  /** Lower-case hex, 48 bytes; zero unless given, as Intel signs. */
  readonly mrSignerSeam?: string;
  /** Makes it a quote v5, with a TD 1.0 body (`null`) or a TD 1.5 body. */
  readonly td15?: SimulatedTd15 | null;
  readonly qe?: SimulatedQe;
}

export interface SimulatedTd15 {
  /** Lower-case hex, 16 bytes; as `teeTcbSvn` unless given. */
  readonly teeTcbSvn2?: string;
  /** Lower-case hex, 48 bytes; zero unless given. */
  readonly mrServiceTd?: string;
}

const MEASUREMENT_BYTES = 48;
const SEPT_VE_DISABLE = 0x10;
const TEE_TCB_SVN = '01'.repeat(16);

/** A TDX quote of simulated hardware, v4 unless `td15` is given, with a new attestation key. About 4.3 KB. */
export function simulateTdxQuote(
  authority: SimulationAuthority,
  td: SimulatedTd,
  random: Random,
): Uint8Array {
  if (td.reportData.length !== REPORT_DATA_BYTES) {
    throw new RangeError(`reportData has ${td.reportData.length} bytes, expected ${REPORT_DATA_BYTES}`);
  }
  const version = td.td15 === undefined ? 4 : 5;
  const header = quoteHeader(version, quoteConstant.teeTypeTdx, random);
  const signedBytes = concatBytes(header, ...descriptor(td), body(td), ...body15(td));
  return signQuote(authority, signedBytes, { nested: true, qe: td.qe ?? {} }, random);
}

function descriptor({ td15 }: SimulatedTd): Uint8Array[] {
  if (td15 === undefined) return [];
  return td15 === null
    ? [u16le(quoteConstant.bodyTd10), u32le(TD_BODY_BYTES)]
    : [u16le(quoteConstant.bodyTd15), u32le(TD_BODY_15_BYTES)];
}

function body(td: SimulatedTd): Uint8Array {
  const rtmrs = td.rtmrs ?? Array.from({ length: 4 }, () => '00'.repeat(MEASUREMENT_BYTES));
  if (rtmrs.length !== 4) throw new RangeError(`rtmrs has ${rtmrs.length} values, expected 4`);
  const tdAttributes = new Uint8Array(8);
  if (td.debug === true) tdAttributes[0] = 1;
  if (td.septVeDisable !== false) tdAttributes[3] = SEPT_VE_DISABLE;
  return concatBytes(
    fromHex(td.teeTcbSvn ?? TEE_TCB_SVN),
    sha384(utf8('sealflow/simulated-tdx-module/v1\0')),
    measurement(td.mrSignerSeam ?? '00'.repeat(MEASUREMENT_BYTES), 'mrSignerSeam'),
    new Uint8Array(8),
    tdAttributes,
    new Uint8Array(8),
    measurement(td.mrtd, 'mrtd'),
    measurement(td.mrConfigId ?? '00'.repeat(MEASUREMENT_BYTES), 'mrConfigId'),
    new Uint8Array(2 * MEASUREMENT_BYTES),
    ...rtmrs.map((value, index) => measurement(value, `rtmr${index}`)),
    td.reportData,
  );
}

function body15({ td15, teeTcbSvn = TEE_TCB_SVN }: SimulatedTd): Uint8Array[] {
  if (td15 === undefined || td15 === null) return [];
  const serviceTd = td15.mrServiceTd ?? '00'.repeat(MEASUREMENT_BYTES);
  return [fromHex(td15.teeTcbSvn2 ?? teeTcbSvn), measurement(serviceTd, 'mrServiceTd')];
}

function measurement(hex: string, name: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes.length === MEASUREMENT_BYTES) return bytes;
  throw new RangeError(`${name} has ${bytes.length} bytes, expected ${MEASUREMENT_BYTES}`);
}
