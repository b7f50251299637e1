import { canonicalBytes, digestOf, type Json, type JsonObject } from '#canonical';

/* Plans in the form that the planner gives them, cut to what bundles of tests need. */

const tee = { integrity: 'ATTESTED', confidentiality: 'ENCLAVE' };
const zk = { integrity: 'PROVED', confidentiality: 'ENCLAVE' };
const fhe = { integrity: 'REPLAYED', confidentiality: 'ENCRYPTED' };
const human = { integrity: 'SIGNED', confidentiality: 'OPERATOR_VISIBLE' };

type Port = [port: string, edge: string, alg: string, optional?: boolean];

interface TaskParts {
  readonly id: string;
  readonly step: string;
  readonly operation: string;
  readonly kind: string;
  readonly assurance: JsonObject;
  readonly inputs: readonly Port[];
  readonly outputs: readonly [port: string, alg: string, presentWhen?: JsonObject][];
  readonly facts?: JsonObject;
  readonly when?: readonly JsonObject[];
  readonly completes?: string;
  readonly compensates?: string;
  readonly parameters?: JsonObject;
}

const condition = (field: string, values: readonly string[], orSkipped = false): JsonObject => ({
  field,
  in: values,
  orSkipped,
});

function task(parts: TaskParts): JsonObject {
  return {
    id: parts.id,
    step: parts.step,
    operation: parts.operation,
    protection: parts.kind.split('.')[0] ?? '',
    kind: parts.kind,
    assurance: parts.assurance,
    inputs: parts.inputs.map(([port, edge, alg, optional = false]) => ({
      port,
      edge,
      class: 'any',
      alg,
      optional,
    })),
    outputs: parts.outputs.map(([port, alg, presentWhen]) => ({
      port,
      edge: `${parts.id}/${port}`,
      class: 'any',
      alg,
      consumers: [],
      readers: [],
      presentWhen: presentWhen ?? null,
    })),
    facts: parts.facts ?? {},
    when: parts.when ?? [],
    after: [],
    completes: parts.completes ?? null,
    compensates: parts.compensates ?? null,
    timeoutMs: 60_000,
    attemptsMax: 3,
    ledgerState: parts.operation.startsWith('ledger.'),
    parameters: parts.parameters ?? {},
  };
}

function ledgerTasks(
  prefix: string,
  operation: string,
  inputs: readonly Port[],
  outcomes: readonly string[],
  result: string | null,
  more: Partial<TaskParts> = {},
): JsonObject[] {
  const moved = condition(`${prefix}.authorize/outcome`, outcomes.slice(0, 1));
  const step = more.step ?? prefix;
  const compensates = more.compensates === undefined ? {} : { compensates: more.compensates };
  return [
    task({
      id: `${prefix}.authorize`,
      step,
      operation: `${operation}.authorize`,
      kind: 'tee.cpu',
      assurance: tee,
      inputs,
      outputs: [
        ['deltaAvailable', 'digest', moved],
        ['deltaReserved', 'digest', moved],
        ['receipt', 'public', moved],
        ...(result === null ? [] : [[result, 'sha256', moved] as [string, string, JsonObject]]),
      ],
      facts: { outcome: outcomes },
      parameters: { ledger: 'demo' },
      ...(more.when === undefined ? {} : { when: more.when }),
      ...compensates,
    }),
    task({
      id: `${prefix}.apply`,
      step,
      operation: `${operation}.apply`,
      kind: 'fhe.bfv',
      assurance: fhe,
      inputs: [
        ['deltaAvailable', `${prefix}.authorize/deltaAvailable`, 'digest'],
        ['deltaReserved', `${prefix}.authorize/deltaReserved`, 'digest'],
        ['receipt', `${prefix}.authorize/receipt`, 'public'],
      ],
      outputs: [
        ['pageAvailable', 'digest'],
        ['pageReserved', 'digest'],
      ],
      when: [moved],
      completes: `${prefix}.authorize`,
      parameters: { ledger: 'demo' },
      ...compensates,
    }),
  ];
}

/** The plan of a credit run. */
export function creditPlan(): JsonObject {
  const definition = {
    schema: 'sealflow/workflow/v1',
    name: 'credit',
    version: 1,
    inputs: {
      application: { class: 'personal', type: 'json', bytesMax: 4096 },
      intent: { class: 'financial-state', type: 'json', bytesMax: 4096 },
    },
  };
  const tasks: Json[] = [
    task({
      id: 'extract',
      step: 'extract',
      operation: 'document.extract',
      kind: 'tee.cpu',
      assurance: tee,
      inputs: [['application', 'inputs/application', 'sha256']],
      outputs: [['features', 'poseidon-bn254']],
    }),
    task({
      id: 'score',
      step: 'score',
      operation: 'scorecard.prove',
      kind: 'zk.groth16',
      assurance: zk,
      inputs: [['features', 'extract/features', 'poseidon-bn254']],
      outputs: [
        ['decision', 'public'],
        ['limit', 'poseidon-bn254'],
      ],
      facts: { decision: ['decline', 'review', 'approve'] },
    }),
    task({
      id: 'review',
      step: 'review',
      operation: 'human.approve',
      kind: 'human',
      assurance: human,
      inputs: [['decision', 'score/decision', 'public']],
      outputs: [['decision', 'public']],
      facts: { decision: ['approve', 'decline'] },
      when: [condition('score/decision', ['review'])],
    }),
    ...ledgerTasks(
      'reserve',
      'ledger.reserve',
      [
        ['intent', 'inputs/intent', 'sha256'],
        ['limit', 'score/limit', 'poseidon-bn254'],
        ['decision', 'score/decision', 'public'],
        ['review', 'review/decision', 'public', true],
      ],
      ['reserved', 'insufficient'],
      'reservation',
      {
        when: [
          condition('score/decision', ['approve', 'review']),
          condition('review/decision', ['approve'], true),
        ],
      },
    ),
    ...ledgerTasks(
      'settle',
      'ledger.commit',
      [['reservation', 'reserve.authorize/reservation', 'sha256']],
      ['committed'],
      'settlement',
    ),
    ...ledgerTasks(
      'settle.release',
      'ledger.release',
      [['reservation', 'reserve.authorize/reservation', 'sha256']],
      ['released'],
      null,
      {
        step: 'settle',
        compensates: 'settle',
      },
    ),
  ];
  return plan(definition, tasks, {
    rejected: [
      condition('score/decision', ['decline']),
      condition('reserve.authorize/outcome', ['insufficient']),
      condition('review/decision', ['decline']),
    ],
    outputs: {
      decision: 'score/decision',
      limit: 'score/limit',
      settlement: 'settle.authorize/settlement',
    },
  });
}

