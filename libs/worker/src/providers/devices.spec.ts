import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { LibcDeviceCalls } from './ioctl.js';
import {
  buildLibrary,
  codeOf,
  describeWithCompiler,
  errorOf,
  random,
  reportData,
  scratch,
} from './machine.fixture.js';
import { SevGuest } from './sev-guest.js';
import { TdxGuest } from './tdx-guest.js';

/**
 * The guest drivers behind the symbol `ioctl`, with the structures and request numbers of the kernel's headers.
 * The first bytes of the "device" file choose what happens.
 */
const DRIVER = `
#include <stdint.h>
#include <string.h>
#include <errno.h>
#include <unistd.h>
struct snp_guest_request_ioctl { uint8_t msg_version; uint64_t req_data; uint64_t resp_data; uint64_t exitinfo2; };
struct snp_report_req { uint8_t user_data[64]; uint32_t vmpl; uint8_t rsvd[28]; };
struct snp_ext_report_req { struct snp_report_req data; uint64_t certs_address; uint32_t certs_len; };
struct snp_derived_key_req { uint32_t root_key_select; uint32_t rsvd; uint64_t guest_field_select; uint32_t vmpl; uint32_t guest_svn; uint64_t tcb_version; };
struct tdx_report_req { uint8_t reportdata[64]; uint8_t tdreport[1024]; };
_Static_assert(sizeof(struct snp_guest_request_ioctl) == 32, "ioctl");
_Static_assert(sizeof(struct snp_report_req) == 96, "req");
_Static_assert(sizeof(struct snp_ext_report_req) == 112, "ext");
_Static_assert(sizeof(struct snp_derived_key_req) == 32, "key");
_Static_assert(sizeof(struct tdx_report_req) == 1088, "tdx");

static int fail(int number) { errno = number; return -1; }
static int vmm(struct snp_guest_request_ioctl *arg, int number, uint64_t error) { arg->exitinfo2 = error << 32; return fail(number); }

static void report(uint8_t *response, const struct snp_report_req *req, const char *mode) {
  uint32_t status = strcmp(mode, "status") == 0 ? 0x16 : 0, size = strcmp(mode, "size") == 0 ? 1200 : 1184, version = 3, one = 1;
  memset(response, 0, 4000);
  memcpy(response, &status, 4);
  memcpy(response + 4, &size, 4);
  uint8_t *r = response + 32;
  memcpy(r, &version, 4);
  memcpy(r + 0x30, &req->vmpl, 4);
  memcpy(r + 0x34, &one, 4);
  memcpy(r + 0x50, req->user_data, 64);
  if (strcmp(mode, "other-data") == 0) r[0x50] ^= 1;
}

int ioctl(int fd, unsigned long request, void *argument) {
  char mode[32] = {0};
  if (pread(fd, mode, sizeof mode - 1, 0) < 0) return fail(EIO);
  if (request == 0xc4405401UL) {
    struct tdx_report_req *req = argument;
    if (strcmp(mode, "tdx-busy") == 0) return fail(EBUSY);
    if (strcmp(mode, "tdx-old") == 0) return fail(ENOTTY);
    if (strcmp(mode, "tdx-io") == 0) return fail(EIO);
    memset(req->tdreport, 0, 1024);
    req->tdreport[0] = strcmp(mode, "tdx-type") == 0 ? 0 : 0x81;
    if (strcmp(mode, "tdx-data") != 0) memcpy(req->tdreport + 128, req->reportdata, 64);
    return 0;
  }
  struct snp_guest_request_ioctl *arg = argument;
  if (arg->msg_version == 0) return fail(EINVAL);
  if (!arg->req_data || !arg->resp_data) return fail(EINVAL);
  if (strcmp(mode, "disabled") == 0) return fail(ENOTTY);
  if (strcmp(mode, "throttled") == 0) return vmm(arg, ETIMEDOUT, 2);
  if (strcmp(mode, "signal") == 0) return fail(EINTR);
  if (strcmp(mode, "broken") == 0) { arg->exitinfo2 = 0x27; return fail(EIO); }
  if (strcmp(mode, "bad-message") == 0) return fail(EBADMSG);
  if (request == 0xc0205300UL) { report((uint8_t *)arg->resp_data, (void *)arg->req_data, mode); return 0; }
  if (request == 0xc0205302UL) {
    struct snp_ext_report_req *req = (void *)arg->req_data;
    if (req->certs_len > 0x4000 || req->certs_len % 4096 != 0) return fail(EINVAL);
    if (strcmp(mode, "no-space") == 0) { req->certs_len = 0x5000; return vmm(arg, EIO, 1); }
    report((uint8_t *)arg->resp_data, &req->data, mode);
    if (strcmp(mode, "certs") == 0) memset((void *)req->certs_address, 0xee, 3000);
    return 0;
  }
  if (request == 0xc0205301UL) {
    struct snp_derived_key_req *req = (void *)arg->req_data;
    uint8_t *response = (void *)arg->resp_data;
    memset(response, 0, 64);
    if (req->guest_field_select != 9 || req->root_key_select != 0) response[0] = 0x16;
    if (strcmp(mode, "zero-key") != 0) memset(response + 32, 0x42 + (int)req->vmpl, 32);
    return 0;
  }
  return fail(ENOTTY);
}
`;

