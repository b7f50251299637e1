import { type Check, type Digest, type Json, type JsonObject, toJson } from '#canonical';
import { type DsseEnvelope, statementOf } from '../dsse/envelope.js';
import { FieldReader } from '../field-reader.js';
import { type Statement, subjectOf } from './statement.js';
import { jsonObject } from './step.js';

/*
 * A stored appraisal is somebody's claim about an evidence package. The verifier appraises the package again and
 * shows both; a stored verdict that is better than the recomputed one is a finding against the bundle.
 */

const COLLATERAL_MAX = 128;

export const appraisalPredicateType = 'https://sealflow.dev/evidence/appraisal/v1';

/** Best first. */
export const appraisalVerdicts = ['affirming', 'warning', 'none', 'contraindicated'] as const;
export type AppraisalVerdict = (typeof appraisalVerdicts)[number];

export const appraisalLevels = ['ATTESTED', 'SIMULATED', 'NONE'] as const;
export type AppraisalLevel = (typeof appraisalLevels)[number];

export interface AppraisalPredicate {
  /** Blob of the evidence package that was appraised. */
  readonly package: Digest;
  readonly ear: Json;
  readonly checks: readonly Check[];
  readonly validationTime: string;
  readonly inputs: {
    readonly policy: Digest;
    readonly trustRoot: Digest;
    readonly collateral: readonly Digest[];
  };
  readonly verdict: AppraisalVerdict;
  readonly level: AppraisalLevel;
}

/** What of an appraisal the verifier compares. Checks and EAR are for the reader and are not trusted. */
export type AppraisalClaim = Pick<AppraisalPredicate, 'package' | 'validationTime' | 'verdict' | 'level'> & {
  readonly policy: Digest;
  readonly trustRoot: Digest;
  /** Blobs of vendor data that stood beside the package. */
  readonly collateral: readonly Digest[];
};

export function buildAppraisalStatement(predicate: AppraisalPredicate): Statement {
  const statement: Statement = {
    subject: [subjectOf('evidence-package', predicate.package)],
    predicateType: appraisalPredicateType,
    predicate: jsonObject({ ...predicate, checks: predicate.checks.map(definedMembers) }),
  };
  parseAppraisalClaim(statement.predicate);
  return statement;
}

export function parseAppraisalClaim(predicate: JsonObject): AppraisalClaim {
  const reader = new FieldReader(predicate, 'appraisal', 'STATEMENT_MALFORMED');
  const inputs = reader.reader('inputs');
  reader.items('checks', 1024);
  reader.json('ear');
  return {
    package: reader.digest('package'),
    validationTime: reader.time('validationTime'),
    verdict: reader.oneOf('verdict', appraisalVerdicts),
    level: reader.oneOf('level', appraisalLevels),
    policy: inputs.digest('policy'),
    trustRoot: inputs.digest('trustRoot'),
    collateral: inputs.digests('collateral', COLLATERAL_MAX),
  };
}

/** An optional member that is present but undefined has no JSON form. */
function definedMembers(check: Check): Json {
  return toJson(Object.fromEntries(Object.entries(check).filter(([, value]) => value !== undefined)));
}

/** Blobs of collateral that an appraisal in an envelope names. Raises `STATEMENT_MALFORMED`. */
export function collateralOfAppraisal(envelope: DsseEnvelope): readonly Digest[] {
  return parseAppraisalClaim(statementOf(envelope, appraisalPredicateType).predicate).collateral;
}
