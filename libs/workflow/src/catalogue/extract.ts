import { ESTIMATES } from './estimates.js';
import { FHE, TEE, ZK_IN_ENCLAVE } from './levels.js';
import type { Operation } from './operation.js';

const inputs = {
  statement: { class: 'secret-text', alg: 'sha256', optional: false },
  application: { class: 'personal', alg: 'sha256', optional: false },
} as const;
const features = { class: 'personal', alg: 'poseidon-bn254' } as const;

/** About 600 words, hashed into tokens inside the circuit. */
const STATEMENT_BYTES = 4_000;
/** A SHA-256 block of 64 bytes costs about 30 000 constraints in circomlib. */
const CONSTRAINTS_PER_BLOCK = 30_000;
const BLOCK_BYTES = 64;
/** One Groth16 proof with snarkjs on two cores and 5 GiB of memory. */
const CONSTRAINTS_MAX = 1_100_000;

function zkReason(): string {
  const blocks = Math.ceil(STATEMENT_BYTES / BLOCK_BYTES);
  const millions = ((blocks * CONSTRAINTS_PER_BLOCK) / 1_000_000).toFixed(1);
  return (
    `circuit too large: opening the commitment to a ${STATEMENT_BYTES}-byte statement alone is about ${millions} ` +
    `million constraints, before tokens and model; the prover ends near ${CONSTRAINTS_MAX / 1_000_000} million`
  );
}

/** One compare of 16 384 encrypted 64-bit lanes with BGV, measured on two cores. */
const COMPARE_SECONDS = 7.8;
/** Splitting text into words compares every byte with the separators. */
const TOKENIZER_COMPARES = 8;

function fheReason(): string {
  const seconds = Math.round(COMPARE_SECONDS * TOKENIZER_COMPARES);
  return (
    `too slow: one comparison over encrypted lanes takes ${COMPARE_SECONDS} s on two cores, so splitting the text ` +
    `into words alone is about ${seconds} s, and every activation of the model is one more comparison`
  );
}

/** Reads a bank statement with a text model and checks it against the form; gives the scorecard's attributes. */
export const documentExtract: Operation = {
  name: 'document.extract',
  inputs,
  outputs: { features: { ...features, task: '' } },
  fields: {},
  candidates: [
    {
      protection: 'tee',
      assurance: TEE,
      status: 'ready',
      why: 'a text model reads the whole statement in milliseconds; the operator of the machine is excluded by hardware',
      tasks: [
        {
          suffix: '',
          operation: 'document.extract',
          protection: 'tee',
          kind: 'tee.cpu',
          assurance: TEE,
          inputs: {
            statement: { ...inputs.statement, from: 'step' },
            application: { ...inputs.application, from: 'step' },
          },
          outputs: { features: { ...features, readers: ['client'], presentWhen: null } },
          facts: {},
          when: [],
          completes: null,
          ledgerState: false,
          timeoutMs: 60_000,
          attemptsMax: 3,
          estimate: ESTIMATES.extract,
        },
      ],
    },
    {
      protection: 'zk',
      assurance: ZK_IN_ENCLAVE,
      status: 'infeasible',
      why: zkReason(),
      tasks: [],
    },
    {
      protection: 'fhe',
      assurance: FHE,
      status: 'infeasible',
      why: fheReason(),
      tasks: [],
    },
  ],
  parametersRequired: [],
  compensations: [],
};
