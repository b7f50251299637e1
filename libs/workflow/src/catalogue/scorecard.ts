import { ESTIMATES } from './estimates.js';
import { FHE, TEE, ZK_IN_ENCLAVE } from './levels.js';
import type { Operation } from './operation.js';

const features = { class: 'personal', alg: 'poseidon-bn254', optional: false } as const;
const decision = { class: 'disclosable', alg: 'public' } as const;
const limit = { class: 'financial-state', alg: 'poseidon-bn254' } as const;
const DECISIONS = ['decline', 'review', 'approve'] as const;

/** Scores committed attributes by a committed integer scorecard; gives the decision and a committed limit. */
export const scorecardProve: Operation = {
  name: 'scorecard.prove',
  inputs: { features },
  outputs: { decision: { ...decision, task: '' }, limit: { ...limit, task: '' } },
  fields: { decision: { values: DECISIONS, task: '' } },
  candidates: [
    {
      protection: 'zk',
      assurance: ZK_IN_ENCLAVE,
      status: 'ready',
      why: 'the decision must convince third parties without trust in hardware, and 33 integer weights are a small circuit; the prover sees the features, so it runs inside an enclave',
      tasks: [
        {
          suffix: '',
          operation: 'scorecard.prove',
          protection: 'zk',
          kind: 'zk.groth16',
          assurance: ZK_IN_ENCLAVE,
          inputs: { features: { ...features, from: 'step' } },
          outputs: {
            decision: { ...decision, readers: [], presentWhen: null },
            limit: { ...limit, readers: ['client'], presentWhen: null },
          },
          facts: { decision: DECISIONS },
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
      why: 'measured code can compute the score in microseconds; no runtime offers it yet',
      tasks: [],
    },
    {
      protection: 'fhe',
      assurance: FHE,
      status: 'infeasible',
      why: 'not implemented: thresholds are comparisons, about 7.8 s each over encrypted lanes on two cores, and only the key holder could open the decision',
      tasks: [],
    },
  ],
  parametersRequired: [],
  compensations: [],
};
