/**
 * Differential test with `@phala/dcap-qvl` 0.3.9, another verifier of the same evidence. Whatever is accepted here
 * it must accept too, in the formats that it supports. Where it accepts more, the test names the gap, so that a
 * newer version that closes one is noticed. Cryptographic acceptance is compared: TCB statuses differ by design.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { QuoteVerifier } from '@phala/dcap-qvl';
import { describe, expect, it } from 'vitest';
import { fromBase64, fromHex, fromUtf8 } from '#canonical';
import { AT_MS, authority, failures, flip, random } from '../machine.fixture.js';
import { vendorTrustRoots } from '../policy/trust-roots.js';
import { encodeIntelCollateral, type IntelCollateral } from './collateral.js';
import {
  collateralFor,
  JUDGED_MS,
  pinned,
  sgxQuote,
  tdxComponents,
  tdxQuote,
  withLevels,
  withMembers,
} from './intel.fixture.js';
import { verifySgxQuote } from './verify-sgx-quote.js';
import { verifyTdxQuote } from './verify-tdx-quote.js';

interface Sample {
  readonly quote: Uint8Array;
  readonly collateral: IntelCollateral;
  readonly atMs?: number;
  readonly sgx?: boolean;
}

const rootDer = Buffer.from(fromBase64(authority.cpu[2]?.cert ?? ''));

/** The status that the other verifier gives, or the text of its refusal. */
function theirs(
  { quote, collateral, atMs = JUDGED_MS }: Sample,
  root = QuoteVerifier.newWithRootCa(rootDer),
): string {
  try {
    const file = JSON.parse(fromUtf8(encodeIntelCollateral(collateral))) as never;
    return root.verify(Buffer.from(quote), file, Math.floor(atMs / 1000)).status;
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : ''}`;
  }
}

function ours({ quote, collateral, atMs = JUDGED_MS, sgx = false }: Sample): (string | null)[] {
  const verify = sgx ? verifySgxQuote : verifyTdxQuote;
  return failures(verify({ quote, collateral, roots: pinned, atMs }).checks);
}

const good: Sample = { quote: tdxQuote(), collateral: collateralFor() };

describe('what is accepted here', () => {
  const samples: readonly [string, Sample][] = [
    ['a TDX quote of version 4', good],
    ['of version 5 with a TD 1.0 body', { ...good, quote: tdxQuote({ td15: null }) }],
    ['of version 5 with a TD 1.5 body', { ...good, quote: tdxQuote({ td15: {} }) }],
    ['an SGX quote', { quote: sgxQuote(), collateral: collateralFor({ tee: 'SGX' }), sgx: true }],
    ['at the first moment of its collateral', { ...good, atMs: AT_MS }],
  ];

  it.each(samples)('the other verifier accepts too: %s', (_name, sample) => {
    expect(ours(sample)).toEqual([]);
    expect(theirs(sample)).toBe('UpToDate');
  });
});

describe('what the other verifier refuses', () => {
  const samples: readonly [string, Sample, string][] = [
    ['a flipped body', { ...good, quote: flip(tdxQuote(), 200) }, 'QUOTE_SIGNATURE_INVALID'],
    ['a debug guest', { ...good, quote: tdxQuote({ debug: true }) }, 'DEBUG_ENABLED'],
    [
      'SEPT_VE_DISABLE off',
      { ...good, quote: tdxQuote({ septVeDisable: false }) },
      'SEPT_VE_DISABLE_NOT_SET',
    ],
    [
      'a service TD',
      { ...good, quote: tdxQuote({ td15: { mrServiceTd: '11'.repeat(48) } }) },
      'SERVICE_TD_PRESENT',
    ],
    [
      'another FMSPC',
      { ...good, collateral: collateralFor({ editTcbInfo: withMembers({ fmspc: '00806F050000' }) }) },
      'FMSPC_MISMATCH',
    ],
    ['a revoked PCK', { ...good, collateral: collateralFor({ revoked: ['pck'] }) }, 'CERT_REVOKED'],
    [
      'an enclave that is not the quoting enclave',
      { ...good, quote: tdxQuote({ qe: { isvProdId: 7 } }) },
      'QE_IDENTITY_MISMATCH',
    ],
    [
      'no matching level',
      { ...good, collateral: collateralFor({ editTcbInfo: withLevels({ sgx: 2, status: 'UpToDate' }) }) },
      'TCB_NOT_SUPPORTED',
    ],
  ];

  it.each(samples)('is refused here by name: %s', (_name, sample, reason) => {
    expect(theirs(sample)).toMatch(/^refused/);
    expect(ours(sample)).toContain(reason);
  });
});

describe('gaps of the other verifier, each refused here', () => {
  const other = collateralFor();
  const gaps: readonly [string, Sample, string][] = [
    [
      'an empty revocation list',
      { ...good, collateral: { ...other, pckCrl: new Uint8Array(0) } },
      'CRL_MISSING',
    ],
    [
      'garbage for a revocation list',
      { ...good, collateral: { ...other, rootCaCrl: random(200) } },
      'CRL_MALFORMED',
    ],
    [
      'a revocation list that its CA did not sign',
      { ...good, collateral: { ...other, pckCrl: flip(other.pckCrl, other.pckCrl.length - 1) } },
      'CRL_SIGNATURE_INVALID',
    ],
    [
      'a revocation list of another CA',
      { ...good, collateral: { ...other, pckCrl: other.rootCaCrl } },
      'CRL_ISSUER_MISMATCH',
    ],
    [
      'a PCK that signs TCB info',
      { ...good, collateral: collateralFor({ signer: authority.cpu }) },
      'SIGNER_ROLE',
    ],
    [
      'TCB info of another PCE',
      { ...good, collateral: collateralFor({ editTcbInfo: withMembers({ pceId: '0001' }) }) },
      'PCEID_MISMATCH',
    ],
    [
      'a TDX module that Intel does not describe',
      { ...good, quote: tdxQuote({ teeTcbSvn: `0107${'01'.repeat(14)}` }) },
      'TDX_MODULE_MISMATCH',
    ],
    [
      'a TDX module with another signer',
      { ...good, quote: tdxQuote({ mrSignerSeam: '11'.repeat(48) }) },
      'TDX_MODULE_MISMATCH',
    ],
    ['bytes behind the quote', { ...good, quote: Uint8Array.of(...tdxQuote(), 1) }, 'QUOTE_MALFORMED'],
  ];

  it.each(gaps)('%s', (_name, sample, reason) => {
    expect(theirs(sample)).toBe('UpToDate');
    expect(ours(sample)).toContain(reason);
  });

  it('an out-of-date platform counts as accepted there', () => {
    const collateral = collateralFor({ editTcbInfo: withLevels({ status: 'OutOfDate' }) });
    expect(theirs({ ...good, collateral })).toBe('OutOfDate');
    expect(ours({ ...good, collateral })).toEqual(['TCB_OUT_OF_DATE']);
  });
});

describe('where the other verifier is stricter by an order that is not that of Intel', () => {
  it('compares the version of the module twice, and so misses the level of a current platform', () => {
    // Components 0 and 1 of TEE_TCB_SVN name the module, which its own identity judges (Intel QVL 4.1.2.5.2).
    const editTcbInfo = withLevels(
      { tdx: tdxComponents(9, 0), status: 'UpToDate' },
      { tdx: tdxComponents(), status: 'OutOfDate' },
    );
    const sample = { ...good, collateral: collateralFor({ editTcbInfo }) };
    expect(ours(sample)).toEqual([]);
    expect(theirs(sample)).toBe('OutOfDate');
  });
});

const vectors = resolve(import.meta.dirname, '../../../../../shared/vectors/attestation');
if (!existsSync(vectors)) console.log('vectors absent: differential cases of real quotes skipped');

describe.skipIf(!existsSync(vectors))('real quotes', () => {
  const cases: readonly [string, string, string][] = [
    ['tdx/tdx-v4-uptodate-1/quote.bin', '2025-06-20', 'UpToDate'],
    ['tdx/tdx-v4-uptodate-2/quote.hex', '2025-09-03', 'UpToDate'],
    ['tdx/tdx-v4-outofdate/quote.bin', '2025-07-10', 'OutOfDate'],
    ['tdx/tdx-v4-event-log/quote.bin', '2025-07-10', 'OutOfDate'],
    ['sgx/sgx-v3-config-and-sw-hardening/quote.bin', '2025-06-20', 'ConfigurationAndSWHardeningNeeded'],
  ];

  it.each(cases)('%s are genuine for both', (path, day, status) => {
    const read = (file: string) => new Uint8Array(readFileSync(join(vectors, file)));
    const bytes = read(path);
    const quote = path.endsWith('.hex') ? fromHex(fromUtf8(bytes).trim().replace(/^0x/, '')) : bytes;
    const collateral = read(`${path.slice(0, path.lastIndexOf('/'))}/collateral.json`);
    const verify = path.startsWith('sgx') ? verifySgxQuote : verifyTdxQuote;
    const roots = { hardware: vendorTrustRoots.intel, simulated: [] };
    const verification = verify({ quote, collateral, roots, atMs: Date.parse(day) });
    expect(failures(verification.checks).filter((reason) => !reason?.startsWith('TCB_'))).toEqual([]);
    const file = JSON.parse(fromUtf8(collateral)) as never;
    const result = QuoteVerifier.newProd().verify(Buffer.from(quote), file, Date.parse(day) / 1000);
    expect(result.status).toBe(status);
  });
});
