/** The numbered negative tests 1 to 14 of attestation: each forgery is refused for its named reason. */
import { describe, expect, it } from 'vitest';
import { fromHex, utf8 } from '#canonical';
import { AT_MS, failures, flip } from '../machine.fixture.js';
import type { SnpRules } from '../policy/policy-groups.js';
import { simulatedTcb } from '../simulated/simulate-snp-report.js';
import { SNP_SIGNED_BYTES, type SnpTcbKind, snpOffset } from './report.js';
import { standardSnpRequirements, strictSnpRequirements } from './requirements.js';
import { authorities, judge, list, lists, measure, selfMade, withCa } from './snp-machine.fixture.js';
import { tcbParts } from './tcb.js';

/** One bit of every byte by default; `SEALFLOW_FUZZ=100000` flips every bit. */
const everyBit = process.env['SEALFLOW_FUZZ'] !== undefined;
/** 5376 verifications, on a machine that does other things too. */
const EVERY_BIT_TIMEOUT_MS = 10 * 60 * 1000;
const genoa = simulatedTcb.Genoa;

function withRules(rules: SnpRules) {
  return { requirements: { ...standardSnpRequirements, rules } };
}

describe('an untouched simulated report', () => {
  it('passes for every product, version and kind of signer', () => {
    for (const product of ['Milan', 'Genoa', 'Turin'] as const) {
      for (const signer of ['VCEK', 'VLEK'] as const) {
        for (const version of [2, 3, 4, 5]) {
          const verification = judge(measure({ signer, version }, authorities[product]), { product });
          expect(failures(verification.checks), `${product} ${signer} v${version}`).toEqual([]);
          expect(verification).toMatchObject({ root: 'hardware', product, signer });
        }
      }
    }
  });
});

