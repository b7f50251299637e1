/**
 * Who signs TCB info and QE identity: a certificate in Intel's role for it, directly below a pinned root. The owner
 * of a genuine PCK must not be able to speak for Intel, which a chain's signatures alone would allow.
 */
import { equalBytes } from '#canonical';
import { CheckList, fail, type Outcome, pass, passIf, type Rule } from '../check-list.js';
import type { ReasonCode } from '../reasons.js';
import type { Certificate } from '../x509/certificate.js';
import { checkChain, type PinnedRoots, type RootKind } from '../x509/chain.js';
import { parseCertificateChain } from '../x509/pem.js';

const SIGNING_ROLE = 'SGX TCB Signing';

export interface SignerInput {
  /** Of the quote. */
  readonly root: RootKind;
  readonly roots: PinnedRoots;
  readonly atMs: number;
}

export interface JudgedChain {
  readonly chain: readonly Certificate[];
  readonly outcome: Outcome;
}

/** Intel signs TCB info and QE identity by one chain: it is judged once. */
export function chainJudge(input: SignerInput): (pem: Uint8Array) => JudgedChain {
  let last: { readonly pem: Uint8Array; readonly judged: JudgedChain } | null = null;
  return (pem) => {
    if (last !== null && equalBytes(last.pem, pem)) return last.judged;
    const chain = parseCertificateChain(pem);
    const judged = { chain, outcome: judgeChain(chain, input) };
    last = { pem, judged };
    return judged;
  };
}

/** The chain of who signed TCB data; null when it could not be read. */
export function checkSigner(
  list: CheckList,
  chainRule: Rule,
  roleRule: Rule,
  pem: Uint8Array | null,
  judge: (pem: Uint8Array) => JudgedChain,
): readonly Certificate[] | null {
  let chain: readonly Certificate[] | null = null;
  list.judge(chainRule, pem, (bytes) => {
    const judged = judge(bytes);
    chain = judged.chain;
    return judged.outcome;
  });
  list.judge(roleRule, chain, judgeRole);
  return chain;
}

/** All rules of a chain as one line: the first that does not pass speaks. */
function judgeChain(chain: readonly Certificate[], { roots, root, atMs }: SignerInput): Outcome {
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
