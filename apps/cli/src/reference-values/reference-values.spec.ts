import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { type AppraisalPolicy, parseAppraisalPolicy } from '#attestation';
import { digestOf, type JsonObject, toJson, utf8 } from '#canonical';
import { measureTree, type WorkerImage } from '#worker';
import { tarGz } from '../export/tar-file.js';
import { initdataDigests, initdataToml } from '../initdata/initdata.js';
import { imageFiles } from './image-files.js';
import {
  allowed,
  launchesOf,
  measuredImage,
  parseLaunch,
  referenceValues,
  rvpsMessage,
} from './reference-values.js';
import { tarEntries } from './tar-entries.js';

const folder = mkdtempSync(join(tmpdir(), 'sealflow-layout-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const worker: WorkerImage = {
  name: 'tee-worker',
  entry: 'dist/main.js',
  folders: ['dist', 'models'],
  operations: ['document.extract'],
  gpus: 0,
};
const files = {
  'app/dist/main.js': 'console.log(1);\n',
  'app/dist/libs/a.js': 'export {};\n',
  'app/models/reader.json': '{}\n',
  'app/package.json': '{}\n',
};
const SNP = 'ab'.repeat(48);
const TDX = 'cd'.repeat(48);

describe('an image is not measured when', () => {
  it('a blob has other bytes than its digest names', () => {
    const layout = layoutOf([files]);
    const { digest } = imageFiles(layout, 'tee-worker', 'app');
    writeFileSync(blobFile(layout, digest), '{}');
    expect(() => imageFiles(layout, digest, 'app')).toThrow(/expected bytes of this digest, got sha256:/);
  });

  it('the layout does not have it', () => {
    expect(() => imageFiles(layoutOf([files]), 'zk-prover', 'app')).toThrow('got tee-worker');
    expect(() => imageFiles(join(folder, 'nowhere'), 'zk-prover', 'app')).toThrow('ENOENT');
  });

  it('it is a list of images for several platforms', () => {
    const layout = layoutOf([files], { mediaType: 'application/vnd.oci.image.index.v1+json' });
    expect(() => imageFiles(layout, 'tee-worker', 'app')).toThrow('expected one image tee-worker');
  });

  it('a layer is packed in another way', () => {
    const layout = layoutOf([files], {}, 'application/vnd.oci.image.layer.v1.tar+zstd');
    expect(() => imageFiles(layout, 'tee-worker', 'app')).toThrow(/expected .*tar\+gzip.*got .*zstd/);
  });

  it.each([
    ['a link where files are measured', '2', 'links are not measured'],
    ['a device where files are measured', '3', 'links are not measured'],
    ['an entry of a type that nobody knows', 'Z', 'an entry of type "Z"'],
  ])('it has %s', (_what, type, message) => {
    const layout = layoutOf([{ 'app/dist/main.js': '' }], {}, undefined, (tar) => retyped(tar, type));
    expect(() => imageFiles(layout, 'tee-worker', 'app')).toThrow(message);
  });

  it('a folder that the worker measures is missing', () => {
    const image = imageFiles(layoutOf([{ 'app/dist/main.js': '1' }]), 'tee-worker', 'app');
    expect(() => measuredImage(image, worker)).toThrow('expected files below /app/models');
  });

  it.each([
    ['cut short', (tar: Buffer) => tar.subarray(0, 1024), 'no end'],
    ['changed in a header', (tar: Buffer) => tar.fill('x', 0, 1), 'a header with a wrong sum'],
    ['longer inside than outside', (tar: Buffer) => tar.subarray(0, 512), 'longer than the archive'],
  ])('an archive is %s', (_what, change, message) => {
    const tar = Buffer.from(gunzipSync(tarGz([{ name: 'app/a', bytes: utf8('a') }])));
    expect(() => tarEntries(change(tar), 'layer')).toThrow(message);
  });

  it('a path climbs out', () => {
    const tar = gunzipSync(tarGz([{ name: 'app/../etc/passwd', bytes: utf8('a') }]));
    expect(() => tarEntries(tar, 'layer')).toThrow('the path "app/../etc/passwd"');
  });
});

describe('an image is measured', () => {
  it('as its worker will measure itself, and this is a known value', () => {
    const root = join(folder, 'tree');
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const measured = measuredImage(imageFiles(layoutOf([files]), 'tee-worker', 'app'), worker);
    expect(measured).toBe(measureTree(join(root, 'app'), worker.folders));
    expect(measured).toBe('sha256:40dd0fa1cb88aa4dedb2b06609bf024bb8c59dab129f38c58145f6a42ed0358b');
  });

  it('as its layers leave it: what a later one changes or takes away is not there', () => {
    const whole = measuredImage(imageFiles(layoutOf([files]), 'tee-worker', 'app'), worker);
    const layers = [
      { ...files, 'app/dist/main.js': 'old', 'app/dist/old/b.js': 'b', 'app/models/old.json': 'c' },
      {
        'app/dist/main.js': files['app/dist/main.js'],
        'app/dist/.wh.old': '',
        'app/models/.wh..wh..opq': '',
      },
      { 'app/models/reader.json': files['app/models/reader.json'] },
    ];
    expect(measuredImage(imageFiles(layoutOf(layers), 'tee-worker', 'app'), worker)).toBe(whole);
  });
});

describe('launch measurements', () => {
  it.each(['snp', 'snp=ab', `sgx=${SNP}`, `snp=${SNP.toUpperCase()}`, `tdx=${TDX}00`])(
    'refuse %s',
    (text) => {
      expect(() => parseLaunch(text)).toThrow('expected snp= or tdx= and 96 lower-case hex digits');
    },
  );

  it('refuse zeros', () => {
    expect(() => parseLaunch(`tdx=${'00'.repeat(48)}`)).toThrow('zeros');
  });

  it('become a message for RVPS under the names that the policies there ask for', () => {
    const message = rvpsMessage([parseLaunch(`snp=${SNP}`), parseLaunch(`tdx=${TDX}`)]);
    const { payload, ...rest } = JSON.parse(message) as { payload: string };
    expect(rest).toEqual({ version: '0.1.0', type: 'sample' });
    expect(JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))).toEqual({
      mr_td: [TDX],
      snp_launch_measurement: [SNP, Buffer.from(SNP, 'hex').toString('base64')],
    });
  });

  it('are those of measurements again, each once', () => {
    const image = imageFiles(layoutOf([files]), 'tee-worker', 'app');
    const launches = [parseLaunch(`snp=${SNP}`), parseLaunch(`tdx=${TDX}`)];
    const { measurements } = referenceValues(image, worker, launches, null);
    expect(launchesOf([...measurements, ...measurements])).toEqual(launches);
  });
});

