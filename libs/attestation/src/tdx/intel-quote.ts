/**
 * The steps that TDX and SGX quotes share, in the order of Intel's Quote Verification Library. All of them run
 * whatever fails before, so that one verdict names everything that is wrong.
 */
import type { JsonObject } from '#canonical';
import { type CheckList, passIf } from '../check-list.js';
import { checkChain, type PinnedRoots, type RootKind } from '../x509/chain.js';
import { parseCertificateChain } from '../x509/pem.js';
import type { IntelCollateral } from './collateral.js';
import { type CollateralResult, checkCollateral } from './collateral-checks.js';
import type { IntelRequirements, IntelRuleSet } from './intel-rules.js';
import { type PckPlatform, parsePckPlatform } from './pck.js';
import type { QuoteSignature, TdBody } from './quote.js';
import {
  judgeQeBinding,
  judgeQeDebug,
  judgeQeIdentity,
  judgeQeSignature,
  judgeRole,
  judgeSignature,
} from './quote-checks.js';
import { checkTcb, judgeModule, judgeModuleIdentity } from './tcb-checks.js';
import type { TcbEvaluation } from './tcb-evaluation.js';
import type { Tee } from './tcb-info.js';

export interface IntelQuoteInput {
  readonly tee: Tee;
  readonly quote: (QuoteSignature & { readonly signedBytes: Uint8Array }) | null;
  /** Null for SGX, or when the quote could not be read. */
  readonly body: TdBody | null;
  readonly roots: PinnedRoots;
  readonly atMs: number;
  readonly collateral: Uint8Array | IntelCollateral | null;
  readonly requirements: IntelRequirements;
}

export interface IntelVerification {
  /** `unknown` unless the whole certificate chain holds. */
  readonly root: RootKind;
  readonly platform: PckPlatform | null;
  /** Null without collateral, or when no level matches. */
  readonly tcb: TcbEvaluation | null;
  /** For a store of the highest numbers seen; null without readable collateral. */
  readonly evaluationDataNumbers: { readonly tcbInfo: number; readonly qeIdentity: number } | null;
  readonly revocation: readonly JsonObject[];
}

export function checkIntelQuote(
  list: CheckList,
  rules: IntelRuleSet,
  input: IntelQuoteInput,
): IntelVerification & Pick<CollateralResult, 'known'> {
  const { tee, quote, body, roots, atMs, requirements } = input;
  const chain = list.parse(rules.chainParse, quote, (present) => parseCertificateChain(present.pckChain));
  const root = checkChain(list, rules.chain, { chain, curve: 'P-256', roots, atMs });
  const collateral = checkCollateral(list, rules.collateral, {
    tee,
    collateral: input.collateral,
    pckChain: chain,
    root,
    roots,
    atMs,
    evaluationDataNumberMin: requirements.evaluationDataNumberMin,
  });
  const { tcbInfo, qeIdentity } = collateral;

  const pck = chain?.[0] ?? null;
  list.judge(rules.role, pck, judgeRole);
  const platform = list.parse(rules.platform, pck, parsePckPlatform);
  const matched = tcbInfo === null || platform === null ? null : { tcbInfo, platform };
  list.judge(rules.fmspc, matched, (both) =>
    passIf(
      both.platform.fmspc === both.tcbInfo.fmspc,
      'FMSPC_MISMATCH',
      both.platform.fmspc,
      both.tcbInfo.fmspc,
    ),
  );
  list.judge(rules.pceId, matched, (both) =>
    passIf(
      both.platform.pceId === both.tcbInfo.pceId,
      'PCEID_MISMATCH',
      both.platform.pceId,
      both.tcbInfo.pceId,
    ),
  );

  if (tee === 'TDX') {
    list.judge(rules.module, body, judgeModule);
    const known = tcbInfo === null || body === null ? null : { tcbInfo, body };
    list.judge(rules.moduleIdentity, known, (both) => judgeModuleIdentity(both.tcbInfo, both.body));
  }
  list.judge(rules.qeSignature, quote !== null && pck !== null ? { quote, pck } : null, judgeQeSignature);
  list.judge(rules.qeBinding, quote, judgeQeBinding);
  list.judge(rules.qeDebug, quote, judgeQeDebug);
  const named = quote === null || qeIdentity === null ? null : { quote, qeIdentity };
  list.judge(rules.qeIdentity, named, (both) => judgeQeIdentity(both.quote, both.qeIdentity, tee));
  list.judge(rules.signature, quote, judgeSignature);

  const tcb = checkTcb(list, rules, { tee, tcbInfo, qeIdentity, platform, quote, body, requirements, atMs });
  return {
    root,
    platform,
    tcb,
    evaluationDataNumbers:
      tcbInfo === null || qeIdentity === null
        ? null
        : { tcbInfo: tcbInfo.evaluationDataNumber, qeIdentity: qeIdentity.evaluationDataNumber },
    revocation: collateral.revocation,
    known: collateral.known,
  };
}
