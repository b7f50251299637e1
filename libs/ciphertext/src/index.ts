/**
 * Encrypted balance pages: parameters, the reader of hostile ciphertext bytes, money into slots, the engine.
 *
 * Imports no other lib at run time: the engine's process stays small. A canonical ciphertext is named by the plain
 * SHA-256 of its bytes, which the callers compute.
 */
export { type CiphertextCode, CiphertextError } from './ciphertext-error.js';
export type { FheEngine, FheKey, FheLibrary } from './fhe-engine.js';
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
export { addCountMax, type FheParameters, ledgerParameters, parametersToJson } from './parameters.js';
export { canonicalCiphertext, checkCiphertext, ciphertextBytes } from './pre-parser.js';
export { nextAddCount, replayAdd } from './replay.js';
export { createSealEngine, sealLibrary } from './seal/seal-engine.js';
