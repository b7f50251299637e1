/** Test fixture: Changed quotes and collateral: none is accepted, none throws. */
import type { FuzzTarget } from '../fuzz-target.fixture.js';
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

const v4 = tdxTarget('TDX quote v4', tdxQuote(), 1258);
const v5 = tdxTarget('TDX quote v5', tdxQuote({ td15: {} }), 1328);
const v3: FuzzTarget = {
  name: 'SGX quote v3',
  original: sgxQuote(),
  signedTo: 1052,
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

const collateralParts = parts.map(
  (part): FuzzTarget => ({
    name: `collateral of Intel, ${part}`,
    original: tdxCollateral[part],
    signedTo: tdxCollateral[part].length,
    judge: (changed) => {
      const collateral = { ...tdxCollateral, [part]: changed };
      return failures(verifyTdxQuote({ quote: v4.original, collateral, ...common }).checks);
    },
  }),
);

export const intelTargets: readonly FuzzTarget[] = [v4, v5, v3, file];
/** Inside of the file; what is changed at random there is the file. */
export const intelParts: readonly FuzzTarget[] = collateralParts;

function tdxTarget(name: string, original: Uint8Array, signedTo: number): FuzzTarget {
  return {
    name,
    original,
    signedTo,
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
