import { ESTIMATES } from './estimates.js';
import { FHE, TEE, ZK_IN_ENCLAVE } from './levels.js';
import type { Operation } from './operation.js';

const fields = { class: 'financial-state', alg: 'poseidon-bn254' } as const;
const input = { ...fields, optional: false } as const;
const outcome = { class: 'disclosable', alg: 'public' } as const;
const OUTCOMES = ['insufficient', 'transferred'] as const;

/** Pays a private amount from a committed balance; gives the rest and the payment as commitments. */
export const balanceTransfer: Operation = {
  name: 'balance.transfer',
  inputs: { balance: input, order: input },
  outputs: {
    outcome: { ...outcome, task: '' },
    rest: { ...fields, task: '' },
    payment: { ...fields, task: '' },
  },
  fields: { outcome: { values: OUTCOMES, task: '' } },
  candidates: [
    {
      protection: 'zk',
      assurance: ZK_IN_ENCLAVE,
      status: 'ready',
      why: 'that nothing was made or lost must convince whoever is paid, without trust in hardware; a 64-bit balance is a small circuit. The prover sees the amounts and the spend key, so it runs inside an enclave',
      tasks: [
        {
          suffix: '',
          operation: 'balance.transfer',
          protection: 'zk',
          kind: 'zk.groth16',
          assurance: ZK_IN_ENCLAVE,
          inputs: { balance: { ...input, from: 'step' }, order: { ...input, from: 'step' } },
          outputs: {
            outcome: { ...outcome, readers: [], presentWhen: null },
            rest: { ...fields, readers: ['client'], presentWhen: null },
            payment: { ...fields, readers: ['client'], presentWhen: null },
          },
          facts: { outcome: OUTCOMES },
          when: [],
          completes: null,
          ledgerState: false,
          timeoutMs: 120_000,
          attemptsMax: 3,
          estimate: ESTIMATES.prove,
        },
      ],
    },
    {
      protection: 'tee',
      assurance: TEE,
      status: 'planned',
      why: 'measured code can subtract; no runtime offers it',
      tasks: [],
    },
    {
      protection: 'fhe',
      assurance: FHE,
      status: 'planned',
      why: 'balances that must stay encrypted between runs are kept by a ledger: ledger.reserve and ledger.commit',
      tasks: [],
    },
  ],
  parametersRequired: [],
  compensations: [],
};