describe('a policy', () => {
  const policy: AppraisalPolicy = {
    v: 'sealflow/appraisal-policy/v1',
    tier: 'standard',
    allowSimulated: false,
    gpu: { required: false },
    measurements: [
      {
        name: 'old',
        mrtd: '11'.repeat(48),
        imageDigest: digestOf(utf8('old')),
        operations: ['document.extract'],
      },
    ],
    bindingRules: ['sealflow/binding/v1'],
    freshness: ['nonce'],
    bindingLifetimeMsMax: 60_000,
  };
  const image = imageFiles(layoutOf([files]), 'tee-worker', 'app');
  const launches = [parseLaunch(`snp=${SNP}`), parseLaunch(`tdx=${TDX}`)];

  const initdata = initdataDigests(initdataToml('sha384', { 'policy.rego': 'package agent_policy' }));

  it('allows new values beside the old ones, and is one that verifiers read', () => {
    const made = allowed(policy, referenceValues(image, worker, launches, initdata));
    expect(parseAppraisalPolicy(toJson(made))).toEqual(made);
    expect(made.measurements.map(({ name, platform }) => [name, platform])).toEqual([
      ['old', undefined],
      ['tee-worker-snp', 'amd-sev-snp'],
      ['tee-worker-tdx', 'intel-tdx'],
    ]);
    expect(made.snp?.hostData).toEqual([initdata.hostData]);
    expect(made.tdx?.mrConfigId).toEqual([initdata.mrConfigId]);
  });

  it('keeps what it asks for besides, and the initdata of guests that still run', () => {
    const before: AppraisalPolicy = {
      ...policy,
      snp: { vmpl: 0, hostData: ['ee'.repeat(32)] },
      tdx: { graceDays: 3, mrConfigId: ['ee'.repeat(48)] },
    };
    const { snp, tdx } = allowed(before, referenceValues(image, worker, launches, initdata));
    expect(snp).toEqual({ vmpl: 0, hostData: ['ee'.repeat(32), initdata.hostData] });
    expect(tdx).toEqual({ graceDays: 3, mrConfigId: ['ee'.repeat(48), initdata.mrConfigId] });
  });

  it('stays as it is when it has the values already', () => {
    const values = referenceValues(image, worker, launches, initdata);
    const once = allowed(policy, values);
    expect(allowed(once, values)).toEqual(once);
  });

  it('does not begin to bound HOSTDATA and MRCONFIGID where no initdata was given, or no guest of the kind', () => {
    const silent = allowed(policy, referenceValues(image, worker, launches, null));
    expect([silent.snp, silent.tdx]).toEqual([undefined, undefined]);
    const onTdx = allowed(policy, referenceValues(image, worker, launches.slice(1), initdata));
    expect([onTdx.snp, onTdx.tdx]).toEqual([undefined, { mrConfigId: [initdata.mrConfigId] }]);
  });
});

/** An OCI layout with one image, `tee-worker`, of these layers. */
function layoutOf(
  layers: readonly Readonly<Record<string, string>>[],
  entry: JsonObject = {},
  mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip',
  change = (tar: Uint8Array): Uint8Array => tar,
): string {
  const layout = mkdtempSync(join(folder, 'l-'));
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });
  const put = (bytes: Uint8Array) => {
    const digest = digestOf(bytes);
    writeFileSync(blobFile(layout, digest), bytes);
    return { digest, size: bytes.length };
  };
  const packed = layers.map((layer) => ({
    mediaType,
    ...put(change(tarGz(Object.entries(layer).map(([name, text]) => ({ name, bytes: utf8(text) }))))),
  }));
  const manifest = put(utf8(JSON.stringify({ schemaVersion: 2, layers: packed })));
  const manifests = [
    {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      ...manifest,
      annotations: { 'org.opencontainers.image.ref.name': 'tee-worker' },
      ...entry,
    },
  ];
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  return layout;
}

function blobFile(layout: string, digest: string): string {
  return join(layout, 'blobs/sha256', digest.slice('sha256:'.length));
}

/** The first entry under another type, with a sum that fits. */
function retyped(packed: Uint8Array, type: string): Uint8Array {
  const tar = Buffer.from(gunzipSync(packed));
  const before = tar[156] ?? 0;
  tar.write(type, 156);
  const sum = Number.parseInt(tar.subarray(148, 154).toString('latin1'), 8) + type.charCodeAt(0) - before;
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return new Uint8Array(gzipSync(tar));
}
