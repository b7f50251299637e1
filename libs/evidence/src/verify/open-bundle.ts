import { CanonicalError, isJsonObject, type Json, type JsonObject, parseJsonStrict } from '#canonical';
import { bundleLimits } from '../bundle/bundle-limits.js';
import { type Bundle, mediaTypeOf, readContainer } from '../bundle/container.js';
import { bundleMediaType } from '../bundle/media-types.js';
import { hiddenPlaces } from '../disclosure/disclosable.js';
import { statementOf } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import { parseRootPredicate, type RootPredicate, rootPredicateType } from '../statements/root.js';
import type { Statement } from '../statements/statement.js';
import { parseStepPredicate, stepPredicateType } from '../statements/step.js';
import { parseStepEvidence } from '../statements/step-evidence.js';
import type { StepView } from './session.js';
import type { StageChecks } from './stage-checks.js';

/** Stage 1: bytes to JSON. The size is looked at before anything else, so that a huge file costs nothing. */
export function parseStage(bytes: Uint8Array, checks: StageChecks): JsonObject | null {
  const size = { expected: `at most ${bundleLimits.bytesMax} bytes`, actual: `${bytes.length} bytes` };
  if (
    !checks.passIf(
      bytes.length <= bundleLimits.bytesMax,
      'BND-PARSE-001',
      'size of the file',
      'BUNDLE_TOO_LARGE',
      size,
    )
  ) {
    return null;
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    checks.fail('BND-PARSE-002', 'strict JSON', 'BUNDLE_COMPRESSED', {
      expected: 'JSON',
      actual: 'gzip; unpack it first',
    });
    return null;
  }
  if (bytes.length > bundleLimits.bytesWarn) {
    checks.warn('BND-PARSE-003', 'usual size', 'BUNDLE_LARGE', {
      expected: `at most ${bundleLimits.bytesWarn} bytes`,
    });
  }
  const document = strictJson(bytes, checks);
  if (document === undefined) return null;
  if (!isJsonObject(document)) {
    checks.fail('BND-PARSE-002', 'strict JSON', 'BUNDLE_MALFORMED', { expected: 'one JSON object' });
    return null;
  }
  checks.pass('BND-PARSE-002', 'strict JSON');
  return document;
}

/** `undefined` after a failed check; `null` is a document too. */
function strictJson(bytes: Uint8Array, checks: StageChecks): Json | undefined {
  try {
    return parseJsonStrict(bytes, bundleLimits);
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
    checks.fail('BND-PARSE-002', 'strict JSON', error.code, { actual: error.message });
    return undefined;
  }
}

export interface OpenedBundle {
  readonly bundle: Bundle;
  readonly rootStatement: Statement;
  readonly root: RootPredicate;
  readonly steps: readonly StepView[];
}

/** Stage 2: JSON to a container whose statements have the right form. What fails here leaves nothing to verify. */
export function schemaStage(document: JsonObject, checks: StageChecks): OpenedBundle | null {
  const mediaType = mediaTypeOf(document);
  if (mediaType !== bundleMediaType) {
    const version = /^application\/vnd\.sealflow\.evidence-bundle\.v[0-9]+\+json$/.test(mediaType ?? '');
    const reason = version ? 'BUNDLE_VERSION_UNSUPPORTED' : 'BUNDLE_MEDIA_TYPE_UNKNOWN';
    checks.fail('BND-SCHEMA-001', 'media type', reason, {
      expected: bundleMediaType,
      actual: mediaType ?? 'none',
    });
    return null;
  }
  checks.pass('BND-SCHEMA-001', 'media type');
  const bundle = typed(checks, 'BND-SCHEMA-002', 'container', () => readContainer(document));
  if (bundle === null) return null;
  const root = typed(checks, 'BND-SCHEMA-003', 'root statement', () => {
    const statement = statementOf(bundle.root, rootPredicateType);
    hiddenPlaces(statement);
    return { statement, predicate: parseRootPredicate(statement.predicate) };
  });
  const steps = typed(checks, 'BND-SCHEMA-004', `${bundle.steps.length} step statements`, () =>
    bundle.steps.map((envelope): StepView => {
      const statement = statementOf(envelope, stepPredicateType);
      const predicate = parseStepPredicate(statement.predicate);
      hiddenPlaces(statement);
      return { envelope, statement, predicate, evidence: parseStepEvidence(predicate) };
    }),
  );
  if (root === null || steps === null) return null;
  return { bundle, rootStatement: root.statement, root: root.predicate, steps };
}

function typed<T>(checks: StageChecks, id: string, title: string, read: () => T): T | null {
  try {
    const value = read();
    checks.pass(id, title);
    return value;
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    checks.fail(id, title, error.code, { actual: error.message });
    return null;
  }
}
