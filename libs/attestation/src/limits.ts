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
  crlBytesMax: 1024 * 1024,
  /** One file with all of Intel's collateral; revocation lists in it are hex. */
  collateralBytesMax: 4 * 1024 * 1024,
  /** TCB info and QE identity are about 10 KB. */
  signedJsonBytesMax: 256 * 1024,
  /** The firmware's log area is 64 KB on most machines. */
  eventLogBytesMax: 1024 * 1024,
  eventsMax: 4096,
  /** Longer than any Intel (3) or NVIDIA (5) chain, short enough that a hostile chain costs little time. */
  certificatesMax: 8,
  certificateBytesMax: 16 * 1024,
  gpusMax: 16,
  switchesMax: 16,
  /** Reference manifests of NVIDIA have about 20 KB and 70 elements. */
  rimBytesMax: 1024 * 1024,
  rimElementsMax: 1024,
  rimDepthMax: 8,
  ocspBytesMax: 16 * 1024,
  /** Device and manifest chains of all GPUs and switches of one machine. */
  ocspResponsesMax: 128,
  eatBytesMax: 256 * 1024,
} as const;
