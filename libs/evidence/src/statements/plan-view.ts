import { canonicalBytes, type Digest, digestOf, type JsonObject } from '#canonical';
import { FieldReader } from '../field-reader.js';
import {
  type AssurancePair,
  confidentialityLevels,
  integrityLevels,
  type StepKind,
  stepKinds,
} from './step.js';

/*
 * The part of a signed plan that a bundle is checked against. The orchestrator that wrote the plan is not trusted with
 * it: a plan is believed because the client pinned its digest and every executor signed that digest again.
 */

export interface PlanView {
  readonly definitionDigest: Digest;
  /** With a name for each value of a list. */
  readonly inputNames: readonly string[];
  readonly tasks: readonly PlanViewTask[];
  readonly rejected: readonly PlanViewCondition[];
  /** Result name to edge. */
  readonly outputs: ReadonlyMap<string, string>;
}

export interface PlanViewTask {
  readonly id: string;
  readonly step: string;
  readonly operation: string;
  readonly kind: StepKind;
  readonly assurance: AssurancePair;
  readonly inputs: readonly {
    readonly port: string;
    readonly edge: string;
    readonly alg: string;
    readonly optional: boolean;
  }[];
  readonly outputs: readonly PlanViewOutput[];
  /** Fact to its possible values. */
  readonly facts: ReadonlyMap<string, readonly string[]>;
  readonly when: readonly PlanViewCondition[];
  /** Step that this task makes up for; such a task is dormant. */
  readonly compensates: string | null;
  /** Tasks that had to be over before this one, though it reads nothing of theirs. */
  readonly after: readonly string[];
  /** Its failure is not one of the run. */
  readonly tolerable: boolean;
  /** Persons whose signatures a yes needs. */
  readonly quorum: number;
  /** Task whose effect this one finishes: it runs whatever becomes of the run. */
  readonly completes: string | null;
  readonly ledgerState: boolean;
  readonly parameters: JsonObject;
}

export interface PlanViewOutput {
  readonly port: string;
  readonly edge: string;
  readonly alg: string;
  readonly presentWhen: PlanViewCondition | null;
}

export interface PlanViewCondition {
  /** `<task>/<fact>`. */
  readonly field: string;
  readonly in: readonly string[];
  readonly orSkipped: boolean;
}

const tasksMax = 256;
const portsMax = 64;
const itemsMax = 64;
const quorumMax = 8;

/** Reads an untrusted plan. Raises `PLAN_MALFORMED`. */
export function parsePlanView(plan: JsonObject): PlanView {
  const reader = new FieldReader(plan, 'plan', 'PLAN_MALFORMED');
  reader.oneOf('v', ['sealflow/plan/v1']);
  const definition = reader.reader('definition');
  const view: PlanView = {
    definitionDigest: reader.digest('definitionDigest'),
    inputNames: inputNames(definition.reader('inputs')),
    tasks: reader.readers('tasks', tasksMax).map(task),
    rejected: conditions(reader, 'rejected'),
    outputs: texts(reader.reader('outputs')),
  };
  if (digestOf(canonicalBytes(definition.value)) !== view.definitionDigest) {
    reader.refuse('definitionDigest', 'the digest of the definition');
  }
  if (new Set(view.tasks.map(({ id }) => id)).size !== view.tasks.length)
    reader.refuse('tasks', 'distinct ids');
  return view;
}

/** The n-th value of a list is an input of its own, `<name>-<n>`; n counts from 1. */
function inputNames(inputs: FieldReader): string[] {
  return Object.keys(inputs.value).flatMap((name) => {
    const input = inputs.reader(name);
    if (!input.has('items')) return [name];
    const items = input.integer('items', { min: 1, max: itemsMax });
    return Array.from({ length: items }, (_, index) => `${name}-${index + 1}`);
  });
}

function task(reader: FieldReader): PlanViewTask {
  const assurance = reader.reader('assurance');
  const facts = reader.reader('facts');
  return {
    id: reader.nonEmpty('id', 256),
    step: reader.nonEmpty('step', 256),
    operation: reader.nonEmpty('operation', 256),
    kind: reader.oneOf('kind', stepKinds),
    assurance: {
      integrity: assurance.oneOf('integrity', integrityLevels),
      confidentiality: assurance.oneOf('confidentiality', confidentialityLevels),
    },
    inputs: reader.readers('inputs', portsMax).map((input) => ({
      port: input.nonEmpty('port', 128),
      edge: input.nonEmpty('edge', 512),
      alg: input.nonEmpty('alg', 64),
      optional: input.flag('optional'),
    })),
    outputs: reader.readers('outputs', portsMax).map((output) => {
      const presentWhen = output.readerOrNull('presentWhen');
      return {
        port: output.nonEmpty('port', 128),
        edge: output.nonEmpty('edge', 512),
        alg: output.nonEmpty('alg', 64),
        presentWhen: presentWhen === null ? null : condition(presentWhen),
      };
    }),
    facts: new Map(Object.keys(facts.value).map((name) => [name, facts.texts(name, 64)])),
    when: conditions(reader, 'when'),
    compensates: reader.value['compensates'] === null ? null : reader.nonEmpty('compensates', 256),
    after: reader.has('after') ? reader.texts('after', tasksMax) : [],
    tolerable: reader.has('tolerable') && reader.flag('tolerable'),
    quorum: reader.has('quorum') ? reader.integer('quorum', { min: 1, max: quorumMax }) : 1,
    completes: reader.value['completes'] === null ? null : reader.nonEmpty('completes', 256),
    ledgerState: reader.flag('ledgerState'),
    parameters: reader.object('parameters'),
  };
}

function conditions(reader: FieldReader, name: string): PlanViewCondition[] {
  return reader.readers(name, portsMax).map(condition);
}

function condition(reader: FieldReader): PlanViewCondition {
  return {
    field: reader.nonEmpty('field', 512),
    in: reader.texts('in', 64),
    orSkipped: reader.flag('orSkipped'),
  };
}

function texts(reader: FieldReader): Map<string, string> {
  return new Map(Object.keys(reader.value).map((name) => [name, reader.nonEmpty(name, 512)]));
}
