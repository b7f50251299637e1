/**
 * Steps b and c: who signed the collateral, whether it was revoked, and whether the data is current.
 *
 * Trusted: the pinned root keys alone. The collateral's carrier may be hostile: every list and text in it is
 * judged by a signature that leads to such a key, by signers whose role allows it.
 */
import { formatTime, type JsonObject } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { type CheckList, fail, type Outcome, pass, passIf } from '../check-list.js';
import { ecdsaVerify } from '../primitives.js';
import type { ReasonCode } from '../reasons.js';
import type { Certificate } from '../x509/certificate.js';
import type { PinnedRoots } from '../x509/chain.js';
import { type Crl, judgeCrl, judgeRevoked, parseCrl } from '../x509/crl.js';
import { parseCertificateChain } from '../x509/pem.js';
import { type IntelCollateral, parseIntelCollateral } from './collateral.js';
import type { CollateralRules } from './intel-rules.js';
import { chainJudge, checkSigner, type SignerInput } from './signer-chain.js';
import {
  type CollateralWindow,
  parseQeIdentity,
  parseTcbInfo,
  type QeIdentity,
  type TcbInfo,
  type Tee,
} from './tcb-info.js';

export interface CollateralInput extends SignerInput {
  readonly tee: Tee;
  /** The file form, its parsed form, or null when none came. */
  readonly collateral: Uint8Array | IntelCollateral | null;
  /** Of the quote, leaf first; null when it could not be read. */
  readonly pckChain: readonly Certificate[] | null;
  readonly evaluationDataNumberMin: number;
}

export interface CollateralResult {
  /** Null when it could not be read. Proved only if no check failed. */
  readonly tcbInfo: TcbInfo | null;
  readonly qeIdentity: QeIdentity | null;
  /** `spared`: both lists are genuine and current, and nothing of the chain is on one. */
  readonly known: 'spared' | 'revoked' | 'unknown' | 'absent';
  /** Source and age of what revocation was judged by. */
  readonly revocation: readonly JsonObject[];
}

/** Leaves one check per rule in `list`, also when no collateral came. */
export function checkCollateral(
  list: CheckList,
  rules: CollateralRules,
  input: CollateralInput,
): CollateralResult {
  const { atMs } = input;
  const data = list.parse(rules.parse, input.collateral, (given) =>
    given instanceof Uint8Array ? parseIntelCollateral(given) : given,
  );
  const judge = chainJudge(input);
  const tcbChain = checkSigner(list, rules.tcbChain, rules.tcbRole, data?.tcbInfoIssuerChain ?? null, judge);
  const qeChain = checkSigner(list, rules.qeChain, rules.qeRole, data?.qeIdentityIssuerChain ?? null, judge);

  const chains = [input.pckChain, tcbChain, qeChain].filter((chain) => chain !== null);
  const root = pinnedRoot(chains, input.roots);
  const crls = {
    root: checkCrl(list, rules.rootCrl, data, data?.rootCaCrl ?? null, root, atMs),
    pck: checkCrl(list, rules.pckCrl, data, data?.pckCrl ?? null, input.pckChain?.[1] ?? null, atMs, () =>
      judgeCrlIssuer(input.pckChain ?? [], data?.pckCrlIssuerChain ?? new Uint8Array(0)),
    ),
  };
  const intermediates = [
    ...(input.pckChain?.slice(1, -1) ?? []),
    ...(tcbChain?.slice(0, -1) ?? []),
    ...(qeChain?.slice(0, -1) ?? []),
  ];
  const revocation = [
    list.judge(rules.caRevoked, crls.root, (crl) => judgeAllRevoked(crl, intermediates)),
    list.judge(rules.pckRevoked, withPck(crls.pck, input.pckChain), ({ crl, pck }) => judgeRevoked(crl, pck)),
  ];

  const signed = { tcb: tcbChain?.[0] ?? null, qe: qeChain?.[0] ?? null };
  list.judge(rules.tcbSignature, data, ({ tcbInfo, tcbInfoSignature }) =>
    judgeSigned(signed.tcb, tcbInfo, tcbInfoSignature, 'TCBINFO_SIGNATURE_INVALID'),
  );
  const tcbInfo = parseForm(list, rules, data, input.tee);
  checkWindow(list, rules.tcbWindow, rules.tcbRollback, tcbInfo, input);
  list.judge(rules.qeSignature, data, ({ qeIdentity, qeIdentitySignature }) =>
    judgeSigned(signed.qe, qeIdentity, qeIdentitySignature, 'QE_IDENTITY_SIGNATURE_INVALID'),
  );
  const qeIdentity = list.parse(rules.qeForm, data, ({ qeIdentity: bytes }) => parseQeIdentity(bytes));
  checkWindow(list, rules.qeWindow, rules.qeRollback, qeIdentity, input);
  return {
    tcbInfo,
    qeIdentity,
    known: input.collateral === null ? 'absent' : conclude(revocation),
    revocation: [...describeCrl('root', crls.root, atMs), ...describeCrl('pck', crls.pck, atMs)],
  };
}

