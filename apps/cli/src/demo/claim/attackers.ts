import { readFileSync } from 'node:fs';
import { verifyBundle } from '#evidence';
import { claimInput, MEMBER, MemberTable } from '#samples';
import type { Answer, AttackCase } from '../../attack/attack-case.js';
import { searchStored } from '../../attack/orchestrator/search-storage.js';
import type { DemoAttacker } from '../frame/show-attackers.js';
import { tamper } from '../tamper.js';
import { newClaim } from './claim-parties.js';
import { type ClaimScene, type FiledClaim, fileClaim } from './file-claim.js';

export type ClaimCase = AttackCase<ClaimScene>;

/** Shorter numbers are found by chance. */
const SECRET_DIGITS = 12;
const dishonest = { actor: 'submitter', needs: 'stack' } as const;

export const searchRecord: ClaimCase = {
  name: 'search-record',
  actor: 'orchestrator',
  tries:
    'search everything that is stored for secret, numbers, diagnoses and lines of the record, in six spellings',
  expected: 'NO_PLAINTEXT',
  noticedBy: 'nobody who looks',
  needs: 'stack',
  leaves: '',
  attack: ({ stack, paid: { claim, run } }) => {
    const secrets = claimInput(claim).filter((field) => field.length >= SECRET_DIGITS);
    return searchStored(stack, { secrets, known: [run.runId] });
  },
};

const fileAgain: ClaimCase = {
  ...dishonest,
  name: 'file-again',
  tries: 'file the paid claim a second time',
  expected: 'NULLIFIER_SPENT',
  noticedBy: 'orchestrator',
  leaves: 'a run of the claim that fails',
  attack: async ({ stack, parties, planned, paid: { claim, orders } }) =>
    answerOf(await fileClaim(stack, parties, planned, claim, { orders })),
};

const splitEncounter: ClaimCase = {
  ...dishonest,
  name: 'split-encounter',
  tries: 'claim for the same encounter under another claim number',
  expected: 'NULLIFIER_SPENT',
  noticedBy: 'orchestrator',
  leaves: 'a run of the claim that fails',
  attack: async ({ stack, parties, planned, paid: { claim } }) => {
    const { encounterId } = claim;
    return answerOf(await fileClaim(stack, parties, planned, newClaim(parties.hospital, { encounterId })));
  },
};

const ownTables: ClaimCase = {
  ...dishonest,
  name: 'own-tables',
  tries: 'prove by a table of members of its own, in which the patient bears nothing',
  expected: 'DECISION_NOT_PROVEN',
  noticedBy: 'key enclave',
  leaves: 'a run of the claim that fails',
  attack: async ({ stack, parties, planned }) => {
    const members = new MemberTable([{ ...MEMBER, coinsurance: 0n }]);
    return answerOf(await fileClaim(stack, { ...parties, members }, planned, newClaim(parties.hospital)));
  },
};

const countTwice: ClaimCase = {
  ...dishonest,
  name: 'count-twice',
  tries: 'have the open deductible counted a second time, by the row of the member from before it was met',
  expected: 'INSUFFICIENT',
  noticedBy: 'key enclave',
  leaves: 'a run of the claim that is rejected',
  attack: async ({ stack, parties, planned }) =>
    answerOf(await fileClaim(stack, parties, planned, newClaim(parties.hospital))),
};

const changeStep: ClaimCase = {
  name: 'change-step',
  actor: 'orchestrator',
  tries: 'pass on the paid claim with one byte of a step changed',
  expected: 'STEP_SIGNATURE_INVALID',
  noticedBy: 'verifier',
  needs: 'stack',
  leaves: '',
  attack: async ({ stack, paid: { run } }) => {
    const { bytes, what } = tamper(readFileSync(run.bundlePath), 'steps.0.signatures.0.sig');
    const { outcome, exitCode, reason } = await verifyBundle(bytes, stack.trust, { at: null });
    return { reason, detail: `${what}: verdict ${outcome}, exit code ${exitCode}` };
  },
};

export const dishonestHospital: readonly ClaimCase[] = [fileAgain, splitEncounter, ownTables, countTwice];

export const claimAttackers: readonly DemoAttacker<ClaimScene>[] = [
  ['curious operator', [searchRecord]],
  ['dishonest hospital', dishonestHospital],
  ['dishonest operator', [changeStep]],
];

/** A run that ended with nothing moved, by the step that stopped it. */
export function answerOf({ run: { state, reason } }: FiledClaim): Answer {
  const code = reason.split(': ').at(-1) ?? reason;
  return { reason: state === 'SUCCEEDED' ? null : code, detail: `run ${state}, ${reason}: nothing moved` };
}