/** The plan that opens a ledger. */
export function openingPlan(): JsonObject {
  const definition = {
    schema: 'sealflow/workflow/v1',
    name: 'ledger-open',
    version: 1,
    inputs: { charter: { class: 'financial-state', type: 'json', bytesMax: 4096 } },
  };
  const opened = condition('open.authorize/outcome', ['opened']);
  const authorize = task({
    id: 'open.authorize',
    step: 'open',
    operation: 'ledger.open.authorize',
    kind: 'tee.cpu',
    assurance: tee,
    inputs: [['charter', 'inputs/charter', 'sha256']],
    outputs: [
      ['pageAvailable', 'digest'],
      ['pageReserved', 'digest'],
      ['receipt', 'public'],
    ],
    facts: { outcome: ['opened'] },
    parameters: { ledger: 'demo' },
  });
  const apply = task({
    id: 'open.apply',
    step: 'open',
    operation: 'ledger.open.apply',
    kind: 'fhe.bfv',
    assurance: fhe,
    inputs: [
      ['pageAvailable', 'open.authorize/pageAvailable', 'digest'],
      ['pageReserved', 'open.authorize/pageReserved', 'digest'],
      ['receipt', 'open.authorize/receipt', 'public'],
    ],
    outputs: [
      ['pageAvailable', 'digest'],
      ['pageReserved', 'digest'],
    ],
    when: [opened],
    completes: 'open.authorize',
    parameters: { ledger: 'demo' },
  });
  return plan(definition, [authorize, apply], {
    rejected: [],
    outputs: { receipt: 'open.authorize/receipt' },
  });
}

/** The plan of a batch on a ledger of pages. */
export function batchPlan(): JsonObject {
  const definition = {
    schema: 'sealflow/workflow/v1',
    name: 'ledger-batch',
    version: 1,
    inputs: { intents: { class: 'financial-state', type: 'ciphertext', bytesMax: 4096 } },
  };
  const authorize = task({
    id: 'batch.authorize',
    step: 'batch',
    operation: 'ledger.batch.authorize',
    kind: 'tee.cpu',
    assurance: tee,
    inputs: [['intents', 'inputs/intents', 'digest']],
    outputs: [
      ['outcomes', 'digest'],
      ['receipt', 'public'],
    ],
    facts: { outcome: ['applied'] },
    parameters: { ledger: 'demo' },
  });
  const apply = task({
    id: 'batch.apply',
    step: 'batch',
    operation: 'ledger.batch.apply',
    kind: 'fhe.bfv',
    assurance: fhe,
    inputs: [['receipt', 'batch.authorize/receipt', 'public']],
    outputs: [],
    completes: 'batch.authorize',
    parameters: { ledger: 'demo' },
  });
  return plan(definition, [authorize, apply], {
    rejected: [],
    outputs: { receipt: 'batch.authorize/receipt' },
  });
}

/** The plan of a run whose intent a batch of a ledger of pages carries. */
export function settlingPlan(): JsonObject {
  const definition = {
    schema: 'sealflow/workflow/v1',
    name: 'settling',
    version: 1,
    inputs: { intents: { class: 'financial-state', type: 'ciphertext', bytesMax: 4096 } },
  };
  const confirm = task({
    id: 'settle.confirm',
    step: 'settle',
    operation: 'pages.commit.confirm',
    kind: 'tee.cpu',
    assurance: tee,
    inputs: [['envelope', 'inputs/intents', 'digest']],
    outputs: [['receipt', 'public']],
    facts: { outcome: ['committed', 'refused'] },
    parameters: { ledger: 'demo' },
  });
  const replay = task({
    id: 'settle.replay',
    step: 'settle',
    operation: 'pages.commit.replay',
    kind: 'fhe.bfv',
    assurance: fhe,
    inputs: [['receipt', 'settle.confirm/receipt', 'public']],
    outputs: [],
    completes: 'settle.confirm',
    parameters: { ledger: 'demo' },
  });
  return plan(definition, [confirm, replay], {
    rejected: [],
    outputs: { receipt: 'settle.confirm/receipt' },
  });
}

function plan(definition: JsonObject, tasks: readonly Json[], ends: JsonObject): JsonObject {
  return {
    v: 'sealflow/plan/v1',
    definition,
    definitionDigest: digestOf(canonicalBytes(definition)),
    minimums: { classes: {}, fields: {} },
    connected: [],
    parameters: {},
    tasks,
    routes: [],
    estimate: { seconds: 3, memoryMiB: 512, costMicros: 100 },
    ...ends,
  };
}
