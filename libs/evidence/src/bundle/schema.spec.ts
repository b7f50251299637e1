import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, parseJsonStrict } from '#canonical';
import { statementOf } from '../dsse/envelope.js';
import { parseAppraisalClaim } from '../statements/appraisal.js';
import { parseRootPredicate } from '../statements/root.js';
import { parseStepPredicate } from '../statements/step.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { readContainer } from './container.js';

interface Schema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly $defs: Readonly<Record<string, Schema>>;
}

const path = resolve(import.meta.dirname, '../../../../docs/schemas/evidence-bundle.v1.schema.json');
const schema: Schema = JSON.parse(readFileSync(path, 'utf8'));

function definition(name: string): Schema {
  const found = schema.$defs[name];
  if (found === undefined) throw new RangeError(`no definition ${name}`);
  return found;
}

/** The members without which a reader refuses the object. */
function insistedOn(value: JsonObject, read: (value: JsonObject) => unknown): string[] {
  return Object.keys(value).filter((member) => {
    const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== member));
    try {
      read(rest);
      return false;
    } catch {
      return true;
    }
  });
}

describe('the published JSON Schema', () => {
  const document = parseJsonStrict(demoRun({ decision: 'review' }).bytes);
  if (!isJsonObject(document)) throw new RangeError('no bundle');
  const bundle = readContainer(document);

  it('requires the members of the container that the reader insists on', () => {
    expect([...insistedOn(document, readContainer), 'mediaType'].sort()).toEqual([...schema.required].sort());
    for (const member of Object.keys(document)) expect(Object.keys(schema.properties)).toContain(member);
  });

  it('requires the members of the predicates that the readers insist on', () => {
    const root = statementOf(bundle.root).predicate;
    expect(insistedOn(root, parseRootPredicate).sort()).toEqual(
      [...definition('rootPredicate').required].sort(),
    );
    for (const envelope of bundle.steps) {
      const step = statementOf(envelope).predicate;
      expect(insistedOn(step, parseStepPredicate).sort()).toEqual(
        [...definition('stepPredicate').required].sort(),
      );
    }
    for (const envelope of bundle.appraisals) {
      const appraisal = statementOf(envelope).predicate;
      expect(insistedOn(appraisal, parseAppraisalClaim).sort()).toEqual(
        [...definition('appraisalPredicate').required].sort(),
      );
    }
  });
});
