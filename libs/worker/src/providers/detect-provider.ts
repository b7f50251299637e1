import { accessSync, constants } from 'node:fs';
import type { BindingRule, GpuEvidence } from '#attestation';
import type { RandomSource } from '../identity/boot-identity.js';
import { COCO_PORT, CocoGuest } from './coco-guest.js';
import { ConfigfsTsm, TSM_ROOT } from './configfs-tsm.js';
import type { CpuQuoteSource } from './cpu-quote.js';
import { DSTACK_SOCKETS, DstackGuest } from './dstack-guest.js';
import { type GpuEvidenceSource, NoGpu } from './gpu-source.js';
import type { HardwareSources } from './hardware-provider.js';
import { Nvattest } from './nvattest.js';
import { NVML_LIBRARY, NvmlGpu } from './nvml.js';
import { foreignText, QuoteError } from './quote-error.js';
import { SEV_GUEST_DEVICE, SevGuest } from './sev-guest.js';
import { TDX_GUEST_DEVICE, TdxGuest } from './tdx-guest.js';

export const providerNames = [
  'auto',
  'coco',
  'dstack',
  'tsm',
  'sev-guest',
  'tdx-guest',
  'simulated',
] as const;
export type ProviderName = (typeof providerNames)[number];
export const gpuSourceNames = ['auto', 'none', 'nvml', 'nvattest', 'coco'] as const;
export type GpuSourceName = (typeof gpuSourceNames)[number];

export interface ProviderConfig {
  readonly provider: ProviderName;
  readonly gpuSource: GpuSourceName;
  /** GPUs that the image needs; 0 asks for none. */
  readonly gpus: number;
  readonly cocoPort: number;
  readonly cocoSealingKey: string | null;
  readonly dstackSockets: readonly string[];
  readonly tsmRoot: string;
  readonly sevGuestDevice: string;
  readonly tdxGuestDevice: string;
  readonly nvmlLibrary: string;
  readonly nvattestCommand: string;
  readonly random: RandomSource;
}

/** Reads SEALFLOW_QUOTE_PROVIDER and its neighbours; paths other than the defaults serve tests and odd images. */
export function readProviderConfig(
  environment: NodeJS.ProcessEnv,
  { gpus, random }: { readonly gpus: number; readonly random: RandomSource },
): ProviderConfig {
  return {
    provider: word('SEALFLOW_QUOTE_PROVIDER', environment['SEALFLOW_QUOTE_PROVIDER'], providerNames),
    gpuSource: word('SEALFLOW_GPU_SOURCE', environment['SEALFLOW_GPU_SOURCE'], gpuSourceNames),
    cocoPort: COCO_PORT,
    cocoSealingKey: environment['SEALFLOW_COCO_SEALING_KEY'] ?? null,
    dstackSockets: DSTACK_SOCKETS,
    tsmRoot: TSM_ROOT,
    sevGuestDevice: SEV_GUEST_DEVICE,
    tdxGuestDevice: TDX_GUEST_DEVICE,
    nvmlLibrary: NVML_LIBRARY,
    nvattestCommand: 'nvattest',
    gpus,
    random,
  };
}

function word<T extends string>(name: string, value: string | undefined, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === (value ?? 'auto'));
  if (found !== undefined) return found;
  throw new QuoteError('QUOTE_SOURCE_UNKNOWN', {
    what: name,
    expected: `one of ${allowed.join(', ')}`,
    got: foreignText(value ?? ''),
    advice: 'leave it out to detect the platform',
  });
}

/** The outcome of detection: sources to open, or the decision for simulated hardware, which only config can make. */
export type Detected =
  | { readonly kind: 'hardware'; readonly sources: HardwareSources }
  | { readonly kind: 'simulated' };

/**
 * Finds what signs evidence on this machine: the CoCo guest API, dstack, configfs-tsm, then the bare devices. What is
 * found first is taken even if it then fails, so that the reason is told and no weaker source steps in unseen;
 * hardware is never replaced by simulation.
 *
 * @throws QuoteError
 */
export async function detectProvider(config: ProviderConfig): Promise<Detected> {
  if (config.provider === 'simulated') return { kind: 'simulated' };
  const cpu = config.provider === 'auto' ? await detectCpu(config) : await forcedCpu(config, config.provider);
  const gpu = gpuSource(config, cpu);
  const bindingRule: BindingRule =
    gpu instanceof CocoGuest ? 'sealflow/binding/v1+coco' : 'sealflow/binding/v1';
  return { kind: 'hardware', sources: { cpu, gpu, bindingRule } };
}

