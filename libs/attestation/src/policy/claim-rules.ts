/**
 * Rules of a policy in the Common Expression Language, judged over the claims of an appraisal.
 *
 * Trusted for what: the expression comes from whoever wrote the policy, and policies travel: an orchestrator
 * judges under policies of its tenants. Size, depth and nesting are bounded, and regular expressions are
 * refused, so that no rule can hold the verifier up. A rule sees claims and nothing else.
 */
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import type { Json, JsonObject } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { type CheckList, fail, type Outcome, pass } from '../check-list.js';
import type { ClaimRule } from './policy-groups.js';

/** What a rule may name. A variable outside of it does not evaluate, and fails. */
export const claimNames = [
  'platform',
  'tdx',
  'snp',
  'gpu',
  'gpuBinding',
  'physicalTrust',
  'level',
  'binding',
];

const LIMITS = {
  maxAstNodes: 256,
  maxDepth: 24,
  maxListElements: 64,
  maxMapEntries: 16,
  maxCallArguments: 8,
};
/** Each level multiplies the work by the length of a list. */
const NESTED_MACROS_MAX = 2;
const MACROS = ['all', 'exists', 'exists_one', 'map', 'filter'];
/** JavaScript's regular expressions can take exponential time; the others depend on a clock's zone tables. */
const FORBIDDEN_CALLS = ['matches', 'timestamp', 'duration'];

const environment = claimNames.reduce(
  (building, name) => building.registerVariable(name, 'dyn'),
  new Environment({ limits: LIMITS, homogeneousAggregateLiterals: false }),
);

/** @throws AttestationError `POLICY_MALFORMED` when the expression does not parse or may take too long. */
export function requireClaimRule(rule: ClaimRule): void {
  compile(rule);
}

/** Leaves one line for each rule, in the order of the policy. */
export function judgeClaimRules(list: CheckList, rules: readonly ClaimRule[], claims: JsonObject): void {
  for (const rule of rules) {
    const title = `Rule of the policy holds: ${rule.name}`;
    list.judge({ id: 'TEE-RUL-001', title }, rule, (present) => judgeClaimRule(present, claims));
  }
}

/** True passes. False, an error and anything that is no truth value fail. */
export function judgeClaimRule(rule: ClaimRule, claims: JsonObject): Outcome {
  let value: unknown;
  try {
    value = compile(rule)(celValue(claims));
  } catch (error) {
    return fail('POLICY_RULE_ERROR', rule.cel, errorText(error));
  }
  if (typeof value !== 'boolean') return fail('POLICY_RULE_ERROR', rule.cel, 'the result is no truth value');
  return value ? pass(rule.cel) : fail('POLICY_RULE_FAILED', rule.cel, 'false');
}

function compile(rule: ClaimRule): (claims: Record<string, unknown>) => unknown {
  let parsed: ReturnType<Environment['parse']>;
  try {
    parsed = environment.parse(rule.cel);
  } catch (error) {
    return malformed(rule, errorText(error));
  }
  requireBounded(rule, parsed.ast, 0);
  return parsed;
}

function requireBounded(rule: ClaimRule, node: ASTNode, depth: number): void {
  const isCall = node.op === 'call' || node.op === 'rcall';
  const name = isCall ? String(node.args[0]) : '';
  if (FORBIDDEN_CALLS.includes(name)) malformed(rule, `${name} is not available`);
  const inside = isCall && MACROS.includes(name) ? depth + 1 : depth;
  if (inside > NESTED_MACROS_MAX) malformed(rule, `macros nest deeper than ${NESTED_MACROS_MAX}`);
  for (const child of childrenOf(node.args)) requireBounded(rule, child, inside);
}

function childrenOf(value: unknown): ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(childrenOf);
  return isNode(value) ? [value] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

/** CEL's integers are 64 bits wide; a JavaScript number would be a double and equal no integer literal. */
function celValue(claims: JsonObject): Record<string, unknown> {
  const convert = (value: Json): unknown => {
    if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
    if (Array.isArray(value)) return value.map(convert);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, convert(item)]));
  };
  return Object.fromEntries(Object.entries(claims).map(([name, item]) => [name, convert(item)]));
}

/** First line only: the rest draws the expression with a caret under it. */
function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : 'unknown error';
  return (text.split('\n')[0] ?? '').slice(0, 200);
}

function malformed(rule: ClaimRule, message: string): never {
  throw new AttestationError('POLICY_MALFORMED', `appraisal policy rule ${rule.name}: ${message}`);
}
