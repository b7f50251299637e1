import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REASONS } from '#contracts';
import { filesBelow, repositoryRoot } from '../architecture/source-file.js';
import { reasonsDocument } from './reasons-document.js';

/** Tests that make calls over a real gRPC connection. */
const callers = [
  ...filesBelow('test/e2e', (name) => name.endsWith('.ts')),
  ...filesBelow('test/faults', (name) => name.endsWith('.ts')),
  ...filesBelow('apps/orchestrator/src/auth', (name) => /\.(spec|fixture)\.ts$/.test(name)),
  'libs/client/src/watch-run.spec.ts',
  'apps/orchestrator/src/blobs/blob-calls.spec.ts',
];

/** What no such test provokes yet; specs of its part do. A reason that gets one leaves this list. */
const withoutCall = ['NULLIFIER_SPENT', 'STATE_ROOT_CONFLICT'];

describe('the reasons of the API', () => {
  it('are in the document as they are in the table (vitest -u writes it)', async () => {
    await expect(reasonsDocument()).toMatchFileSnapshot(join(repositoryRoot, 'docs/errors.md'));
  });

  it('are each provoked by a call, but for those of the list', () => {
    const texts = callers.map((path) => readFileSync(join(repositoryRoot, path), 'utf8')).join('\n');
    const missing = Object.keys(REASONS).filter((reason) => !new RegExp(`['"\`]${reason}['"\`]`).test(texts));
    expect(missing.sort()).toEqual(withoutCall);
  });
});
