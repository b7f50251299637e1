/**
 * Ledger operations move encrypted balances. Each is two tasks of two parties:
 *
 * `authorize` runs in the key enclave, the only party that holds the decryption key: it checks the sealed intent
 * and makes one ciphertext delta per page and a signed receipt. `apply` runs in the keyless service: it adds, and
 * anybody can repeat the addition bit for bit. Neither can move value alone.
 */
import { weakestAssurance } from '../definition/assurance.js';
import { ESTIMATES } from './estimates.js';
import { FHE, TEE, ZK_IN_ENCLAVE } from './levels.js';
import type { Candidate, InputPort, Operation, TaskOutput, TaskTemplate } from './operation.js';

const AUTHORIZE = 'authorize';
const APPLY = 'apply';

const sealed = { class: 'financial-state', alg: 'sha256' } as const;
const ciphertext = { class: 'financial-state', alg: 'digest' } as const;
const disclosed = { class: 'disclosable', alg: 'public' } as const;

/** The key enclave keeps what it set aside: no death of a worker may leave money frozen. */
const reservation = { ...sealed, optional: false, keptByExecutor: true } as const;

interface LedgerOperation {
  readonly name: string;
  readonly inputs: Readonly<Record<string, InputPort>>;
  /** Values of the fact `outcome`; only with the first one does anything move. */
  readonly outcomes: readonly [string, ...string[]];
  /** Ciphertexts that `authorize` makes and `apply` takes. */
  readonly ciphertexts: readonly [string, string];
  /** Sealed result of `authorize` that other steps or the client read. */
  readonly result: string | null;
  readonly resultMustBeClosed?: true;
  readonly compensations: readonly string[];
}

const DELTAS = ['deltaAvailable', 'deltaReserved'] as const;
const PAGES = ['pageAvailable', 'pageReserved'] as const;

function ledgerOperation(spec: LedgerOperation): Operation {
  const result = spec.result === null ? [] : [spec.result];
  return {
    name: spec.name,
    inputs: spec.inputs,
    outputs: {
      ...Object.fromEntries(
        result.map((port) => [
          port,
          { ...sealed, task: AUTHORIZE, ...(spec.resultMustBeClosed ? { mustBeClosed: true as const } : {}) },
        ]),
      ),
      receipt: { ...disclosed, task: AUTHORIZE },
    },
    fields: { outcome: { values: spec.outcomes, task: AUTHORIZE } },
    candidates: [fheCandidate(spec), teeCandidate, zkCandidate],
    parametersRequired: ['ledger'],
    compensations: spec.compensations,
  };
}

function fheCandidate(spec: LedgerOperation): Candidate {
  return {
    protection: 'fhe',
    assurance: weakestAssurance([TEE, FHE]),
    status: 'ready',
    why: 'balances stay encrypted for everybody but the key enclave, at rest and while they change; the keyless service adds ciphertexts and anyone can replay the sum. Amounts are checked inside the key enclave, so the step as a whole is worth ATTESTED and ENCLAVE',
    tasks: [authorizeTask(spec), applyTask(spec)],
  };
}

const teeCandidate: Candidate = {
  protection: 'tee',
  assurance: TEE,
  status: 'planned',
  why: 'an enclave that keeps plaintext balances leaves nothing that an outsider could replay, and whoever breaks it can change a balance unseen; no runtime offers it',
  tasks: [],
};

const zkCandidate: Candidate = {
  protection: 'zk',
  assurance: ZK_IN_ENCLAVE,
  status: 'planned',
  why: 'a range proof on the new balance by the payer, who would have to be online for every transfer; no circuit for it yet',
  tasks: [],
};

function authorizeTask(spec: LedgerOperation): TaskTemplate {
  const moved = { field: 'outcome', in: [spec.outcomes[0]] };
  const presentWhen = spec.outcomes.length > 1 ? moved : null;
  const outputs: [string, TaskOutput][] = [
    ...spec.ciphertexts.map((port): [string, TaskOutput] => [
      port,
      { ...ciphertext, readers: [], presentWhen },
    ]),
    ['receipt', { ...disclosed, readers: [], presentWhen }],
  ];
  if (spec.result !== null) outputs.push([spec.result, { ...sealed, readers: ['client'], presentWhen }]);
  return {
    suffix: AUTHORIZE,
    operation: `${spec.name}.${AUTHORIZE}`,
    protection: 'tee',
    kind: 'tee.cpu',
    assurance: TEE,
    inputs: Object.fromEntries(
      Object.entries(spec.inputs).map(([port, input]) => [port, { ...input, from: 'step' as const }]),
    ),
    outputs: Object.fromEntries(outputs),
    facts: { outcome: spec.outcomes },
    when: [],
    completes: null,
    ledgerState: true,
    timeoutMs: 60_000,
    attemptsMax: 3,
    estimate: ESTIMATES.authorize,
  };
}

function applyTask(spec: LedgerOperation): TaskTemplate {
  const fromAuthorize = { optional: false, from: { task: AUTHORIZE } };
  return {
    suffix: APPLY,
    operation: `${spec.name}.${APPLY}`,
    protection: 'fhe',
    kind: 'fhe.bfv',
    assurance: FHE,
    inputs: {
      ...Object.fromEntries(spec.ciphertexts.map((port) => [port, { ...ciphertext, ...fromAuthorize }])),
      receipt: { ...disclosed, ...fromAuthorize },
    },
    outputs: Object.fromEntries(
      PAGES.map((port) => [port, { ...ciphertext, readers: [], presentWhen: null } satisfies TaskOutput]),
    ),
    facts: {},
    when: [{ task: AUTHORIZE, field: 'outcome', in: [spec.outcomes[0]] }],
    // What the enclave signed is carried through: no bundle shall hold a signed change that never happened.
    completes: AUTHORIZE,
    ledgerState: true,
    // Long: the run may end meanwhile, but the signed change must not be lost to a service that is away for a while.
    timeoutMs: 300_000,
    attemptsMax: 10,
    estimate: ESTIMATES.apply,
  };
}

/** Makes a ledger from a signed charter: genesis pages under a new key of the key enclave. */
export const ledgerOpen = ledgerOperation({
  name: 'ledger.open',
  inputs: { charter: { ...sealed, optional: false } },
  outcomes: ['opened'],
  ciphertexts: PAGES,
  result: null,
  compensations: [],
});

/** Sets an amount aside if there is enough of it; `insufficient` is an answer, visible and not an error. */
export const ledgerReserve = ledgerOperation({
  name: 'ledger.reserve',
  inputs: {
    intent: { ...sealed, optional: false },
    limit: { class: 'financial-state', alg: 'poseidon-bn254', optional: false },
    decision: { ...disclosed, optional: false },
    review: { ...disclosed, optional: true },
  },
  outcomes: ['reserved', 'insufficient'],
  ciphertexts: DELTAS,
  result: 'reservation',
  resultMustBeClosed: true,
  compensations: [],
});

export const ledgerCommit = ledgerOperation({
  name: 'ledger.commit',
  inputs: { reservation },
  outcomes: ['committed'],
  ciphertexts: DELTAS,
  result: 'settlement',
  compensations: ['ledger.release'],
});

export const ledgerRelease = ledgerOperation({
  name: 'ledger.release',
  inputs: { reservation },
  outcomes: ['released'],
  ciphertexts: DELTAS,
  result: null,
  // A release that its condition skips would leave the amount frozen as well.
  compensations: ['ledger.release'],
});
