import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceImages } from '../../scripts/images/service-images.js';
import { stageImages } from '../../scripts/images/stage-images.js';
import { repositoryRoot } from '../architecture/source-file.js';
import build from '../support/build.js';
import { runBuildStage } from './build-stage.js';

const BUILD_MS = 900_000;
const scratch = mkdtempSync(join(tmpdir(), 'sealflow-build-stage-'));
const seconds = 1_700_000_000;
const commit = 'c0'.repeat(20);
const staged = join(scratch, 'staged');

/*
 * The first stage of the Containerfile by its own lines. Its base image, which only brings Node and npm, is not pulled:
 * those of this machine take its place.
 */
describe('the build stage of the images, from the sources alone', () => {
  beforeAll(() => {
    const args = { SOURCE_DATE_EPOCH: String(seconds), SEALFLOW_COMMIT: commit, STAGED: staged };
    runBuildStage({ root: repositoryRoot, folder: join(scratch, 'root'), args });
    build();
  }, BUILD_MS);

  afterAll(() => rmSync(scratch, { recursive: true, force: true }), 120_000);

  it('copies nothing that was built or installed in the checkout before', () => {
    const copied = readdirSync(join(scratch, 'root/src'));
    expect(copied).not.toContain('.git');
    expect(copied).toEqual(expect.arrayContaining(['package.json', 'apps', 'libs', 'scripts']));
  });

  it.each(serviceImages)(
    'lays out the files of $name, byte by byte those of the checkout',
    ({ name }) => {
      const own = join(scratch, 'own');
      if (!existsSync(own))
        stageImages({ root: repositoryRoot, target: own, commit, seconds, cpu: process.arch });
      for (const part of ['node', 'common', name]) {
        const files = filesOf(join(staged, 'out', part));
        expect(files.size).toBeGreaterThan(0);
        expect(files).toEqual(filesOf(join(own, 'out', part)));
      }
    },
    300_000,
  );
});

/** Digest, mode and time of every file. */
function filesOf(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        if (entry.isSymbolicLink()) return [path.slice(folder.length), `-> ${readlinkSync(path)}`];
        const { mode, mtimeMs } = statSync(path);
        const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
        return [path.slice(folder.length), `${mode.toString(8)} ${mtimeMs} ${sha256}`];
      }),
  );
}
