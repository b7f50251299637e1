/** Real reports of AMD machines: every SNP case of the vectors with its expected verdict, reasons and claims. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromHex, fromUtf8 } from '#canonical';
import { failures } from '../machine.fixture.js';
import { vendorRootKeys } from '../policy/trust-roots.js';
import { parseCertificateChain } from '../x509/pem.js';
import { amdRootKeys } from './product.js';
import { type SnpRequirements, standardSnpRequirements, strictSnpRequirements } from './requirements.js';
import { roleOfCa } from './vek.js';
import { type SnpVerification, type SnpVerificationInput, verifySnpReport } from './verify-snp-report.js';

const vectorsPath = resolve(import.meta.dirname, '../../../../../shared/vectors');
const present = existsSync(vectorsPath);
if (!present) console.log('vectors absent: attestation/snp skipped');

interface VectorCase {
  readonly id: string;
  readonly kind: string;
  readonly files: Readonly<Record<string, string>>;
  readonly at: string;
  readonly context: { readonly product: string; readonly signer: string; readonly vmpl: number };
  readonly expect: {
    readonly verdict: string;
    readonly reasons: readonly string[];
    readonly claims?: Readonly<Record<string, unknown>>;
  };
}

/** The vectors hold no revocation list: they are judged with revocation not required. */
const noList: SnpRequirements = { ...standardSnpRequirements, revocation: 'optional' };

describe.skipIf(!present)('real SNP reports', () => {
  const cases = present ? loadCases() : [];

  it('are all in the manifest', () => {
    expect(cases.map(({ id }) => id)).toHaveLength(7);
  });

  it.each(cases)('$id gets its verdict, reasons and claims', (vector) => {
    const { context, expect: expected } = vector;
    const verification = verify(vector, {
      requirements: { ...noList, rules: { vmpl: context.vmpl } },
    });
    const reasons = failures(verification.checks);
    expect([...reasons].sort()).toEqual([...expected.reasons].sort());
    expect(reasons.length === 0 ? 'affirming' : 'contraindicated').toBe(expected.verdict);
    expect(verification).toMatchObject({ product: context.product, signer: context.signer });
    expect(verification.claims).toMatchObject(expected.claims ?? {});
    if (!reasons.includes('SNP_CHAIN_INVALID')) expect(verification.root).toBe('hardware');
  });

  it('without a revocation list fail where one is required', () => {
    for (const vector of cases.filter(({ expect: { verdict } }) => verdict === 'affirming')) {
      const { checks } = verify(vector, { requirements: standardSnpRequirements });
      expect(failures(checks), vector.id).toEqual(['REVOCATION_UNKNOWN']);
    }
  });

  it('of Milan with a VCEK are refused in the strict tier, others are not', () => {
    for (const vector of cases.filter(({ expect: { verdict } }) => verdict === 'affirming')) {
      const { checks } = verify(vector, {
        requirements: { ...strictSnpRequirements, revocation: 'optional' },
      });
      const isMilan = vector.context.product === 'Milan';
      expect(failures(checks), vector.id).toEqual(isMilan ? ['PRODUCT_ROOT_COMPROMISED'] : []);
    }
  });

  it('show firmware that may be taken back', () => {
    const claims = cases.map((vector) => [vector.id, verify(vector).claims?.['provisionalFirmware']]);
    expect(Object.fromEntries(claims)).toMatchObject({ 'snp-milan-v2-1': true, 'snp-genoa-v5': false });
  });

  it('are refused when their endorsement key belongs to another chip', () => {
    const [one, two] = ['snp-milan-v2-1', 'snp-milan-v2-2'].map(caseOf);
    const swapped = verify(one, { certificates: certificatesOf(two) });
    expect(failures(swapped.checks)).toEqual(['SNP_SIGNATURE_INVALID', 'SNP_HWID_MISMATCH']);
  });

  it('are refused outside of the validity of their certificates', () => {
    const { checks } = verify(caseOf('snp-genoa-v5'), { atMs: Date.parse('2040-01-01') });
    expect(failures(checks)).toEqual(['CERT_EXPIRED']);
    const early = verify(caseOf('snp-genoa-v5'), { atMs: Date.parse('2025-01-01') });
    expect(failures(early.checks)).toEqual(['CERT_NOT_YET_VALID']);
  });

  it('are refused with an ASVK in the place of the ASK', () => {
    const vector = caseOf('snp-genoa-v5');
    const [vek = new Uint8Array()] = certificatesOf(vector);
    const { checks } = verify(vector, {
      certificates: [vek, read('attestation/snp/certs/genoa-asvk-ark.pem')],
    });
    expect(failures(checks)).toEqual(['SNP_SIGNER_MISMATCH', 'SNP_CHAIN_INVALID']);
  });

  it.each(['snp-milan-v2-1', 'snp-milan-v3', 'snp-genoa-v5'])(
    '%s is refused wherever a byte of its report is changed',
    (id) => {
      const vector = caseOf(id);
      const good = reportOf(vector);
      for (let offset = 0; offset < good.length; offset += 7) {
        const report = Uint8Array.from(good);
        report[offset] = (report[offset] ?? 0) ^ 0x10;
        expect(failures(verify(vector, { report }).checks), `byte ${offset}`).not.toEqual([]);
      }
    },
  );

  function caseOf(id: string): VectorCase {
    const found = cases.find((vector) => vector.id === id);
    if (found === undefined) throw new Error(`no case ${id} in the manifest`);
    return found;
  }
});