function conclude(outcomes: readonly Outcome[]): 'spared' | 'revoked' | 'unknown' {
  if (outcomes.some(({ result }) => result === 'fail')) return 'revoked';
  return outcomes.every(({ result }) => result === 'pass') ? 'spared' : 'unknown';
}

/** A list can be judged by the root's key whichever chain carried the root. */
function pinnedRoot(chains: readonly (readonly Certificate[])[], roots: PinnedRoots): Certificate | null {
  const pinned = [...roots.hardware, ...roots.simulated];
  const found = chains.map((chain) => chain.at(-1)).find((root) => pinned.includes(root?.spkiSha256 ?? ''));
  return found ?? null;
}

/** Null unless the list is genuine and current. */
function checkCrl(
  list: CheckList,
  rule: CollateralRules['rootCrl'],
  data: IntelCollateral | null,
  der: Uint8Array | null,
  issuer: Certificate | null,
  atMs: number,
  judgeIssuer: () => Outcome = () => pass(),
): Crl | null {
  let crl: Crl | null = null;
  const outcome = list.judge(rule, data === null ? null : der, (bytes) => {
    crl = parseCrl(bytes);
    if (issuer === null)
      return fail('REVOCATION_UNKNOWN', 'a CA that the list is of', 'no trusted chain names one');
    const judged = judgeCrl(crl, { issuer, atMs });
    return judged.result === 'pass' ? andPass(judged, judgeIssuer()) : judged;
  });
  return outcome.result === 'pass' ? crl : null;
}

/** The list is judged by the CA in the quote. A chain that came with the list must not tell another story. */
function judgeCrlIssuer(pckChain: readonly Certificate[], pem: Uint8Array): Outcome {
  if (pem.length === 0) return pass();
  const keys = (chain: readonly Certificate[]): string => chain.map(({ spkiSha256 }) => spkiSha256).join();
  const isSame = keys(parseCertificateChain(pem)) === keys(pckChain.slice(1));
  return passIf(isSame, 'CRL_ISSUER_MISMATCH', 'the CAs above the PCK', 'the chain of the list has others');
}

function andPass(first: Outcome, second: Outcome): Outcome {
  return second.result === 'pass' ? first : second;
}

function withPck(
  crl: Crl | null,
  chain: readonly Certificate[] | null,
): { readonly crl: Crl; readonly pck: Certificate } | null {
  const pck = chain?.[0];
  return crl === null || pck === undefined ? null : { crl, pck };
}

function judgeAllRevoked(crl: Crl, certificates: readonly Certificate[]): Outcome {
  const outcomes = certificates.map((certificate) => judgeRevoked(crl, certificate));
  return (
    outcomes.find(({ result }) => result !== 'pass') ?? pass(`${certificates.length} certificates looked up`)
  );
}

function judgeSigned(
  signer: Certificate | null,
  message: Uint8Array,
  signature: Uint8Array,
  reason: ReasonCode,
): Outcome {
  const expected = 'a signature over the exact bytes by the signer of TCB data';
  if (signer === null) return fail(reason, expected, 'the signer is not known');
  const valid =
    signer.curve === 'P-256' &&
    ecdsaVerify({ curve: 'P-256', spki: signer.spki, message, signature, encoding: 'raw' });
  return passIf(valid, reason, expected, valid ? 'verifies' : 'does not verify');
}

function parseForm(
  list: CheckList,
  rules: CollateralRules,
  data: IntelCollateral | null,
  tee: Tee,
): TcbInfo | null {
  return list.parse(rules.tcbForm, data, ({ tcbInfo }) => {
    const parsed = parseTcbInfo(tcbInfo);
    if (parsed.id === tee) return parsed;
    throw new AttestationError('COLLATERAL_MALFORMED', `TCB info: is about ${parsed.id}, expected ${tee}`);
  });
}

function checkWindow(
  list: CheckList,
  windowRule: CollateralRules['tcbWindow'],
  rollbackRule: CollateralRules['tcbRollback'],
  data: CollateralWindow | null,
  { atMs, evaluationDataNumberMin }: CollateralInput,
): void {
  list.judge(windowRule, data, ({ issueDateMs, nextUpdateMs }) => {
    const expected = `current at ${formatTime(atMs)}`;
    const window = `${formatTime(issueDateMs)} to ${formatTime(nextUpdateMs)}`;
    if (atMs < issueDateMs) return fail('COLLATERAL_NOT_YET_VALID', expected, window);
    return passIf(atMs <= nextUpdateMs, 'COLLATERAL_EXPIRED', expected, window);
  });
  list.judge(rollbackRule, data, ({ evaluationDataNumber }) =>
    passIf(
      evaluationDataNumber >= evaluationDataNumberMin,
      'COLLATERAL_ROLLBACK',
      `tcbEvaluationDataNumber ${evaluationDataNumberMin} or higher`,
      `${evaluationDataNumber}`,
    ),
  );
}

function describeCrl(chain: string, crl: Crl | null, atMs: number): JsonObject[] {
  if (crl === null) return [];
  return [
    {
      chain,
      source: 'crl',
      thisUpdate: formatTime(crl.thisUpdateMs),
      nextUpdate: formatTime(crl.nextUpdateMs),
      ageMs: atMs - crl.thisUpdateMs,
    },
  ];
}
