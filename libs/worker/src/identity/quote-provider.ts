import type { GpuEvidence } from '#attestation';

/** The hardware below a worker: what signs its evidence. */
export interface QuoteProvider {
  /** A TDX quote v4 over 64 bytes of report data. */
  quote(reportData: Uint8Array): Promise<Uint8Array>;
  /** Evidence of every GPU in index order, over a 32-byte nonce; empty without a GPU. */
  gpuEvidence(nonce: Uint8Array): Promise<readonly GpuEvidence[]>;
  /**
   * 32 bytes that only this measured code on this machine gets again after a restart; seals what must outlive a
   * boot. Real platforms derive it from hardware or a key broker.
   */
  sealingKey(): Uint8Array;
}
