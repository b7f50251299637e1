import {
  type CpuQuote,
  type CpuQuoteSource,
  checkedQuote,
  requireReportData,
  SNP_REPORT_BYTES,
  sealingKeyUnavailable,
} from './cpu-quote.js';
import { type DeviceCalls, errno, errnoName, LibcDeviceCalls } from './ioctl.js';
import { QuoteError } from './quote-error.js';

export const SEV_GUEST_DEVICE = '/dev/sev-guest';

/** _IOWR('S', n, struct snp_guest_request_ioctl), uapi/linux/sev-guest.h; the structure has 32 bytes. */
export const snpRequest = {
  getReport: 0xc0205300,
  getDerivedKey: 0xc0205301,
  getExtReport: 0xc0205302,
} as const;

const REQUEST_BYTES = 96;
const EXT_REQUEST_BYTES = 112;
const RESPONSE_BYTES = 4000;
const KEY_REQUEST_BYTES = 32;
const KEY_RESPONSE_BYTES = 64;
/** MSG_REPORT_RSP: status, report size, 24 reserved bytes, report (SEV-SNP firmware ABI, table 25). */
const REPORT_AT = 32;
const KEY_AT = 32;
const KEY_BYTES = 32;
/** SEV_FW_BLOB_MAX_SIZE: the kernel refuses more, and lengths that are no number of pages. */
const CERTIFICATES_BYTES_MAX = 0x4000;
/** EXIT_INFO_2 upper half: the buffer for certificates is too small; the host throttles. */
const VMM_INVALID_LENGTH = 1;
const VMM_BUSY = 2;
/** GUEST_FIELD_SELECT: bit 0 guest policy, bit 3 launch measurement. */
const KEY_OVER_POLICY_AND_MEASUREMENT = 0b1001n;

export interface SevGuestOptions {
  readonly device?: string;
  readonly calls?: DeviceCalls;
  /** VMPL to put into the report; must not be below the level the guest runs at. */
  readonly vmpl?: number;
}

interface Answer {
  readonly response: Uint8Array;
  readonly certificates: Uint8Array | null;
}

/**
 * SNP reports from the guest driver, for kernels without configfs-tsm and for the derived key.
 *
 * The driver blocks for as long as the host throttles (up to a minute). After most errors it wipes the key to the
 * firmware, so that one failed call can be the last until reboot: nothing is retried here that was not refused for
 * its length alone.
 */
export class SevGuest implements CpuQuoteSource {
  readonly name = 'sev-guest';
  readonly #device: string;
  readonly #calls: DeviceCalls;
  readonly #vmpl: number;

  constructor(options: SevGuestOptions = {}) {
    this.#device = options.device ?? SEV_GUEST_DEVICE;
    this.#calls = options.calls ?? new LibcDeviceCalls();
    this.#vmpl = options.vmpl ?? 0;
  }

  async cpuQuote(reportData: Uint8Array): Promise<CpuQuote> {
    requireReportData(this.name, reportData);
    const { response, certificates } = this.#report(reportData);
    const view = viewOf(response);
    requireStatus(view.getUint32(0, true), 'report');
    const size = view.getUint32(4, true);
    if (size !== SNP_REPORT_BYTES) {
      throw new QuoteError('QUOTE_MALFORMED', {
        what: `${this.name}: report size`,
        expected: `${SNP_REPORT_BYTES}`,
        got: `${size}`,
        advice: 'the firmware speaks a newer ABI than this version knows',
      });
    }
    const quote = response.slice(REPORT_AT, REPORT_AT + SNP_REPORT_BYTES);
    return checkedQuote(this.name, quote, reportData, { certificates });
  }

