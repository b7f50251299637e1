import { randomBytes } from 'node:crypto';
import { type Collateral, type EvidencePackage, parseEvidencePackage } from '#attestation';
import { type Digest, digestOf, utf8 } from '#canonical';
import {
  createBootIdentity,
  detectProvider,
  EvidenceSource,
  HardwareProvider,
  type ProviderConfig,
  type QuoteProvider,
  SimulatedProvider,
  simulatedMrtd,
} from '#worker';
import type { Installation } from '../installation/installation.js';
import { UsageError } from '../output/failure.js';

const LIFETIME_MS = 3_600_000;
/** What the binding names as running: this command, and no worker. */
const imageDigest = digestOf(utf8('sealflow evidence collect'));

export interface CollectRequest {
  readonly config: ProviderConfig;
  /** Answered by the evidence, 32 bytes. */
  readonly nonce: Uint8Array;
  /** The policy that the evidence is made for. */
  readonly policyDigest: Digest;
  /** Where simulated hardware keeps its authority. */
  readonly installation: Installation;
  readonly nowMs: number;
}

export interface CollectedEvidence {
  /** An evidence package, as `evidence verify --package` reads it. */
  readonly bytes: Uint8Array;
  readonly source: string;
  readonly simulated: boolean;
  readonly evidence: EvidencePackage;
}

/**
 * Asks the machine below for evidence, as a worker would at its start. The keys that it names are of this call alone
 * and are thrown away: the package shows what the machine is, and nothing can be sealed to it.
 *
 * @throws QuoteError that says what is missing on this machine
 */
export async function collectEvidence(request: CollectRequest): Promise<CollectedEvidence> {
  const { config, nonce, policyDigest, installation, nowMs } = request;
  const detected = await detectProvider(config);
  const simulated = detected.kind === 'simulated';
  const provider: QuoteProvider = simulated
    ? simulatedProvider(installation, config.gpus)
    : await HardwareProvider.open(detected.sources, false);
  const source = new EvidenceSource({
    identity: createBootIdentity('evidence-collect', config.random),
    provider,
    imageDigest,
    bindingLifetimeMs: LIFETIME_MS,
    now: () => nowMs,
  });
  const bytes = await source.answer(nonce, policyDigest);
  return {
    bytes,
    source: simulated ? 'SIMULATED hardware' : (provider as HardwareProvider).name,
    simulated,
    evidence: parseEvidencePackage(bytes),
  };
}

function simulatedProvider(installation: Installation, gpus: number): SimulatedProvider {
  if (!installation.exists) {
    throw new UsageError(
      `${installation.home}: expected an installation with simulated hardware, got none: make one with sealflow up`,
    );
  }
  return new SimulatedProvider({
    authority: installation.authority(),
    mrtd: simulatedMrtd(imageDigest),
    gpus,
    random: (count) => new Uint8Array(randomBytes(count)),
    machineSecret: new Uint8Array(randomBytes(32)),
  });
}

/** One line for each piece, for people. */
export function renderCollected({ evidence, source, simulated }: CollectedEvidence): string {
  const pieces = [
    `source       ${source}`,
    `cpu          ${evidence.cpu.format}, ${evidence.cpu.quote.length} bytes`,
    ...evidence.gpus.map(({ report }, index) => `gpu ${index}        report of ${report.length} bytes`),
    ...evidence.collateral.map(({ kind, data }: Collateral) => `collateral   ${kind}, ${data.length} bytes`),
    ...(simulated ? ['warning      SIMULATED: this says nothing of any machine'] : []),
  ];
  return pieces.map((line) => `  ${line}\n`).join('');
}
