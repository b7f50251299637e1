import type { BindingRule, Collateral, CpuFormat, GpuEvidence } from '#attestation';

/** What a CPU signed, in the words of the evidence package, and what belongs beside it. */
export interface ProvidedQuote {
  readonly format: CpuFormat;
  readonly quote: Uint8Array;
  /** Certificates and logs that the machine itself had; absent or empty where it has none. */
  readonly collateral?: readonly Collateral[];
}

/** The hardware below a worker: what signs its evidence. */
export interface QuoteProvider {
  /** A quote over 64 bytes of report data; TDX v4 unless `providedQuote` says its format. */
  quote(reportData: Uint8Array): Promise<Uint8Array>;
  /** Quote with its format. A provider without it makes TDX quotes v4. */
  providedQuote?(reportData: Uint8Array): Promise<ProvidedQuote>;
  /** How CPU and GPU evidence relate; `sealflow/binding/v1` unless the interface forces the other. */
  readonly bindingRule?: BindingRule;
  /**
   * Evidence of every GPU in index order, over a 32-byte nonce; empty without a GPU.
   *
   * @param reportData given under `sealflow/binding/v1+coco`, where the nonce is its first half
   */
  gpuEvidence(nonce: Uint8Array, reportData?: Uint8Array): Promise<readonly GpuEvidence[]>;
  /**
   * 32 bytes that only this measured code on this machine gets again after a restart; seals what must outlive a
   * boot. Real platforms derive it from hardware or a key broker.
   */
  sealingKey(): Uint8Array;
}
