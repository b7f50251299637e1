import type { BindingRule, GpuEvidence } from '#attestation';
import type { ProvidedQuote, QuoteProvider } from '../identity/quote-provider.js';
import { type CpuQuoteSource, sealingKeyUnavailable } from './cpu-quote.js';
import type { GpuEvidenceSource } from './gpu-source.js';
import { machineCollateral } from './machine-collateral.js';

export interface HardwareSources {
  readonly cpu: CpuQuoteSource;
  readonly gpu: GpuEvidenceSource;
  /** How the GPU's nonce is made: by the source, not by wish. */
  readonly bindingRule: BindingRule;
}

/** A real machine: one source for the CPU, one for its GPUs, and a sealing key that was fetched at the start. */
export class HardwareProvider implements QuoteProvider {
  readonly name: string;
  readonly bindingRule: BindingRule;

  private constructor(
    private readonly sources: HardwareSources,
    private readonly key: Uint8Array | null,
  ) {
    this.name = `${sources.cpu.name} with ${sources.gpu.name}`;
    this.bindingRule = sources.bindingRule;
  }

  /**
   * @param sealing whether the worker keeps anything beyond a boot
   * @throws QuoteError when it does and the platform has no sealing key: better at the start than at a restart
   */
  static async open(sources: HardwareSources, sealing: boolean): Promise<HardwareProvider> {
    return new HardwareProvider(sources, sealing ? await sources.cpu.sealingKey() : null);
  }

  async quote(reportData: Uint8Array): Promise<Uint8Array> {
    return (await this.sources.cpu.cpuQuote(reportData)).quote;
  }

  async providedQuote(reportData: Uint8Array): Promise<ProvidedQuote> {
    const quote = await this.sources.cpu.cpuQuote(reportData);
    return {
      format: quote.format,
      quote: quote.quote,
      collateral: machineCollateral(quote, this.sources.cpu.name),
    };
  }

  gpuEvidence(nonce: Uint8Array, reportData?: Uint8Array): Promise<readonly GpuEvidence[]> {
    return this.sources.gpu.gpuEvidence(nonce, reportData);
  }

  sealingKey(): Uint8Array {
    if (this.key !== null) return this.key;
    throw sealingKeyUnavailable(
      this.name,
      'a worker that was started without one',
      'this is a fault of the caller',
    );
  }
}
