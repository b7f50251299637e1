import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import {
  AttestationError,
  type DevicesToEndorse,
  parseEvidencePackage,
  vendorTrustRoots,
} from '#attestation';
import { formatTime } from '#canonical';
import { OfflineFolder } from '#collateral';
import { VERIFY_FOLDER } from '../evidence/collateral-folder.js';
import { readCpuEvidence, readGpuEvidence } from '../evidence/device-evidence.js';
import {
  collateralFileName,
  type FetchedCollateral,
  fetchCollateral,
  fileNameOf,
  renderMissing,
} from '../evidence/fetch-collateral.js';
import { readEvidenceFile } from '../evidence/files.js';
import { readTrust } from '../installation/read-trust.js';
import { exitCode, UsageError } from '../output/failure.js';

interface CollateralOptions {
  readonly package?: string;
  readonly cpu?: string;
  readonly gpu?: readonly string[];
  readonly switch?: readonly string[];
  readonly gpuChain?: string;
  readonly out: string;
  readonly trust?: string;
  readonly json?: boolean;
}

/** Beside the pieces, so that the marks which refuse older data stay with the folder that they guard. */
const STATE = '.state';

/** `sealflow evidence collateral`: fills the folder of a site that has no network. */
export function collateralCommand(): Command {
  const gather = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];
  return new Command('collateral')
    .description('ask vendors for what verifiers of this evidence need, and fill a folder for use offline')
    .option('--package <file>', 'evidence package of a worker')
    .option('--cpu <file>', 'TDX quote, SGX quote or SEV-SNP report, bytes or hex')
    .option('--gpu <file>', 'GPU evidence (repeatable), in the forms of evidence verify', gather)
    .option('--switch <file>', 'NVSwitch evidence (repeatable), in the forms of --gpu', gather)
    .option('--gpu-chain <file>', 'certificate chain of --gpu and --switch in PEM')
    .requiredOption('--out <dir>', 'folder to fill; one that exists is renewed, never with older data')
    .option('--trust <file>', 'trust file with roots (default: the roots of the vendors)')
    .option('--json', 'print what was fetched as JSON')
    .action((options: CollateralOptions) => collateral(options));
}

async function collateral(options: CollateralOptions): Promise<void> {
  const devices = devicesOf(options);
  const roots = options.trust === undefined ? vendorTrustRoots : readTrust(options.trust).roots;
  const fetched = await fetchCollateral({
    devices,
    stateFolder: join(options.out, STATE),
    roots,
    environment: process.env,
    clock: Date.now,
  });
  const offline = new OfflineFolder(options.out);
  for (const { key, document } of fetched.pieces) offline.write(key, document);
  writeVerifyFolder(join(options.out, VERIFY_FOLDER), fetched);
  if (options.json === true) process.stdout.write(`${JSON.stringify(factsOf(options.out, fetched))}\n`);
  else process.stdout.write(render(options.out, fetched));
  process.exitCode = fetched.missing.length === 0 ? exitCode.verified : exitCode.incomplete;
}

function devicesOf(options: CollateralOptions): DevicesToEndorse {
  const { cpu, gpu = [], gpuChain } = options;
  const switches = options.switch ?? [];
  const single = cpu !== undefined || gpu.length > 0 || switches.length > 0;
  if (options.package !== undefined) {
    if (single) {
      throw new UsageError('--package already holds all evidence: leave --cpu, --gpu and --switch out');
    }
    try {
      return parseEvidencePackage(readEvidenceFile(options.package));
    } catch (error) {
      if (!(error instanceof AttestationError)) throw error;
      throw new UsageError(`${options.package}: ${error.code}: ${error.message}`, exitCode.malformed);
    }
  }
  if (!single) throw new UsageError('no evidence: give --cpu, --gpu, --switch or --package');
  return {
    cpu: cpu === undefined ? null : readCpuEvidence(cpu),
    gpus: gpu.flatMap((file) => readGpuEvidence(file, gpuChain)),
    switches: switches.flatMap((file) => readGpuEvidence(file, gpuChain)),
    collateral: [],
  };
}

/** What the last call fetched, and nothing older beside it: two lists of one CA would be one too many. */
function writeVerifyFolder(folder: string, { collateral }: FetchedCollateral): void {
  mkdirSync(folder, { recursive: true });
  const kept = new Set(collateral.map(fileNameOf));
  for (const name of readdirSync(folder)) {
    if (collateralFileName.test(name) && !kept.has(name)) rmSync(join(folder, name));
  }
  for (const piece of collateral) {
    const target = join(folder, fileNameOf(piece));
    writeFileSync(`${target}.part`, piece.data, { flush: true });
    renameSync(`${target}.part`, target);
  }
}

function factsOf(folder: string, { pieces, missing, collateral }: FetchedCollateral) {
  return {
    folder,
    pieces: pieces.map(({ key, expiresAtMs, source }) => ({ key, expires: timeOf(expiresAtMs), source })),
    files: collateral.map(fileNameOf),
    missing,
  };
}

function render(folder: string, { pieces, missing, collateral }: FetchedCollateral): string {
  const lines = pieces.map(
    ({ key, expiresAtMs }) =>
      `  ${key}  ${expiresAtMs === null ? 'no end' : `until ${timeOf(expiresAtMs)}`}\n`,
  );
  const verify =
    collateral.length === 0 ? '' : `  verify   sealflow evidence verify --collateral ${folder} …\n`;
  const site =
    pieces.length === 0 ? '' : `  site     SEALFLOW_COLLATERAL_OFFLINE=<absolute path of ${folder}>\n`;
  return `${folder}: ${pieces.length} pieces\n${lines.join('')}${renderMissing(missing)}${verify}${site}`;
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : formatTime(ms);
}
