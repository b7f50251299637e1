import { Command } from 'commander';
import {
  type Appraisal,
  type AppraisalPolicy,
  AttestationError,
  appraisalPolicyDigest,
  appraise,
  appraiseDevices,
  type Collateral,
  compareAppraisals,
  explainableChecks,
  explainCheck,
  explainReason,
  parseAppraisalPolicy,
  type TrustRoots,
  vendorTrustRoots,
} from '#attestation';
import { CanonicalError, fromHex, parseJsonStrict } from '#canonical';
import { readCollateralFolder } from '../evidence/collateral-folder.js';
import { defaultPolicy } from '../evidence/default-policy.js';
import { readCpuEvidence, readGpuEvidence } from '../evidence/device-evidence.js';
import { readEvidenceFile } from '../evidence/files.js';
import { appraisalJson, outcomeOf, renderAppraisal, renderComparison } from '../evidence/render-appraisal.js';
import { readTrust } from '../installation/read-trust.js';
import { exitCode, UsageError } from '../output/failure.js';
import { timeOption } from '../output/time-option.js';
import { collateralCommand } from './evidence-collateral.js';
import { collectCommand } from './evidence-collect.js';

interface VerifyOptions {
  readonly package?: string;
  readonly cpu?: string;
  readonly gpu?: readonly string[];
  readonly switch?: readonly string[];
  readonly gpuChain?: string;
  readonly gpuNonce?: string;
  readonly nonce?: string;
  readonly collateral?: string;
  readonly policy?: string;
  readonly trust?: string;
  readonly at?: string;
  readonly ocspDeviceAt?: string;
  readonly ocspRimAt?: string;
  readonly again?: string;
  readonly againCollateral?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

const NONCE_BYTES = 32;

/** `sealflow evidence`: looks into hardware evidence, offline. */
export function evidenceCommand(): Command {
  return new Command('evidence')
    .description('collect, verify and explain hardware evidence')
    .addCommand(collectCommand())
    .addCommand(collateralCommand())
    .addCommand(verifyEvidenceCommand())
    .addCommand(explainCommand());
}

function verifyEvidenceCommand(): Command {
  const gather = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];
  return new Command('verify')
    .description(
      'appraise a quote, a report, GPU evidence or an evidence package; the exit code is the verdict',
    )
    .option('--package <file>', 'evidence package of a worker: keys and devices together')
    .option('--cpu <file>', 'TDX quote, SGX quote or SEV-SNP report, bytes or hex')
    .option('--gpu <file>', 'GPU evidence (repeatable): JSON, or a report with chain.pem beside it', gather)
    .option(
      '--switch <file>',
      'NVSwitch evidence of protected PCIe (repeatable), in the forms of --gpu',
      gather,
    )
    .option('--gpu-chain <file>', 'certificate chain of --gpu and --switch in PEM')
    .option('--gpu-nonce <hex>', 'challenge that the GPUs had to answer, 32 bytes')
    .option('--nonce <hex>', 'challenge that the package had to answer, 32 bytes')
    .option('--collateral <dir>', 'what the vendors publish: TCB info, revocation lists, manifests, OCSP')
    .option('--policy <file>', 'appraisal policy (default: tier standard, no measurement known)')
    .option('--trust <file>', 'trust file with roots and policy (default: the roots of the vendors)')
    .option('--at <time>', 'judge as of YYYY-MM-DDThh:mm:ss.sssZ (default: now)')
    .option('--ocsp-device-at <time>', 'judge OCSP responses of devices as of another time')
    .option('--ocsp-rim-at <time>', 'judge OCSP responses of manifest signers as of another time')
    .option('--again <time>', 'judge a second time, in hindsight')
    .option('--again-collateral <dir>', 'collateral known at --again')
    .option('--all', 'show every check')
    .option('--json', 'print the appraisal as JSON')
    .action((options: VerifyOptions) => verifyEvidence(options));
}

function verifyEvidence(options: VerifyOptions): void {
  const atMs = timeOption('--at', options.at) ?? Date.now();
  const collateral = collateralOf(options.collateral);
  const first = appraiseAt(options, atMs, atMs, collateral);
  const againMs = timeOption('--again', options.again);
  const hindsight =
    againMs === null
      ? null
      : appraiseAt(
          options,
          atMs,
          againMs,
          options.againCollateral === undefined ? collateral : collateralOf(options.againCollateral),
        );
  const comparison = hindsight === null ? null : compareAppraisals(first, hindsight);
  if (options.json === true) {
    const again =
      comparison === null ? {} : { hindsight: { at: options.again ?? '', summary: comparison.summary } };
    process.stdout.write(`${JSON.stringify({ ...appraisalJson(first), ...again })}\n`);
  } else {
    process.stdout.write(renderAppraisal(first, atMs, options.all === true));
    if (comparison !== null) process.stdout.write(renderComparison(comparison, againMs ?? atMs));
  }
  process.exitCode = outcomeOf(first).exitCode;
}

