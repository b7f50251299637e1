import { ESTIMATES } from './estimates.js';
import { FHE, TEE, ZK_IN_ENCLAVE } from './levels.js';
import type { Operation } from './operation.js';

const fields = { class: 'financial-state', alg: 'poseidon-bn254' } as const;
const input = { ...fields, optional: false } as const;
const outcome = { class: 'disclosable', alg: 'public' } as const;
const OUTCOMES = ['within', 'call-over-cap', 'period-over-cap'] as const;

/** Compares what an agent spent in a period with the caps of its mandate; gives the answer and a committed sum. */
export const spendingProve: Operation = {
  name: 'spending.prove',
  inputs: { mandate: input, settled: input },
  outputs: { outcome: { ...outcome, task: '' }, total: { ...fields, task: '' } },
  fields: { outcome: { values: OUTCOMES, task: '' } },
  candidates: [
    {
      protection: 'zk',
      assurance: ZK_IN_ENCLAVE,
      status: 'ready',
      why: 'whoever granted the mandate must be convinced without seeing single payments; 25 comparisons are a small circuit. The prover sees the amounts, so it runs inside an enclave',
      tasks: [
        {
          suffix: '',
          operation: 'spending.prove',
          protection: 'zk',
          kind: 'zk.groth16',
          assurance: ZK_IN_ENCLAVE,
          inputs: { mandate: { ...input, from: 'step' }, settled: { ...input, from: 'step' } },
          outputs: {
            outcome: { ...outcome, readers: [], presentWhen: null },
            total: { ...fields, readers: ['client'], presentWhen: null },
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
      why: 'measured code can add and compare; no runtime offers it',
      tasks: [],
    },
    {
      protection: 'fhe',
      assurance: FHE,
      status: 'infeasible',
      why: 'not implemented: each cap is a comparison, about 7.8 s over encrypted lanes on two cores',
      tasks: [],
    },
  ],
  parametersRequired: [],
  compensations: [],
};
