import { SNP_REPORT_BYTES } from './cpu-quote.js';
import type { ForeignObject } from './foreign-json.js';
import { malformed } from './foreign-json.js';

const BYTE = 0xff;
const U32 = 0xffff_ffff;

/**
 * Puts an SNP report together again from the parsed fields that the attestation agent of Confidential Containers
 * hands out (serde form of the `sev` crate, 6 and later; 4 and 5 name a few members differently).
 *
 * The signature covers the bytes, so a field that was read wrongly, or reserved bits that the agent dropped, show as
 * an invalid signature at the verifier: this cannot turn a bad report into a good one.
 */
export function rebuildSnpReport(fields: ForeignObject, where: string): Uint8Array {
  const report = new Uint8Array(SNP_REPORT_BYTES);
  const view = new DataView(report.buffer);
  const u32 = (at: number, value: number): void => view.setUint32(at, value, true);
  const u64 = (at: number, value: number): void => view.setBigUint64(at, BigInt(value), true);
  const version = fields.integer('version', U32);
  u32(0x000, version);
  u32(0x004, fields.integer('guest_svn', U32));
  u64(0x008, fields.integer('policy', Number.MAX_SAFE_INTEGER));
  report.set(fields.octets('family_id', 16), 0x010);
  report.set(fields.octets('image_id', 16), 0x020);
  u32(0x030, fields.integer('vmpl', U32));
  u32(0x034, fields.integer('sig_algo', U32));
  report.set(tcb(fields.object('current_tcb')), 0x038);
  u64(0x040, fields.integer('plat_info', Number.MAX_SAFE_INTEGER));
  u32(0x048, fields.integer(fields.has('key_info') ? 'key_info' : '_author_key_en', U32));
  report.set(fields.octets('report_data', 64), 0x050);
  report.set(fields.octets('measurement', 48), 0x090);
  report.set(fields.octets('host_data', 32), 0x0c0);
  report.set(fields.octets('id_key_digest', 48), 0x0e0);
  report.set(fields.octets('author_key_digest', 48), 0x110);
  report.set(fields.octets('report_id', 32), 0x140);
  report.set(fields.octets('report_id_ma', 32), 0x160);
  report.set(tcb(fields.object('reported_tcb')), 0x180);
  for (const [index, name] of ['cpuid_fam_id', 'cpuid_mod_id', 'cpuid_step'].entries()) {
    if (fields.has(name)) report[0x188 + index] = fields.integer(name, BYTE);
    else if (version >= 3)
      throw malformed(`${where}.${name}`, 'a byte in reports of version 3 and later', 'nothing');
  }
  report.set(fields.octets('chip_id', 64), 0x1a0);
  report.set(tcb(fields.object('committed_tcb')), 0x1e0);
  report.set(firmware(fields, 'current'), 0x1e8);
  report.set(firmware(fields, 'committed'), 0x1ec);
  report.set(tcb(fields.object('launch_tcb')), 0x1f0);
  if (fields.has('launch_mit_vector'))
    u64(0x1f8, fields.integer('launch_mit_vector', Number.MAX_SAFE_INTEGER));
  if (fields.has('current_mit_vector'))
    u64(0x200, fields.integer('current_mit_vector', Number.MAX_SAFE_INTEGER));
  const signature = fields.object('signature');
  report.set(signature.octets('r', 72), 0x2a0);
  report.set(signature.octets('s', 72), 0x2e8);
  return report;
}

/** Turin puts FMC first and moves the others up; a TCB without FMC is of Milan or Genoa. */
function tcb(fields: ForeignObject): Uint8Array {
  const part = (name: string): number => fields.integer(name, BYTE);
  const [bootloader, tee, snp, microcode] = [part('bootloader'), part('tee'), part('snp'), part('microcode')];
  return fields.has('fmc')
    ? Uint8Array.of(part('fmc'), bootloader, tee, snp, 0, 0, 0, microcode)
    : Uint8Array.of(bootloader, tee, 0, 0, 0, 0, snp, microcode);
}

/** `current: { major, minor, build }`, or `current_major` and so on in older releases. In the report: build first. */
function firmware(fields: ForeignObject, name: string): Uint8Array {
  const nested = fields.has(name) ? fields.object(name) : null;
  const part = (of: string): number =>
    nested === null ? fields.integer(`${name}_${of}`, BYTE) : nested.integer(of, BYTE);
  return Uint8Array.of(part('build'), part('minor'), part('major'), 0);
}
