import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, utf8 } from '#canonical';
import { type BundleVerdict, encodeTrustFile, renderVerdict, type TrustFile } from '#evidence';
import { projectRoot } from '../installation/paths.js';
import { exitCode, UsageError } from '../output/failure.js';
import type { PackedFile } from './packed-file.js';
import { tarGz } from './tar-file.js';
import { zipOf } from './zip-file.js';

/*
 * All that somebody needs who opens a bundle in ten years and has nothing of ours. What is in the archive is a copy for
 * that reader's convenience; above all the trust file is only as good as the way by which it came.
 */

const VERIFIER = 'dist/verifier/sealflow-verify.mjs';
const forms = { '.zip': zipOf, '.tar.gz': tarGz, '.tgz': tarGz } as const;

export interface ArchiveInput {
  readonly bundle: Uint8Array;
  readonly trust: TrustFile;
  readonly verdict: BundleVerdict;
}

/** Equal inputs give equal bytes. The form is that of the name. */
export function archiveOf(name: string, input: ArchiveInput): Uint8Array {
  const ending = Object.keys(forms).find((known) => name.endsWith(known)) as keyof typeof forms | undefined;
  if (ending === undefined)
    throw new UsageError(`${name}: expected an archive named *.zip, *.tar.gz or *.tgz, got another name`);
  return forms[ending](archiveFiles(input));
}

/** Everything in one folder, so that unpacking spills nothing. */
export function archiveFiles({ bundle, trust, verdict }: ArchiveInput): PackedFile[] {
  const files: PackedFile[] = [
    { name: 'README-verify-by-hand.md', bytes: document('docs/verify-by-hand.md') },
    {
      name: 'VERDICT.txt',
      bytes: utf8(
        `A copy for reading: only the bundle can be verified.\n\n${renderVerdict(verdict).trimEnd()}\n`,
      ),
    },
    { name: 'bundle.evidence.json', bytes: bundle },
    { name: 'evidence-format.md', bytes: document('docs/evidence-format.md') },
    { name: 'sealflow-verify.mjs', bytes: verifier(), executable: true },
    { name: 'trust.json', bytes: encodeTrustFile(trust) },
  ];
  const sums = files.map(({ name, bytes }) => `${digestOf(bytes).replace('sha256:', '')}  ${name}\n`);
  const folder = `sealflow-evidence-${runName(verdict)}`;
  return [...files, { name: 'SHA256SUMS', bytes: utf8(sums.join('')) }].map((file) => ({
    ...file,
    name: `${folder}/${file.name}`,
  }));
}

/** The name comes from whoever made the bundle and becomes a path: nothing but a ULID gets in. */
function runName({ run }: BundleVerdict): string {
  return run !== null && /^[0-9A-Z]{26}$/.test(run.id) ? run.id : 'run';
}

function document(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(projectRoot, path)));
}

function verifier(): Uint8Array {
  if (existsSync(join(projectRoot, VERIFIER))) return document(VERIFIER);
  throw new UsageError(
    'an archive carries the verifier as one file, which is not built: npm run build:verifier',
    exitCode.malformed,
  );
}
