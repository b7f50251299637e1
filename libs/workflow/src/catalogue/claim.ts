import { ESTIMATES } from './estimates.js';
import { FHE, TEE, ZK_IN_ENCLAVE } from './levels.js';
import type { Operation } from './operation.js';

const claim = { class: 'personal', alg: 'poseidon-bn254', optional: false } as const;
/** The member's row of the insurer's table, with its path to the root. */
const membership = { class: 'personal', alg: 'sha256', optional: false } as const;
const rule = { class: 'disclosable', alg: 'public' } as const;
const outcome = { class: 'financial-state', alg: 'poseidon-bn254' } as const;
const RULES = [
  'accepted',
  'member-unknown',
  'code-unlisted',
  'code-repeated',
  'pair-conflict',
  'units-exceeded',
  'fee-above-schedule',
  'total-mismatch',
] as const;

/** Judges a committed claim by tables of codes and members; gives the first broken rule and what each side pays. */
export const claimAdjudicate: Operation = {
  name: 'claim.adjudicate',
  inputs: { claim, membership },
  outputs: { rule: { ...rule, task: '' }, outcome: { ...outcome, task: '' } },
  fields: { rule: { values: RULES, task: '' } },
  candidates: [
    {
      protection: 'zk',
      assurance: ZK_IN_ENCLAVE,
      status: 'ready',
      why: 'the insurer must not see the record and the hospital must not choose the rules: a proof ties the answer to both tables. The prover sees the claim, so it runs inside an enclave or at the hospital',
      tasks: [
        {
          suffix: '',
          operation: 'claim.adjudicate',
          protection: 'zk',
          kind: 'zk.groth16',
          assurance: ZK_IN_ENCLAVE,
          inputs: { claim: { ...claim, from: 'step' }, membership: { ...membership, from: 'step' } },
          outputs: {
            rule: { ...rule, readers: [], presentWhen: null },
            outcome: { ...outcome, readers: ['client'], presentWhen: null },
          },
          facts: { rule: RULES },
          when: [],
          completes: null,
          ledgerState: false,
          timeoutMs: 120_000,
          attemptsMax: 3,
          estimate: ESTIMATES.proveClaim,
        },
      ],
    },
    {
      protection: 'tee',
      assurance: TEE,
      status: 'planned',
      why: 'measured code can judge a claim in microseconds; no runtime offers it',
      tasks: [],
    },
    {
      protection: 'fhe',
      assurance: FHE,
      status: 'infeasible',
      why: 'not implemented: each lookup and each rule is a comparison over encrypted lanes, and only the key holder could open the answer',
      tasks: [],
    },
  ],
  parametersRequired: [],
  compensations: [],
};
