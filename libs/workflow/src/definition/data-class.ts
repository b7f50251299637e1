import type { InputType } from './definition.js';

/** What a value is, and therefore who may see it. Every input, port and output has exactly one class. */
export const DATA_CLASSES = [
  'disclosable',
  'personal',
  'secret-text',
  'financial-state',
  'model-weights',
] as const;
export type DataClass = (typeof DATA_CLASSES)[number];

/**
 * How an edge commits to its value:
 * `sha256` and `poseidon-bn254` are salted commitments to a sealed value (Poseidon where a circuit must open it),
 * `digest` is the bare digest of a ciphertext, `public` the bare digest of a disclosable value.
 */
export const EDGE_ALGS = ['sha256', 'poseidon-bn254', 'digest', 'public'] as const;
export type EdgeAlg = (typeof EDGE_ALGS)[number];

export function isSecret(dataClass: DataClass): boolean {
  return dataClass !== 'disclosable';
}

/** A run input is sealed by the client unless everybody may read it, or nobody can without a key that is not the run's. */
export function inputAlg(dataClass: DataClass, type: InputType): EdgeAlg {
  if (!isSecret(dataClass)) return 'public';
  if (type === 'ciphertext') return 'digest';
  return type === 'fields' ? 'poseidon-bn254' : 'sha256';
}
