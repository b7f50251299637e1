/**
 * Operations of the page ledger (ADR 014). Each is two tasks of two parties, as those of the ledger with one page:
 * `authorize` runs in the key enclave, which opens intents and balances and signs a receipt; `apply` runs in the
 * keyless service, which makes the very pages that the receipt names by additions that anybody can repeat.
 *
 * How many pages a change touches is not known when it is planned, so pages are no ports: they are blobs that the
 * signed receipt names by digest.
 */
import { weakestAssurance } from '../definition/assurance.js';
import { ESTIMATES } from './estimates.js';
import { FHE, TEE } from './levels.js';
import type { Candidate, InputPort, Operation, TaskOutput, TaskTemplate } from './operation.js';

const AUTHORIZE = 'authorize';
const APPLY = 'apply';

const ciphertext = { class: 'financial-state', alg: 'digest' } as const;
const disclosed = { class: 'disclosable', alg: 'public' } as const;

interface PageOperation {
  readonly name: string;
  readonly inputs: Readonly<Record<string, InputPort>>;
  /** What `authorize` makes besides the receipt. */
  readonly outputs: Readonly<Record<string, Pick<TaskOutput, 'class' | 'alg'>>>;
  readonly outcome: string;
}

function pageOperation(spec: PageOperation): Operation {
  return {
    name: spec.name,
    inputs: spec.inputs,
    outputs: {
      ...Object.fromEntries(
        Object.entries(spec.outputs).map(([port, output]) => [port, { ...output, task: AUTHORIZE }]),
      ),
      receipt: { ...disclosed, task: AUTHORIZE },
    },
    fields: { outcome: { values: [spec.outcome], task: AUTHORIZE } },
    candidates: [candidate(spec)],
    parametersRequired: ['ledger'],
    compensations: [],
  };
}

function candidate(spec: PageOperation): Candidate {
  return {
    protection: 'fhe',
    assurance: weakestAssurance([TEE, FHE]),
    status: 'ready',
    why: 'balances stay encrypted for everybody but the key enclave, at rest and while they change; the keyless service adds ciphertexts and anyone can replay the sums. Intents are opened and checked inside the key enclave, so the step as a whole is worth ATTESTED and ENCLAVE',
    tasks: [authorizeTask(spec), applyTask(spec)],
  };
}

function authorizeTask(spec: PageOperation): TaskTemplate {
  const made = { readers: [], presentWhen: null };
  return {
    suffix: AUTHORIZE,
    operation: `${spec.name}.${AUTHORIZE}`,
    protection: 'tee',
    kind: 'tee.cpu',
    assurance: TEE,
    inputs: Object.fromEntries(
      Object.entries(spec.inputs).map(([port, input]) => [port, { ...input, from: 'step' as const }]),
    ),
    outputs: {
      ...Object.fromEntries(
        Object.entries(spec.outputs).map(([port, output]) => [port, { ...output, ...made }]),
      ),
      receipt: { ...disclosed, ...made },
    },
    facts: { outcome: [spec.outcome] },
    when: [],
    completes: null,
    ledgerState: true,
    timeoutMs: 60_000,
    attemptsMax: 5,
    estimate: ESTIMATES.authorize,
  };
}

function applyTask(spec: PageOperation): TaskTemplate {
  return {
    suffix: APPLY,
    operation: `${spec.name}.${APPLY}`,
    protection: 'fhe',
    kind: 'fhe.bfv',
    assurance: FHE,
    inputs: { receipt: { ...disclosed, optional: false, from: { task: AUTHORIZE } } },
    outputs: {},
    facts: {},
    when: [],
    // What the enclave signed is carried through: no bundle shall hold a signed change that never happened.
    completes: AUTHORIZE,
    ledgerState: true,
    timeoutMs: 300_000,
    attemptsMax: 10,
    estimate: ESTIMATES.apply,
  };
}

/** Makes a ledger of pages from a signed charter, and splits its secrets among those who may recover it. */
export const ledgerFound = pageOperation({
  name: 'ledger.found',
  inputs: { charter: { class: 'financial-state', alg: 'sha256', optional: false } },
  outputs: { shares: disclosed },
  outcome: 'founded',
});

/** Applies a batch of sealed intents. One that is refused moves nothing and says why to its owner alone. */
export const ledgerBatch = pageOperation({
  name: 'ledger.batch',
  inputs: { intents: { ...ciphertext, optional: false } },
  outputs: { outcomes: ciphertext },
  outcome: 'applied',
});

/** Another state of the key of one epoch, by a signed order of the issuer. */
export const ledgerKey = pageOperation({
  name: 'ledger.key',
  inputs: { order: { class: 'financial-state', alg: 'sha256', optional: false } },
  outputs: { shares: disclosed },
  outcome: 'ordered',
});

/** Puts the pages, and the intents to come, under keys of a new epoch. */
export const ledgerRotate = pageOperation({
  name: 'ledger.rotate',
  inputs: {},
  outputs: { shares: disclosed },
  outcome: 'rotated',
});
