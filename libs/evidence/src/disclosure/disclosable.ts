import { isJsonObject, type Json, type JsonObject } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { printable } from '../field-reader.js';
import { rootPredicateType } from '../statements/root.js';
import type { Statement } from '../statements/statement.js';
import { stepPredicateType } from '../statements/step.js';
import { concealMembers, type RandomBytes } from './sd.js';
import { hiddenMembers, shownMembers } from './sd-names.js';

/*
 * Which members of a statement can be withheld one by one. Everything else is what checks rest on; a statement that
 * hides it is not well formed.
 */

/** By predicate type: names from the top, `*` for all members of an object. */
const disclosable: Readonly<Record<string, readonly (readonly string[])[]>> = {
  [rootPredicateType]: [
    ['tenant'],
    ['workflow', 'name'],
    ['workflow', 'version'],
    ['routing'],
    ['models'],
    ['previousRun'],
    ['reason'],
  ],
  [stepPredicateType]: [
    ['executor', 'id'],
    ['metrics'],
    ['public', '*'],
    ['evidence', 'reviewer'],
    ['evidence', 'decision'],
  ],
};

export function disclosableMembers(predicateType: string): readonly (readonly string[])[] {
  return Object.hasOwn(disclosable, predicateType) ? (disclosable[predicateType] ?? []) : [];
}

/** Objects of a statement in which members are withheld, by their path. Raises `STATEMENT_MALFORMED` for any other. */
export function hiddenPlaces({ predicate, predicateType }: Statement): HiddenPlace[] {
  const members = disclosableMembers(predicateType);
  return hiddenObjects(predicate, []).map(({ path, object }) => {
    const names = members
      .filter(
        (member) => member.length === path.length + 1 && path.every((name, index) => member[index] === name),
      )
      .flatMap((member) => member.at(-1) ?? []);
    if (names.length === 0) {
      const place = printable([...path, '_sd'].join('.'));
      throw new EvidenceError(
        'STATEMENT_MALFORMED',
        `${place}: expected members that are there, got withheld ones`,
      );
    }
    const absent = names.filter((name) => name !== '*' && object[name] === undefined);
    return { path, count: hiddenMembers(object), names: absent, open: names.includes('*') };
  });
}

export interface HiddenPlace {
  readonly path: readonly string[];
  /** Digests without a disclosure. */
  readonly count: number;
  /** Members of the format that may be meant. */
  readonly names: readonly string[];
  /** Any name may be meant. */
  readonly open: boolean;
}

function hiddenObjects(
  value: Json,
  path: readonly string[],
): { path: readonly string[]; object: JsonObject }[] {
  if (Array.isArray(value))
    return (value as readonly Json[]).flatMap((item, index) => hiddenObjects(item, [...path, `${index}`]));
  if (!isJsonObject(value)) return [];
  const below = shownMembers(value).flatMap(([name, member]) => hiddenObjects(member, [...path, name]));
  return hiddenMembers(value) > 0 ? [{ path, object: value }, ...below] : below;
}

/** A statement whose disclosable members travel beside it. */
export interface ConcealedStatement {
  readonly statement: Statement;
  readonly disclosures: readonly string[];
}

/** Takes the disclosable members out of a statement before it is signed. */
export function concealStatement(statement: Statement, random: RandomBytes): ConcealedStatement {
  const { value, disclosures } = concealMembers(
    statement.predicate,
    disclosableMembers(statement.predicateType),
    random,
  );
  return { statement: { ...statement, predicate: value satisfies JsonObject }, disclosures };
}