describe('the guest devices', () => {
  it('say that a machine without them is none of theirs', async () => {
    const device = join(scratch, 'missing');
    expect(await codeOf(() => new SevGuest({ device }).cpuQuote(reportData))).toBe('QUOTE_SOURCE_ABSENT');
    expect(await codeOf(() => new TdxGuest({ device }).cpuQuote(reportData))).toBe('QUOTE_SOURCE_ABSENT');
  });

  it('ask for 64 bytes', async () => {
    expect(await codeOf(() => new SevGuest().cpuQuote(random(63)))).toBe('QUOTE_REQUEST_INVALID');
    expect(await codeOf(() => new TdxGuest().cpuQuote(random(65)))).toBe('QUOTE_REQUEST_INVALID');
  });

  it('say that there is no libc to call, and tell a file that is no device', async () => {
    const calls = new LibcDeviceCalls('libnone.so.0');
    expect(await codeOf(() => new SevGuest({ device: '/dev/null', calls }).cpuQuote(reportData))).toBe(
      'LIBC_UNAVAILABLE',
    );
  });

  it.runIf(process.platform === 'linux')(
    'hear the kernel’s own ENOTTY from a device that is another one',
    async () => {
      const error = await errorOf(() => new SevGuest({ device: '/dev/null' }).cpuQuote(reportData));
      expect(error?.code).toBe('SNP_CHANNEL_DISABLED');
      expect(error?.facts.got).toContain('ENOTTY');
      expect(await codeOf(() => new TdxGuest({ device: '/dev/null' }).cpuQuote(reportData))).toBe(
        'QUOTE_UNSUPPORTED',
      );
    },
  );
});

describeWithCompiler('guest drivers as a C stub', () => {
  let library = '';
  beforeAll(() => {
    library = buildLibrary('guestdriver', DRIVER);
  });

  function device(mode: string) {
    const path = join(scratch, `device-${mode}`);
    writeFileSync(path, mode);
    return { device: path, calls: new LibcDeviceCalls(library) };
  }

  it('an SNP report comes with its certificates', async () => {
    const quote = await new SevGuest(device('certs')).cpuQuote(reportData);
    expect(quote.format).toBe('snp-report');
    expect(quote.certificates?.subarray(0, 3000).every((byte) => byte === 0xee)).toBe(true);
  });

  it('the privilege level reaches the firmware', async () => {
    const { quote } = await new SevGuest({ ...device('plain'), vmpl: 2 }).cpuQuote(reportData);
    expect(new DataView(quote.buffer, quote.byteOffset).getUint32(0x30, true)).toBe(2);
  });

  it.each(['plain', 'no-space'])(
    'a host with no certificates, or too many, still gives the report (%s)',
    async (mode) => {
      const quote = await new SevGuest(device(mode)).cpuQuote(reportData);
      expect(quote.format).toBe('snp-report');
      expect(quote.certificates).toBeNull();
    },
  );

  it.each([
    ['disabled', 'SNP_CHANNEL_DISABLED', 'reboot'],
    ['throttled', 'QUOTE_TIMEOUT', 'throttles'],
    ['signal', 'QUOTE_BUSY', 'again'],
    ['broken', 'SNP_FIRMWARE_ERROR', 'firmware error 39'],
    ['bad-message', 'SNP_FIRMWARE_ERROR', 'EBADMSG'],
    ['status', 'SNP_FIRMWARE_ERROR', 'VMPL'],
    ['size', 'QUOTE_MALFORMED', '1200'],
    ['other-data', 'QUOTE_REPORT_DATA_MISMATCH', 'another process'],
  ])('%s is %s', async (mode, code, words) => {
    const error = await errorOf(() => new SevGuest(device(mode)).cpuQuote(reportData));
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(words);
  });

  it('a sealing key is derived from chip, measurement and policy', async () => {
    const key = await new SevGuest(device('plain')).sealingKey();
    expect(key).toEqual(new Uint8Array(32).fill(0x42));
    expect(await codeOf(() => new SevGuest(device('zero-key')).sealingKey())).toBe('SEALING_KEY_UNAVAILABLE');
    expect(await codeOf(() => new SevGuest(device('disabled')).sealingKey())).toBe('SNP_CHANNEL_DISABLED');
  });

  it('TDX gives a TDREPORT, and says why that is no quote', async () => {
    const report = new TdxGuest(device('tdx')).tdReport(reportData);
    expect(report).toHaveLength(1024);
    expect(await codeOf(() => new TdxGuest(device('tdx')).cpuQuote(reportData))).toBe('TDX_QUOTE_NEEDS_TSM');
    expect(await codeOf(() => new TdxGuest(device('tdx')).sealingKey())).toBe('SEALING_KEY_UNAVAILABLE');
  });

  it.each([
    ['tdx-busy', 'QUOTE_BUSY'],
    ['tdx-old', 'QUOTE_UNSUPPORTED'],
    ['tdx-io', 'TDX_REPORT_FAILED'],
    ['tdx-type', 'QUOTE_MALFORMED'],
    ['tdx-data', 'QUOTE_REPORT_DATA_MISMATCH'],
  ])('TDX: %s is %s', async (mode, code) => {
    expect(await codeOf(() => new TdxGuest(device(mode)).cpuQuote(reportData))).toBe(code);
  });
});
