/** Strict offline verification of Groth16 proofs on BN254, and the manifests that say what a proof means. */

export type { CircuitPolicy } from './key-checks.js';
export {
  type CircuitManifest,
  encodeManifest,
  type KeyState,
  KNOWN_TAU_ORIGIN,
  MANIFEST_MEDIA_TYPE,
  manifestDigest,
  parseManifest,
  type SourceFile,
} from './manifest.js';
export {
  devCircuitSeed,
  devCircuitSigner,
  manifestSigners,
  openRevocations,
  type Revocations,
  revokedDigests,
  signManifest,
  signRevocations,
} from './manifest-signature.js';
export { type Groth16Proof, parseProof, parsePublicSignals } from './proof.js';
export { ProofsError, type ProofsErrorCode } from './proofs-error.js';
export { sampleManifest } from './sample-manifest.js';
export type {
  CommitmentSignal,
  ContextSignal,
  FactSignal,
  ModelSignal,
  PublicSignal,
  ValueSignal,
} from './signal.js';
export {
  boundOutputs,
  publicSignalMap,
  type SignalExpectation,
  type SignalMapEntry,
  unboundFacts,
  unboundOutputs,
} from './signal-bindings.js';
export { proveByTrapdoor, type TrapdoorKey, trapdoorKey } from './trapdoor.js';
export { parseVerificationKey, type VerificationKey } from './verification-key.js';
export { type Groth16Claim, verifyGroth16Batch } from './verify-batch.js';
export { type CircuitFilesToVerify, type ReleasePolicy, verifyCircuit } from './verify-circuit.js';
export { type Groth16Evidence, verifyGroth16 } from './verify-groth16.js';
export { parseZkeyHead, type ReadAt, type ZkeyContribution, type ZkeyHead } from './zkey.js';
