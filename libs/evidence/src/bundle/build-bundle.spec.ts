import { describe, expect, it } from 'vitest';
import { canonicalBytes, digestOf, isJsonObject, parseJsonStrict, utf8 } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import type { DemoOptions } from '../testing/demo-options.fixture.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { readContainer } from './container.js';
import { blobMediaTypes } from './media-types.js';

function code(options: DemoOptions): string {
  try {
    demoRun(options);
    return 'NONE';
  } catch (error) {
    return error instanceof EvidenceError ? error.code : 'UNTYPED';
  }
}

describe('the writer of bundles', () => {
  it('writes canonical JSON', () => {
    const { bytes } = demoRun();
    expect(canonicalBytes(parseJsonStrict(bytes))).toEqual(bytes);
  });

  it('takes every blob that is referred to, and no other', () => {
    const { bytes } = demoRun({ ciphertexts: true });
    const document = parseJsonStrict(bytes);
    const types = isJsonObject(document)
      ? [...readContainer(document).blobs.values()].map(({ mediaType }) => mediaType)
      : [];
    const count = (mediaType: string): number => types.filter((type) => type === mediaType).length;
    expect(count(blobMediaTypes.evidencePackage)).toBe(4);
    // The plan, two receipts of the run and the one before them.
    expect(count(blobMediaTypes.envelope)).toBe(4);
    // Two books: the pages before, two deltas, two sums.
    expect(count(blobMediaTypes.ciphertext)).toBe(10);
  });

  it('refuses a statement of a task that the run does not list', () => {
    expect(code({ editRun: (run) => ({ ...run, tasks: [] }) })).toBe('BUNDLE_INPUT_INVALID');
  });

  it('refuses a reference to a blob that was not handed in', () => {
    const other = digestOf(utf8('missing'));
    const editStep: DemoOptions['editStep'] = (step) => ({
      ...step,
      evidence: { ...step.evidence, package: other },
    });
    expect(code({ editStep })).toBe('BUNDLE_INPUT_INVALID');
  });

  it('refuses a run id that is no ULID', () => {
    expect(code({ editRun: (run) => ({ ...run, runId: 'run-1' }) })).toBe('STATEMENT_MALFORMED');
  });
});
