import { describe, expect, it } from 'vitest';
import { fromBase64, isJsonObject, type JsonObject, parseJsonStrict } from '#canonical';
import { parseEnvelope, planDigestOf, planPredicateType, statementOf } from '#evidence';
import { definitionDigest, parseDefinition, parsePlanToWork, planDigest } from '#workflow';
import { goldenBundles } from './golden-bundles.js';

/** The plan that a bundle carries, as the orchestrator of that time signed it. */
function planOf(bytes: Uint8Array): JsonObject {
  const bundle = parseJsonStrict(bytes);
  const blobs = isJsonObject(bundle) ? bundle['blobs'] : undefined;
  for (const blob of isJsonObject(blobs) ? Object.values(blobs) : []) {
    const data = isJsonObject(blob) ? blob['data'] : undefined;
    if (typeof data !== 'string') continue;
    try {
      return statementOf(parseEnvelope(fromBase64(data)), planPredicateType).predicate;
    } catch {
      // Another blob: evidence, a key, the policy.
    }
  }
  throw new RangeError('no plan');
}

/** What was agreed to keeps its name: definitions their digests, and plans stay workable for workers of today. */
describe('a plan of an earlier version', () => {
  const plans = goldenBundles().map(({ name, bytes }) => ({ name, plan: planOf(bytes) }));

  it.each(plans)('in $name has a definition whose digest is the one that it had', ({ plan }) => {
    const definition = parseDefinition(JSON.stringify(plan['definition']));
    expect(definitionDigest(definition)).toBe(plan['definitionDigest']);
  });

  it.each(plans)('in $name is made again, with the very same tasks', ({ plan }) => {
    const remade = parsePlanToWork(plan);
    expect(JSON.parse(JSON.stringify(remade.tasks))).toEqual(JSON.parse(JSON.stringify(plan['tasks'])));
    expect(planDigestOf(plan)).toMatch(/^sha256:/);
    expect(planDigest(remade)).toBe(planDigestOf(plan));
  });
});
