import { canonicalBytes, type Digest, digestOf, type JsonObject } from '#canonical';
import { type Statement, subjectOf } from './statement.js';

export const planPredicateType = 'https://sealflow.dev/evidence/plan/v1';

/** Names a plan: `sha256:` of its canonical bytes. Steps carry it, and the context of a proof is made from it. */
export function planDigestOf(plan: JsonObject): Digest {
  return digestOf(canonicalBytes(plan));
}

/** The plan as the orchestrator signs it. The predicate is the plan itself. */
export function buildPlanStatement(plan: JsonObject): Statement {
  return {
    subject: [subjectOf('plan', planDigestOf(plan))],
    predicateType: planPredicateType,
    predicate: plan,
  };
}
