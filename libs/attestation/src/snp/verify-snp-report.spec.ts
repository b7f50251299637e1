import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from '#canonical';
import { AT_MS, failures } from '../machine.fixture.js';
import type { SnpRules } from '../policy/policy-groups.js';
import { rsaKeyPair } from '../primitives.js';
import { createAmdAuthority, simulatedAmdRoots } from '../simulated/amd-authority.js';
import { simulatedTcb } from '../simulated/simulate-snp-report.js';
import { oid } from '../x509/oids.js';
import { encodeCertificateChain } from '../x509/pem.js';
import { parseSnpReport, snpOffset } from './report.js';
import { standardSnpRequirements } from './requirements.js';
import { authorities, judge, keys, list, measure, roots, validity } from './snp-machine.fixture.js';
import { verifySnpReport } from './verify-snp-report.js';

function withRules(rules: SnpRules) {
  return { requirements: { ...standardSnpRequirements, rules } };
}

describe('the chain of an SNP report', () => {
  const none: Uint8Array = new Uint8Array();

  it('may come as DER or as PEM', () => {
    const { report, certificates } = measure();
    const [vek = none, ...cas] = certificates;
    const pem = utf8(encodeCertificateChain(certificates));
    expect(failures(judge({ report, certificates: [pem] }).checks)).toEqual([]);
    const split = [vek, utf8(encodeCertificateChain(cas))];
    expect(failures(judge({ report, certificates: split }).checks)).toEqual([]);
  });

  it('fails when a certificate is missing, doubled or out of order', () => {
    const { report, certificates } = measure();
    const [vek = none, ask = none, ark = none] = certificates;
    for (const wrong of [
      [],
      [vek],
      [vek, ask],
      [vek, ask, ark, ark],
      [vek, vek, ask, ark],
      [none, none, none],
    ]) {
      expect(failures(judge({ report, certificates: wrong }).checks)).toEqual(['CERT_MALFORMED']);
    }
    expect(failures(judge({ report, certificates: [vek, ark, ask] }).checks)).toContain('SNP_CHAIN_INVALID');
  });

  it('is only as good as RSASSA-PSS with the one set of parameters', () => {
    const salted = createAmdAuthority('Genoa', keys, validity, { ask: { saltBytes: 32 } });
    expect(failures(judge(measure({}, salted)).checks)).toEqual(['SNP_CHAIN_INVALID']);
    const leaf = measure({ vekCertificate: { saltBytes: 20 } });
    expect(failures(judge(leaf).checks)).toEqual(['SNP_CHAIN_INVALID']);
    const short = createAmdAuthority('Genoa', { ...keys, ask: rsaKeyPair(2048) }, validity);
    expect(failures(judge(measure({}, short)).checks)).toEqual(['SNP_CHAIN_INVALID']);
  });

  it('needs CAs that are CAs, and a leaf that is none', () => {
    const cas = [
      createAmdAuthority('Genoa', keys, validity, { ask: { ca: null } }),
      createAmdAuthority('Genoa', keys, validity, { ark: { ca: { pathLength: 0, signsLists: true } } }),
      createAmdAuthority('Genoa', keys, validity, {
        ask: { extensions: [['1.2.3.4', new Uint8Array(1), true]] },
      }),
    ];
    for (const authority of cas) {
      expect(failures(judge(measure({}, authority)).checks)).toEqual(['CA_CONSTRAINT']);
    }
    const ca = measure({ vekCertificate: { ca: { pathLength: null, signsLists: false } } });
    expect(failures(judge(ca).checks)).toEqual(['CA_CONSTRAINT']);
  });

  it('is judged at the time of judgement', () => {
    const old = measure({ validity: { notBeforeMs: 0, notAfterMs: AT_MS - 1 } });
    expect(failures(judge(old).checks)).toEqual(['CERT_EXPIRED']);
    const early = measure({ validity: { notBeforeMs: AT_MS + 1000, notAfterMs: AT_MS + 2000 } });
    expect(failures(judge(early).checks)).toEqual(['CERT_NOT_YET_VALID']);
  });

  it('ends in a simulated root where the trust policy says so, and needs no list then', () => {
    const simulated = { hardware: [], simulated: simulatedAmdRoots(authorities.Genoa) };
    const { root, checks } = judge(measure(), { roots: simulated, crl: null });
    expect(root).toBe('simulated');
    expect(failures(checks)).toEqual([]);
    const revoked = judge(measure(), { roots: simulated, crl: list({ revoked: ['ask'] }) });
    expect(failures(revoked.checks)).toEqual(['SNP_CA_REVOKED']);
  });

  it('lacks the extensions of an endorsement key', () => {
    const malformed = [[], [[`${oid.amdSnp}.1`, new Uint8Array(3)]]] satisfies (readonly (readonly [
      string,
      Uint8Array,
    ])[])[];
    for (const extensions of malformed) {
      const { checks } = judge(measure({ vekCertificate: { extensions } }));
      expect(failures(checks)).toEqual(['CERT_MALFORMED']);
    }
  });
});

