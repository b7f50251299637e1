/** Whether Intel signed a piece of DCAP collateral for the request that it answers, and until when it speaks. */
import { formatTime } from '#canonical';
import { CheckList, fail, type Outcome, pass, passIf } from '../check-list.js';
import { ecdsaVerify } from '../primitives.js';
import { type CollateralWindow, parseQeIdentity, parseTcbInfo, type Tee } from '../tdx/tcb-info.js';
import type { Certificate } from '../x509/certificate.js';
import { checkChain, type PinnedRoots } from '../x509/chain.js';
import { judgeCrl, parseCrl } from '../x509/crl.js';
import { parseCertificateChain } from '../x509/pem.js';
import { type Inspection, inspection, refused } from './inspection.js';

export interface SignedIntelData {
  readonly tee: Tee;
  /** The signed JSON bytes verbatim. */
  readonly data: Uint8Array;
  /** r || s. */
  readonly signature: Uint8Array;
  /** PEM, signer first. */
  readonly issuerChain: Uint8Array;
  readonly roots: PinnedRoots;
  readonly atMs: number;
}

const SIGNING_ROLE = 'SGX TCB Signing';

/** @param fmspc 12 hex digits, the platform that was asked for */
export function inspectTcbInfo(input: SignedIntelData & { readonly fmspc: string }): Inspection {
  return inspection(() => {
    const signed = judgeSigned(input);
    if (signed.result !== 'pass') return refused(signed);
    const info = parseTcbInfo(input.data);
    const about = `${info.id} ${info.fmspc}`;
    const wanted = `${input.tee} ${input.fmspc.toLowerCase()}`;
    if (about !== wanted) return refused(fail('FMSPC_MISMATCH', wanted, about));
    return withinWindow(info, input.atMs);
  });
}

export function inspectQeIdentity(input: SignedIntelData): Inspection {
  return inspection(() => {
    const signed = judgeSigned(input);
    if (signed.result !== 'pass') return refused(signed);
    const identity = parseQeIdentity(input.data);
    const wanted = input.tee === 'TDX' ? 'TD_QE' : 'QE';
    if (identity.id !== wanted) return refused(fail('QE_IDENTITY_MISMATCH', wanted, identity.id));
    return withinWindow(identity, input.atMs);
  });
}

export interface CrlInput {
  readonly crl: Uint8Array;
  /** PEM: the CA of the list first, the root last. One certificate when the list is of the root. */
  readonly issuerChain: Uint8Array;
  /** Words that the CA's name must hold, since one root stands above several CAs. */
  readonly issuerName: string;
  readonly roots: PinnedRoots;
  readonly atMs: number;
}

export function inspectIntelCrl({ crl: der, issuerChain, issuerName, roots, atMs }: CrlInput): Inspection {
  return inspection(() => {
    const chain = parseCertificateChain(issuerChain);
    const trusted = judgeCas(chain, issuerName, roots, atMs);
    if (trusted.result !== 'pass') return refused(trusted);
    const crl = parseCrl(der);
    const [issuer] = chain;
    const usable = issuer === undefined ? trusted : judgeCrl(crl, { issuer, atMs });
    if (usable.result !== 'pass') return refused(usable);
    return { ok: true, issuedAtMs: crl.thisUpdateMs, expiresAtMs: crl.nextUpdateMs, sequence: null };
  });
}

function judgeSigned({ data, signature, issuerChain, roots, atMs }: SignedIntelData): Outcome {
  const chain = parseCertificateChain(issuerChain);
  const trusted = judgeChain(chain, roots, atMs, ['signatures', 'constraints', 'validity', 'root']);
  if (trusted.result !== 'pass') return trusted;
  const [signer] = chain;
  const name = signer?.commonName ?? '';
  if (!name.includes(SIGNING_ROLE) || chain.length !== 2) {
    return fail('SIGNER_ROLE', `${SIGNING_ROLE}, directly below the root`, name.slice(0, 64));
  }
  const valid =
    signer !== undefined &&
    ecdsaVerify({ curve: 'P-256', spki: signer.spki, message: data, signature, encoding: 'raw' });
  return passIf(valid, 'TCBINFO_SIGNATURE_INVALID', 'a signature over the exact bytes', 'does not verify');
}

/** The chain begins with a CA here, so the rule for leaves does not apply; every member must be a CA instead. */
function judgeCas(chain: readonly Certificate[], name: string, roots: PinnedRoots, atMs: number): Outcome {
  const trusted = judgeChain(chain, roots, atMs, ['signatures', 'validity', 'root']);
  if (trusted.result !== 'pass') return trusted;
  const issuer = chain[0]?.commonName ?? '';
  if (!issuer.includes(name)) return fail('CRL_ISSUER_MISMATCH', name, issuer.slice(0, 64));
  return passIf(
    chain.every((certificate) => certificate.isCa),
    'CA_CONSTRAINT',
    'CAs only',
    'one is no CA',
  );
}

type ChainRule = 'signatures' | 'constraints' | 'validity' | 'root';

function judgeChain(
  chain: readonly Certificate[],
  roots: PinnedRoots,
  atMs: number,
  asked: readonly ChainRule[],
): Outcome {
  const list = new CheckList();
  const rule = (id: ChainRule) => ({ id, title: '' });
  const rules = {
    signatures: rule('signatures'),
    constraints: rule('constraints'),
    validity: rule('validity'),
    root: rule('root'),
  };
  checkChain(list, rules, { chain, curve: 'P-256', roots, atMs });
  const found = list.checks.find(({ id, result }) => result !== 'pass' && asked.some((name) => name === id));
  if (found === undefined) return pass();
  return {
    result: 'fail',
    reason: found.reason as Outcome['reason'],
    expected: found.expected ?? '',
    actual: found.actual ?? '',
  };
}

function withinWindow(window: CollateralWindow, atMs: number): Inspection {
  const { issueDateMs: issuedAtMs, nextUpdateMs: expiresAtMs, evaluationDataNumber: sequence } = window;
  const text = `${formatTime(issuedAtMs)} to ${formatTime(expiresAtMs)}`;
  const expected = `current at ${formatTime(atMs)}`;
  if (atMs < issuedAtMs) return refused(fail('COLLATERAL_NOT_YET_VALID', expected, text));
  if (atMs > expiresAtMs) return refused(fail('COLLATERAL_EXPIRED', expected, text));
  return { ok: true, issuedAtMs, expiresAtMs, sequence };
}
