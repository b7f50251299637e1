import type { AppraisalPolicy, ReferenceMeasurement } from '#attestation';
import { canonicalBytes, type Digest, fromHex, toBase64, toJson } from '#canonical';
import { measureFiles, type WorkerImage } from '#worker';
import type { InitdataDigests } from '../initdata/initdata.js';
import { UsageError } from '../output/failure.js';
import type { ImageFiles } from './image-files.js';

/** Launch measurements by platform. An image does not have one: the guest that runs it has, and a tool for that guest says which. */
export const launchPlatforms = { snp: 'amd-sev-snp', tdx: 'intel-tdx' } as const;
export type LaunchName = keyof typeof launchPlatforms;

export interface Launch {
  readonly platform: LaunchName;
  /** Lower-case hex of 48 bytes. */
  readonly measurement: string;
}

export interface ReferenceValues {
  /** Of the container image: what charts and the agent's policy name. */
  readonly image: Digest;
  readonly measurements: readonly ReferenceMeasurement[];
  /** What the hardware signs of the guest's initdata, on the platforms of the launches; nothing without initdata. */
  readonly initdata: InitdataValues;
}

export interface InitdataValues {
  /** HOSTDATA of SEV-SNP, lower-case hex of 32 bytes each. */
  readonly hostData: readonly string[];
  /** MRCONFIGID of TDX, lower-case hex of 48 bytes each. */
  readonly mrConfigId: readonly string[];
}

const FOLDER = 'app';

/** `snp=<96 hex digits>` or `tdx=<96 hex digits>` */
export function parseLaunch(text: string): Launch {
  const found = /^(snp|tdx)=([0-9a-f]{96})$/.exec(text);
  const [, platform, measurement] = found ?? [];
  if ((platform !== 'snp' && platform !== 'tdx') || measurement === undefined)
    throw new UsageError(
      `--launch: expected snp= or tdx= and 96 lower-case hex digits, got ${text.slice(0, 120)}`,
    );
  if (/^0+$/.test(measurement))
    throw new UsageError('--launch: expected a measurement, got zeros, which a debug guest has');
  return { platform, measurement };
}

/** What a worker of this image measures of itself, from the bytes of the layers and not from a label. */
export function measuredImage({ files, digest }: ImageFiles, worker: WorkerImage): Digest {
  const below = worker.folders.map((folder) => `${FOLDER}/${folder}/`);
  for (const folder of below)
    if (![...files.keys()].some((path) => path.startsWith(folder)))
      throw new UsageError(
        `image ${digest}: expected files below /${folder}, as ${worker.name} has, got none`,
      );
  return measureFiles(
    [...files]
      .filter(([path]) => below.some((folder) => path.startsWith(folder)))
      .map(([path, sha256]) => [path.slice(FOLDER.length + 1), sha256]),
  );
}

export function referenceValues(
  image: ImageFiles,
  worker: WorkerImage,
  launches: readonly Launch[],
  initdata: InitdataDigests | null,
): ReferenceValues {
  const imageDigest = measuredImage(image, worker);
  return {
    image: image.digest,
    measurements: launches.map(({ platform, measurement }) => ({
      name: `${worker.name}-${platform}`,
      platform: launchPlatforms[platform],
      mrtd: measurement,
      imageDigest,
      operations: [...worker.operations, ...(worker.withModel ?? [])],
    })),
    initdata: {
      hostData: launches.some(({ platform }) => platform === 'snp') ? listOf(initdata?.hostData) : [],
      mrConfigId: launches.some(({ platform }) => platform === 'tdx') ? listOf(initdata?.mrConfigId) : [],
    },
  };
}

function listOf(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

/** Of a policy, as they stand there. */
export function policyMembers({
  measurements,
  initdata: { hostData, mrConfigId },
}: Pick<ReferenceValues, 'measurements' | 'initdata'>): Pick<
  AppraisalPolicy,
  'measurements' | 'snp' | 'tdx'
> {
  return {
    measurements,
    ...(hostData.length === 0 ? {} : { snp: { hostData } }),
    ...(mrConfigId.length === 0 ? {} : { tdx: { mrConfigId } }),
  };
}

/**
 * A policy that allows these values beside those that it allows already: old and new workers serve together while a
 * release rolls out. HOSTDATA and MRCONFIGID are bounded from the first value on.
 */
export function allowed(
  policy: AppraisalPolicy,
  values: Pick<ReferenceValues, 'measurements' | 'initdata'>,
): AppraisalPolicy {
  const keyOf = ({ mrtd, imageDigest }: ReferenceMeasurement): string => `${mrtd} ${imageDigest}`;
  const there = new Set(policy.measurements.map(keyOf));
  const { hostData, mrConfigId } = values.initdata;
  return {
    ...policy,
    measurements: [...policy.measurements, ...values.measurements.filter((each) => !there.has(keyOf(each)))],
    ...(hostData.length === 0
      ? {}
      : { snp: { ...policy.snp, hostData: union(policy.snp?.hostData, hostData) } }),
    ...(mrConfigId.length === 0
      ? {}
      : { tdx: { ...policy.tdx, mrConfigId: union(policy.tdx?.mrConfigId, mrConfigId) } }),
  };
}

function union(known: readonly string[] = [], more: readonly string[]): readonly string[] {
  return [...new Set([...known, ...more])];
}

/** Launch measurements of values, each once; those of other platforms have no name in RVPS. */
export function launchesOf(measurements: readonly ReferenceMeasurement[]): readonly Launch[] {
  const launches = measurements.flatMap(({ platform, mrtd }): readonly Launch[] => {
    if (platform === launchPlatforms.snp) return [{ platform: 'snp', measurement: mrtd }];
    return platform === launchPlatforms.tdx ? [{ platform: 'tdx', measurement: mrtd }] : [];
  });
  const places = launches.map(({ platform, measurement }) => `${platform} ${measurement}`);
  return launches.filter((_, index) => places.indexOf(places[index] ?? '') === index);
}

/**
 * The message that RVPS of Trustee takes (`rvps-tool register`). Its names are those of the default policies there;
 * type `sample` carries no signature, so whoever can send to RVPS is believed.
 */
export function rvpsMessage(launches: readonly Launch[]): string {
  const values: Record<string, string[]> = {};
  for (const { platform, measurement } of launches) {
    // Verifiers of Trustee have written the launch measurement of SEV-SNP in base64 and, later, in hex.
    if (platform === 'snp')
      values['snp_launch_measurement'] = [
        ...(values['snp_launch_measurement'] ?? []),
        measurement,
        toBase64(fromHex(measurement)),
      ];
    else values['mr_td'] = [...(values['mr_td'] ?? []), measurement];
  }
  const payload = toBase64(canonicalBytes(toJson(values)));
  return JSON.stringify({ version: '0.1.0', type: 'sample', payload });
}