describe('the form of an SNP report', () => {
  const malformed: readonly [string, number, number][] = [
    ['version 1', snpOffset.version, 1],
    ['version 6', snpOffset.version, 6],
    ['another signature algorithm', snpOffset.signatureAlgorithm, 2],
    ['policy bit 17 clear', snpOffset.policy + 2, 1],
    ['a reserved policy bit', snpOffset.policy + 3, 4],
    ['a reserved key info bit', snpOffset.keyInfo, 0x20],
    ['a byte in the area after key info', 0x4c, 1],
    ['a byte in the area after CPUID', 0x18b, 1],
    ['a byte in the area before the chip id', 0x19f, 1],
    ['a byte beside the current firmware version', 0x1eb, 1],
    ['a byte beside the committed firmware version', 0x1ef, 1],
    ['a byte after the mitigation vectors', 0x208, 1],
    ['a byte before the signature', 0x29f, 1],
  ];

  it.each(malformed)('with %s is malformed, and says where', (_name, offset, value) => {
    const rewrite = (report: Uint8Array): void => report.set([value], offset);
    const { checks } = judge(measure({ rewrite }));
    expect(failures(checks)).toContain('SNP_MALFORMED');
    const check = checks.find(({ reason }) => reason === 'SNP_MALFORMED');
    expect(check?.where).toMatch(/^report\[0x[0-9a-f]+\]$/);
  });

  it('may not carry anything behind its signature', () => {
    const { report, certificates } = measure();
    for (const offset of [0x330, 0x49f]) {
      const changed = Uint8Array.from(report);
      changed[offset] = 1;
      expect(failures(judge({ report: changed, certificates }).checks)).toEqual(['SNP_MALFORMED']);
    }
  });

  it('has fields that versions before do not have', () => {
    const mitigation = (report: Uint8Array): void => report.set([1], snpOffset.currentMitigations);
    expect(failures(judge(measure({ version: 4, rewrite: mitigation })).checks)).toEqual(['SNP_MALFORMED']);
    const verification = judge(measure({ version: 5, rewrite: mitigation }));
    expect(verification.claims).toMatchObject({ mitigations: { launch: '0x0', current: '0x1' } });
    const cpuid = (report: Uint8Array): void => report.set([0x19], snpOffset.cpuid);
    expect(failures(judge(measure({ version: 2, rewrite: cpuid })).checks)).toEqual(['SNP_MALFORMED']);
  });

  it('of any other length is malformed, and everything else is left in its place', () => {
    const { report, certificates } = measure();
    const ids = (of: Uint8Array): string[] => judge({ report: of, certificates }).checks.map(({ id }) => id);
    for (const bytes of [new Uint8Array(), report.subarray(1), Uint8Array.of(...report, 0)]) {
      const verification = judge({ report: bytes, certificates });
      expect(failures(verification.checks)).toEqual(['SNP_MALFORMED']);
      expect(verification.claims).toBeNull();
      expect(ids(bytes)).toEqual(ids(report));
      expect(() => parseSnpReport(bytes)).toThrowError(expect.objectContaining({ code: 'SNP_MALFORMED' }));
    }
    expect(parseSnpReport(report).version).toBe(5);
  });

  it('is not judged when the package around it could not be read', () => {
    const { checks } = verifySnpReport({
      report: null,
      certificates: [],
      roots,
      requirements: standardSnpRequirements,
      atMs: AT_MS,
    });
    expect(checks.every(({ result }) => result === 'skip')).toBe(true);
  });
});

