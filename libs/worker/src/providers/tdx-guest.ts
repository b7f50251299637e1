import { equalBytes } from '#canonical';
import {
  type CpuQuote,
  type CpuQuoteSource,
  REPORT_DATA_BYTES,
  requireReportData,
  sealingKeyUnavailable,
} from './cpu-quote.js';
import { type DeviceCalls, errno, errnoName, LibcDeviceCalls } from './ioctl.js';
import { QuoteError } from './quote-error.js';

export const TDX_GUEST_DEVICE = '/dev/tdx_guest';
/** _IOWR('T', 1, struct tdx_report_req), uapi/linux/tdx-guest.h: report data 64, TDREPORT 1024. */
export const TDX_GET_REPORT0 = 0xc4405401;
const TDREPORT_BYTES = 1024;
/** REPORTMACSTRUCT: type 4, reserved 12, CPUSVN 16, two hashes of 48, then REPORTDATA. */
const REPORT_DATA_AT = 128;
const REPORT_TYPE_TDX = 0x81;

export interface TdxGuestOptions {
  readonly device?: string;
  readonly calls?: DeviceCalls;
}

/**
 * The TDX guest device. It makes a TDREPORT, which only the same machine can check: turning it into a quote is the
 * work of configfs-tsm since Linux 6.7, and the ioctl for it was never merged. So this source can say what the TD
 * is (for diagnosis) and explains why there is no quote.
 */
export class TdxGuest implements CpuQuoteSource {
  readonly name = 'tdx-guest';
  readonly #device: string;
  readonly #calls: DeviceCalls;

  constructor(options: TdxGuestOptions = {}) {
    this.#device = options.device ?? TDX_GUEST_DEVICE;
    this.#calls = options.calls ?? new LibcDeviceCalls();
  }

  /** 1024 bytes, MACed with a key of this machine. @throws QuoteError */
  tdReport(reportData: Uint8Array): Uint8Array {
    requireReportData(this.name, reportData);
    const argument = new Uint8Array(REPORT_DATA_BYTES + TDREPORT_BYTES);
    argument.set(reportData);
    const { result, errno: number } = this.#calls.ioctl(this.#device, TDX_GET_REPORT0, argument);
    if (result !== 0) throw this.#failure(number);
    const report = argument.slice(REPORT_DATA_BYTES);
    if (report[0] !== REPORT_TYPE_TDX) {
      throw new QuoteError('QUOTE_MALFORMED', {
        what: `${this.name}: TDREPORT type`,
        expected: `0x${REPORT_TYPE_TDX.toString(16)}`,
        got: `0x${(report[0] ?? 0).toString(16)}`,
        advice: 'the device is not the TDX guest device of this kernel',
      });
    }
    if (!equalBytes(report.subarray(REPORT_DATA_AT, REPORT_DATA_AT + REPORT_DATA_BYTES), reportData)) {
      throw new QuoteError('QUOTE_REPORT_DATA_MISMATCH', {
        what: `${this.name}: report data inside the TDREPORT`,
        expected: 'ours',
        got: 'other bytes',
        advice: 'the device is not the TDX guest device of this kernel',
      });
    }
    return report;
  }

  async cpuQuote(reportData: Uint8Array): Promise<CpuQuote> {
    this.tdReport(reportData);
    throw new QuoteError('TDX_QUOTE_NEEDS_TSM', {
      what: `${this.name}: quote`,
      expected: 'a kernel with configfs-tsm',
      got: `a TDREPORT of ${this.#device}, which no other machine can verify`,
      advice: 'mount configfs (Linux 6.7 or later) and run the quote service (QGS) on the host',
    });
  }

  async sealingKey(): Promise<Uint8Array> {
    throw sealingKeyUnavailable(this.name, 'TDX, which derives no key for a guest', 'use a key broker');
  }

  #failure(number: number): QuoteError {
    const facts = { what: `${this.name}: TDX_CMD_GET_REPORT0`, expected: 'success', got: errnoName(number) };
    if (number === errno.EBUSY || number === errno.EAGAIN || number === errno.EINTR) {
      return new QuoteError('QUOTE_BUSY', { ...facts, advice: 'another call is under way; try again' });
    }
    if (number === errno.ENOTTY || number === errno.EINVAL) {
      return new QuoteError('QUOTE_UNSUPPORTED', {
        ...facts,
        advice: 'the kernel does not know this call: it is older than 6.2, or the device is another one',
      });
    }
    return new QuoteError('TDX_REPORT_FAILED', { ...facts, advice: 'see the kernel log of the guest' });
  }
}
