/** Strict offline verification of Groth16 proofs on BN254, and the manifests that say what a proof means. */
export {
  type CircuitManifest,
  encodeManifest,
  type KeyState,
  MANIFEST_MEDIA_TYPE,
  manifestDigest,
  parseManifest,
  type SourceFile,
} from './manifest.js';
export { type Groth16Proof, parseProof, parsePublicSignals } from './proof.js';
export { ProofsError, type ProofsErrorCode } from './proofs-error.js';
export { sampleManifest } from './sample-manifest.js';
export type { CommitmentSignal, ContextSignal, ModelSignal, PublicSignal, ValueSignal } from './signal.js';
export { publicSignalMap, type SignalExpectation, type SignalMapEntry } from './signal-bindings.js';
export { proveByTrapdoor, type TrapdoorKey, trapdoorKey } from './trapdoor.js';
export { parseVerificationKey, type VerificationKey } from './verification-key.js';
export { type CircuitPolicy, type Groth16Evidence, verifyGroth16 } from './verify-groth16.js';