describe('the requirements of a policy', () => {
  const chipId = new Uint8Array(64).fill(5);
  const hostData = new Uint8Array(32).fill(6);
  const cases: readonly [string, SnpRules, string][] = [
    ['a product', { products: ['Turin'] }, 'PLATFORM_NOT_ALLOWED'],
    ['a kind of signer', { signers: ['VLEK'] }, 'PLATFORM_NOT_ALLOWED'],
    ['a chip', { allowedChipIds: ['00'.repeat(64)] }, 'CHIP_NOT_ALLOWED'],
    ['a policy bit set', { policyBits: { ciphertextHiding: true } }, 'SNP_POLICY_MISMATCH'],
    ['a policy bit clear', { policyBits: { smt: false } }, 'SNP_POLICY_MISMATCH'],
    ['a platform bit set', { platformInfo: { tsme: true } }, 'SNP_PLATFORM_INFO_MISMATCH'],
    ['a platform bit clear', { platformInfo: { ecc: false } }, 'SNP_PLATFORM_INFO_MISMATCH'],
    ['HOST_DATA', { hostData: ['00'.repeat(32)] }, 'MEASUREMENT_UNKNOWN'],
    ['an ID key', { idKeyDigests: ['11'.repeat(48)] }, 'MEASUREMENT_UNKNOWN'],
    ['an author key', { authorKeyDigests: ['11'.repeat(48)] }, 'MEASUREMENT_UNKNOWN'],
    ['a guest version', { minGuestSvn: 3 }, 'TCB_BELOW_MINIMUM'],
  ];

  it.each(cases)('refuse a report for %s', (_name, rules, reason) => {
    const evidence = measure({ chipId, hostData, guestSvn: 2 });
    expect(failures(judge(evidence, withRules(rules)).checks)).toEqual([reason]);
  });

  it('hold when the report is as asked for', () => {
    const rules: SnpRules = {
      products: ['Genoa'],
      signers: ['VCEK'],
      allowedChipIds: [toHex(chipId)],
      policyBits: { smt: true, migrateMa: false },
      platformInfo: { ecc: true, tsme: false },
      hostData: [toHex(hostData)],
      idKeyDigests: ['00'.repeat(48)],
      authorKeyDigests: ['00'.repeat(48)],
      minGuestSvn: 2,
    };
    const evidence = measure({ chipId, hostData, guestSvn: 2 });
    expect(failures(judge(evidence, withRules(rules)).checks)).toEqual([]);
  });

  it('name the provider of a VLEK, and refuse a hidden chip where chips are listed', () => {
    const vlek = measure({ signer: 'VLEK' });
    expect(failures(judge(vlek, withRules({ cspIds: ['sealflow-simulated-cloud'] })).checks)).toEqual([]);
    expect(failures(judge(vlek, withRules({ cspIds: ['other'] })).checks)).toEqual(['CHIP_NOT_ALLOWED']);
    const chips = withRules({ allowedChipIds: [toHex(chipId)] });
    expect(failures(judge(vlek, chips).checks)).toEqual(['CHIP_NOT_ALLOWED']);
  });

  it('compare REPORT_DATA and measurement as whole fields', () => {
    const reportData = new Uint8Array(64);
    const measurements = ['00'.repeat(48)];
    const { checks } = judge(measure(), { expected: { reportData, measurements } });
    expect(failures(checks)).toEqual(['BINDING_MISMATCH', 'MEASUREMENT_UNKNOWN']);
    const short = judge(measure(), { expected: { reportData: new Uint8Array(32).fill(0xd4) } });
    expect(failures(short.checks)).toEqual(['BINDING_MISMATCH']);
  });
});

describe('the claims of an SNP report', () => {
  it('show bits that nobody knows as raw values', () => {
    const { claims, checks } = judge(measure({ platformInfo: 0x8000_0000_0000_0065n }));
    expect(failures(checks)).toEqual([]);
    expect(claims).toMatchObject({
      platformInfo: '0x8000000000000065',
      platformInfoUnknown: '0x8000000000000040',
      platformFlags: { smt: true, tsme: false, ecc: true, aliasCheckComplete: true },
    });
  });

  it('say when the machine runs firmware that may be taken back', () => {
    const current = { ...simulatedTcb.Genoa, microcode: 0x55 };
    const provisional = judge(measure({ tcbs: { current } }));
    expect(provisional.claims).toMatchObject({ provisionalFirmware: true, tcb: { current } });
    expect(failures(provisional.checks)).toEqual([]);
    expect(judge(measure()).claims).toMatchObject({ provisionalFirmware: false });
  });

  it('name product, signer, provider, firmware and what is known about revocation', () => {
    const { claims } = judge(measure({ signer: 'VLEK' }, authorities.Turin), { product: 'Turin' });
    expect(claims).toMatchObject({
      product: 'Turin',
      signer: 'VLEK',
      cspId: 'sealflow-simulated-cloud',
      chipId: '00'.repeat(64),
      root: 'hardware',
      tcb: { reported: simulatedTcb.Turin },
      revocation: { source: 'crl', ageSeconds: 1, result: 'good' },
    });
    expect(judge(measure(), { crl: null }).claims).toMatchObject({
      revocation: { source: null, result: 'REVOCATION_UNKNOWN' },
    });
  });
});
