import { Command, Option } from 'commander';
import { ed25519PublicKey, toBase64, toJson } from '#canonical';
import { encodeTrustFile, parseTrustFile } from '#evidence';
import { workerImage, workerImages } from '#worker';
import { readBounded } from '../batch/read-bundle.js';
import { parseSigner } from '../export/public-key.js';
import { readSigningSeed } from '../export/signing-key.js';
import { initdataDigests, readInitdata } from '../initdata/initdata.js';
import { exitCode, UsageError } from '../output/failure.js';
import { imageFiles } from '../reference-values/image-files.js';
import {
  allowed,
  type Launch,
  launchesOf,
  parseLaunch,
  policyMembers,
  type ReferenceValues,
  referenceValues,
  rvpsMessage,
} from '../reference-values/reference-values.js';
import { type OpenedValues, openValues, signValues } from '../reference-values/signed-values.js';

interface ExportOptions {
  readonly layout: string;
  readonly image?: string;
  readonly worker: string;
  readonly launch: readonly Launch[];
  readonly initdata?: string;
  readonly trust?: string;
  readonly key?: string;
  readonly format: 'policy' | 'rvps';
}

/** `sealflow reference-values export|import`: from a built image to what verifiers allow. */
export function referenceValuesCommand(): Command {
  return new Command('reference-values')
    .description('what verifiers have to allow for a built image')
    .addCommand(exportCommand())
    .addCommand(importCommand());
}

function exportCommand(): Command {
  return new Command('export')
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
    .option(
      '--initdata <file>',
      'initdata of the guest, TOML or packed: its HOSTDATA and MRCONFIGID are allowed too',
    )
    .option('--trust <file>', 'trust file to which the values are added; the new one is printed')
    .option('--key <file>', 'private Ed25519 key in PEM: the values are printed signed, for import')
    .addOption(
      new Option('--format <name>', 'policy: for Sealflow; rvps: message for RVPS of Trustee, unsigned')
        .choices(['policy', 'rvps'])
        .default('policy'),
    )
    .action((options: ExportOptions) => {
      process.stdout.write(`${exported(options)}\n`);
    });
}

function exported(options: ExportOptions): string {
  const { layout, worker, launch, format, trust, key } = options;
  if (launch.length === 0)
    throw new UsageError(
      '--launch: expected snp= or tdx= and the launch measurement of the guest, got none: an image alone does not have one',
    );
  for (const flag of ['trust', 'key'] as const)
    if (format === 'rvps' && options[flag] !== undefined)
      throw new UsageError(`--${flag}: expected with --format policy`);
  if (trust !== undefined && key !== undefined)
    throw new UsageError('--trust: expected with import where the values are signed, got --key beside it');
  const files = imageFiles(layout, options.image ?? worker, 'app');
  const initdata =
    options.initdata === undefined
      ? null
      : initdataDigests(readInitdata(readBounded(options.initdata, exitCode.malformed)));
  const values = referenceValues(files, workerImage(worker), launch, initdata);
  if (format === 'rvps') return rvpsMessage(launch);
  if (key !== undefined) return signed(values, worker, key);
  if (trust !== undefined) return added(trust, values);
  return JSON.stringify(toJson({ image: values.image, ...policyMembers(values) }), null, 2);
}

function signed(values: ReferenceValues, worker: string, key: string): string {
  const seed = readSigningSeed(key);
  process.stderr.write(`signed by ${toBase64(ed25519PublicKey(seed))}\n`);
  return Buffer.from(signValues(values, `sealflow/${worker}`, seed)).toString('utf8');
}

function added(trust: string, values: Pick<ReferenceValues, 'measurements' | 'initdata'>): string {
  const file = parseTrustFile(readBounded(trust, exitCode.trustRoot));
  return Buffer.from(encodeTrustFile({ ...file, policy: allowed(file.policy, values) }))
    .toString('utf8')
    .trimEnd();
}

interface ImportOptions {
  readonly signer: string;
  readonly trust?: string;
  readonly format: 'policy' | 'rvps';
}

function importCommand(): Command {
  return new Command('import')
    .description('take signed reference values over: print a trust file with them beside what it allows')
    .argument('<file>', 'what export --key printed')
    .requiredOption('--signer <key>', 'Ed25519 public key, base64 of 32 bytes, from where you trust it')
    .option('--trust <file>', 'trust file to which the values are added')
    .addOption(
      new Option('--format <name>', 'policy: for Sealflow; rvps: message for RVPS of Trustee')
        .choices(['policy', 'rvps'])
        .default('policy'),
    )
    .action((file: string, options: ImportOptions) => {
      const values = openValues(readBounded(file, exitCode.malformed), parseSigner(options.signer));
      process.stdout.write(`${imported(values, options)}\n`);
      process.stderr.write(
        `${values.image}: ${values.measurements.length} measurements ${options.format === 'rvps' ? 'in the message' : 'allowed'}\n`,
      );
    });
}

function imported(values: OpenedValues, { trust, format }: ImportOptions): string {
  if (format === 'rvps') {
    if (trust !== undefined) throw new UsageError('--trust: expected with --format policy');
    return rvpsMessage(launchesOf(values.measurements));
  }
  if (trust === undefined)
    throw new UsageError('--trust: expected the trust file to which the values are added');
  return added(trust, values);
}
