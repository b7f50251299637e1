import { ESTIMATES } from './estimates.js';
import { FHE, TEE, ZK_IN_ENCLAVE } from './levels.js';
import type { Operation } from './operation.js';

const session = { class: 'secret-text', alg: 'sha256', optional: false } as const;
const usage = { class: 'disclosable', alg: 'public' } as const;

/** Steps whose worker answers calls of the client while it has them; see ADR 020. */
const OPEN: ReadonlySet<string> = new Set(['model.converse']);

export function staysOpen(operation: string): boolean {
  return OPEN.has(operation);
}

/**
 * A conversation with a model: its worker fronts a server of its own and answers sealed calls until the client closes.
 * What was asked and answered leaves no trace; what it came to is signed call by call.
 */
export const modelConverse: Operation = {
  name: 'model.converse',
  inputs: { session },
  outputs: { usage: { ...usage, task: '' } },
  fields: {},
  candidates: [
    {
      protection: 'tee',
      assurance: TEE,
      status: 'ready',
      why: 'a language model answers in an enclave as fast as outside of one; the operator of the machine is excluded by hardware',
      tasks: [
        {
          suffix: '',
          operation: 'model.converse',
          protection: 'tee',
          kind: 'tee.cpu',
          assurance: TEE,
          inputs: { session: { ...session, from: 'step' } },
          outputs: { usage: { ...usage, readers: [], presentWhen: null } },
          facts: {},
          when: [],
          completes: null,
          ledgerState: false,
          timeoutMs: 3_600_000,
          // Another worker knows nothing of what was said: the client begins a new run.
          attemptsMax: 1,
          estimate: ESTIMATES.converse,
        },
      ],
    },
    {
      protection: 'zk',
      assurance: ZK_IN_ENCLAVE,
      status: 'infeasible',
      why: 'not implemented: a token of the smallest useful model is some hundred million products, each a constraint; the prover ends near a million',
      tasks: [],
    },
    {
      protection: 'fhe',
      assurance: FHE,
      status: 'infeasible',
      why: 'not implemented: every layer of a model compares, about 7.8 s for each batch of encrypted lanes on two cores',
      tasks: [],
    },
  ],
  parametersRequired: ['weights', 'inputNanosPerToken', 'outputNanosPerToken'],
  compensations: [],
};
