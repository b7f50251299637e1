import type { Rule } from '../check-list.js';
import type { ChainRules } from '../x509/chain.js';
import type { Tee } from './tcb-info.js';
import type { TcbStatus } from './tcb-level.js';

/** What the relying party accepts of an Intel platform. Revoked is never accepted. */
export interface IntelRequirements {
  /** Accepted beside UpToDate. Each is still a warning. */
  readonly tcbStatuses: readonly TcbStatus[];
  /** Days from Intel's `tcbDate` during which an OutOfDate level is accepted as well. */
  readonly graceDays: number;
  readonly forbiddenAdvisories: readonly string[];
  /** The policy's minimum or the highest number seen before, whichever is higher. */
  readonly evaluationDataNumberMin: number;
  /** Without it a host can inject faults into the guest's private memory. */
  readonly septVeDisable: boolean;
}

/** Current platforms only. */
export const defaultIntelRequirements: IntelRequirements = {
  tcbStatuses: [],
  graceDays: 0,
  forbiddenAdvisories: [],
  evaluationDataNumberMin: 0,
  septVeDisable: true,
};

export interface CollateralRules {
  readonly parse: Rule;
  readonly tcbChain: Rule;
  readonly tcbRole: Rule;
  readonly qeChain: Rule;
  readonly qeRole: Rule;
  readonly rootCrl: Rule;
  readonly pckCrl: Rule;
  readonly caRevoked: Rule;
  readonly pckRevoked: Rule;
  readonly tcbSignature: Rule;
  readonly tcbForm: Rule;
  readonly tcbWindow: Rule;
  readonly tcbRollback: Rule;
  readonly qeSignature: Rule;
  readonly qeForm: Rule;
  readonly qeWindow: Rule;
  readonly qeRollback: Rule;
}

/** The rules of one kind of quote. Numbers below 18 are as old as the evidence format: never reuse one. */
export function intelRules(tee: Tee) {
  const rule = (number: number, title: string, where?: string, severity?: 'major'): Rule => ({
    id: `TEE-${tee}-${String(number).padStart(3, '0')}`,
    title,
    ...(severity === undefined ? {} : { severity }),
    ...(where === undefined ? {} : { where }),
  });
  const attributes = tee === 'TDX' ? 'quote.body.tdAttributes' : 'quote.report.attributes';
  const guest = tee === 'TDX' ? 'Guest' : 'Enclave';
  return {
    parse: rule(1, 'Quote is well formed'),
    chainParse: rule(2, 'PCK certificate chain is well formed', 'quote.pckChain'),
    chain: {
      signatures: rule(3, 'PCK chain: each certificate is signed by the next', 'quote.pckChain'),
      constraints: rule(4, 'PCK chain: only CAs issue', 'quote.pckChain'),
      validity: rule(5, 'PCK chain: valid at the time of judgement', 'quote.pckChain'),
      root: rule(6, 'PCK chain: ends in a pinned root', 'quote.pckChain'),
    } satisfies ChainRules,
    role: rule(7, 'Signer is a PCK', 'quote.pckChain[0]'),
    platform: rule(8, 'PCK names its platform', 'quote.pckChain[0]'),
    qeSignature: rule(9, 'Quoting enclave is vouched for by the PCK', 'quote.qeReport'),
    qeBinding: rule(10, 'Attestation key belongs to the quoting enclave', 'quote.qeReport.reportData'),
    qeDebug: rule(11, 'Quoting enclave is not in debug mode', 'quote.qeReport.attributes'),
    signature: rule(12, 'Quote is signed by the attestation key', 'quote.signature'),
    debug: rule(13, `${guest} is not in debug mode`, attributes),
    septVe: rule(14, 'Guest is safe from injected page faults (SEPT_VE_DISABLE)', attributes, 'major'),
    serviceTd: rule(15, 'No service TD can reach into the guest', 'quote.body.mrServiceTd'),
    module: rule(16, "TDX module is Intel's", 'quote.body.mrSignerSeam'),
    revocation: rule(17, 'Platform is not revoked and its firmware is current', 'collateral'),
    collateral: {
      parse: rule(18, 'Collateral is well formed'),
      tcbChain: rule(
        19,
        'TCB info: chain of its signer holds up to a pinned root',
        'collateral.tcbInfoIssuerChain',
      ),
      tcbRole: rule(20, 'TCB info: signer is the one for TCB data', 'collateral.tcbInfoIssuerChain[0]'),
      qeChain: rule(
        21,
        'QE identity: chain of its signer holds up to a pinned root',
        'collateral.qeIdentityIssuerChain',
      ),
      qeRole: rule(22, 'QE identity: signer is the one for TCB data', 'collateral.qeIdentityIssuerChain[0]'),
      rootCrl: rule(23, 'Revocation list of the root is genuine and current', 'collateral.rootCaCrl'),
      pckCrl: rule(24, 'Revocation list of the PCK CA is genuine and current', 'collateral.pckCrl'),
      caRevoked: rule(25, 'No CA or signer of TCB data is revoked', 'collateral.rootCaCrl'),
      pckRevoked: rule(26, 'PCK is not revoked', 'collateral.pckCrl'),
      tcbSignature: rule(27, 'TCB info: signed, byte for byte', 'collateral.tcbInfo'),
      tcbForm: rule(28, `TCB info: well formed, and about ${tee}`, 'collateral.tcbInfo'),
      tcbWindow: rule(29, 'TCB info: current at the time of judgement', 'collateral.tcbInfo.nextUpdate'),
      tcbRollback: rule(
        30,
        'TCB info: not older than known data',
        'collateral.tcbInfo.tcbEvaluationDataNumber',
      ),
      qeSignature: rule(31, 'QE identity: signed, byte for byte', 'collateral.qeIdentity'),
      qeForm: rule(32, 'QE identity: well formed', 'collateral.qeIdentity'),
      qeWindow: rule(33, 'QE identity: current at the time of judgement', 'collateral.qeIdentity.nextUpdate'),
      qeRollback: rule(
        34,
        'QE identity: not older than known data',
        'collateral.qeIdentity.tcbEvaluationDataNumber',
      ),
    } satisfies CollateralRules,
    fmspc: rule(35, 'TCB info is about the family of this platform (FMSPC)', 'collateral.tcbInfo.fmspc'),
    pceId: rule(36, 'TCB info is about the PCE of this platform', 'collateral.tcbInfo.pceId'),
    moduleIdentity: rule(37, 'TDX module is one that Intel describes', 'quote.body.teeTcbSvn'),
    qeIdentity: rule(38, "Quoting enclave is Intel's", 'quote.qeReport'),
    level: rule(39, 'Firmware matches a level that Intel supports', 'collateral.tcbInfo.tcbLevels'),
    moduleLevel: rule(40, 'TDX module is current', 'quote.body.teeTcbSvn'),
    qeLevel: rule(41, 'Quoting enclave is current', 'quote.qeReport.isvSvn'),
    status: rule(42, 'Firmware status is accepted', 'collateral.tcbInfo.tcbLevels'),
    advisories: rule(43, 'No forbidden advisory applies', 'collateral.tcbInfo.tcbLevels'),
    eventLog: rule(44, 'Event log replays to the run-time registers', 'eventLog', 'major'),
  };
}

export type IntelRuleSet = ReturnType<typeof intelRules>;
