import { type Commitment, type Digest, type JsonObject, toJson } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { FieldReader } from '../field-reader.js';
import { type Statement, subjectOf } from './statement.js';

/*
 * The executor of a step is trusted for what its own attested key signs, and only as far as the evidence for that
 * key reaches. Everything it claims about its assurance is a claim: the verifier recomputes and may only lower.
 */

export const stepPredicateType = 'https://sealflow.dev/evidence/step/v1';

export const stepKinds = ['tee.cpu', 'tee.cpu+gpu', 'zk.groth16', 'fhe.bfv', 'human'] as const;
export type StepKind = (typeof stepKinds)[number];

/** Best first. */
export const integrityLevels = ['PROVED', 'REPLAYED', 'ATTESTED', 'SIGNED', 'ASSERTED', 'SIMULATED'] as const;
export type Integrity = (typeof integrityLevels)[number];

/** Best first. */
export const confidentialityLevels = ['CLIENT_ONLY', 'ENCRYPTED', 'ENCLAVE', 'OPERATOR_VISIBLE'] as const;
export type Confidentiality = (typeof confidentialityLevels)[number];

export interface AssurancePair {
  readonly integrity: Integrity;
  readonly confidentiality: Confidentiality;
}

/** One value that a step took or gave, by the edge that carried it. */
export interface EdgeCommitment {
  readonly port: string;
  /** `<producer task>/<port>`, `inputs/<name>` or `ledger/<ledger>/<book>@<version>`. */
  readonly edge: string;
  readonly commitment: Commitment;
}

export interface EdgeReaders {
  readonly edge: string;
  readonly recipients: readonly { readonly role: string; readonly kid: Digest }[];
}

/** A worker that answered somebody's fresh nonce before anything was sealed to it. */
export interface Offer {
  readonly operation: string;
  /** Blob of the evidence package that answered. */
  readonly package: Digest;
  /** The nonce of whoever asked, base64 of 32 bytes. */
  readonly nonce: string;
}

export interface StepPredicate {
  readonly runId: string;
  /** The task id of the plan. */
  readonly stepId: string;
  readonly attempt: number;
  readonly kind: StepKind;
  readonly operation: string;
  readonly assurance: AssurancePair;
  readonly definitionDigest: Digest;
  readonly planDigest: Digest;
  readonly policyDigest: Digest;
  readonly inputs: readonly EdgeCommitment[];
  readonly outputs: readonly EdgeCommitment[];
  /**
   * Facts, each of which may be withheld; a member named like an output port opens that output's bare digest. Read by
   * name, or through `shownMembers`: digests of withheld facts are left in it.
   */
  readonly public: JsonObject;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly executor: {
    /** null when withheld. */ readonly id: string | null;
    readonly key: string;
    readonly softwareDigest: Digest;
  };
  readonly sealing: {
    readonly suite: number;
    readonly readers: readonly EdgeReaders[];
    /** The next workers, as they answered this one's nonces; older statements have none. */
    readonly offers?: readonly Offer[];
  };
  /** By kind; see `step-evidence.ts`. */
  readonly evidence: JsonObject;
  /** Integers with the unit in the name; null when withheld. */
  readonly metrics: JsonObject | null;
}

const edgesMax = 64;

/** The in-toto statement of one step. Its subjects are the outputs, by edge. */
export function buildStepStatement(predicate: StepPredicate): Statement {
  const statement: Statement = {
    subject: stepSubjects(predicate),
    predicateType: stepPredicateType,
    predicate: jsonObject(predicate),
  };
  parseStepPredicate(statement.predicate);
  return statement;
}

export function stepSubjects(predicate: Pick<StepPredicate, 'outputs'>): Statement['subject'] {
  return predicate.outputs.map(({ edge, commitment }) => subjectOf(edge, commitment));
}

/** Reads an untrusted predicate. Raises `STATEMENT_MALFORMED`; members it does not know are ignored. */
export function parseStepPredicate(predicate: JsonObject): StepPredicate {
  const reader = new FieldReader(predicate, 'step', 'STATEMENT_MALFORMED');
  const assurance = reader.reader('assurance');
  const executor = reader.reader('executor');
  const sealing = reader.reader('sealing');
  const parsed: StepPredicate = {
    runId: reader.nonEmpty('runId', 64),
    stepId: reader.nonEmpty('stepId', 256),
    attempt: reader.integer('attempt', { min: 1, max: 1_000_000 }),
    kind: reader.oneOf('kind', stepKinds),
    operation: reader.nonEmpty('operation', 256),
    assurance: {
      integrity: assurance.oneOf('integrity', integrityLevels),
      confidentiality: assurance.oneOf('confidentiality', confidentialityLevels),
    },
    definitionDigest: reader.digest('definitionDigest'),
    planDigest: reader.digest('planDigest'),
    policyDigest: reader.digest('policyDigest'),
    inputs: edges(reader, 'inputs'),
    outputs: edges(reader, 'outputs'),
    public: reader.object('public'),
    startedAt: reader.time('startedAt'),
    endedAt: reader.time('endedAt'),
    executor: {
      id: executor.disclosable('id', () => executor.nonEmpty('id', 256)),
      key: executor.base64('key', 32),
      softwareDigest: executor.digest('softwareDigest'),
    },
    sealing: {
      suite: sealing.integer('suite', { max: 255 }),
      readers: sealing.readers('readers', edgesMax).map(edgeReaders),
      ...(sealing.has('offers') ? { offers: offersOf(sealing) } : {}),
    },
    evidence: reader.object('evidence'),
    metrics: reader.disclosable('metrics', () => reader.object('metrics')),
  };
  refuseRepeats(parsed.inputs, 'inputs');
  refuseRepeats(parsed.outputs, 'outputs');
  return parsed;
}

/** The member `offers` of a statement. */
export function offersOf(reader: FieldReader): Offer[] {
  return reader.readers('offers', 256).map((entry) => ({
    operation: entry.nonEmpty('operation', 256),
    package: entry.digest('package'),
    nonce: entry.base64('nonce', 32),
  }));
}

export function edgeReaders(reader: FieldReader): EdgeReaders {
  return {
    edge: reader.nonEmpty('edge', 512),
    recipients: reader.readers('recipients', 16).map((entry) => ({
      role: entry.nonEmpty('role', 128),
      kid: entry.digest('kid'),
    })),
  };
}

/** Views a typed statement part as JSON; refuses what JSON cannot hold. */
export function jsonObject(value: object): JsonObject {
  const json = toJson(value);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new EvidenceError('STATEMENT_MALFORMED', 'a predicate is an object');
  }
  return json as JsonObject;
}

function edges(reader: FieldReader, name: string): EdgeCommitment[] {
  return reader.readers(name, edgesMax).map((entry) => ({
    port: entry.nonEmpty('port', 128),
    edge: entry.nonEmpty('edge', 512),
    commitment: entry.commitment('commitment'),
  }));
}

function refuseRepeats(entries: readonly EdgeCommitment[], name: string): void {
  const ports = new Set(entries.map(({ port }) => port));
  if (ports.size !== entries.length) {
    throw new EvidenceError('STATEMENT_MALFORMED', `step.${name}: one port is named twice`);
  }
}
