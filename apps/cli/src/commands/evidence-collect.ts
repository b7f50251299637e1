import { randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { appraisalPolicyDigest, parseAppraisalPolicy, vendorTrustRoots } from '#attestation';
import { type Digest, digestOf, fromHex, parseJsonStrict, toHex } from '#canonical';
import { gpuSourceNames, providerNames, readProviderConfig } from '#worker';
import { collectEvidence, renderCollected } from '../evidence/collect-evidence.js';
import { defaultPolicy } from '../evidence/default-policy.js';
import { endorseEvidence } from '../evidence/endorse-evidence.js';
import { renderMissing } from '../evidence/fetch-collateral.js';
import { readEvidenceFile } from '../evidence/files.js';
import { Installation } from '../installation/installation.js';
import { homeFolder } from '../installation/paths.js';
import { exitCode, UsageError } from '../output/failure.js';

interface CollectOptions {
  readonly out: string;
  readonly nonce?: string;
  readonly source: string;
  readonly gpus: string;
  readonly gpuSource: string;
  readonly policy?: string;
  readonly collateral?: boolean;
  readonly json?: boolean;
}

const NONCE_BYTES = 32;
const GPUS_MAX = 16;

/** `sealflow evidence collect`: asks the confidential VM that it runs in for evidence. */
export function collectCommand(): Command {
  return new Command('collect')
    .description('inside a confidential VM: ask its hardware for evidence and write an evidence package')
    .requiredOption('--out <file>', 'evidence package to write')
    .option('--nonce <hex>', 'challenge to answer, 32 bytes (default: a random one, which is printed)')
    .option('--source <name>', `what signs for the CPU: ${providerNames.join(', ')}`, 'auto')
    .option('--gpus <count>', 'GPUs that must answer', '0')
    .option('--gpu-source <name>', `what answers for GPUs: ${gpuSourceNames.join(', ')}`, 'auto')
    .option('--policy <file>', 'policy that the evidence is made for (default: that of evidence verify)')
    .option('--collateral', 'ask vendors for what verifiers need, and put it into the package')
    .option('--json', 'print what was collected as JSON')
    .action((options: CollectOptions) => collect(options));
}

async function collect(options: CollectOptions): Promise<void> {
  const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
  const nonce = options.nonce === undefined ? random(NONCE_BYTES) : nonceOf(options.nonce);
  const environment = {
    ...process.env,
    SEALFLOW_QUOTE_PROVIDER: options.source,
    SEALFLOW_GPU_SOURCE: options.gpuSource,
  };
  const machine = await collectEvidence({
    config: readProviderConfig(environment, { gpus: gpusOf(options.gpus), random }),
    nonce,
    policyDigest:
      options.policy === undefined ? appraisalPolicyDigest(defaultPolicy) : policyOf(options.policy),
    installation: Installation.at(homeFolder()),
    nowMs: Date.now(),
  });
  const { collected, missing } =
    options.collateral === true
      ? await endorseEvidence(machine, {
          roots: vendorTrustRoots,
          environment: process.env,
          clock: Date.now,
        })
      : { collected: machine, missing: [] };
  writeFileSync(`${options.out}.new`, collected.bytes, { flush: true });
  renameSync(`${options.out}.new`, options.out);
  process.exitCode = missing.length === 0 ? exitCode.verified : exitCode.incomplete;
  const verify = `sealflow evidence verify --package ${options.out} --nonce ${toHex(nonce)}`;
  if (options.json === true) {
    const { evidence, source, simulated } = collected;
    const facts = {
      package: digestOf(collected.bytes),
      file: options.out,
      nonce: toHex(nonce),
      source,
      simulated,
      cpu: evidence.cpu.format,
      gpus: evidence.gpus.length,
      collateral: evidence.collateral.map(({ kind }) => kind),
      missing,
    };
    process.stdout.write(`${JSON.stringify(facts)}\n`);
    return;
  }
  process.stdout.write(`${options.out}: ${collected.bytes.length} bytes, ${digestOf(collected.bytes)}\n`);
  process.stdout.write(renderCollected(collected));
  process.stdout.write(renderMissing(missing));
  process.stdout.write(`  next         ${verify}\n`);
}

function policyOf(file: string): Digest {
  try {
    return appraisalPolicyDigest(parseAppraisalPolicy(parseJsonStrict(readEvidenceFile(file))));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message : 'unreadable';
    throw new UsageError(`${file}: ${reason}`, exitCode.malformed);
  }
}

function gpusOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0 && count <= GPUS_MAX) return count;
  throw new UsageError(`--gpus: expected 0 to ${GPUS_MAX}, got ${text.slice(0, 16)}`);
}

function nonceOf(text: string): Uint8Array {
  try {
    const nonce = fromHex(text.toLowerCase());
    if (nonce.length === NONCE_BYTES) return nonce;
  } catch {
    // Falls through to the one message.
  }
  throw new UsageError(`--nonce: expected ${NONCE_BYTES} bytes as hex`);
}