  /** Derived by the firmware from the chip's VCEK, the launch measurement and the guest policy. */
  async sealingKey(): Promise<Uint8Array> {
    const request = new Uint8Array(KEY_REQUEST_BYTES);
    const view = viewOf(request);
    view.setBigUint64(8, KEY_OVER_POLICY_AND_MEASUREMENT, true);
    view.setUint32(16, this.#vmpl, true);
    const response = new Uint8Array(KEY_RESPONSE_BYTES);
    this.#send(snpRequest.getDerivedKey, request, response);
    requireStatus(viewOf(response).getUint32(0, true), 'derived key');
    const key = response.slice(KEY_AT, KEY_AT + KEY_BYTES);
    response.fill(0);
    if (key.every((byte) => byte === 0)) {
      throw sealingKeyUnavailable(
        this.name,
        'a key of zeros',
        'the firmware gave no key; do not seal anything',
      );
    }
    return key;
  }

  /** Asks for certificates too; a host that has none or too many still gives the report. */
  #report(reportData: Uint8Array): Answer {
    const certificates = new Uint8Array(CERTIFICATES_BYTES_MAX);
    const request = new Uint8Array(EXT_REQUEST_BYTES);
    request.set(reportData);
    const view = viewOf(request);
    view.setUint32(64, this.#vmpl, true);
    view.setBigUint64(96, this.#calls.address(certificates), true);
    view.setUint32(104, certificates.length, true);
    const response = new Uint8Array(RESPONSE_BYTES);
    try {
      this.#send(snpRequest.getExtReport, request, response);
    } catch (error) {
      if (!(error instanceof CertificateSpaceError)) throw error;
      return { response: this.#plainReport(reportData), certificates: null };
    }
    const empty = certificates.every((byte) => byte === 0);
    return { response, certificates: empty ? null : certificates };
  }

  #plainReport(reportData: Uint8Array): Uint8Array {
    const request = new Uint8Array(REQUEST_BYTES);
    request.set(reportData);
    viewOf(request).setUint32(64, this.#vmpl, true);
    const response = new Uint8Array(RESPONSE_BYTES);
    this.#send(snpRequest.getReport, request, response);
    return response;
  }

  #send(code: number, request: Uint8Array, response: Uint8Array): void {
    const argument = new Uint8Array(32);
    const view = viewOf(argument);
    view.setUint8(0, 1);
    view.setBigUint64(8, this.#calls.address(request), true);
    view.setBigUint64(16, this.#calls.address(response), true);
    const { result, errno: number } = this.#calls.ioctl(this.#device, code, argument);
    if (result === 0) return;
    throw this.#failure(number, view.getUint32(24, true), view.getUint32(28, true));
  }

  #failure(number: number, firmware: number, vmm: number): Error {
    const what = `${this.name}: request to the firmware`;
    const got = `${errnoName(number)}, firmware error ${firmware}, VMM error ${vmm}`;
    if (number === errno.EIO && vmm === VMM_INVALID_LENGTH) return new CertificateSpaceError();
    if (number === errno.ETIMEDOUT || vmm === VMM_BUSY) {
      return new QuoteError('QUOTE_TIMEOUT', {
        what,
        expected: 'an answer within a minute',
        got,
        advice: 'the host throttles requests: ask less often',
      });
    }
    if (number === errno.ENOTTY) {
      return new QuoteError('SNP_CHANNEL_DISABLED', {
        what,
        expected: 'a live key to the firmware (VMPCK)',
        got,
        advice: 'an earlier failure wiped it: reboot the guest',
      });
    }
    if (number === errno.EINTR) {
      return new QuoteError('QUOTE_BUSY', {
        what,
        expected: 'an answer',
        got,
        advice: 'a signal came; try again',
      });
    }
    return new QuoteError('SNP_FIRMWARE_ERROR', {
      what,
      expected: 'success',
      got,
      advice: 'see the kernel log; the channel may be closed now until reboot',
    });
  }
}

/** Private: leads to a second request without certificates. */
class CertificateSpaceError extends Error {}

function requireStatus(status: number, what: string): void {
  if (status === 0) return;
  throw new QuoteError('SNP_FIRMWARE_ERROR', {
    what: `sev-guest: ${what}`,
    expected: 'status 0',
    got: `status 0x${status.toString(16)}`,
    advice: status === 0x16 ? 'a parameter is not allowed: check the VMPL' : 'see the SEV-SNP firmware ABI',
  });
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
