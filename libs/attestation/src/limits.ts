/**
 * Upper bounds on untrusted input. Evidence is read before anything about its sender is known, so every
 * size is capped before the bytes are looked at.
 */
export const attestationLimits = {
  evidenceBytesMax: 4 * 1024 * 1024,
  bindingBytesMax: 16 * 1024,
  quoteBytesMax: 64 * 1024,
  gpuReportBytesMax: 64 * 1024,
  chainBytesMax: 64 * 1024,
  /** Longer than any Intel (3) or NVIDIA (5) chain, short enough that a hostile chain costs little time. */
  certificatesMax: 8,
  certificateBytesMax: 16 * 1024,
  gpusMax: 16,
} as const;
