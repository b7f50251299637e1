import {
  type GpuEvidence,
  type SimulationAuthority,
  simulateGpuReport,
  simulateTdxQuote,
} from '#attestation';
import { hmacSha256, utf8 } from '#canonical';
import type { RandomSource } from './boot-identity.js';
import type { QuoteProvider } from './quote-provider.js';

export interface SimulatedProviderOptions {
  /** Stands for the hardware vendors; made once per installation. */
  readonly authority: SimulationAuthority;
  /** Lower-case hex, 48 bytes. */
  readonly mrtd: string;
  readonly gpus: number;
  readonly random: RandomSource;
  /** 32 bytes that stand for the fused key of the simulated machine. */
  readonly machineSecret: Uint8Array;
}

/**
 * Hardware that is not there: the formats of TDX and Hopper, signed by the simulation authority.
 * Whoever holds the authority's file can say anything here, and every verdict over it says SIMULATED.
 */
export class SimulatedProvider implements QuoteProvider {
  constructor(private readonly options: SimulatedProviderOptions) {}

  async quote(reportData: Uint8Array): Promise<Uint8Array> {
    const { authority, mrtd, random } = this.options;
    return simulateTdxQuote(authority, { reportData, mrtd }, random);
  }

  async gpuEvidence(nonce: Uint8Array): Promise<readonly GpuEvidence[]> {
    const { authority, gpus, random } = this.options;
    return Array.from({ length: gpus }, () => simulateGpuReport(authority, { nonce }, random));
  }

  /** Bound to machine and measurement, as sealing keys of real platforms are. */
  sealingKey(): Uint8Array {
    return hmacSha256(
      this.options.machineSecret,
      utf8(`sealflow/simulated-sealing-key/v1\0${this.options.mrtd}`),
    );
  }
}
