/**
 * A run that settles on a ledger of pages. Its intents are decided in batches with those of others, so a step is three
 * tasks around the queue of the ledger:
 *
 * `submit` runs in the key enclave: it opens what the owner signed, holds it against the proven decision, and seals one
 * intent to the ledger. `confirm` waits for the batch that carried it, and says under the receipt of that batch what
 * became of it. `replay` runs in the keyless service: it makes the pages of that receipt again, so that the bundle of
 * the run has the additions that moved its money, and anybody can repeat them.
 */
import { weakestAssurance } from '../definition/assurance.js';
import { ESTIMATES } from './estimates.js';
import { FHE, TEE } from './levels.js';
import type { Candidate, InputPort, Operation, TaskOutput, TaskTemplate } from './operation.js';

const SUBMIT = 'submit';
const CONFIRM = 'confirm';
const REPLAY = 'replay';

const ciphertext = { class: 'financial-state', alg: 'digest' } as const;
const disclosed = { class: 'disclosable', alg: 'public' } as const;
const made = { readers: [], presentWhen: null } as const;
const fromSubmit = { ...ciphertext, optional: false, from: { task: SUBMIT } } as const;

interface SettlementOperation {
  readonly name: string;
  readonly inputs: Readonly<Record<string, InputPort>>;
  /** Values of the fact `outcome`; with the first one the intent was applied. */
  readonly outcomes: readonly [string, ...string[]];
  /** Others with which something moved. */
  readonly alsoApplied?: readonly string[];
  /** Whether something is held afterwards that a later step has to close. */
  readonly holds: boolean;
  readonly compensations: readonly string[];
  /** Whose task confirms, where what becomes of an intent does not depend on what it was held against. */
  readonly confirmedAs?: string;
  /** Whose task makes the pages again. */
  readonly replayedAs?: string;
}

function settlementOperation(spec: SettlementOperation): Operation {
  return {
    name: spec.name,
    inputs: spec.inputs,
    outputs: {
      ...(spec.holds ? { reservation: { ...ciphertext, task: CONFIRM, mustBeClosed: true as const } } : {}),
      receipt: { ...disclosed, task: CONFIRM },
    },
    fields: { outcome: { values: spec.outcomes, task: CONFIRM } },
    candidates: [candidate(spec)],
    parametersRequired: ['ledger'],
    compensations: spec.compensations,
  };
}

function candidate(spec: SettlementOperation): Candidate {
  return {
    protection: 'fhe',
    assurance: weakestAssurance([TEE, FHE]),
    status: 'ready',
    why: 'the intent is decided in a batch with those of others, so nobody but the key enclave learns what moved; the additions of that batch are made again for this run, and anyone can repeat them. The amount is checked inside the key enclave, so the step as a whole is worth ATTESTED and ENCLAVE',
    tasks: [submitTask(spec), confirmTask(spec), replayTask(spec)],
  };
}

function submitTask(spec: SettlementOperation): TaskTemplate {
  return {
    suffix: SUBMIT,
    operation: `${spec.name}.${SUBMIT}`,
    protection: 'tee',
    kind: 'tee.cpu',
    assurance: TEE,
    inputs: Object.fromEntries(
      Object.entries(spec.inputs).map(([port, input]) => [port, { ...input, from: 'step' as const }]),
    ),
    outputs: {
      envelope: { ...ciphertext, ...made },
      ...(spec.holds ? { held: { ...ciphertext, ...made } } : {}),
    },
    facts: {},
    when: [],
    completes: null,
    ledgerState: true,
    timeoutMs: 60_000,
    attemptsMax: 3,
    estimate: ESTIMATES.authorize,
  };
}