describe.skipIf(!present)('the published ASKs and ASVKs', () => {
  const chains = [
    ['milan-ask', 'Milan', 'VCEK', vendorRootKeys.amdArkMilan],
    ['milan-asvk', 'Milan', 'VLEK', vendorRootKeys.amdArkMilan],
    ['genoa-ask', 'Genoa', 'VCEK', vendorRootKeys.amdArkGenoa],
    ['genoa-asvk', 'Genoa', 'VLEK', vendorRootKeys.amdArkGenoa],
    ['turin-ask', 'Turin', 'VCEK', vendorRootKeys.amdArkTurin],
    ['turin-asvk', 'Turin', 'VLEK', vendorRootKeys.amdArkTurin],
  ] as const;

  it.each(chains)('%s is of %s for %s, below a pinned root', (name, product, signer, key) => {
    const [ca, ark] = parseCertificateChain(read(`attestation/snp/certs/${name}-ark.pem`));
    expect(ca && roleOfCa(ca)).toEqual({ signer, product });
    expect(ark?.spkiSha256).toBe(key);
  });
});

describe.skipIf(!present)('judging a real SNP report', () => {
  it('takes little time (noted, not asserted)', () => {
    const [vector] = present ? loadCases().filter(({ id }) => id === 'snp-genoa-v5') : [];
    if (vector === undefined) throw new Error('no case');
    const input = inputOf(vector);
    const times = Array.from({ length: 200 }, () => {
      const start = performance.now();
      verifySnpReport(input);
      return performance.now() - start;
    }).sort((a, b) => a - b);
    console.log(`SNP report, signature and chain: median ${(times[100] ?? 0).toFixed(2)} ms`);
  });
});

function loadCases(): readonly VectorCase[] {
  const manifest: { cases: VectorCase[] } = JSON.parse(fromUtf8(read('manifest.json')));
  return manifest.cases.filter(({ kind }) => kind === 'snp');
}

function verify(
  vector: VectorCase | undefined,
  changes: Partial<SnpVerificationInput> = {},
): SnpVerification {
  if (vector === undefined) throw new Error('no case');
  return verifySnpReport({ ...inputOf(vector), ...changes });
}

function inputOf(vector: VectorCase): SnpVerificationInput {
  return {
    report: reportOf(vector),
    certificates: certificatesOf(vector),
    roots: { hardware: amdRootKeys, simulated: [] },
    requirements: noList,
    atMs: Date.parse(vector.at),
  };
}

function reportOf({ files }: VectorCase): Uint8Array {
  return read(files['report'] ?? '');
}

function certificatesOf(vector: VectorCase | undefined): readonly Uint8Array[] {
  return [read(vector?.files['vek'] ?? ''), read(vector?.files['chain'] ?? '')];
}

function read(path: string): Uint8Array {
  const bytes = new Uint8Array(readFileSync(join(vectorsPath, path)));
  return path.endsWith('.hex') ? fromHex(fromUtf8(bytes).trim().toLowerCase()) : bytes;
}
