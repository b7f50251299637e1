/** Changed quotes and collateral: none is accepted, none throws. */
import { describe, it } from 'vitest';
import {
  expectEveryByteCounts,
  expectRefusals,
  FUZZ_TIMEOUT_MS,
  type FuzzTarget,
  MUTATIONS,
} from '../fuzz.fixture.js';
import { failures } from '../machine.fixture.js';
import { parseCertificateChain } from '../x509/pem.js';
import { encodeIntelCollateral, type IntelCollateral, parseIntelCollateral } from './collateral.js';
import { collateralFor, JUDGED_MS, pinned, sgxQuote, tdxQuote } from './intel.fixture.js';
import { parseTdxQuote } from './quote.js';
import { parseSgxQuote } from './sgx-quote.js';
import { verifySgxQuote } from './verify-sgx-quote.js';
import { verifyTdxQuote } from './verify-tdx-quote.js';

const tdxCollateral = collateralFor();
const sgxCollateral = collateralFor({ tee: 'SGX' });
const common = { roots: pinned, atMs: JUDGED_MS };

const v4 = tdxTarget('TDX quote v4', tdxQuote());
const v5 = tdxTarget('TDX quote v5', tdxQuote({ td15: {} }));
const v3: FuzzTarget = {
  name: 'SGX quote v3',
  original: sgxQuote(),
  judge: (quote) => failures(verifySgxQuote({ quote, collateral: sgxCollateral, ...common }).checks),
  same: (changed) => sameParts(parseSgxQuote(changed), parseSgxQuote(v3.original)),
};
const file: FuzzTarget = {
  name: 'collateral of Intel (JSON)',
  original: encodeIntelCollateral(tdxCollateral),
  judge: (collateral) => failures(verifyTdxQuote({ quote: v4.original, collateral, ...common }).checks),
  same: sameCollateral,
};
/** The chain of the PCK list's issuer is left out: only its keys are compared with those in the quote. */
const parts = [
  'tcbInfo',
  'tcbInfoSignature',
  'qeIdentity',
  'qeIdentitySignature',
  'rootCaCrl',
  'pckCrl',
  'tcbInfoIssuerChain',
] as const;

describe.each([v4, v5, v3, file])('$name', (target) => {
  it(
    `is never accepted after one of ${MUTATIONS} random changes`,
    () => expectRefusals(target),
    FUZZ_TIMEOUT_MS,
  );
});

describe('one changed bit in a signed range is refused', () => {
  it.each([
    ['TDX v4 header, body, signature, key and quoting enclave', v4, 1258],
    ['TDX v5 header, body, signature, key and quoting enclave', v5, 1328],
    ['SGX v3 header, body, signature, key and quoting enclave', v3, 1052],
  ] as const)(
    '%s',
    (_name, target, end) => {
      expectEveryByteCounts(target, 0, end);
    },
    FUZZ_TIMEOUT_MS,
  );

  it.each(parts)(
    'collateral %s',
    (part) => {
      expectEveryByteCounts({
        name: part,
        original: tdxCollateral[part],
        judge: (changed) => {
          const collateral = { ...tdxCollateral, [part]: changed };
          return failures(verifyTdxQuote({ quote: v4.original, collateral, ...common }).checks);
        },
      });
    },
    FUZZ_TIMEOUT_MS,
  );
});

function tdxTarget(name: string, original: Uint8Array): FuzzTarget {
  return {
    name,
    original,
    judge: (quote) => failures(verifyTdxQuote({ quote, collateral: tdxCollateral, ...common }).checks),
    same: (changed) => sameParts(parseTdxQuote(changed), parseTdxQuote(original)),
  };
}

type QuoteParts = Pick<
  ReturnType<typeof parseTdxQuote>,
  | 'signedBytes'
  | 'signature'
  | 'attestationKey'
  | 'qeReport'
  | 'qeReportSignature'
  | 'qeAuthData'
  | 'pckChain'
>;

/** Apart from zero padding, and from the text around the certificates of the chain. */
function sameParts(changed: QuoteParts, original: QuoteParts): boolean {
  return textOf(changed) === textOf(original);
}

function textOf({ pckChain, ...quote }: QuoteParts): string {
  const { signedBytes, signature, attestationKey, qeReport, qeReportSignature, qeAuthData } = quote;
  const certificates = parseCertificateChain(pckChain).map(({ der }) => der);
  return [signedBytes, signature, attestationKey, qeReport, qeReportSignature, qeAuthData, ...certificates]
    .map(text)
    .join();
}

/** Another spelling of the same collateral changes nothing that is read. */
function sameCollateral(changed: Uint8Array): boolean {
  const parsed = parseIntelCollateral(changed);
  return Object.entries(tdxCollateral).every(([name, value]: [string, Uint8Array]) => {
    if (name === 'pckCrlIssuerChain') return true;
    const found = text(parsed[name as keyof IntelCollateral]);
    return found.replace(/[\r\n]/g, '') === text(value).replace(/[\r\n]/g, '');
  });
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
