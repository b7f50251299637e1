import { describe, expect, it } from 'vitest';
import { concatBytes, sha384, toHex, utf8 } from '#canonical';
import { failures, flip } from '../machine.fixture.js';
import { u16le, u32le } from '../simulated/little-endian.js';
import { parseEventLog } from './event-log.js';
import { judgeTdx } from './intel.fixture.js';
import { tdxClaims } from './verify-tdx-quote.js';

const EV_NO_ACTION = 3;
const EV_IPL = 13;
const ALG_SHA1 = 4;
const ALG_SHA384 = 12;

function specId(text = 'Spec ID Event03\0'): Uint8Array {
  const data = concatBytes(utf8(text), new Uint8Array(17));
  return concatBytes(u32le(1), u32le(EV_NO_ACTION), new Uint8Array(20), u32le(data.length), data);
}

function event(register: number, data: Uint8Array, type = EV_IPL): Uint8Array {
  return concatBytes(
    u32le(register),
    u32le(type),
    u32le(1),
    u16le(ALG_SHA384),
    sha384(data),
    u32le(data.length),
    data,
  );
}

function extend(...data: readonly Uint8Array[]): string {
  let value: Uint8Array = new Uint8Array(48);
  for (const item of data) value = sha384(concatBytes(value, sha384(item)));
  return toHex(value);
}

const kernel = utf8('kernel');
const app = utf8('application');
const log = concatBytes(
  specId(),
  event(1, utf8('firmware')),
  event(1, utf8('not extended'), EV_NO_ACTION),
  event(2, kernel),
  event(4, kernel),
  event(4, app),
  new Uint8Array(64).fill(0xff),
);
const rtmrs = [extend(utf8('firmware')), extend(kernel), extend(), extend(kernel, app)];

describe('an event log', () => {
  it('replays to the registers, in its order, without the events that extend nothing', () => {
    const parsed = parseEventLog(log);
    expect(parsed.rtmrs.map(toHex)).toEqual(rtmrs);
    expect(parsed.events.map(({ rtmr, data }) => [rtmr, new TextDecoder().decode(data)])).toEqual([
      [0, 'firmware'],
      [1, 'kernel'],
      [3, 'kernel'],
      [3, 'application'],
    ]);
  });

  it('is believed only beside a quote with the same registers', () => {
    const good = judgeTdx({ td: { rtmrs }, eventLog: log });
    expect(failures(good.checks)).toEqual([]);
    expect(tdxClaims(good)).toMatchObject({ rtmrsReplay: [0, 1, 2, 3] });
    const other = judgeTdx({ td: { rtmrs: [...rtmrs.slice(0, 3), '00'.repeat(48)] }, eventLog: log });
    expect(failures(other.checks)).toEqual(['EVENT_LOG_MISMATCH']);
    expect(tdxClaims(other)).toMatchObject({ rtmrsReplay: [0, 1, 2] });
  });

  it('does not replay after any change of a digest', () => {
    const digestAt = specId().length + 14;
    const changed = judgeTdx({ td: { rtmrs }, eventLog: flip(log, digestAt) });
    expect(failures(changed.checks)).toEqual(['EVENT_LOG_MISMATCH']);
  });

  const broken: readonly [string, Uint8Array][] = [
    ['no bytes', new Uint8Array(0)],
    ['no first event of the format', concatBytes(event(1, kernel))],
    ['a first event of another format', specId('Spec ID Event02\0')],
    ['a register that no RTMR has', concatBytes(specId(), event(5, kernel))],
    ['the register of MRTD', concatBytes(specId(), event(0, kernel))],
    ['an end inside an event', log.subarray(0, specId().length + 30)],
    ['bytes behind its end', concatBytes(log, Uint8Array.of(1))],
    ['many digests', concatBytes(specId(), u32le(1), u32le(EV_IPL), u32le(9))],
    ['an unknown algorithm', concatBytes(specId(), u32le(1), u32le(EV_IPL), u32le(1), u16le(99))],
    [
      'no SHA-384 digest',
      concatBytes(specId(), u32le(1), u32le(EV_IPL), u32le(1), u16le(ALG_SHA1), new Uint8Array(20), u32le(0)),
    ],
    ['a huge event', concatBytes(specId(), u32le(1), u32le(EV_IPL), u32le(0), u32le(0xffffffff))],
    ['more bytes than the limit', new Uint8Array(1024 * 1024 + 1)],
  ];

  it.each(broken)('with %s is malformed', (_what, bytes) => {
    expect(failures(judgeTdx({ eventLog: bytes }).checks)).toEqual(['EVENT_LOG_MALFORMED']);
  });
});