async function detectCpu(config: ProviderConfig): Promise<CpuQuoteSource> {
  const coco = cocoGuest(config);
  if (await speaksCoco(coco)) {
    await coco.preflight();
    return coco;
  }
  const socketPath = config.dstackSockets.find(exists);
  if (socketPath !== undefined) return new DstackGuest({ socketPath });
  if (exists(config.tsmRoot)) return new ConfigfsTsm({ root: config.tsmRoot, random: config.random });
  if (exists(config.sevGuestDevice)) return new SevGuest({ device: config.sevGuestDevice });
  if (exists(config.tdxGuestDevice)) return new TdxGuest({ device: config.tdxGuestDevice });
  throw new QuoteError('QUOTE_SOURCE_ABSENT', {
    what: 'detecting the platform',
    expected: [
      `the guest API on port ${config.cocoPort}`,
      ...[...config.dstackSockets.slice(0, 1), config.tsmRoot, config.sevGuestDevice, config.tdxGuestDevice],
    ].join(', or '),
    got: 'none of them',
    advice:
      'run inside a confidential VM, or say SEALFLOW_QUOTE_PROVIDER=simulated where nothing is confidential',
  });
}

/** Something else may listen on the port: only an answer in the form of `/info` makes this a CoCo guest. */
async function speaksCoco(coco: CocoGuest): Promise<boolean> {
  try {
    const { version, feature } = await coco.info();
    return version !== 'unknown' || feature !== null;
  } catch (error) {
    if (isAbsent(error) || (error instanceof QuoteError && error.code === 'QUOTE_MALFORMED')) return false;
    throw error;
  }
}

async function forcedCpu(
  config: ProviderConfig,
  name: Exclude<ProviderName, 'auto' | 'simulated'>,
): Promise<CpuQuoteSource> {
  switch (name) {
    case 'coco': {
      const coco = cocoGuest(config);
      await coco.preflight();
      return coco;
    }
    case 'dstack': {
      const socketPath = config.dstackSockets.find(exists) ?? config.dstackSockets[0] ?? '';
      return new DstackGuest({ socketPath: present(name, socketPath) });
    }
    case 'tsm':
      return new ConfigfsTsm({ root: present(name, config.tsmRoot), random: config.random });
    case 'sev-guest':
      return new SevGuest({ device: present(name, config.sevGuestDevice) });
    case 'tdx-guest':
      return new TdxGuest({ device: present(name, config.tdxGuestDevice) });
  }
}

function cocoGuest(config: ProviderConfig): CocoGuest {
  const { cocoPort: port, cocoSealingKey: sealingKeyResource } = config;
  return new CocoGuest({ endpoint: { host: '127.0.0.1', port }, sealingKeyResource });
}

function gpuSource(config: ProviderConfig, cpu: CpuQuoteSource): GpuEvidenceSource {
  const nvattest = new Nvattest({ command: config.nvattestCommand });
  switch (config.gpuSource) {
    case 'none':
      return new NoGpu();
    case 'nvml':
      return new NvmlGpu(config.nvmlLibrary);
    case 'nvattest':
      return nvattest;
    case 'coco':
      if (cpu instanceof CocoGuest) return cpu;
      throw new QuoteError('QUOTE_SOURCE_UNKNOWN', {
        what: 'SEALFLOW_GPU_SOURCE',
        expected: 'coco only together with the CPU source coco',
        got: `coco beside ${cpu.name}`,
        advice: 'use nvml or nvattest',
      });
    case 'auto':
      if (config.gpus === 0) return new NoGpu();
      if (cpu instanceof CocoGuest) return cpu;
      return new FirstPresent([new NvmlGpu(config.nvmlLibrary), nvattest]);
  }
}

/** Steps to the next source only when one is not installed; any other failure is an answer and is told. */
class FirstPresent implements GpuEvidenceSource {
  constructor(private readonly sources: readonly GpuEvidenceSource[]) {}

  get name(): string {
    return this.sources.map(({ name }) => name).join(' or ');
  }

  async gpuEvidence(nonce: Uint8Array): Promise<readonly GpuEvidence[]> {
    let last: unknown = null;
    for (const source of this.sources) {
      try {
        return await source.gpuEvidence(nonce);
      } catch (error) {
        if (!isAbsent(error)) throw error;
        // The first reason is the better advice: the fallback is seldom installed.
        last ??= error;
      }
    }
    throw last;
  }
}

function isAbsent(error: unknown): boolean {
  return (
    error instanceof QuoteError && (error.code === 'QUOTE_SOURCE_ABSENT' || error.code === 'NVML_UNAVAILABLE')
  );
}

function exists(path: string): boolean {
  try {
    accessSync(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}

function present(name: string, path: string): string {
  if (exists(path)) return path;
  throw new QuoteError('QUOTE_SOURCE_ABSENT', {
    what: `SEALFLOW_QUOTE_PROVIDER=${name}`,
    expected: path,
    got: 'nothing there',
    advice: 'leave the variable out to detect the platform',
  });
}
