/**
 * Steps b and c: who signed the collateral, whether it was revoked, and whether the data is current.
 *
 * Trusted: the pinned root keys alone. The collateral's carrier may be hostile: every list and text in it is
 * judged by a signature that leads to such a key, by signers whose role allows it.
 */
import { formatTime, type JsonObject } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { CheckList, fail, type Outcome, pass, passIf } from '../check-list.js';
import { ecdsaVerify } from '../primitives.js';
import type { ReasonCode } from '../reasons.js';
import type { Certificate } from '../x509/certificate.js';
import { checkChain, type PinnedRoots, type RootKind } from '../x509/chain.js';
import { type Crl, judgeCrl, judgeRevoked, parseCrl } from '../x509/crl.js';
import { parseCertificateChain } from '../x509/pem.js';
import { type IntelCollateral, parseIntelCollateral } from './collateral.js';
import type { CollateralRules } from './intel-rules.js';
import {
  type CollateralWindow,
  parseQeIdentity,
  parseTcbInfo,
  type QeIdentity,
  type TcbInfo,
  type Tee,
} from './tcb-info.js';

export interface CollateralInput {
  readonly tee: Tee;
  /** The file form, its parsed form, or null when none came. */
  readonly collateral: Uint8Array | IntelCollateral | null;
  /** Of the quote, leaf first; null when it could not be read. */
  readonly pckChain: readonly Certificate[] | null;
  readonly root: RootKind;
  readonly roots: PinnedRoots;
  readonly atMs: number;
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

const SIGNING_ROLE = 'SGX TCB Signing';

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
  const tcbChain = checkSigner(list, rules.tcbChain, rules.tcbRole, data?.tcbInfoIssuerChain ?? null, input);
  const qeChain = checkSigner(list, rules.qeChain, rules.qeRole, data?.qeIdentityIssuerChain ?? null, input);

  const chains = [input.pckChain, tcbChain, qeChain].filter((chain) => chain !== null);
  const root = pinnedRoot(chains, input.roots);
  const crls = {
    root: checkCrl(list, rules.rootCrl, data, data?.rootCaCrl ?? null, root, atMs),
    pck: checkCrl(list, rules.pckCrl, data, data?.pckCrl ?? null, input.pckChain?.[1] ?? null, atMs),
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

/** The chain of who signed TCB data; null when it could not be read. */
function checkSigner(
  list: CheckList,
  chainRule: CollateralRules['tcbChain'],
  roleRule: CollateralRules['tcbRole'],
  pem: Uint8Array | null,
  input: CollateralInput,
): readonly Certificate[] | null {
  let chain: readonly Certificate[] | null = null;
  list.judge(chainRule, pem, (bytes) => {
    chain = parseCertificateChain(bytes);
    return judgeChain(chain, input);
  });
  list.judge(roleRule, chain, judgeRole);
  return chain;
}

/** All rules of a chain as one line: the first that does not pass speaks. */
function judgeChain(chain: readonly Certificate[], { roots, root, atMs }: CollateralInput): Outcome {
  // Data of simulated hardware must not vouch for genuine hardware, nor the other way round.
  const pinned: PinnedRoots = {
    hardware: root === 'simulated' ? [] : roots.hardware,
    simulated: root === 'hardware' ? [] : roots.simulated,
  };
  const scratch = new CheckList();
  const rule = { id: '', title: '' };
  const rules = { signatures: rule, constraints: rule, validity: rule, root: rule };
  checkChain(scratch, rules, { chain, curve: 'P-256', roots: pinned, atMs });
  const found = scratch.checks.find(({ result }) => result !== 'pass');
  if (found === undefined) return pass(`${chain.length} certificates`);
  return fail(found.reason as ReasonCode, found.expected ?? '', found.actual ?? '');
}

function judgeRole(chain: readonly Certificate[]): Outcome {
  const name = chain[0]?.commonName ?? '';
  if (!name.includes(SIGNING_ROLE)) return fail('SIGNER_ROLE', SIGNING_ROLE, name.slice(0, 64));
  // Intel's root signs this one itself. A CA for PCKs must not be able to name another.
  return passIf(
    chain.length === 2,
    'SIGNER_ROLE',
    'a signer directly below the root',
    `${chain.length - 1} CAs`,
  );
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
): Crl | null {
  let crl: Crl | null = null;
  const outcome = list.judge(rule, data === null ? null : der, (bytes) => {
    crl = parseCrl(bytes);
    if (issuer === null)
      return fail('REVOCATION_UNKNOWN', 'a CA that the list is of', 'no trusted chain names one');
    return judgeCrl(crl, { issuer, atMs });
  });
  return outcome.result === 'pass' ? crl : null;
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
