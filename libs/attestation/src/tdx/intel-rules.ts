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
  const rule = (number: number, title: string, severity?: 'major'): Rule => ({
    id: `TEE-${tee}-${String(number).padStart(3, '0')}`,
    title,
    ...(severity === undefined ? {} : { severity }),
  });
  const guest = tee === 'TDX' ? 'Guest' : 'Enclave';
  return {
    parse: rule(1, 'Quote is well formed'),
    chainParse: rule(2, 'PCK certificate chain is well formed'),
    chain: {
      signatures: rule(3, 'PCK chain: each certificate is signed by the next'),
      constraints: rule(4, 'PCK chain: only CAs issue'),
      validity: rule(5, 'PCK chain: valid at the time of judgement'),
      root: rule(6, 'PCK chain: ends in a pinned root'),
    } satisfies ChainRules,
    role: rule(7, 'Signer is a PCK'),
    platform: rule(8, 'PCK names its platform'),
    qeSignature: rule(9, 'Quoting enclave is vouched for by the PCK'),
    qeBinding: rule(10, 'Attestation key belongs to the quoting enclave'),
    qeDebug: rule(11, 'Quoting enclave is not in debug mode'),
    signature: rule(12, 'Quote is signed by the attestation key'),
    debug: rule(13, `${guest} is not in debug mode`),
    septVe: rule(14, 'Guest is safe from injected page faults (SEPT_VE_DISABLE)', 'major'),
    serviceTd: rule(15, 'No service TD can reach into the guest'),
    module: rule(16, "TDX module is Intel's"),
    revocation: rule(17, 'Platform is not revoked and its firmware is current'),
    collateral: {
      parse: rule(18, 'Collateral is well formed'),
      tcbChain: rule(19, 'TCB info: chain of its signer holds up to a pinned root'),
      tcbRole: rule(20, 'TCB info: signer is the one for TCB data'),
      qeChain: rule(21, 'QE identity: chain of its signer holds up to a pinned root'),
      qeRole: rule(22, 'QE identity: signer is the one for TCB data'),
      rootCrl: rule(23, 'Revocation list of the root is genuine and current'),
      pckCrl: rule(24, 'Revocation list of the PCK CA is genuine and current'),
      caRevoked: rule(25, 'No CA or signer of TCB data is revoked'),
      pckRevoked: rule(26, 'PCK is not revoked'),
      tcbSignature: rule(27, 'TCB info: signed, byte for byte'),
      tcbForm: rule(28, `TCB info: well formed, and about ${tee}`),
      tcbWindow: rule(29, 'TCB info: current at the time of judgement'),
      tcbRollback: rule(30, 'TCB info: not older than known data'),
      qeSignature: rule(31, 'QE identity: signed, byte for byte'),
      qeForm: rule(32, 'QE identity: well formed'),
      qeWindow: rule(33, 'QE identity: current at the time of judgement'),
      qeRollback: rule(34, 'QE identity: not older than known data'),
    } satisfies CollateralRules,
    fmspc: rule(35, 'TCB info is about the family of this platform (FMSPC)'),
    pceId: rule(36, 'TCB info is about the PCE of this platform'),
    moduleIdentity: rule(37, 'TDX module is one that Intel describes'),
    qeIdentity: rule(38, "Quoting enclave is Intel's"),
    level: rule(39, 'Firmware matches a level that Intel supports'),
    moduleLevel: rule(40, 'TDX module is current'),
    qeLevel: rule(41, 'Quoting enclave is current'),
    status: rule(42, 'Firmware status is accepted'),
    advisories: rule(43, 'No forbidden advisory applies'),
    eventLog: rule(44, 'Event log replays to the run-time registers', 'major'),
  };
}

export type IntelRuleSet = ReturnType<typeof intelRules>;
