/**
 * What is asked of the key enclave of a page ledger besides changes: to take the secrets over from recovery shares, and
 * to show something to somebody who may see it. Neither moves money, so neither has the ledger to itself, and each is
 * one task of one party.
 */
import { ESTIMATES } from './estimates.js';
import { TEE } from './levels.js';
import type { Operation, TaskOutput } from './operation.js';

const sealed = { class: 'financial-state', alg: 'sha256', optional: false } as const;
const ciphertext = { class: 'financial-state', alg: 'digest' } as const;

interface SecretsOperation {
  readonly name: string;
  /** The one sealed input. */
  readonly input: string;
  /** A ciphertext for somebody who is no party of the run. */
  readonly output: string | null;
  readonly outcome: string;
  readonly why: string;
}

function secretsOperation({ name, input, output, outcome, why }: SecretsOperation): Operation {
  const made: Readonly<Record<string, TaskOutput>> =
    output === null ? {} : { [output]: { ...ciphertext, readers: [], presentWhen: null } };
  return {
    name,
    inputs: { [input]: sealed },
    outputs: output === null ? {} : { [output]: { ...ciphertext, task: '' } },
    fields: { outcome: { values: [outcome], task: '' } },
    candidates: [
      {
        protection: 'tee',
        assurance: TEE,
        status: 'ready',
        why,
        tasks: [
          {
            suffix: '',
            operation: name,
            protection: 'tee',
            kind: 'tee.cpu',
            assurance: TEE,
            inputs: { [input]: { ...sealed, from: 'step' } },
            outputs: made,
            facts: { outcome: [outcome] },
            when: [],
            completes: null,
            ledgerState: false,
            timeoutMs: 120_000,
            attemptsMax: 3,
            estimate: ESTIMATES.authorize,
          },
        ],
      },
    ],
    parametersRequired: ['ledger'],
    compensations: [],
  };
}

/** An enclave takes the ledger over from the shares of its recovery holders. */
export const ledgerRecover = secretsOperation({
  name: 'ledger.recover',
  input: 'shares',
  output: null,
  outcome: 'recovered',
  why: 'the shares meet inside an enclave alone, which holds what they open against the signed chain and the pages',
});

/** Shows a batch to a viewer of the charter, or an account to its owner. */
export const ledgerDisclose = secretsOperation({
  name: 'ledger.disclose',
  input: 'request',
  output: 'answer',
  outcome: 'answered',
  why: 'only the key enclave can open what is asked for; the answer is sealed to who asked, and looks the same for a no',
});
