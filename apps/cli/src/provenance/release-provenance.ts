import { createHash } from 'node:crypto';
import { type Digest, isDigest, isJsonObject, type Json, parseJsonStrict } from '#canonical';
import { openStatement, type Statement, signStatement } from '#evidence';
import { exitCode, UsageError } from '../output/failure.js';

/*
 * Provenance of a release: SLSA 1.0 in an in-toto statement, in DSSE, under one key of whoever releases. There is no log
 * and no time in it, unlike a Sigstore bundle: whoever has the key can sign anything at any time. A reader needs the
 * public key from elsewhere.
 */

export const slsaPredicateType = 'https://slsa.dev/provenance/v1';
const buildType = 'https://sealflow.dev/build/images-and-charts/v1';
const SUBJECTS_MAX = 256;

export interface ReleaseSubject {
  readonly name: string;
  readonly sha256: Digest;
}

export interface ReleaseBuild {
  readonly subjects: readonly ReleaseSubject[];
  readonly version: string;
  /** Where the sources are, e.g. `git+https://code.example/sealflow`. */
  readonly source: string;
  readonly commit: string;
  /** Who built, as a URI that readers know. */
  readonly builder: string;
  /** What was built on, by digest; empty where there were charts alone. */
  readonly bases: readonly string[];
}

/** @throws UsageError */
export function signRelease(build: ReleaseBuild, seed: Uint8Array): Uint8Array {
  return signStatement({ statement: releaseStatement(build), seed });
}

export function releaseStatement(build: ReleaseBuild): Statement {
  const { subjects, version, source, commit, builder, bases } = build;
  if (subjects.length === 0 || subjects.length > SUBJECTS_MAX)
    throw new UsageError(`expected 1 to ${SUBJECTS_MAX} artifacts, got ${subjects.length}`);
  if (new Set(subjects.map(({ name }) => name)).size !== subjects.length)
    throw new UsageError('artifacts: expected each name once');
  if (!/^[0-9a-f]{40}$/.test(commit))
    throw new UsageError(
      `--commit: expected 40 lower-case hex digits, got ${commit.slice(0, 80) || 'nothing'}`,
    );
  for (const [flag, uri] of [
    ['--source', source],
    ['--builder', builder],
  ] as const)
    if (!URL.canParse(uri)) throw new UsageError(`${flag}: expected a URI, got ${uri.slice(0, 80)}`);
  return {
    subject: subjects.map(({ name, sha256 }) => ({ name, digest: { sha256: hexOf(sha256) } })),
    predicateType: slsaPredicateType,
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: { version, source: { uri: source, digest: { gitCommit: commit } } },
        resolvedDependencies: [{ uri: source, digest: { gitCommit: commit } }, ...bases.map(dependencyOf)],
      },
      runDetails: { builder: { id: builder } },
    },
  };
}

function dependencyOf(base: string): { uri: string; digest: { sha256: string } } {
  const found = /^(.+)@sha256:([0-9a-f]{64})$/.exec(base);
  const [, name, sha256] = found ?? [];
  if (name === undefined || sha256 === undefined)
    throw new UsageError(`--base: expected IMAGE@sha256:<64 hex digits>, got ${base.slice(0, 120)}`);
  return { uri: `docker://${name}`, digest: { sha256 } };
}

export interface VerifiedRelease {
  readonly subject: string;
  readonly builder: string;
  readonly commit: string;
  readonly version: string;
}

/**
 * Verifies that the holder of the key said of this artifact how it was built.
 *
 * @throws EvidenceError for a signature or a form that does not hold, UsageError for another artifact
 */
export function openRelease(envelope: Uint8Array, publicKey: Uint8Array, wanted: Digest): VerifiedRelease {
  const { subject, predicate } = openStatement({ envelope, publicKey, predicateType: slsaPredicateType });
  const found = subject.find(({ digest }) => digest['sha256'] === hexOf(wanted));
  if (found === undefined)
    throw new UsageError(
      `the release names ${subject
        .map(({ name }) => name)
        .join(', ')
        .slice(0, 400)}, and not ${wanted}`,
      exitCode.failed,
    );
  const definition = member(predicate, 'buildDefinition');
  if (text(definition, 'buildType') !== buildType)
    throw new UsageError(`buildType: expected ${buildType}`, exitCode.malformed);
  const parameters = member(definition, 'externalParameters');
  return {
    subject: found.name,
    builder: text(member(member(predicate, 'runDetails'), 'builder'), 'id'),
    commit: text(member(member(parameters, 'source'), 'digest'), 'gitCommit'),
    version: text(parameters, 'version'),
  };
}

/** What `npm run images` writes beside its layout. @throws UsageError */
export function imagesOfRelease(bytes: Uint8Array): {
  readonly version: string;
  readonly subjects: ReleaseSubject[];
} {
  const json = parseJsonStrict(bytes);
  const images = member(json, 'images');
  if (text(json, 'v') !== 'sealflow/images/v1' || !isJsonObject(images))
    throw new UsageError('--images: expected a file of v sealflow/images/v1', exitCode.malformed);
  const subjects = Object.keys(images).map((name) => {
    const digest = text(member(images, name), 'digest');
    if (!isDigest(digest))
      throw new UsageError(`--images: ${name}: expected a sha256 digest`, exitCode.malformed);
    return { name: `sealflow/${name}`, sha256: digest };
  });
  return { version: text(json, 'version'), subjects };
}

export function subjectOfFile(name: string, bytes: Uint8Array): ReleaseSubject {
  return { name, sha256: `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest };
}

function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

function member(value: Json | undefined, name: string): Json {
  const found = value !== undefined && isJsonObject(value) ? value[name] : undefined;
  if (found === undefined || !isJsonObject(found))
    throw new UsageError(`${name}: expected an object`, exitCode.malformed);
  return found;
}

function text(value: Json, name: string): string {
  const found = isJsonObject(value) ? value[name] : undefined;
  if (typeof found !== 'string') throw new UsageError(`${name}: expected a text`, exitCode.malformed);
  return found;
}
