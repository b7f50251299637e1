import { Command, Option } from 'commander';
import { toJson } from '#canonical';
import { encodeTrustFile, parseTrustFile } from '#evidence';
import { workerImage, workerImages } from '#worker';
import { readBounded } from '../batch/read-bundle.js';
import { initdataDigests, readInitdata } from '../initdata/initdata.js';
import { exitCode, UsageError } from '../output/failure.js';
import { imageFiles } from '../reference-values/image-files.js';
import {
  allowed,
  type Launch,
  parseLaunch,
  referenceValues,
  rvpsMessage,
} from '../reference-values/reference-values.js';

interface Options {
  readonly layout: string;
  readonly image?: string;
  readonly worker: string;
  readonly launch: readonly Launch[];
  readonly initdata?: string;
  readonly trust?: string;
  readonly format: 'policy' | 'rvps';
}

/** `sealflow reference-values export`: from a built image to what verifiers allow. */
export function referenceValuesCommand(): Command {
  return new Command('reference-values')
    .description('what verifiers have to allow for a built image')
    .addCommand(
      new Command('export')
        .description('measure an image of a worker, and print it as members of an appraisal policy')
        .requiredOption('--layout <folder>', 'OCI layout, as npm run images writes it and skopeo copies one')
        .addOption(
          new Option('--worker <name>', 'which worker it is')
            .choices(workerImages.map(({ name }) => name))
            .makeOptionMandatory(),
        )
        .option('--image <name>', 'its name or digest in the layout (default: that of the worker)')
        .option(
          '--launch <platform=hex>',
          'launch measurement of the guest, snp=... or tdx=...; once for each that may run it',
          (text: string, before: readonly Launch[]) => [...before, parseLaunch(text)],
          [],
        )
        .option('--initdata <file>', 'initdata of the guest, TOML or packed: its HOSTDATA is allowed too')
        .option('--trust <file>', 'trust file to which the values are added; the new one is printed')
        .addOption(
          new Option('--format <name>', 'policy: for Sealflow; rvps: message for RVPS of Trustee')
            .choices(['policy', 'rvps'])
            .default('policy'),
        )
        .action((options: Options) => {
          process.stdout.write(`${exported(options)}\n`);
        }),
    );
}

function exported(options: Options): string {
  const { layout, worker, launch, format, trust } = options;
  if (launch.length === 0)
    throw new UsageError(
      '--launch: expected snp= or tdx= and the launch measurement of the guest, got none: an image alone does not have one',
    );
  if (format === 'rvps' && trust !== undefined)
    throw new UsageError('--trust: expected with --format policy');
  const files = imageFiles(layout, options.image ?? worker, 'app');
  const values = referenceValues(files, workerImage(worker), launch, hostDataOf(options));
  if (format === 'rvps') return rvpsMessage(launch);
  if (trust !== undefined) {
    const file = parseTrustFile(readBounded(trust, exitCode.trustRoot));
    return Buffer.from(encodeTrustFile({ ...file, policy: allowed(file.policy, values) }))
      .toString('utf8')
      .trimEnd();
  }
  const { image, measurements, hostData } = values;
  return JSON.stringify(
    toJson({ image, measurements, ...(hostData === null ? {} : { snp: { hostData: [hostData] } }) }),
    null,
    2,
  );
}

function hostDataOf({ initdata, launch }: Options): string | null {
  if (initdata === undefined) return null;
  if (!launch.some(({ platform }) => platform === 'snp'))
    throw new UsageError('--initdata: expected with --launch snp=..., whose reports carry HOSTDATA');
  return initdataDigests(readInitdata(readBounded(initdata, exitCode.malformed))).hostData;
}
