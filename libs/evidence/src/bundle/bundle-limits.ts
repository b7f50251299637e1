/** Upper bounds on a bundle: everything in it may come from whoever wants the verifier to stumble. */
export const bundleLimits = {
  bytesMax: 16 * 1024 * 1024,
  bytesWarn: 2 * 1024 * 1024,
  depthMax: 32,
  stringBytesMax: 8 * 1024 * 1024,
  stepsMax: 256,
  appraisalsMax: 256,
  blobsMax: 1024,
  disclosuresMax: 8192,
  logEntriesMax: 4,
  /** A tree of 2^32 leaves. */
  pathMax: 32,
} as const;
