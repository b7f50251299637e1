import { ESTIMATES } from './estimates.js';
import { FHE, TEE, ZK_IN_ENCLAVE } from './levels.js';
import type { Operation } from './operation.js';

const inputs = {
  statement: { class: 'secret-text', alg: 'sha256', optional: false },
  application: { class: 'personal', alg: 'sha256', optional: false },
} as const;
const features = { class: 'personal', alg: 'poseidon-bn254' } as const;
/** What the model read and how sure it was; for the applicant alone. */
const findings = { class: 'personal', alg: 'sha256' } as const;

/** About 600 words. */
const STATEMENT_BYTES = 4_000;
const BLOCK_BYTES = 64;
/** One block of SHA-256 in circomlib. */
const CONSTRAINTS_PER_BLOCK = 30_000;
/** Embeddings of 16 384 tokens with 16 numbers each, and a hidden layer of 48. */
const MODEL_WEIGHTS = 263_000;
/** A private committed weight: 8 range bits, a product and its share of the hash; measured on small networks. */
const CONSTRAINTS_PER_WEIGHT = 10.7;
/** Where one Groth16 proof by snarkjs ends on two cores, at about 5 GiB of memory; extrapolated. */
const CONSTRAINTS_MAX = 1_100_000;

function zkReason(): string {
  const opening = Math.ceil(STATEMENT_BYTES / BLOCK_BYTES) * CONSTRAINTS_PER_BLOCK;
  const model = MODEL_WEIGHTS * CONSTRAINTS_PER_WEIGHT;
  return (
    `circuit too large: about ${millions(opening)} million constraints to open the commitment to a statement of ` +
    `${STATEMENT_BYTES} bytes and ${millions(model)} million for the committed weights of the model; ` +
    `the prover ends near ${millions(CONSTRAINTS_MAX)} million`
  );
}

function millions(constraints: number): string {
  return (constraints / 1_000_000).toFixed(1);
}

/** One compare of 16 384 encrypted 64-bit lanes with BGV, measured on two cores. */
const COMPARE_SECONDS = 7.8;

function fheReason(): string {
  return (
    `too slow: one comparison over encrypted lanes takes about ${COMPARE_SECONDS} s on two cores; splitting a text ` +
    'into words and every layer of a model are such comparisons one after the other, so minutes at least for what ' +
    'an enclave does in milliseconds'
  );
}

/** Reads a bank statement with a text model and checks it against the form; gives the scorecard's attributes. */
export const documentExtract: Operation = {
  name: 'document.extract',
  inputs,
  outputs: { features: { ...features, task: '' }, findings: { ...findings, task: '' } },
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
          outputs: {
            features: { ...features, readers: ['client'], presentWhen: null },
            findings: { ...findings, readers: ['client'], presentWhen: null },
          },
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
