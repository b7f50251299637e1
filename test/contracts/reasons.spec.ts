import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REASONS, type Reason, reasonFacts } from '#contracts';
import { filesBelow, repositoryRoot } from '../architecture/source-file.js';
import { reasonsDocument } from './reasons-document.js';

/** Tests that make calls over a real gRPC connection. */
const callers = [
  ...filesBelow('test/e2e', (name) => name.endsWith('.ts')),
  ...filesBelow('test/faults', (name) => name.endsWith('.ts')),
  ...filesBelow('apps/orchestrator/src/auth', (name) => /\.(spec|fixture)\.ts$/.test(name)),
  'libs/client/src/watch-run.spec.ts',
  'apps/orchestrator/src/blobs/blob-calls.spec.ts',
  'test/contracts/slow-readers.spec.ts',
  'test/contracts/grpc-web.spec.ts',
  'apps/orchestrator/src/keys/key-calls.spec.ts',
  'apps/orchestrator/src/keys/sealed-blobs.spec.ts',
];

/** Where the store that raises what steps fail with is provoked. */
const stores = ['apps/orchestrator/src/ledger/ledger-store.spec.ts'];

const reasons = Object.keys(REASONS) as Reason[];
const sources = ['apps', 'libs'].flatMap((folder) =>
  filesBelow(folder, (name) => name.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(name)),
);

/** Those that none of the files names between quotes. */
function unnamed(wanted: readonly Reason[], files: readonly string[]): Reason[] {
  const texts = files.map((path) => readFileSync(join(repositoryRoot, path), 'utf8')).join('\n');
  return wanted.filter((reason) => !new RegExp(`['"\`]${reason}['"\`]`).test(texts)).sort();
}

describe('the reasons of the API', () => {
  it('are in the document as they are in the table (vitest -u writes it)', async () => {
    await expect(reasonsDocument()).toMatchFileSnapshot(join(repositoryRoot, 'docs/errors.md'));
  });

  it('are each raised by something: the table promises nothing that cannot come', () => {
    // Nor by what expects it of others.
    const silent = /^(libs\/contracts\/src\/reasons\.ts$|apps\/cli\/src\/attack\/)/;
    const others = sources.filter((path) => !silent.test(path));
    expect(unnamed(reasons, others)).toEqual([]);
  });

  it('are each provoked by a call', () => {
    const ofCalls = reasons.filter((reason) => reasonFacts(reason).ofSteps !== true);
    expect(unnamed(ofCalls, callers)).toEqual([]);
  });

  it('of steps are each provoked at the store that raises them', () => {
    const ofSteps = reasons.filter((reason) => reasonFacts(reason).ofSteps === true);
    expect(ofSteps).not.toEqual([]);
    expect(unnamed(ofSteps, stores)).toEqual([]);
  });
});
