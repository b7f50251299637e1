/**
 * Replays a confidential computing event log (CCEL; TCG PC Client Platform Firmware Profile, section 10) to the
 * run-time registers of a TDX guest. The log is the word of the guest's own software: it says anything only when
 * its replay gives the registers of a verified quote, and then only which digests were extended, in what order.
 */
import { concatBytes, sha384 } from '#canonical';
import { ByteReader } from '../byte-reader.js';
import { attestationLimits } from '../limits.js';

export interface EventLog {
  /** In the order of the log, EV_NO_ACTION left out. */
  readonly events: readonly MeasuredEvent[];
  /** RTMR0 to RTMR3 after all events. */
  readonly rtmrs: readonly Uint8Array[];
}

export interface MeasuredEvent {
  /** 0 to 3. */
  readonly rtmr: number;
  readonly type: number;
  /** SHA-384, as it was extended. */
  readonly digest: Uint8Array;
  /** What the digest is said to be of. Often not the digest's pre-image: never judge by it without hashing. */
  readonly data: Uint8Array;
}

const EV_NO_ACTION = 3;
const ALG_SHA384 = 0x000c;
/** TCG algorithm registry: digest sizes of the algorithms that a log may carry beside SHA-384. */
const DIGEST_BYTES: ReadonlyMap<number, number> = new Map([
  [0x0004, 20],
  [0x000b, 32],
  [ALG_SHA384, 48],
  [0x000d, 64],
  [0x0012, 32],
]);
const SHA1_BYTES = 20;
const ALGORITHMS_MAX = 8;
const EVENT_BYTES_MAX = 256 * 1024;
const REGISTERS = 4;
/** Measurement register 0 of the log is MRTD, which no event extends; 1 is RTMR0. */
const FIRST_RTMR = 1;
const UNUSED = 0xffffffff;

/** @throws AttestationError `EVENT_LOG_MALFORMED` */
export function parseEventLog(bytes: Uint8Array): EventLog {
  const reader = new ByteReader(bytes, 'EVENT_LOG_MALFORMED', 'event log', 'eventLog');
  if (bytes.length > attestationLimits.eventLogBytesMax) {
    reader.fail(`has ${bytes.length} bytes, limit ${attestationLimits.eventLogBytesMax}`);
  }
  readSpecIdEvent(reader);
  const events: MeasuredEvent[] = [];
  const rtmrs = Array.from({ length: REGISTERS }, () => new Uint8Array(48));
  for (let count = 0; reader.left >= 4; count += 1) {
    if (count === attestationLimits.eventsMax) reader.fail(`has more than ${count} events`);
    const register = reader.u32('register');
    // The firmware hands out its whole log area; what it did not write is all FF.
    if (register === UNUSED) return { events, rtmrs: endOfLog(reader, rtmrs) };
    const event = readEvent(reader, register);
    if (event === null) continue;
    rtmrs[event.rtmr] = sha384(concatBytes(rtmrs[event.rtmr] ?? new Uint8Array(48), event.digest));
    events.push(event);
  }
  return { events, rtmrs: endOfLog(reader, rtmrs) };
}

/** TCG_PCClientPCREvent in the format of TPM 1.2: tells that the events behind it are of the newer one. */
function readSpecIdEvent(reader: ByteReader): void {
  reader.u32('register of the first event');
  reader.expect(reader.u32('type of the first event'), EV_NO_ACTION, 'type of the first event');
  reader.take(SHA1_BYTES, 'digest of the first event');
  const size = boundedSize(reader);
  const text = String.fromCharCode(...reader.take(size, 'first event').subarray(0, 15));
  if (text !== 'Spec ID Event03') reader.fail('first event is no Spec ID Event03');
}

/** TCG_PCR_EVENT2. Null for an event that extends nothing. */
function readEvent(reader: ByteReader, register: number): MeasuredEvent | null {
  const type = reader.u32('event type');
  const count = reader.u32('digest count');
  if (count > ALGORITHMS_MAX) reader.fail(`an event has ${count} digests`);
  let digest: Uint8Array | null = null;
  for (let index = 0; index < count; index += 1) {
    const algorithm = reader.u16('digest algorithm');
    const bytes = DIGEST_BYTES.get(algorithm) ?? reader.fail(`digest algorithm ${algorithm} is not known`);
    const value = reader.take(bytes, 'digest');
    if (algorithm === ALG_SHA384) digest = value;
  }
  const data = reader.take(boundedSize(reader), 'event');
  if (type === EV_NO_ACTION) return null;
  const rtmr = register - FIRST_RTMR;
  if (rtmr < 0 || rtmr >= REGISTERS) reader.fail(`an event extends register ${register}, expected 1 to 4`);
  return { rtmr, type, digest: digest ?? reader.fail('an event has no SHA-384 digest'), data };
}

function boundedSize(reader: ByteReader): number {
  const size = reader.u32('event size');
  return size <= EVENT_BYTES_MAX ? size : reader.fail(`an event has ${size} bytes, limit ${EVENT_BYTES_MAX}`);
}

function endOfLog(reader: ByteReader, rtmrs: readonly Uint8Array[]): readonly Uint8Array[] {
  const tail = reader.take(reader.left, 'tail');
  if (tail.some((byte) => byte !== 0xff)) reader.fail('bytes other than FF follow the last event');
  return rtmrs;
}
