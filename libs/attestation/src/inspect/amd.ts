/** Whether a piece of AMD's key server belongs to the chip or product that was asked for, below a pinned ARK. */
import { equalBytes } from '#canonical';
import { CheckList, fail, type Outcome, pass } from '../check-list.js';
import type { SnpProduct, SnpSigner } from '../policy/policy-groups.js';
import { checkSnpChain } from '../snp/chain.js';
import { findPssFault } from '../snp/rsa-pss.js';
import { parseVekExtensions, roleOfCa, roleOfVek } from '../snp/vek.js';
import { type Certificate, parseCertificate } from '../x509/certificate.js';
import { judgeValidity, type PinnedRoots, rootKind } from '../x509/chain.js';
import { judgeCrl, parseCrl } from '../x509/crl.js';
import { parseCertificateChain } from '../x509/pem.js';
import { type Inspection, inspection, refused } from './inspection.js';

export interface AmdInput {
  readonly product: SnpProduct;
  readonly signer: SnpSigner;
  readonly roots: PinnedRoots;
  readonly atMs: number;
}

/** @param chain PEM: ASK or ASVK, then ARK */
export function inspectAmdChain(input: AmdInput & { readonly chain: Uint8Array }): Inspection {
  return inspection(() => {
    const { ca, ark } = readChain(input.chain);
    const trusted = judgeCas(ca, ark, input);
    if (trusted.result !== 'pass') return refused(trusted);
    return window(ca.notBeforeMs, Math.min(ca.notAfterMs, ark.notAfterMs));
  });
}

export interface VcekInput extends AmdInput {
  readonly vcek: Uint8Array;
  readonly chain: Uint8Array;
  /** Lower-case hex of the chip's id: 128 digits, 16 on Turin. */
  readonly chipId: string;
  /** Versions by part as asked; `fmc` on Turin alone. */
  readonly tcb: Readonly<Partial<Record<'fmc' | 'bootloader' | 'tee' | 'snp' | 'microcode', number>>>;
}

export function inspectVcek(input: VcekInput): Inspection {
  return inspection(() => {
    const { ca, ark } = readChain(input.chain);
    const cas = judgeCas(ca, ark, input);
    if (cas.result !== 'pass') return refused(cas);
    const vek = parseCertificate(input.vcek);
    const list = new CheckList();
    const rule = { id: 'chain', title: '' };
    const rules = { signatures: rule, constraints: rule, validity: rule, root: rule };
    checkSnpChain(list, rules, { chain: { vek, ca, ark }, roots: input.roots, atMs: input.atMs });
    const broken = list.checks.find(({ result }) => result !== 'pass');
    if (broken !== undefined) {
      const { reason, expected = '', actual = '' } = broken;
      return refused({ result: 'fail', reason: reason as Outcome['reason'], expected, actual });
    }
    const belongs = judgeVcek(vek, input);
    return belongs.result === 'pass' ? window(vek.notBeforeMs, vek.notAfterMs) : refused(belongs);
  });
}

export function inspectAmdCrl(
  input: AmdInput & { readonly chain: Uint8Array; readonly crl: Uint8Array },
): Inspection {
  return inspection(() => {
    const { ca, ark } = readChain(input.chain);
    const trusted = judgeCas(ca, ark, input);
    if (trusted.result !== 'pass') return refused(trusted);
    const crl = parseCrl(input.crl);
    const verifySignature = (): boolean => findPssFault(crl, ark.spki) === null;
    const usable = judgeCrl(crl, { issuer: ark, atMs: input.atMs, verifySignature });
    return usable.result === 'pass' ? window(crl.thisUpdateMs, crl.nextUpdateMs) : refused(usable);
  });
}

function readChain(pem: Uint8Array): { readonly ca: Certificate; readonly ark: Certificate } {
  const [ca, ark] = parseCertificateChain(pem);
  // One certificate alone is judged as both: it then fails as its own issuer, or as the wrong role.
  const first = ca ?? parseCertificate(new Uint8Array());
  return { ca: first, ark: ark ?? first };
}

function judgeCas(ca: Certificate, ark: Certificate, { product, signer, roots, atMs }: AmdInput): Outcome {
  const role = roleOfCa(ca);
  if (role?.product !== product || role.signer !== signer) {
    const actual = role === null ? (ca.commonName ?? '').slice(0, 64) : `${role.product} ${role.signer}`;
    return fail('SNP_PRODUCT_MISMATCH', `a CA for ${signer} of ${product}`, actual);
  }
  for (const certificate of [ca, ark]) {
    const named = equalBytes(certificate.issuer, ark.subject);
    const fault = named ? findPssFault(certificate, ark.spki) : 'it names another issuer';
    if (fault !== null) return fail('SNP_CHAIN_INVALID', 'a certificate signed by the ARK', fault);
  }
  if (rootKind([ca, ark], roots) === 'unknown') {
    return fail('SNP_ROOT_UNPINNED', 'a pinned root', `key sha256 ${ark.spkiSha256}`);
  }
  return judgeValidity([ca, ark], atMs);
}

function judgeVcek(vek: Certificate, { signer, chipId, tcb }: VcekInput): Outcome {
  if (roleOfVek(vek) !== signer)
    return fail('SNP_SIGNER_MISMATCH', signer, (vek.commonName ?? '').slice(0, 64));
  const extensions = parseVekExtensions(vek);
  if (extensions.hwid !== chipId) return fail('SNP_HWID_MISMATCH', chipId, extensions.hwid ?? 'none');
  for (const part of ['fmc', 'bootloader', 'tee', 'snp', 'microcode'] as const) {
    const asked = tcb[part] ?? null;
    const found = extensions.tcb[part];
    // Milan and Genoa certificates name no FMC, or zero.
    const same = asked === found || (part === 'fmc' && (asked ?? 0) === (found ?? 0));
    if (!same) return fail('SNP_TCB_EXT_MISMATCH', `${part} ${asked}`, `${found}`);
  }
  return pass();
}

function window(issuedAtMs: number, expiresAtMs: number): Inspection {
  return { ok: true, issuedAtMs, expiresAtMs, sequence: null };
}