describe('SNP negative test', () => {
  it(
    '1: any byte of the signed part is changed',
    () => {
      const evidence = measure({ signer: 'VLEK' }, authorities.Turin);
      for (let offset = 0; offset < SNP_SIGNED_BYTES; offset += 1) {
        for (let bit = everyBit ? 0 : offset % 8; bit < (everyBit ? 8 : (offset % 8) + 1); bit += 1) {
          const report = Uint8Array.from(evidence.report);
          report[offset] = (report[offset] ?? 0) ^ (1 << bit);
          const reasons = failures(judge({ ...evidence, report }, { product: 'Turin' }).checks);
          expect(reasons, `byte ${offset}, bit ${bit}`).toContain('SNP_SIGNATURE_INVALID');
          expect(reasons, `byte ${offset}, bit ${bit}`).not.toContain('VERIFIER_ERROR');
        }
      }
    },
    EVERY_BIT_TIMEOUT_MS,
  );

  it('2: a top byte of R or S is not zero', () => {
    const evidence = measure();
    for (const scalar of [snpOffset.r, snpOffset.s]) {
      for (let top = 48; top < 72; top += 1) {
        const report = flip(evidence.report, scalar + top);
        expect(failures(judge({ ...evidence, report }).checks)).toEqual(['SNP_SIGNATURE_ENCODING']);
      }
    }
  });

  it('3: the VCEK belongs to another chip', () => {
    const other = measure({ vek: { hwid: new Uint8Array(64).fill(7) } });
    expect(failures(judge(other).checks)).toEqual(['SNP_HWID_MISMATCH']);
    const turin = measure({ vek: { hwid: new Uint8Array(8).fill(7) } }, authorities.Turin);
    expect(failures(judge(turin, { product: 'Turin' }).checks)).toEqual(['SNP_HWID_MISMATCH']);
  });

  it('3: CHIP_ID of Turin goes on behind its 8 bytes, or the VCEK names no chip', () => {
    const chipId = new Uint8Array(64).fill(9);
    const longer = judge(measure({ chipId }, authorities.Turin), { product: 'Turin' });
    expect(failures(longer.checks)).toEqual(['SNP_HWID_MISMATCH']);
    expect(failures(judge(measure({ vek: { hwid: null } })).checks)).toEqual(['SNP_HWID_MISMATCH']);
    const short = measure({ chipId: new Uint8Array(64), vek: { hwid: new Uint8Array(8) } });
    expect(failures(judge(short).checks)).toEqual(['SNP_HWID_MISMATCH']);
  });

  it('3: a VLEK names a chip, or no provider', () => {
    const named = measure({ signer: 'VLEK', vek: { hwid: new Uint8Array(64) } });
    expect(failures(judge(named).checks)).toEqual(['SNP_HWID_MISMATCH']);
    const nobody = measure({ signer: 'VLEK', vek: { cspId: null } });
    expect(failures(judge(nobody).checks)).toEqual(['SNP_HWID_MISMATCH']);
  });

  it.each(tcbParts)('4: the version of %s in the VCEK differs from the reported one', (part) => {
    const tcb = simulatedTcb.Turin;
    const changed = { ...tcb, [part]: (tcb[part] ?? 0) + 1 };
    const evidence = measure({ vek: { tcb: changed } }, authorities.Turin);
    expect(failures(judge(evidence, { product: 'Turin' }).checks)).toEqual(['SNP_TCB_EXT_MISMATCH']);
  });

  it('5: a TCB of Turin would be read with the layout of Genoa', () => {
    const rewrite = (report: Uint8Array): void => report.set(fromHex('0101010400000051'), 0x180);
    // FMC 1, boot loader 1, TEE 1, SNP 4: read as Genoa it would be boot loader 1, TEE 1, SNP 0.
    for (const fmc of [1, null]) {
      const evidence = measure({ rewrite, vek: { tcb: { ...simulatedTcb.Turin, fmc } } });
      expect(failures(judge(evidence).checks)).toEqual(['SNP_TCB_EXT_MISMATCH']);
    }
    const asGenoa = (report: Uint8Array): void => report.set([0x19, 0x11, 1], snpOffset.cpuid);
    const disguised = judge(measure({ rewrite: asGenoa }, authorities.Turin), { product: 'Turin' });
    expect(failures(disguised.checks)).toEqual([
      'SNP_PRODUCT_MISMATCH',
      'SNP_HWID_MISMATCH',
      'SNP_TCB_EXT_MISMATCH',
    ]);
  });

  it('6: ARK and ASK are self-made', () => {
    const authority = selfMade('Genoa');
    const verification = judge(measure({}, authority), { crl: list({}, authority) });
    expect(failures(verification.checks)).toEqual(['SNP_ROOT_UNPINNED']);
    expect(verification.root).toBe('unknown');
  });

  it('6: a self-made ASK comes with the pinned ARK', () => {
    const forged = measure({}, selfMade('Genoa'));
    const [vek = utf8(''), ask = utf8('')] = forged.certificates;
    const [, , ark = utf8('')] = measure().certificates;
    const { checks, root } = judge({ ...forged, certificates: [vek, ask, ark] });
    expect(failures(checks)).toEqual(['SNP_CHAIN_INVALID']);
    expect(root).toBe('unknown');
  });

  it('7: the ASK is that of Genoa and the report of Milan', () => {
    const milan = measure({}, authorities.Milan);
    const swapped = judge(withCa(milan, authorities.Genoa));
    expect(failures(swapped.checks)).toEqual(['SNP_PRODUCT_MISMATCH', 'SNP_CHAIN_INVALID']);
    const asMilan = (report: Uint8Array): void => report.set([0x19, 0x01, 1], snpOffset.cpuid);
    expect(failures(judge(measure({ rewrite: asMilan })).checks)).toEqual(['SNP_PRODUCT_MISMATCH']);
    const unnamed = judge(measure({ vek: { productName: 'Rome' } }));
    expect(failures(unnamed.checks)).toEqual(['SNP_PRODUCT_MISMATCH']);
    const unknown = (report: Uint8Array): void => report.set([0x17, 0x31, 0], snpOffset.cpuid);
    expect(failures(judge(measure({ rewrite: unknown })).checks)).toContain('SNP_PRODUCT_MISMATCH');
  });

  it('8: KEY_INFO names VLEK and the certificate is a VCEK, or the reverse, or nothing signed', () => {
    for (const keyInfo of [1 << 2, 2 << 2, 7 << 2]) {
      const rewrite = (report: Uint8Array): void => report.set([keyInfo], snpOffset.keyInfo);
      expect(failures(judge(measure({ rewrite })).checks)).toEqual(['SNP_SIGNER_MISMATCH']);
    }
    const rewrite = (report: Uint8Array): void => report.set([0], snpOffset.keyInfo);
    expect(failures(judge(measure({ signer: 'VLEK', rewrite })).checks)).toEqual(['SNP_SIGNER_MISMATCH']);
  });

  it('8: a VLEK is issued by the ASK, or an ASK calls itself endorsement key', () => {
    const vlek = measure({ vekCertificate: { subject: 'SEV-VLEK' } });
    expect(failures(judge(vlek).checks)).toContain('SNP_SIGNER_MISMATCH');
    const nameless = measure({ vekCertificate: { subject: 'SEV-VCEK2' } });
    expect(failures(judge(nameless).checks)).toEqual(['SNP_SIGNER_MISMATCH']);
  });

  it('9: the guest is in debug mode', () => {
    const { checks } = judge(measure({ policy: 0xb0000n }));
    expect(failures(checks)).toEqual(['DEBUG_ENABLED']);
  });

  it('10: VMPL 1 where 0 is expected, and the reverse, and a report that the host asked for', () => {
    expect(failures(judge(measure({ vmpl: 1 })).checks)).toEqual(['VMPL_MISMATCH']);
    expect(failures(judge(measure({ vmpl: 1 }), withRules({ vmpl: 1 })).checks)).toEqual([]);
    expect(failures(judge(measure(), withRules({ vmpl: 1 })).checks)).toEqual(['VMPL_MISMATCH']);
    expect(failures(judge(measure({ vmpl: 0xffffffff })).checks)).toEqual(['VMPL_MISMATCH']);
  });

  it('11: ALIAS_CHECK_COMPLETE is clear', () => {
    expect(failures(judge(measure({ platformInfo: 0x5n })).checks)).toEqual(['BADRAM_ALIAS_CHECK']);
    const old = measure({ version: 2, platformInfo: 0x1n });
    expect(failures(judge(old).checks)).toEqual([]);
    const asked = withRules({ platformInfo: { aliasCheckComplete: true } });
    expect(failures(judge(old, asked).checks)).toEqual(['BADRAM_ALIAS_CHECK']);
  });

  it('12: a Milan VCEK in the strict tier, however new its firmware', () => {
    const requirements = strictSnpRequirements;
    const milan = measure({ tcb: { ...simulatedTcb.Milan, microcode: 255 } }, authorities.Milan);
    const { checks } = judge(milan, { product: 'Milan', requirements });
    expect(failures(checks)).toEqual(['PRODUCT_ROOT_COMPROMISED']);
    expect(failures(judge(measure(), { requirements }).checks)).toEqual([]);
  });

  it('13: the ASK is on the revocation list', () => {
    expect(failures(judge(measure(), { crl: list({ revoked: ['ask'] }) }).checks)).toEqual([
      'SNP_CA_REVOKED',
    ]);
    const others = list({ revoked: ['asvk'] });
    expect(failures(judge(measure(), { crl: others }).checks)).toEqual([]);
    expect(failures(judge(measure({ signer: 'VLEK' }), { crl: others }).checks)).toEqual(['SNP_CA_REVOKED']);
  });

  it('13: what an expired list revoked stays revoked', () => {
    const crl = list({ revoked: ['ask'], nextUpdateMs: AT_MS - 1 });
    expect(failures(judge(measure(), { crl }).checks)).toEqual(['SNP_CA_REVOKED']);
  });

  const lacking: readonly [string, Uint8Array | null, string][] = [
    ['is missing', null, 'REVOCATION_UNKNOWN'],
    ['has no bytes', new Uint8Array(), 'CRL_MISSING'],
    ['is garbage', utf8('no list'), 'CRL_MALFORMED'],
    ['names another issuer', list({ issuer: 'ARK-Turin' }), 'CRL_ISSUER_MISMATCH'],
    ['has a changed signature', flip(lists.Genoa, lists.Genoa.length - 9), 'CRL_SIGNATURE_INVALID'],
    ['is signed by the ASK', list({ signer: 'ask' }), 'CRL_SIGNATURE_INVALID'],
    ['is that of another ARK', lists.Milan, 'CRL_ISSUER_MISMATCH'],
    ['has expired', list({ nextUpdateMs: AT_MS - 1 }), 'CRL_EXPIRED'],
    ['is from the future', list({ thisUpdateMs: AT_MS + 1000 }), 'CRL_NOT_YET_VALID'],
  ];

  it.each(lacking)('13: the revocation list %s', (_name, crl, reason) => {
    expect(failures(judge(measure(), { crl }).checks)).toEqual([reason]);
  });

  it('13: the revocation list is older than the policy wants', () => {
    const crl = list({ thisUpdateMs: AT_MS - 10_000 });
    const requirements = { ...standardSnpRequirements, crlAgeMsMax: 5_000 };
    expect(failures(judge(measure(), { crl, requirements }).checks)).toEqual(['REVOCATION_STALE']);
  });

  it('14: a higher boot loader hides a lower SNP firmware from a comparison as one integer', () => {
    const rules: SnpRules = { minTcb: { Genoa: { bootloader: 10, tee: 0, snp: 0x17, microcode: 0x54 } } };
    const hidden = { ...genoa, bootloader: 11, snp: 0x16 };
    for (const kind of ['reported', 'committed', 'launch'] satisfies SnpTcbKind[]) {
      const vek = kind === 'reported' ? { vek: { tcb: hidden } } : {};
      const { checks } = judge(measure({ tcbs: { [kind]: hidden }, ...vek }), withRules(rules));
      expect(failures(checks), kind).toEqual(['TCB_BELOW_MINIMUM']);
    }
    expect(failures(judge(measure(), withRules(rules)).checks)).toEqual([]);
    // CURRENT is not judged: firmware that may be taken back gives no credit and costs none.
    const current = measure({ tcbs: { current: hidden } });
    expect(failures(judge(current, withRules(rules)).checks)).toEqual([]);
  });

  it('14: each part counts for itself', () => {
    const { fmc: _, ...minimum } = genoa;
    for (const part of ['bootloader', 'snp', 'microcode'] as const) {
      const rules: SnpRules = { minTcb: { Genoa: { ...minimum, [part]: minimum[part] + 1 } } };
      expect(failures(judge(measure(), withRules(rules)).checks), part).toEqual(['TCB_BELOW_MINIMUM']);
    }
    const turin: SnpRules = { minTcb: { Turin: { ...simulatedTcb.Turin, fmc: 2 } } };
    const { checks } = judge(measure({}, authorities.Turin), { product: 'Turin', ...withRules(turin) });
    expect(failures(checks)).toEqual(['TCB_BELOW_MINIMUM']);
  });
});