function appraiseAt(
  options: VerifyOptions,
  atMs: number,
  hardwareAtMs: number,
  collateral: readonly Collateral[],
): Appraisal {
  const { roots, policy } = relyOn(options);
  const policyDigest = appraisalPolicyDigest(policy);
  const deviceMs = timeOption('--ocsp-device-at', options.ocspDeviceAt) ?? hardwareAtMs;
  const rimMs = timeOption('--ocsp-rim-at', options.ocspRimAt) ?? hardwareAtMs;
  const common = { roots, policy, policyDigest, collateral, ocspAt: { deviceMs, rimMs } };
  if (options.package !== undefined) {
    if (options.cpu !== undefined || options.gpu !== undefined || options.switch !== undefined) {
      throw new UsageError('--package already holds all evidence: leave --cpu, --gpu and --switch out');
    }
    return appraise({
      ...common,
      evidence: readEvidenceFile(options.package),
      expectedNonce: nonceOf('--nonce', options.nonce),
      at: atMs,
      hardwareAt: hardwareAtMs,
    });
  }
  if (options.cpu === undefined && options.gpu === undefined && options.switch === undefined) {
    throw new UsageError('nothing to verify: give --cpu, --gpu, --switch or --package');
  }
  return appraiseDevices({
    ...common,
    cpu: options.cpu === undefined ? null : readCpuEvidence(options.cpu),
    gpus: (options.gpu ?? []).flatMap((file) => readGpuEvidence(file, options.gpuChain)),
    switches: (options.switch ?? []).flatMap((file) => readGpuEvidence(file, options.gpuChain)),
    gpuNonce: nonceOf('--gpu-nonce', options.gpuNonce),
    at: hardwareAtMs,
  });
}

function relyOn(options: VerifyOptions): { readonly roots: TrustRoots; readonly policy: AppraisalPolicy } {
  const trust = options.trust === undefined ? null : readTrust(options.trust);
  const policy = options.policy === undefined ? trust?.policy : readPolicy(options.policy);
  return { roots: trust?.roots ?? vendorTrustRoots, policy: policy ?? defaultPolicy };
}

function readPolicy(file: string): AppraisalPolicy {
  try {
    return parseAppraisalPolicy(parseJsonStrict(readEvidenceFile(file)));
  } catch (error) {
    if (error instanceof AttestationError || error instanceof CanonicalError) {
      throw new UsageError(`${file}: ${error.code}: ${error.message}`, exitCode.malformed);
    }
    throw error;
  }
}

function collateralOf(folder: string | undefined): readonly Collateral[] {
  if (folder === undefined) return [];
  const { collateral, unused } = readCollateralFolder(folder);
  for (const file of unused) process.stderr.write(`sealflow: not used as collateral: ${file}\n`);
  return collateral;
}

function nonceOf(option: string, text: string | undefined): Uint8Array | null {
  if (text === undefined) return null;
  try {
    const nonce = fromHex(text.toLowerCase());
    if (nonce.length === NONCE_BYTES) return nonce;
  } catch {
    // Falls through to the one message.
  }
  throw new UsageError(`${option}: expected ${NONCE_BYTES} bytes as hex`);
}

function explainCommand(): Command {
  return new Command('explain')
    .description('say what a check or a reason means, and what to do about it')
    .argument(
      '[name]',
      'check such as TEE-TDX-012, or reason such as TCB_OUT_OF_DATE; nothing lists all checks',
    )
    .action((name: string | undefined) => {
      process.stdout.write(name === undefined ? listChecks() : explainOne(name));
    });
}

function listChecks(): string {
  return explainableChecks()
    .map((id) => `${id}  ${explainCheck(id)?.title ?? ''}\n`)
    .join('');
}

function explainOne(name: string): string {
  const check = explainCheck(name);
  if (check !== null) {
    return `${check.id}  ${check.title}\n  about   ${check.subject}\n  failed  ${check.meaning}\n`;
  }
  const reason = explainReason(name);
  if (reason === null) {
    throw new UsageError(
      `${name.slice(0, 64)}: no check or reason of this name: sealflow evidence explain lists them`,
    );
  }
  const unchecked = reason.unchecked
    ? '  note    says that something could not be checked; strict and standard refuse it all the same\n'
    : '';
  return `${reason.reason}\n  means   ${reason.meaning}\n  do      ${reason.advice}\n${unchecked}`;
}
