/**
 * Encrypted balance pages: parameters, the reader of hostile ciphertext bytes, money into slots, the engine.
 *
 * A canonical ciphertext is named by the plain SHA-256 of its bytes, which the callers compute.
 */
export { type CiphertextCode, CiphertextError } from './ciphertext-error.js';
export type { FheEngine, FheKey, FheLibrary, FhePublicKey } from './fhe-engine.js';
export {
  amountMax,
  checkAmount,
  checkConserved,
  checkSlot,
  decodeBalance,
  encodeBalances,
  encodeDelta,
  type SlotChange,
  slotCount,
  supplyMax,
} from './page-codec.js';
export {
  addCountMax,
  type FheParameters,
  ledgerParameters,
  type ParameterSetName,
  pageParameters,
  parameterSets,
  parametersToJson,
} from './parameters.js';
export { addCiphertexts } from './plain-add.js';
export {
  canonicalCiphertext,
  canonicalPublicKey,
  checkCiphertext,
  checkPublicKey,
  ciphertextBytes,
  publicKeyBytes,
} from './pre-parser.js';
export { nextAddCount, replayAdd } from './replay.js';
export { createSealEngine, sealLibrary } from './seal/seal-engine.js';
export { coinSeedBytes } from './seal/with-coins.js';
