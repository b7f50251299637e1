import { type Json, parseJsonStrict } from '#canonical';
import { type G1, type G2, parseG1, parseG2 } from './points.js';
import { ProofsError } from './proofs-error.js';
import { Shape } from './shape.js';

export interface VerificationKey {
  readonly alpha: G1;
  readonly beta: G2;
  readonly gamma: G2;
  readonly delta: G2;
  /** One point for the constant and one for each public signal. */
  readonly ic: readonly G1[];
}

export const PUBLIC_SIGNALS_MAX = 64;
const VKEY_BYTES_MAX = 64 * 1024;

/**
 * Reads a Groth16 key as snarkjs writes it. `vk_alphabeta_12`, a precomputed pairing, may be present and is never
 * used: whoever wrote the file could have written anything there.
 *
 * @throws ProofsError VKEY_MALFORMED, FIELD_RANGE, POINT_INVALID
 */
export function parseVerificationKey(bytes: Uint8Array): VerificationKey {
  const shape = new Shape('VKEY_MALFORMED', 'vkey');
  const key = shape.object(
    parseKeyJson(bytes),
    ['protocol', 'curve', 'nPublic', 'vk_alpha_1', 'vk_beta_2', 'vk_gamma_2', 'vk_delta_2', 'IC'],
    ['vk_alphabeta_12'],
  );
  shape.at('protocol').oneOf(key['protocol'], ['groth16']);
  shape.at('curve').oneOf(key['curve'], ['bn128']);
  const signals = shape.at('nPublic').integer(key['nPublic'], 1, PUBLIC_SIGNALS_MAX);
  const ic = shape.at('IC').array(key['IC'], signals + 1, signals + 1);
  return {
    alpha: parseG1(key['vk_alpha_1'], 'vkey.vk_alpha_1'),
    beta: parseG2(key['vk_beta_2'], 'vkey.vk_beta_2'),
    gamma: parseG2(key['vk_gamma_2'], 'vkey.vk_gamma_2'),
    delta: parseG2(key['vk_delta_2'], 'vkey.vk_delta_2'),
    ic: ic.map((point, index) => parseG1(point, `vkey.IC[${index}]`)),
  };
}

function parseKeyJson(bytes: Uint8Array): Json {
  try {
    return parseJsonStrict(bytes, { bytesMax: VKEY_BYTES_MAX, depthMax: 8, stringBytesMax: 128 });
  } catch {
    throw new ProofsError('VKEY_MALFORMED', `vkey: expected strict JSON of at most ${VKEY_BYTES_MAX} bytes`);
  }
}
