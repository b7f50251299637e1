import { ESTIMATES } from './estimates.js';
import { FHE, TEE, ZK_IN_ENCLAVE } from './levels.js';
import type { Operation, TaskTemplate } from './operation.js';

const features = { class: 'personal', alg: 'poseidon-bn254', optional: false } as const;
const decision = { class: 'disclosable', alg: 'public' } as const;
const DECISIONS = ['decline', 'review', 'approve'] as const;

type Runtime = Pick<
  TaskTemplate,
  'operation' | 'protection' | 'kind' | 'assurance' | 'estimate' | 'timeoutMs'
>;

function task(runtime: Runtime): TaskTemplate {
  return {
    suffix: '',
    inputs: { features: { ...features, from: 'step' } },
    outputs: { decision: { ...decision, readers: [], presentWhen: null } },
    facts: { decision: DECISIONS },
    when: [],
    completes: null,
    ledgerState: false,
    attemptsMax: 3,
    ...runtime,
  };
}

/**
 * Runs committed attributes through the quantised credit network. Integers only: the enclave and the circuit compute
 * the same decision bit for bit, so a workflow may ask both and compare.
 */
export const creditDecide: Operation = {
  name: 'credit.decide',
  inputs: { features },
  outputs: { decision: { ...decision, task: '' } },
  fields: { decision: { values: DECISIONS, task: '' } },
  candidates: [
    {
      protection: 'tee',
      assurance: TEE,
      status: 'ready',
      why: 'measured code runs a small integer network in less than a millisecond; whoever needs to be convinced without trust in hardware asks for PROVED',
      tasks: [
        task({
          operation: 'credit.decide.enclave',
          protection: 'tee',
          kind: 'tee.cpu',
          assurance: TEE,
          timeoutMs: 60_000,
          estimate: ESTIMATES.decide,
        }),
      ],
    },
    {
      protection: 'zk',
      assurance: ZK_IN_ENCLAVE,
      status: 'ready',
      why: 'with its weights in the verification key the network is about 900 constraints; the prover sees the features, so it runs inside an enclave',
      tasks: [
        task({
          operation: 'credit.decide.circuit',
          protection: 'zk',
          kind: 'zk.groth16',
          assurance: ZK_IN_ENCLAVE,
          timeoutMs: 120_000,
          estimate: ESTIMATES.prove,
        }),
      ],
    },
    {
      protection: 'fhe',
      assurance: FHE,
      status: 'infeasible',
      why: 'not implemented: every ReLU is a comparison, about 7.8 s each over encrypted lanes on two cores',
      tasks: [],
    },
  ],
  parametersRequired: [],
  compensations: [],
};