function confirmTask(spec: SettlementOperation): TaskTemplate {
  const applied = { field: 'outcome', in: [spec.outcomes[0]] };
  const reservation: TaskOutput = { ...ciphertext, readers: [], presentWhen: applied };
  return {
    suffix: CONFIRM,
    operation: `${spec.confirmedAs ?? spec.name}.${CONFIRM}`,
    protection: 'tee',
    kind: 'tee.cpu',
    assurance: TEE,
    inputs: { envelope: fromSubmit, ...(spec.holds ? { held: fromSubmit } : {}) },
    outputs: { receipt: { ...disclosed, ...made }, ...(spec.holds ? { reservation } : {}) },
    facts: { outcome: spec.outcomes },
    when: [],
    // The intent is in the queue: whatever becomes of the run, its evidence says what became of the money.
    completes: SUBMIT,
    ledgerState: true,
    timeoutMs: 300_000,
    attemptsMax: 10,
    estimate: ESTIMATES.authorize,
  };
}

function replayTask(spec: SettlementOperation): TaskTemplate {
  return {
    suffix: REPLAY,
    operation: `${spec.replayedAs ?? spec.name}.${REPLAY}`,
    protection: 'fhe',
    kind: 'fhe.bfv',
    assurance: FHE,
    inputs: { receipt: { ...disclosed, optional: false, from: { task: CONFIRM } } },
    outputs: {},
    facts: {},
    when: [{ task: CONFIRM, field: 'outcome', in: [spec.outcomes[0], ...(spec.alsoApplied ?? [])] }],
    completes: CONFIRM,
    ledgerState: true,
    timeoutMs: 300_000,
    attemptsMax: 10,
    estimate: ESTIMATES.apply,
  };
}

/** Sets an amount aside that the owner signed for, once the decision is proved; `insufficient` is an answer. */
export const pagesReserve = settlementOperation({
  name: 'pages.reserve',
  inputs: {
    settlement: { class: 'financial-state', alg: 'sha256', optional: false },
    limit: { class: 'financial-state', alg: 'poseidon-bn254', optional: false },
    decision: { ...disclosed, optional: false },
    review: { ...disclosed, optional: true },
  },
  outcomes: ['reserved', 'insufficient', 'refused'],
  holds: true,
  compensations: [],
});

/**
 * Sets aside what an order is about once a claim is proved that comes to exactly that. Circuit, tables, provider, claim
 * and encounter that the proof must name are said in the order, which the owner of the account sealed to the ledger.
 */
export const pagesReserveClaim = settlementOperation({
  name: 'pages.reserve-claim',
  confirmedAs: 'pages.reserve',
  replayedAs: 'pages.reserve',
  inputs: {
    order: { class: 'financial-state', alg: 'sha256', optional: false },
    outcome: { class: 'financial-state', alg: 'poseidon-bn254', optional: false },
    rule: { ...disclosed, optional: false },
  },
  outcomes: ['reserved', 'insufficient', 'refused'],
  holds: true,
  compensations: [],
});

/** Sets the most of a payment aside that an agent signed for, before anything of what it pays for is used. */
export const pagesReserveUsage = settlementOperation({
  name: 'pages.reserve-usage',
  replayedAs: 'pages.reserve',
  inputs: { order: { class: 'financial-state', alg: 'sha256', optional: false } },
  outcomes: ['reserved', 'insufficient', 'refused'],
  holds: true,
  compensations: [],
});

/** Sealed to the ledger's own key, which no death of a worker takes along. */
const reservation = { ...ciphertext, optional: false } as const;

/** Hands what is set aside to its payee, and the rest back. */
export const pagesCommit = settlementOperation({
  name: 'pages.commit',
  inputs: { reservation },
  outcomes: ['committed', 'refused'],
  holds: false,
  compensations: ['pages.release'],
});

/** Gives back what is set aside. */
export const pagesRelease = settlementOperation({
  name: 'pages.release',
  inputs: { reservation },
  outcomes: ['released', 'refused'],
  holds: false,
  compensations: ['pages.release'],
});

/** Hands exactly what an attested step states as its charge to the payee, and the rest back; nothing used is all given back. */
export const pagesCommitUsage = settlementOperation({
  name: 'pages.commit-usage',
  replayedAs: 'pages.commit',
  inputs: { reservation, usage: { ...disclosed, optional: false } },
  outcomes: ['committed', 'released', 'refused'],
  alsoApplied: ['released'],
  holds: false,
  compensations: ['pages.release'],
});
