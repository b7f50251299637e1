import { describe, expect, it } from 'vitest';
import { digestOf, ed25519PublicKey, utf8 } from '#canonical';
import { signStatement } from '#evidence';
import {
  imagesOfRelease,
  openRelease,
  type ReleaseBuild,
  releaseStatement,
  signRelease,
} from './release-provenance.js';

const seed = new Uint8Array(32).fill(7);
const key = ed25519PublicKey(seed);
const image = digestOf(utf8('image'));
const chart = digestOf(utf8('chart'));
const build: ReleaseBuild = {
  subjects: [
    { name: 'sealflow/orchestrator', sha256: image },
    { name: 'sealflow-0.1.0.tgz', sha256: chart },
  ],
  version: '0.1.0',
  source: 'git+https://code.test/sealflow',
  commit: 'ab'.repeat(20),
  builder: 'https://ci.test/release',
  bases: [`gcr.test/base@sha256:${'cd'.repeat(32)}`],
};

describe('a release is not signed', () => {
  it.each([
    [{ subjects: [] }, 'expected 1 to 256 artifacts, got 0'],
    [{ subjects: [...build.subjects, ...build.subjects] }, 'expected each name once'],
    [{ commit: '' }, '--commit: expected 40 lower-case hex digits, got nothing'],
    [{ source: 'here' }, '--source: expected a URI, got here'],
    [{ builder: '' }, '--builder: expected a URI'],
    [{ bases: ['gcr.test/base:latest'] }, '--base: expected IMAGE@sha256:'],
  ])('with %j', (change, message) => {
    expect(() => signRelease({ ...build, ...change }, seed)).toThrow(message);
  });

  it.each([
    '{}',
    '{"v":"sealflow/images/v1","images":[]}',
    '{"v":"sealflow/images/v2","version":"1","images":{}}',
  ])('with the images %s', (text) => expect(() => imagesOfRelease(utf8(text))).toThrow(/expected/));

  it('with an image that has a tag in place of a digest', () => {
    const text = '{"v":"sealflow/images/v1","version":"1","images":{"orchestrator":{"digest":"latest"}}}';
    expect(() => imagesOfRelease(utf8(text))).toThrow('orchestrator: expected a sha256 digest');
  });
});

describe('a release is refused', () => {
  const envelope = signRelease(build, seed);

  it('under another key', () => {
    const other = ed25519PublicKey(new Uint8Array(32).fill(8));
    expect(() => openRelease(envelope, other, image)).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
    );
  });

  it('after a byte of the statement was changed', () => {
    const { payload, ...rest } = JSON.parse(Buffer.from(envelope).toString('utf8')) as { payload: string };
    const changed = Buffer.from(payload, 'base64').toString('utf8').replace('0.1.0', '0.1.1');
    const forged = utf8(JSON.stringify({ ...rest, payload: Buffer.from(changed).toString('base64') }));
    expect(() => openRelease(forged, key, image)).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
    );
  });

  it('for an artifact that it does not name', () => {
    const other = digestOf(utf8('other'));
    expect(() => openRelease(envelope, key, other)).toThrow(`sealflow-0.1.0.tgz, and not ${other}`);
  });

  it('when the same key signed something else', () => {
    const statement = {
      ...releaseStatement(build),
      predicateType: 'https://slsa.dev/verification_summary/v1',
    };
    expect(() => openRelease(signStatement({ statement, seed }), key, image)).toThrow(
      expect.objectContaining({ code: 'PREDICATE_TYPE_UNEXPECTED' }),
    );
  });
});

it('says of each artifact who built it, from which commit', () => {
  const envelope = signRelease(build, seed);
  const common = { builder: build.builder, commit: build.commit, version: '0.1.0' };
  expect(openRelease(envelope, key, image)).toEqual({ subject: 'sealflow/orchestrator', ...common });
  expect(openRelease(envelope, key, chart)).toEqual({ subject: 'sealflow-0.1.0.tgz', ...common });
});

it('is the statement that readers of SLSA know', () => {
  expect(releaseStatement(build)).toEqual({
    subject: [
      { name: 'sealflow/orchestrator', digest: { sha256: image.slice(7) } },
      { name: 'sealflow-0.1.0.tgz', digest: { sha256: chart.slice(7) } },
    ],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://sealflow.dev/build/images-and-charts/v1',
        externalParameters: {
          version: '0.1.0',
          source: { uri: build.source, digest: { gitCommit: build.commit } },
        },
        resolvedDependencies: [
          { uri: build.source, digest: { gitCommit: build.commit } },
          { uri: 'docker://gcr.test/base', digest: { sha256: 'cd'.repeat(32) } },
        ],
      },
      runDetails: { builder: { id: 'https://ci.test/release' } },
    },
  });
});
