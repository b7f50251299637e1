/**
 * What all workers share: keys of one boot, evidence for them, the session with the orchestrator, and the way of a
 * task from a lease to a signed result.
 */
export {
  type BootedWorker,
  bootWorker,
  readWorkerEnvironment,
  type WorkerEnvironment,
} from './config/boot-worker.js';
export { type WorkerImage, workerImage, workerImages } from './config/images.js';
export { isOffered } from './config/offered-runtimes.js';
export { openHardware } from './config/open-hardware.js';
export { encodeSiteFile, parseSiteFile, type SiteFile, siteDigest } from './config/site-file.js';
export { packCiphertext, unpackCiphertext } from './fhe/ciphertext-transport.js';
export { FheCalls } from './fhe/fhe-calls.js';
export { FheProcessError } from './fhe/fhe-error.js';
export { FhePool } from './fhe/fhe-pool.js';
export { FheProcess, type FheProcessOptions, type FheProcessStats } from './fhe/fhe-process.js';
export type { FheRequest, FheValue, WrappedKey } from './fhe/fhe-protocol.js';
export { type BootIdentity, createBootIdentity, type RandomSource } from './identity/boot-identity.js';
export { EvidenceSource, type EvidenceSourceOptions } from './identity/evidence-source.js';
export { measureFiles, measureTree, simulatedMrtd } from './identity/measure.js';
export type { ProvidedQuote, QuoteProvider } from './identity/quote-provider.js';
export { SimulatedProvider } from './identity/simulated-provider.js';
export { CocoGuest, type CocoInfo } from './providers/coco-guest.js';
export {
  type Detected,
  detectProvider,
  gpuSourceNames,
  type ProviderConfig,
  type ProviderName,
  providerNames,
  readProviderConfig,
} from './providers/detect-provider.js';
export { HardwareProvider, type HardwareSources } from './providers/hardware-provider.js';
export { QuoteError, type QuoteErrorCode } from './providers/quote-error.js';
export * from './runtime.js';
export { type AgentLogger, WorkerAgent, type WorkerAgentOptions } from './session/worker-agent.js';
export { WorkerLifecycle, type WorkerLifecycleOptions } from './session/worker-lifecycle.js';
export { BlobClient } from './task/blob-client.js';
export { PeerAppraiser } from './task/peer-appraiser.js';
